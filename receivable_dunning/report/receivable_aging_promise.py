"""What is promised of the aged items, and promises and plans made from the list."""

from odoo import fields, models
from odoo.tools import SQL

from .receivable_aging import in_context


class ReceivableAging(models.Model):
    _inherit = "receivable.aging"

    amount_promised = in_context(
        fields.Monetary,
        string="Promised",
        currency_field="company_currency_id",
        help="Part of the open amount that the customer had promised on the date of the report, for a day that had not"
        " passed, and that was still to come; in the currency of the company.",
    )

    @property
    def _table_query(self):
        promised = self.env["receivable.promise"]._stood_sql(self._aging_parameters().as_of)
        return SQL("SELECT aging.*, %s AS amount_promised FROM (%s) aging", promised, super()._table_query)

    def action_promise(self):
        """A promise to pay the chosen items."""
        return self.env["receivable.promise.wizard"]._open(self._promisable_lines())

    def action_payment_plan(self):
        """Instalments for the chosen items."""
        return self.env["receivable.payment.plan.wizard"]._open(self._promisable_lines())

    def _promisable_lines(self):
        """The items of the chosen rows that are open today, whatever day the report is of."""
        return self.move_line_id.filtered(
            lambda line: line.parent_state == "posted" and line.amount_residual_currency > 0
        )
