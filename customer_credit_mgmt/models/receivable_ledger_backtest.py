"""What the prediction would have said, and what happened then."""

from datetime import timedelta

from odoo import models
from odoo.tools import SQL

from ..core.delay import HORIZON_DAYS


class ReceivableLedger(models.AbstractModel):
    _inherit = "receivable.ledger"

    def _backtest_sql(self, eve, until, judged_on, company):
        """Predictions with the knowledge of ``eve``, beside what was known on ``judged_on``.

        Three kinds of rows, in the columns of :meth:`_predictions_sql` and ``kind``, ``settled_on`` (``NULL``: not by
        ``judged_on``), ``left`` (open four weeks after the eve):

        * ``invoice``: the instalments of invoices dated after the eve, up to ``until``, seen on the day before
        * ``overdue``: those whose first day overdue is in that time, seen on it
        * ``open``: all that was open on the eve

        Nothing later than ``judged_on`` is read.
        """
        return self._predictions_sql(eve, company, None, self._outcomes_sql(eve, until, judged_on, company))

    def _outcomes_sql(self, eve, until, judged_on, company):
        return SQL(
            """
            WITH matching AS MATERIALIZED (%(settlements)s), instalment AS MATERIALIZED (
                SELECT line.id AS line_id, line.move_id, partner.commercial_partner_id AS partner_id,
                       %(root)s AS company_id, line.date, COALESCE(line.date_maturity, line.date) AS due,
                       line.balance AS amount, matching.settled_on
                  FROM account_move_line line
                  JOIN res_partner partner ON partner.id = line.partner_id
                  LEFT JOIN matching ON matching.line_id = line.id AND matching.amount = line.balance
                 WHERE line.account_id = ANY(%(accounts)s) AND line.company_id = ANY(%(companies)s)
                   AND line.parent_state = 'posted' AND line.display_type = 'payment_term' AND line.balance > 0
                   AND line.date <= %(until)s
                   AND (line.date > %(eve)s OR COALESCE(line.date_maturity, line.date) >= %(eve)s
                        OR matching.line_id IS NULL OR matching.settled_on > %(eve)s)
            )
            SELECT line_id, move_id, partner_id, company_id, date, due, amount, date - 1 AS seen_on, settled_on,
                   0 AS left, 'invoice' AS kind
              FROM instalment
             WHERE date > %(eve)s
             UNION ALL
            SELECT line_id, move_id, partner_id, company_id, date, due, amount, due + 1, settled_on, 0, 'overdue'
              FROM instalment
             WHERE due >= %(eve)s AND due < %(until)s AND date <= due + 1
               AND (settled_on IS NULL OR settled_on > due + 1)
             UNION ALL
            SELECT invoice.line_id, invoice.move_id, invoice.partner_id, invoice.company_id, invoice.date, invoice.due,
                   invoice.amount, invoice.seen_on, instalment.settled_on, COALESCE(later.residual, 0), 'open'
              FROM (%(open_then)s) invoice
              JOIN instalment USING (line_id)
              LEFT JOIN (%(open_later)s) later USING (line_id)
            """,
            settlements=self._settlements_sql(
                SQL("%s::date", judged_on), SQL("%s::date", eve - timedelta(days=3650)), company
            ),
            root=self._root_company_sql(SQL("line.company_id"), company),
            accounts=self._receivable_account_ids(),
            companies=self._tree_company_ids(company),
            eve=SQL("%s::date", eve),
            until=SQL("%s::date", until),
            open_then=self._open_invoices_sql(eve, company),
            open_later=self._open_items_sql(eve + timedelta(days=HORIZON_DAYS), company),
            to_flush=self._ledger_fields(),
        )
