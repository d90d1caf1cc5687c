"""Which journal items the figure of a signal was made of."""

from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.tools import SQL


class CreditSignalSource(models.AbstractModel):
    _inherit = "credit.signal.source"

    def _evidence_kinds(self):
        """``{kind: statement of (line_id)}``: the kinds whose evidence are journal items."""
        return {
            "pays_later": self._paid_lines_sql,
            "partial_payments": self._paid_lines_sql,
            "overdue_share": self._open_lines_sql,
            "first_overdue": self._overdue_lines_sql,
            "utilization": self._open_lines_sql,
            "concentration": self._open_lines_sql,
            "sales_spike": self._sales_lines_sql,
            "sales_stop": self._sales_lines_sql,
        }

    def _evidence_sql(self, kind, company, as_of, partner):
        return self._evidence_kinds()[kind](company, as_of, partner)

    def _paid_lines_sql(self, company, as_of, partner):
        """Paid in the last 12 months, or overdue on the day."""
        return SQL(
            """
            SELECT line_id FROM (%s) instalment
             WHERE touched_on > %s OR settled_on IS NULL AND due < %s AND NOT in_payment
            """,
            self._instalments_sql(company, as_of, as_of - relativedelta(months=24), partner),
            as_of - relativedelta(months=12),
            as_of,
        )

    def _open_lines_sql(self, company, as_of, partner):
        items = self.env["receivable.ledger"]._open_items_sql(as_of, company, partner)
        return SQL("SELECT line_id FROM (%s) item WHERE partner_id = %s", items, partner.id)

    def _overdue_lines_sql(self, company, as_of, partner):
        items = self.env["receivable.ledger"]._open_items_sql(as_of, company, partner)
        return SQL(
            "SELECT line_id FROM (%s) item WHERE partner_id = %s AND date_maturity < %s", items, partner.id, as_of
        )

    def _sales_lines_sql(self, company, as_of, partner):
        """Invoiced in the 13 months before."""
        since = as_of - relativedelta(months=13)
        return SQL("SELECT line_id FROM (%s) instalment", self._instalments_sql(company, as_of, since, partner))
