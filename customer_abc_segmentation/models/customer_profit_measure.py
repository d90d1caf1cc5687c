from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL

from .customer_profit_facts import DAYS_OF_YEAR, ProfitScope


class AbcSales(models.AbstractModel):
    """ABC by profit: margin less what it cost to wait for the money."""

    _inherit = "abc.sales"

    def _get_measures(self):
        return {**super()._get_measures(), "profit": self._profit_sql}

    def _profit_sql(self, policy, as_of):
        """Margin of the window less the cost of capital on the receivables of each of its days."""
        first, last = policy._get_window(as_of)
        facts = self.env["customer.profit.facts"]
        scope = ProfitScope((first, last + timedelta(days=1)), facts._branches(policy.company_id), as_of)
        return SQL(
            """
            SELECT partner_id, sum(amount) AS amount
              FROM (SELECT margin.partner_id, margin.amount FROM (%(margin)s) margin
                     UNION ALL
                    SELECT receivable.partner_id, -receivable.money_days * %(rate)s::numeric / %(days)s
                      FROM (%(receivable)s) receivable) part
             GROUP BY partner_id
            """,
            margin=self._margin_sql(policy, as_of),
            receivable=facts._money_days_sql(scope),
            rate=policy.company_id.segmentation_capital_rate,
            days=100 * DAYS_OF_YEAR,
        )


class AbcPolicy(models.Model):
    _inherit = "abc.policy"

    measure = fields.Selection(
        selection_add=[("margin",), ("profit", "Profit")],
        ondelete={"profit": "cascade"},
        help="Revenue: posted customer invoices less credit notes, untaxed, in company currency.\n"
        "Number of Invoices: posted customer invoices, credit notes do not count.\n"
        "Margin: revenue of the invoice lines less the products' present cost, as in the invoice analysis.\n"
        "Profit: margin less the cost of capital on the receivables of every day, at the rate in the settings.\n"
        "Cash Received: what bank and cash entries credited to the customer's receivables, less refunds paid.",
    )

    def _get_measure_currency(self):
        return self.currency_id if self.measure == "profit" else super()._get_measure_currency()
