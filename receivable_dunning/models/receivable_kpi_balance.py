"""Receivables at the beginning and at the end of a period, by what they are; read once for both days."""

from odoo import models
from odoo.tools import SQL


class ReceivableKpiFacts(models.AbstractModel):
    _inherit = "receivable.kpi.facts"

    def _balance_sql(self, period):
        """Sums of both days. What was open at the beginning is what still is at the end, of the items that were there,
        and what was matched with them since.

        Credits count in the bucket of their own date, as in the aged receivables. What came up in the period without
        an invoice was to collect as far as it is open: no more is left than was due.
        """
        line = self.env["account.move.line"]._fields
        return SQL(
            """
            SELECT partner_id, sum(amount) FILTER (WHERE date < %(first)s) AS opening_amount,
                   sum(amount) FILTER (WHERE is_open) AS closing_amount,
                   sum(amount) FILTER (WHERE is_open AND date_maturity >= %(end)s) AS current_amount,
                   sum(amount) FILTER (WHERE is_open AND date_maturity < %(end)s) AS overdue_amount,
                   sum(amount) FILTER (WHERE is_open AND date_maturity < %(end)s - 90) AS over_90_amount,
                   sum(amount) FILTER (WHERE is_open AND amount < 0) AS credit_amount,
                   sum(amount) FILTER (WHERE is_open AND amount > 0 AND date_maturity < %(end)s) AS remaining_amount,
                   sum(amount) FILTER (WHERE amount > 0 AND date_maturity < %(end)s
                                         AND (date < %(first)s OR entry_id IS NOT NULL)) AS due_amount
              FROM (SELECT line_id, partner_id, company_id, date, date_maturity, residual AS amount, TRUE AS is_open
                      FROM (%(items)s) open_item
                     UNION ALL
                    %(matched)s) item
              -- the few that there may be, so that nothing is looked up for each of the many open items
              LEFT JOIN (SELECT id AS entry_id
                           FROM account_move_line
                          WHERE account_id = ANY(%(accounts)s) AND date BETWEEN %(first)s AND %(end)s
                            AND balance > 0 AND display_type IS DISTINCT FROM 'payment_term') entry
                     ON entry_id = line_id
             WHERE %(booked)s
             GROUP BY partner_id
            """,
            items=self.env["receivable.ledger"]._open_items_sql(period.date_to, period.company),
            matched=self._matched_since_sql(period),
            accounts=self.env["receivable.ledger"]._own_receivable_account_ids(period.company),
            booked=self._booked_condition(period, SQL("company_id")),
            first=period.date_from,
            end=SQL("%s::date", period.date_to),
            to_flush=[line[name] for name in ("account_id", "date", "balance", "display_type")],
        )

    def _matched_since_sql(self, period):
        """What was matched in the period with items from before it. A matching with a draft is none yet."""
        ledger = self.env["receivable.ledger"]
        accounts = ledger._own_receivable_account_ids(period.company)
        return SQL(
            """
            SELECT NULL, partner.commercial_partner_id, line.company_id, line.date,
                   COALESCE(line.date_maturity, line.date), matched.amount, FALSE
              FROM (SELECT debit_move_id AS line_id, credit_move_id AS other_id, amount
                      FROM account_partial_reconcile
                     WHERE company_id = ANY(%(companies)s) AND max_date BETWEEN %(first)s AND %(end)s
                     UNION ALL
                    SELECT credit_move_id, debit_move_id, -amount
                      FROM account_partial_reconcile
                     WHERE company_id = ANY(%(companies)s) AND max_date BETWEEN %(first)s AND %(end)s) matched
              JOIN account_move_line line ON line.id = matched.line_id
              LEFT JOIN res_partner partner ON partner.id = line.partner_id
             WHERE line.account_id = ANY(%(accounts)s) AND line.company_id = ANY(%(companies)s)
               AND line.parent_state = 'posted' AND line.date < %(first)s
               AND matched.other_id NOT IN (SELECT draft.id FROM account_move_line draft WHERE %(is_draft)s)
            """,
            companies=ledger._tree_company_ids(period.company),
            accounts=accounts,
            is_draft=ledger._matched_draft_condition(accounts),
            first=period.date_from,
            end=period.date_to,
            to_flush=ledger._ledger_fields(),
        )
