from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .optional_number import OptionalFloat, OptionalMonetary

STATES = [("open", "Under Way"), ("won_back", "Won Back"), ("lost", "Lost"), ("closed", "Given Up")]
# What people may change; everything else is decided by what the customer buys, or by the buttons.
HAND_FIELDS = frozenset({"user_id", "measure_id", "note"})


class CustomerWinback(models.Model):
    """An attempt to win a customer back: who does what, and whether the customer bought again in time.

    The outcome is decided from posted invoices only: a purchase after the day of the start and up to the deadline. The
    chance of a purchase without any attempt is frozen at the start, so that attempts can be judged against it.
    """

    _name = "customer.winback"
    _description = "Win-Back"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date DESC, id DESC"
    _rec_name = "partner_id"
    # whoever may see an attempt may discuss it
    _mail_post_access = "read"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True, ondelete="cascade"
    )
    salesperson_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    user_id = fields.Many2one(
        "res.users", string="Responsible", required=True, index=True, tracking=True, ondelete="restrict"
    )
    measure_id = fields.Many2one(
        "customer.winback.measure",
        string="Win-Back Measure",
        required=True,
        index=True,
        tracking=True,
        ondelete="restrict",
    )
    note = fields.Text(help="What is offered or said.")
    date = fields.Date(string="Started", required=True, readonly=True, help="Purchases after this day count.")
    deadline = fields.Date(
        required=True, readonly=True, help="Last day on which a purchase counts as won back; decided the day after."
    )
    state = fields.Selection(STATES, required=True, readonly=True, default="open", index=True, tracking=True)

    # frozen at the start
    churn_risk = OptionalFloat(
        string="Churn Risk at the Start", readonly=True, digits=(5, 3), aggregator="avg", help="Empty: was not known."
    )
    value_at_risk = OptionalMonetary(string="Value at Risk at the Start", readonly=True)
    expected_rate = OptionalFloat(
        string="Expected without Action",
        readonly=True,
        digits=(5, 3),
        aggregator="avg",
        help="Chance of a purchase by the deadline had nobody done anything, from the churn risk at the start: 1 - "
        "risk, scaled to the days given. Empty: the risk was not known.",
    )

    has_expectation = fields.Boolean(compute="_compute_has_expectation")

    # outcome
    success = OptionalFloat(
        string="Success Rate",
        readonly=True,
        digits=(5, 3),
        aggregator="avg",
        help="1: won back, 0: lost. Empty: not decided, or given up.",
    )
    purchase_date = fields.Date(string="Bought Again", readonly=True, help="First purchase after the start.")
    revenue = fields.Monetary(
        readonly=True, help="Net revenue after the start and up to the deadline, untaxed, in company currency."
    )
    decided_on = fields.Date(readonly=True)

    _one_open = models.UniqueIndex(
        "(company_id, partner_id) WHERE state = 'open'", "A win-back of this customer is under way already."
    )
    _deadline_after_start = models.Constraint("CHECK (deadline > date)", "The deadline lies after the start.")

    @api.depends("expected_rate")
    def _compute_has_expectation(self):
        for winback in self:
            winback.has_expectation = winback.expected_rate is not None

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    def write(self, vals):
        written = (self._fields[name] for name in vals.keys() - HAND_FIELDS)
        if not self.env.su and any(field.store and field.type not in ("one2many", "many2many") for field in written):
            raise AccessError(self.env._("Start, figures and outcome of a win-back are not entered: use the buttons."))
        return super().write(vals)

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_give_up(self):
        """Stop trying; such attempts do not count in the success rate."""
        self.check_access("write")
        if self.filtered(lambda winback: winback.state != "open"):
            raise UserError(self.env._("Only what is under way can be given up."))
        today = fields.Date.context_today(self)
        # sudo: the state is changed by these methods only
        self.sudo().write({"state": "closed", "decided_on": today})
        self.sudo().activity_ids.unlink()
        self._forget_on_values()

    def action_reopen(self):
        """Take giving up back, as long as the deadline has not passed."""
        self.check_access("write")
        today = fields.Date.context_today(self)
        if self.filtered(lambda winback: winback.state != "closed" or winback.deadline < today):
            raise UserError(self.env._("Only what was given up and has time left can be taken up again."))
        # sudo: as above
        self.sudo().write({"state": "open", "decided_on": False})
        self._forget_on_values()

    def action_open_customer(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "views": [(False, "form")],
        }
