from odoo import models
from odoo.tools import SQL


class ReceivableAging(models.Model):
    """Sums of several companies: those of different currencies are not added up, they have none."""

    _inherit = "receivable.aging"

    def _read_group_select(self, aggregate_spec, query):
        selected = super()._read_group_select(aggregate_spec, query)
        if aggregate_spec != "amount_residual:sum" or len(self.env.companies.currency_id) < 2:
            return selected
        currency = self._field_to_sql(self._table, "company_currency_id", query)
        return SQL("CASE WHEN min(%(currency)s) = max(%(currency)s) THEN %(sum)s END", currency=currency, sum=selected)
