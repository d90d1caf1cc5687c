"""What is in dispute bears no interest while it is, and its days are owed when the customer was wrong."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from odoo import models
from odoo.tools import SQL

from ..core.interest_dispute import Charged, Dispute
from .late_interest_ledger import FREE_STATES


class LateInterestLedger(models.AbstractModel):
    _inherit = "late.interest.ledger"

    def _disputes(self, line_ids):
        disputes = self._disputes_of(line_ids)
        charged = self._charged_bases(list(disputes)) if disputes else {}
        return disputes, charged

    def _disputes_of(self, line_ids):
        """``{line_id: [Dispute]}``, the first one first.

        A credit note lowers the base on its own day: what was accepted is in dispute until the day before.
        """
        taken = self._taken_by_disputes(line_ids)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT move_line_id, id, date,
                       CASE WHEN state IN ('accepted', 'partly') THEN closed_on - 1 ELSE closed_on END,
                       amount_opened::text,
                       CASE WHEN state IN ('rejected', 'withdrawn') THEN amount_opened
                            WHEN state = 'partly' THEN amount_opened - amount_accepted ELSE 0 END::text
                  FROM receivable_dispute
                 WHERE move_line_id = ANY(%s)
                 ORDER BY date, id
                """,
                line_ids,
                to_flush=[
                    self.env["receivable.dispute"]._fields[name]
                    for name in ("state", "date", "closed_on", "amount_opened", "amount_accepted", "move_line_id")
                ],
            )
        )
        result = defaultdict(list)
        for line_id, key, first, last, amount, owed in rows:
            if first <= (last or date.max):
                part = Dispute(key, first, last, Decimal(amount), Decimal(owed), tuple(taken[key]))
                result[line_id].append(part)
        return result

    def _taken_by_disputes(self, line_ids):
        """``{dispute id: [(first, last)]}`` of the days that were charged, claimed or waived after all."""
        result = defaultdict(list)
        for key, first, last in self.env.execute_query(
            SQL(
                "SELECT dispute_id, date_from, date_to FROM late_interest_charge"
                " WHERE move_line_id = ANY(%s) AND dispute_id IS NOT NULL AND state <> ALL(%s)",
                line_ids,
                list(FREE_STATES),
            )
        ):
            result[key].append((first, last))
        return result

    def _charged_bases(self, line_ids):
        """``{line_id: [Charged]}``: the undisputed parts that were charged."""
        result = defaultdict(list)
        for line_id, first, last, base in self.env.execute_query(
            SQL(
                "SELECT move_line_id, date_from, date_to, base::text FROM late_interest_charge"
                " WHERE move_line_id = ANY(%s) AND kind = 'interest' AND dispute_id IS NULL AND state <> ALL(%s)",
                line_ids,
                list(FREE_STATES),
            )
        ):
            result[line_id].append(Charged(first, last, Decimal(base)))
        return result
