"""What settles items that were promised or put into a plan: payments, and what takes a debt back without payment."""

from collections import defaultdict
from datetime import timedelta

from odoo import models
from odoo.tools import SQL

from ..core.promise import Item, Settlement


class ReceivableSettlement(models.AbstractModel):
    """Gathers the matchings of items, in the currency of the item, on the day on which they are effective.

    That day is the later date of the two items matched (``max_date``), not the day on which somebody matched them: what
    was paid in time is in time, however late it is booked. A matching with a draft entry is not effective.
    """

    _name = "receivable.settlement"
    _description = "Settlements of Receivable Items"

    def _items(self, line_ids):
        """``{line id: Item}`` in two statements."""
        rows = self.env.execute_query(
            SQL(
                "SELECT id, CASE WHEN parent_state = 'posted' THEN amount_currency ELSE 0 END"
                " FROM account_move_line WHERE id = ANY(%s)",
                list(line_ids),
                to_flush=self.env["receivable.ledger"]._ledger_fields(),
            )
        )
        settlements = self._settlements(line_ids)
        return {line_id: Item(float(amount), tuple(settlements[line_id])) for line_id, amount in rows}

    def _settlements(self, line_ids):
        """``{line id: [Settlement]}``; the parts of one credit are one settlement."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT matching.debit_move_id, matching.credit_move_id, max(matching.max_date),
                       sum(matching.debit_amount_currency)::float, NOT bool_or(%(is_forgiven)s)
                  FROM account_partial_reconcile matching
                  JOIN account_move_line credit ON credit.id = matching.credit_move_id
                  JOIN account_move move ON move.id = credit.move_id
                 WHERE matching.debit_move_id = ANY(%(lines)s) AND credit.parent_state = 'posted'
                 GROUP BY matching.debit_move_id, matching.credit_move_id
                HAVING sum(matching.debit_amount_currency) <> 0
                """,
                is_forgiven=self._forgiven_condition(),
                lines=list(line_ids),
                to_flush=self.env["receivable.ledger"]._ledger_fields(),
            )
        )
        result = defaultdict(list)
        for line_id, *settlement in rows:
            result[line_id].append(Settlement(*settlement))
        return result

    def _forgiven_condition(self):
        """Condition on ``move``, the credit's entry: it takes the debt back, nobody paid. To be extended.

        Credit notes and write-offs. The difference that was written off with a payment was agreed with the payment.
        """
        # sudo: which accounts take the losses is no secret
        companies = self.env["res.company"].sudo().search([("parent_id", "=", False)])
        return SQL(
            """
            (move.move_type = 'out_refund' OR move.origin_payment_id IS NULL AND move.statement_line_id IS NULL
             AND EXISTS (SELECT FROM account_move_line loss
                          WHERE loss.move_id = move.id AND loss.account_id = ANY(%s)))
            """,
            companies.bad_debt_account_ids.ids,
        )

    def _settled_before(self, line_ids):
        """``{line id: {credit id: amount}}`` as of now, as JSON keeps it: what was settled before is not paid anew."""
        return {
            line_id: {str(part.credit): part.amount for part in parts}
            for line_id, parts in self._settlements(line_ids).items()
        }

    @staticmethod
    def _deadline(day, tolerance_days):
        """The last day on which a payment is in time."""
        return day + timedelta(days=tolerance_days)
