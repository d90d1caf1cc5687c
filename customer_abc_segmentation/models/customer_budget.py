from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, format_date

PERIODS = {"month": 1, "quarter": 3, "year": 12}
FIGURES = ("sales", "margin", "collections")


class CustomerBudget(models.Model):
    """What a customer is planned to bring in a month, quarter or year, beside what it brought.

    Budgets belong to the commercial partner and the root company, begin on the first of a month (fiscal years need not
    begin in January) and never overlap, so that they can be added up.
    """

    _name = "customer.budget"
    _description = "Customer Budget"
    _inherit = ["segmentation.company.keeper"]
    _order = "date_from desc, partner_id, id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("parent_id", "=", False)],
        help="Contacts are replaced by their company.",
    )
    user_id = fields.Many2one(related="partner_id.user_id")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company.root_id,
        help="A root company: its branches are read with it.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    period = fields.Selection(
        [("month", "Month"), ("quarter", "Quarter"), ("year", "Year")], required=True, default="year"
    )
    date_from = fields.Date(
        string="From",
        required=True,
        default=lambda self: fields.Date.context_today(self).replace(month=1, day=1),
        help="Any day of the first month: the period begins on its first.",
    )
    date_to = fields.Date(string="To", compute="_compute_date_to", store=True, help="Last day.")
    sales = fields.Monetary(help="Planned revenue: invoices less credit notes, untaxed, in company currency.")
    margin = fields.Monetary(help="Planned margin.")
    collections = fields.Monetary(help="Money planned to be received, with tax.")
    note = fields.Char()

    actual_sales = fields.Monetary(compute="_compute_actual", help="Posted invoices less credit notes, untaxed.")
    actual_margin = fields.Monetary(compute="_compute_actual", help="As in the customer profit.")
    actual_collections = fields.Monetary(
        compute="_compute_actual",
        help="What entries of bank, cash and card journals credited to the customer's receivables, less refunds paid.",
    )
    variance_sales = fields.Monetary(compute="_compute_actual", help="Actual - budget.")
    variance_margin = fields.Monetary(compute="_compute_actual", help="Actual - budget.")
    variance_collections = fields.Monetary(compute="_compute_actual", help="Actual - budget.")

    _unique_period = models.Constraint(
        "UNIQUE (company_id, partner_id, period, date_from)", "The customer has a budget for this period already."
    )
    _not_negative = models.Constraint(
        "CHECK (COALESCE(sales, 0) >= 0 AND COALESCE(collections, 0) >= 0)",
        "Planned sales and collections cannot be negative.",
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("period", "date_from")
    def _compute_date_to(self):
        for budget in self:
            months = relativedelta(months=PERIODS.get(budget.period, 1), days=-1)
            budget.date_to = budget.date_from and budget.date_from.replace(day=1) + months

    @api.depends("partner_id", "company_id", "date_from", "date_to", *FIGURES)
    def _compute_actual(self):
        """All budgets by the statement of the analysis, in one query."""
        found = self.env["customer.budget.analysis"]._get_actual(self._origin)
        nothing = dict.fromkeys(FIGURES, 0)
        for budget in self:
            actual = found.get(budget._origin.id, nothing)
            for name in FIGURES:
                budget[f"actual_{name}"] = actual[name]
                budget[f"variance_{name}"] = actual[name] - budget[name]

    @api.depends("partner_id", "period", "date_from")
    def _compute_display_name(self):
        for budget in self:
            days = budget.date_from and f"{format_date(self.env, budget.date_from)}"
            budget.display_name = ", ".join(filter(None, [budget.partner_id.display_name, days]))

    # ------------------------------------------------------------------
    # CONSTRAINTS AND CRUD
    # ------------------------------------------------------------------

    @api.constrains("company_id")
    def _check_company_is_root(self):
        for budget in self:
            # sudo: a manager of a branch may not read the parent
            if budget.company_id.sudo().parent_id:
                raise ValidationError(
                    self.env._(
                        "%(company)s is a branch. Plan for its root company: branches are read with it.",
                        company=budget.company_id.name,
                    )
                )

    @api.constrains("partner_id", "company_id", "period", "date_from", "date_to")
    def _check_overlap(self):
        self.flush_model(["partner_id", "company_id", "date_from", "date_to"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT budget.id, other.id
                  FROM customer_budget budget
                  JOIN customer_budget other
                       ON other.partner_id = budget.partner_id AND other.company_id = budget.company_id
                          AND other.id <> budget.id
                          AND other.date_from <= budget.date_to AND other.date_to >= budget.date_from
                 WHERE budget.id = ANY(%s)
                 LIMIT 1
                """,
                list(self.ids),
            )
        )
        if rows:
            budget, other = self.browse(rows[0][0]), self.browse(rows[0][1]).sudo()
            raise ValidationError(
                self.env._(
                    "%(customer)s has a budget from %(start)s to %(end)s already: change that one, or choose another "
                    "period.",
                    customer=budget.partner_id.display_name,
                    start=format_date(self.env, other.date_from),
                    end=format_date(self.env, other.date_to),
                )
            )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._normalize(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._normalize(vals))

    @api.model
    def _normalize(self, vals):
        """Contacts become their company, days the first of their month."""
        normal = dict(vals)
        if normal.get("partner_id"):
            normal["partner_id"] = self.env["res.partner"].browse(normal["partner_id"]).commercial_partner_id.id
        if normal.get("date_from"):
            normal["date_from"] = fields.Date.to_date(normal["date_from"]).replace(day=1)
        return normal

    @api.model
    def get_import_templates(self):
        return [
            {
                "label": self.env._("Import Template for Customer Budgets"),
                "template": "/customer_abc_segmentation/static/csv/customer_budget.csv",
            }
        ]

    def action_open_profit(self):
        """The months of the budget in the profit report."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_abc_segmentation.action_customer_profit")
        return {
            **action,
            "views": [(False, kind) for kind in ("list", "pivot", "graph", "form")],
            "domain": [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("month", ">=", str(self.date_from)),
                ("month", "<=", str(self.date_to)),
            ],
            "context": {},
        }
