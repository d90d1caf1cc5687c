from odoo import api, fields, models
from odoo.tools import SQL, format_date

from odoo.addons.customer_credit_mgmt.models.optional_number import OptionalFloat

from ..models.receivable_kpi_days_mixin import of_period
from ..models.receivable_kpi_facts import AMOUNTS, Period
from ..models.receivable_kpi_mixin import RATIOS, ratio_sql


class ReceivableKpiCustomer(models.Model):
    """Amounts and figures per customer and company, read live for the days that the context names.

    Customers with nothing in them are no rows. The amounts add up to those of the company.
    """

    _name = "receivable.kpi.customer"
    _description = "Receivables Figures of a Customer"
    _inherit = ["receivable.kpi.mixin", "receivable.kpi.days.mixin"]
    _auto = False
    _order = "closing_amount desc, id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True, help="Of the customer, today.")
    country_id = fields.Many2one("res.country", readonly=True)

    opening_amount = of_period(fields.Monetary)
    sales_amount = of_period(fields.Monetary)
    collected_amount = of_period(fields.Monetary)
    other_amount = of_period(fields.Monetary)
    closing_amount = of_period(fields.Monetary)
    current_amount = of_period(fields.Monetary)
    overdue_amount = of_period(fields.Monetary)
    over_90_amount = of_period(fields.Monetary)
    credit_amount = of_period(fields.Monetary)
    written_off_amount = of_period(fields.Monetary)
    due_amount = of_period(fields.Monetary)
    remaining_amount = of_period(fields.Monetary)
    promised_amount = of_period(fields.Monetary)
    promise_kept_amount = of_period(fields.Monetary)
    days = of_period(fields.Integer)
    dso = of_period(OptionalFloat)
    dso_best = of_period(OptionalFloat)
    days_delinquent = of_period(OptionalFloat)
    cei = of_period(OptionalFloat)
    overdue_share = of_period(OptionalFloat)
    current_share = of_period(OptionalFloat)
    over_90_share = of_period(OptionalFloat)
    turnover = of_period(OptionalFloat)
    bad_debt_ratio = of_period(OptionalFloat)
    promise_kept_rate = of_period(OptionalFloat)
    collection_progress = of_period(OptionalFloat)

    # ------------------------------------------------------------------
    # ROWS
    # ------------------------------------------------------------------

    @property
    def _table_query(self):
        first, last = self._context_days()
        return SQL(" UNION ALL ").join(
            self._company_sql(Period(company, first, last)) for company in self._context_companies()
        )

    def _company_sql(self, period):
        company = period.company
        return SQL(
            """
            SELECT (fact.partner_id::bigint << 16) + %(company)s AS id, fact.*, %(company)s AS company_id,
                   %(currency)s AS currency_id, customer.user_id, customer.country_id, %(ratios)s
              FROM (SELECT *, %(days)s AS days,
                           closing_amount - opening_amount - sales_amount + collected_amount AS other_amount
                      FROM (%(customers)s) amounts) fact
              JOIN res_partner customer ON customer.id = fact.partner_id
             WHERE %(anything)s
            """,
            company=company.id,
            currency=company.currency_id.id,
            days=period.days,
            ratios=SQL(", ").join(SQL("%s AS %s", ratio_sql(name), SQL.identifier(name)) for name in RATIOS),
            customers=self.env["receivable.kpi.facts"]._customers_sql(period),
            anything=SQL(" OR ").join(SQL("%s <> 0", SQL.identifier(name)) for name in AMOUNTS),
            to_flush=[self.env["res.partner"]._fields[name] for name in ("user_id", "country_id")],
        )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    @api.model
    def _action(self, company, date_from, date_to, domain=()):
        """The customers of a company in a period."""
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_receivable_kpi_customer")
        days = f"{format_date(self.env, date_from)} – {format_date(self.env, date_to)}"
        return {
            **action,
            "display_name": f"{action['name']} · {days}",
            "domain": [("company_id", "=", company.id), *domain],
            "context": self._days_context(company, date_from, date_to),
        }

    def action_open_items(self):
        """The open items of the customer as of the last day."""
        self.ensure_one()
        _first, last = self._context_days()
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_receivable_aging")
        domain = [("commercial_partner_id", "=", self.partner_id.id), ("company_id", "child_of", self.company_id.id)]
        return {
            **action,
            "domain": domain,
            "context": {"as_of": fields.Date.to_string(last), "date_basis": "due"},
            "views": [(False, kind) for kind in ("list", "pivot", "graph")],
        }
