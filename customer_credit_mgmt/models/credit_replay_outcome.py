"""What became of the documents that a policy would have held, and how long they would have waited."""

from odoo import models
from odoo.tools import SQL

from ..core.what_if import LOST_AFTER_DAYS, SIDES


class CreditReplay(models.AbstractModel):
    _inherit = "credit.replay"

    # ------------------------------------------------------------------
    # WHAT BECAME OF THEM
    # ------------------------------------------------------------------

    def _result_sql(self, plan):
        """``document_id, amount_days, lost_amount, paid_on, result`` of the held documents, as known today.

        ``amount_days`` is what was open times the days it was open after its due date. ``result`` is on_time, late, or
        open while the last day on time has not passed (core/shrinkage.py).
        """
        late_after = self.env["receivable.ledger"]._late_after_sql(SQL("movement.due"))
        return SQL(
            """
            SELECT document_id, amount_days, lost_amount + COALESCE(written_off.amount, 0) AS lost_amount,
                   CASE WHEN open_amount = 0 THEN last_match END AS paid_on,
                   CASE WHEN late_amount > 0 THEN 'late' WHEN open_amount = 0 THEN 'on_time' ELSE 'open' END AS result
              FROM (
                    SELECT movement.move_id AS document_id, sum(movement.amount) AS open_amount,
                           max(movement.date) FILTER (WHERE movement.booked = 0) AS last_match,
                           sum(movement.amount * GREATEST(%(today)s - GREATEST(movement.date, movement.due), 0))
                               AS amount_days,
                           COALESCE(sum(movement.amount) FILTER (WHERE movement.due < %(today)s - %(lost)s), 0)
                               AS lost_amount,
                           sum(movement.amount) FILTER (WHERE movement.date <= %(late_after)s
                                                          AND %(late_after)s < %(today)s) AS late_amount
                      FROM credit_replay_movement movement
                      JOIN held ON held.document_id = movement.move_id
                     WHERE movement.due > '-infinity'
                     GROUP BY movement.move_id
                   ) paid
              LEFT JOIN (%(written_off)s) written_off USING (document_id)
            """,
            today=SQL("%s::date", plan.period.today),
            lost=LOST_AFTER_DAYS,
            late_after=late_after,
            written_off=self._written_off_sql(),
        )

    def _written_off_sql(self):
        """What was settled by a plain journal entry against an expense: neither payment nor exchange difference."""
        return SQL(
            """
            SELECT paid.move_id AS document_id, -sum(paid.amount) AS amount
              FROM credit_replay_movement paid
              JOIN held ON held.document_id = paid.move_id
              JOIN account_move move ON move.id = paid.matched_move_id
             WHERE move.move_type = 'entry' AND move.origin_payment_id IS NULL AND move.statement_line_id IS NULL
               AND NOT EXISTS (SELECT FROM account_partial_reconcile WHERE exchange_move_id = move.id)
               AND EXISTS (SELECT FROM account_move_line line
                             JOIN account_account account ON account.id = line.account_id
                            WHERE line.move_id = move.id AND account.account_type LIKE 'expense%%')
             GROUP BY paid.move_id
            """
        )

    # ------------------------------------------------------------------
    # HOW LONG THEY WOULD HAVE WAITED
    # ------------------------------------------------------------------

    def _clearing_sql(self, plan, company):
        """For each document the first day on which each overdue rule is kept again: ``clear_<rule number>``."""
        half = company.currency_id.rounding / 2
        columns = [
            SQL(
                "min(CASE WHEN %s < %s::numeric THEN date END) OVER later AS %s",
                SQL.identifier(f"overdue_{rule.shift}"),
                rule.bound + half,
                SQL.identifier(f"clear_{rule.number}"),
            )
            for rule in plan.rules
            if rule.kind in ("overdue_days", "overdue_amount")
        ]
        return SQL(
            """
            SELECT partner_id, document_id %(columns)s
              FROM credit_replay_running
             WHERE partner_id IN (SELECT partner_id FROM held)
            WINDOW later AS (PARTITION BY partner_id ORDER BY date DESC, document_id DESC ROWS UNBOUNDED PRECEDING)
            """,
            columns=SQL("").join(SQL(", %s", column) for column in columns),
        )

    def _reached_sql(self):
        """For each document over the limit the day on which payments since have made room: ``(document_id, side)``.

        Payments and credit notes add up along the days; the one that reaches what is missing is the next above it.
        """
        wanted = SQL(" UNION ALL ").join(
            SQL(
                "SELECT partner_id, paid_amount + receivable_amount + amount - %(limit)s, NULL::date, document_id,"
                " %(side)s"
                " FROM held WHERE %(outcome)s = 'block' AND %(mode)s IN ('limited', 'no_credit')",
                # whoever has no credit pays in advance
                limit=SQL(
                    "CASE %s WHEN 'limited' THEN %s ELSE 0 END",
                    SQL.identifier(f"{side}_mode"),
                    SQL.identifier(f"{side}_limit"),
                ),
                outcome=SQL.identifier(f"{side}_outcome"),
                mode=SQL.identifier(f"{side}_mode"),
                side=side,
            )
            for side in SIDES
        )
        return SQL(
            """
            SELECT document_id, side, date
              FROM (
                    SELECT document_id, side, min(date) OVER (
                               PARTITION BY partner_id ORDER BY paid DESC, document_id NULLS FIRST
                               ROWS UNBOUNDED PRECEDING
                           ) AS date
                      FROM (
                            SELECT partner_id, max(paid_amount) AS paid, date, NULL::int AS document_id, NULL AS side
                              FROM credit_replay_running
                             WHERE document_id = 0 AND partner_id IN (SELECT partner_id FROM held)
                             GROUP BY partner_id, date
                             UNION ALL
                            %s
                           ) step
                   ) found
             WHERE document_id IS NOT NULL
            """,
            wanted,
        )

    def _cleared_sql(self, plan, side):
        """The day on which the last blocking rule of the side is kept again; NULL when that is not known.

        The size of a document does not change by waiting: a person has to decide.
        """
        broken = SQL.identifier("held", f"{side}_broken")
        days = []
        for rule in plan.rules:
            if rule.side == side and rule.action == "block" and rule.is_replayed:
                if rule.kind in ("over_limit", "no_credit"):
                    day = SQL.identifier(f"{side}_reached", "date")
                elif rule.kind in ("overdue_days", "overdue_amount"):
                    day = SQL.identifier("clearing", f"clear_{rule.number}")
                else:
                    day = SQL("NULL::date")
                days.append(SQL("CASE WHEN %s = ANY(%s) THEN COALESCE(%s, 'infinity') END", rule.number, broken, day))
        if not days:
            return SQL("NULL::date")
        return SQL(
            "CASE WHEN %s = 'block' THEN NULLIF(GREATEST(%s), 'infinity') END",
            SQL.identifier("held", f"{side}_outcome"),
            SQL(", ").join(days),
        )

    def _judged_sql(self, plan):
        """The held documents with all that is known of them."""
        return SQL(
            """
            SELECT held.*, result.amount_days, result.lost_amount, result.paid_on, result.result,
                   %(in_force)s AS in_force_cleared_on, %(what_if)s AS what_if_cleared_on
              FROM held
              LEFT JOIN result USING (document_id)
              LEFT JOIN clearing ON clearing.document_id = held.document_id AND clearing.partner_id = held.partner_id
              LEFT JOIN reached in_force_reached
                ON in_force_reached.document_id = held.document_id AND in_force_reached.side = 'in_force'
              LEFT JOIN reached what_if_reached
                ON what_if_reached.document_id = held.document_id AND what_if_reached.side = 'what_if'
            """,
            in_force=self._cleared_sql(plan, "in_force"),
            what_if=self._cleared_sql(plan, "what_if"),
        )

    # ------------------------------------------------------------------
    # HOW OLD THE OLDEST WAS
    # ------------------------------------------------------------------

    def _segment_sql(self, plan):
        """Stretches of days on which an overdue item had the same residual, of the customers asked for."""
        return SQL(
            """
            SELECT partner_id, due, date, LEAST(lead(date, 1, %(end)s) OVER item_days, until) AS until,
                   sum(amount) OVER item_days AS residual
              FROM (
                    SELECT line_id, partner_id, due, until, GREATEST(date, due + 1) AS date, sum(amount) AS amount
                      FROM credit_replay_movement
                     WHERE due > '-infinity' AND partner_id IN (SELECT partner_id FROM asked)
                     GROUP BY line_id, partner_id, due, until, GREATEST(date, due + 1)
                   ) step
            WINDOW item_days AS (PARTITION BY line_id ORDER BY date)
            """,
            # the day after the last
            end=SQL("%s::date + 1", plan.period.today),
        )

    def _oldest_sql(self):
        """``(partner_id, date, days)``: how long the oldest item was overdue that credits did not cover on that day.

        Without credits to cover them, the oldest item is the oldest due date; else the items are added up along theirs.
        """
        pairs = SQL(
            "segment.partner_id = asked.partner_id AND segment.residual <> 0"
            " AND segment.date <= asked.date AND segment.until > asked.date"
        )
        return SQL(
            """
            WITH gross AS MATERIALIZED (
                SELECT asked.partner_id, asked.date, asked.total, sum(segment.residual) AS amount,
                       min(segment.due) AS due
                  FROM asked
                  JOIN segment ON %(pairs)s
                 GROUP BY asked.partner_id, asked.date, asked.total
            )
            SELECT partner_id, date, date - due AS days FROM gross WHERE amount = total
             UNION ALL
            SELECT partner_id, date, date - min(due)
              FROM (
                    SELECT asked.partner_id, asked.date, segment.due, asked.total - asked.amount
                           + sum(segment.residual) OVER (PARTITION BY asked.partner_id, asked.date ORDER BY segment.due)
                               AS not_covered
                      FROM gross asked
                      JOIN segment ON %(pairs)s
                     WHERE asked.amount <> asked.total
                   ) due_up_to
             WHERE not_covered > 0
             GROUP BY partner_id, date
            """,
            pairs=pairs,
        )

    def _asked_sql(self, source):
        """Customers and days of ``source`` with something overdue, and how much that was at the end of the day."""
        return SQL(
            """
            SELECT DISTINCT ON (running.partner_id, running.date) running.partner_id, running.date,
                   running.overdue_0 AS total
              FROM credit_replay_running running
              JOIN (SELECT DISTINCT partner_id, date FROM %s WHERE overdue_0 > 0) day
                ON day.partner_id = running.partner_id AND day.date = running.date
             ORDER BY running.partner_id, running.date, running.document_id DESC
            """,
            SQL.identifier(source),
        )
