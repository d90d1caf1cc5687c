import ast

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain

from ..core.window import period_bounds, window
from .job_step import attempt

MEASURES = [
    ("revenue", "Revenue"),
    ("invoices", "Number of Invoices"),
    ("margin", "Margin"),
    ("cash_in", "Cash Received"),
]
MONEY_MEASURES = ("revenue", "margin", "cash_in")

SCHEDULE_STEPS = {
    "daily": relativedelta(days=1),
    "weekly": relativedelta(weeks=1),
    "monthly": relativedelta(months=1),
    "quarterly": relativedelta(months=3),
}
PERIOD_MONTHS = {"month": 1, "quarter": 3}


class AbcPolicy(models.Model):
    """How the customers of a company are ranked and cut into classes; several policies may stand side by side."""

    _name = "abc.policy"
    _description = "ABC Policy"
    _inherit = ["segmentation.root.company.mixin"]
    _order = "company_id, is_default DESC, sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    is_default = fields.Boolean(
        string="Shown on Customers",
        copy=False,
        help="The class of this policy is the one shown on the customers of the company. One policy per company.",
    )

    # what is measured
    measure = fields.Selection(
        MEASURES,
        required=True,
        default="revenue",
        help="Revenue: posted customer invoices less credit notes, untaxed, in company currency.\n"
        "Number of Invoices: posted customer invoices, credit notes do not count.\n"
        "Margin: revenue of the invoice lines less the products' present cost, as in the invoice analysis.\n"
        "Cash Received: what bank and cash entries credited to the customer's receivables, less refunds paid.",
    )
    date_basis = fields.Selection(
        [("invoice_date", "Invoice Date"), ("date", "Accounting Date")],
        required=True,
        default="invoice_date",
        help="The date that puts an invoice into the window. Cash always counts on its accounting date.",
    )
    window_type = fields.Selection(
        [("rolling", "Rolling Months"), ("year", "Calendar Year to Date"), ("last_year", "Last Calendar Year")],
        string="Window",
        required=True,
        default="rolling",
    )
    window_months = fields.Integer(string="Number of Months", required=True, default=12)

    # who is ranked
    partner_domain = fields.Char(
        string="Customers",
        default="[]",
        help="Only customers that match are ranked, and only they count in the total. Everybody who was ever invoiced "
        "takes part, archived or not; those with nothing in the window are in the last class.",
    )
    minimum_months = fields.Integer(
        string="Minimum History",
        default=0,
        help="Customers whose first invoice is younger than this many months are not ranked yet. 0: everybody is.",
    )
    partition_field_id = fields.Many2one(
        "ir.model.fields",
        string="Separately by",
        domain=[("model", "=", "res.partner"), ("ttype", "=", "many2one"), ("store", "=", True)],
        ondelete="set null",
        help="Rank within each value of this field of the customer, such as country, industry or salesperson.",
    )

    # classes
    class_ids = fields.One2many(
        "abc.class", "policy_id", string="Classes", copy=True, default=lambda self: self._default_class_ids()
    )
    action_ids = fields.One2many(
        "abc.class.action",
        "policy_id",
        string="What Follows",
        help="What happens when customers enter or leave a class.",
    )
    hysteresis = fields.Float(
        string="Hysteresis (points)",
        digits=(5, 2),
        default=0,
        help="A customer changes class only when the share before lies beyond the limit by this many percentage "
        "points. Keeps customers at a limit from moving back and forth.",
    )

    # evenness
    xyz_period = fields.Selection(
        [("month", "Months"), ("quarter", "Quarters")], string="Sales per", required=True, default="quarter"
    )
    xyz_period_count = fields.Integer(
        string="Periods", required=True, default=8, help="Complete calendar periods before the end of the window."
    )
    xyz_minimum_active = fields.Integer(
        string="Active Periods Needed",
        required=True,
        default=4,
        help="Customers with positive sales in fewer periods are in class N: not enough to say.",
    )
    xyz_x_max = fields.Float(
        string="X up to",
        digits=(5, 3),
        required=True,
        default=0.5,
        help="Coefficient of variation (sample standard deviation / mean) up to and including which sales are even.",
    )
    xyz_y_max = fields.Float(
        string="Y up to",
        digits=(5, 3),
        required=True,
        default=1.0,
        help="Coefficient of variation up to and including which sales vary. Beyond they are erratic: Z.",
    )

    # schedule
    schedule = fields.Selection(
        [
            ("manual", "By Hand"),
            ("daily", "Every Day"),
            ("weekly", "Every Week"),
            ("monthly", "Every Month"),
            ("quarterly", "Every Quarter"),
        ],
        required=True,
        default="daily",
    )
    date_next = fields.Date(
        string="Next Classification", default=fields.Date.context_today, copy=False, help="Done by a scheduled action."
    )
    run_ids = fields.One2many("abc.run", "policy_id")
    last_run_id = fields.Many2one("abc.run", readonly=True, copy=False, ondelete="set null")
    customer_count = fields.Integer(related="last_run_id.customer_count", string="Classified Customers")

    _one_default = models.UniqueIndex(
        "(company_id) WHERE is_default AND active",
        "A company shows the classes of one policy on its customers: first take that off the other policy.",
    )
    _positive_window = models.Constraint(
        "CHECK (window_months > 0 AND minimum_months >= 0)",
        "The window needs at least one month, and the minimum history cannot be negative.",
    )
    _sensible_xyz = models.Constraint(
        "CHECK (xyz_x_max > 0 AND xyz_x_max < xyz_y_max AND xyz_minimum_active > 0"
        " AND xyz_period_count BETWEEN 2 AND 60)",
        "XYZ needs 0 < X < Y, 2 to 60 periods and at least one active period.",
    )
    _sensible_hysteresis = models.Constraint(
        "CHECK (hysteresis >= 0 AND hysteresis < 50)", "The hysteresis lies between 0 and 50 percentage points."
    )

    # ------------------------------------------------------------------
    # DEFAULTS AND CONSTRAINTS
    # ------------------------------------------------------------------

    def _default_class_ids(self):
        return [
            Command.create({"sequence": 10, "code": "A", "name": "A", "upper_share": 80, "color": "#2e9e6b"}),
            Command.create({"sequence": 20, "code": "B", "name": "B", "upper_share": 95, "color": "#f0ad33"}),
            Command.create({"sequence": 30, "code": "C", "name": "C", "upper_share": 100, "color": "#9aa5b1"}),
        ]

    @api.constrains("class_ids")
    def _check_classes(self):
        for policy in self:
            shares = policy.class_ids.sorted().mapped("upper_share")
            rising = all(low < high for low, high in zip([0, *shares], shares, strict=False))
            if not shares or shares[-1] != 100 or not rising:
                raise ValidationError(
                    self.env._(
                        "The classes of %(policy)s need upper shares that rise in their order, with 100 at the end.",
                        policy=policy.name,
                    )
                )

    @api.constrains("partner_domain")
    def _check_partner_domain(self):
        for policy in self:
            self.env["res.partner"]._check_condition(policy.partner_domain)

    @api.constrains("partition_field_id")
    def _check_partition_field(self):
        for field in self.partition_field_id:
            self.env["res.partner"]._check_grouping(field.sudo())

    def write(self, vals):
        if {"measure", "company_id"} & vals.keys() and self.run_ids:
            raise UserError(
                self.env._(
                    "This policy has a history: with another measure or company it could not be compared. "
                    "Duplicate the policy and change the copy."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_history(self):
        if self.run_ids:
            raise UserError(self.env._("A policy with a history cannot be deleted. Archive it."))

    def copy_data(self, default=None):
        names = [self.env._("%(policy)s (copy)", policy=policy.name) for policy in self]
        return [{"name": name, **vals} for name, vals in zip(names, super().copy_data(default), strict=True)]

    # ------------------------------------------------------------------
    # READING THE POLICY
    # ------------------------------------------------------------------

    @api.model
    def _get_default(self, company=None):
        """The policy whose classes the customers of a company (default: the current one) show, may be empty."""
        # sudo: which policy is shown is no secret; the classes themselves are read with the user's rights
        root = (company or self.env.company).sudo().root_id
        return self.sudo().search([("company_id", "=", root.id), ("is_default", "=", True)], limit=1)

    def _get_partner_domain(self):
        return Domain(ast.literal_eval(self.partner_domain or "[]"))

    def _get_window(self, as_of):
        """First and last day (both inclusive) of what is measured as of a date."""
        return window(as_of, self.window_type, self.window_months)

    def _get_xyz_bounds(self, as_of):
        """First days of the complete calendar periods whose sales are compared, and the day after the last."""
        last_day = self._get_window(as_of)[1]
        return period_bounds(last_day, PERIOD_MONTHS[self.xyz_period], self.xyz_period_count)

    def _get_measure_currency(self):
        return self.currency_id if self.measure in MONEY_MEASURES else self.env["res.currency"]

    # ------------------------------------------------------------------
    # CLASSIFYING
    # ------------------------------------------------------------------

    def _classify(self, as_of):
        """Classify the customers of one policy as of a date; returns the run. See ``abc.classifier``."""
        self.ensure_one()
        return self.env["abc.classifier"]._run(self, as_of)

    def _cron_classify(self):
        """Classify by every policy that is due, one transaction each; one under way elsewhere is left to it."""
        today = fields.Date.context_today(self)
        due = self.search([("schedule", "!=", "manual"), "|", ("date_next", "=", False), ("date_next", "<=", today)])
        self.env["ir.cron"]._commit_progress(remaining=len(due))
        for policy in due:
            locked = policy.try_lock_for_update(allow_referencing=True)
            if locked:
                attempt(locked, locked._classify, today)
            if not self.env["ir.cron"]._commit_progress(1):
                break
