"""Loss history: what was in which bucket at the end of each month, what was written off from where, and how much of
each month's due amounts ever reached a bucket. One statement each, whatever the number of months.

Balances are linear: an item adds its amount when it is booked, a matching takes its own off when it is made, and each
of these events counts in the bucket of the item's due date at every month end after it. So events are added up by due
date and month first, which leaves a few thousand rows of a million items.
"""

from dataclasses import dataclass
from datetime import date

from odoo import models
from odoo.tools import SQL


@dataclass(frozen=True, slots=True)
class LossHistory:
    """What history is asked for.

    ``segment`` is an expression on ``partner`` (the commercial partner) that gives the key of his segment; ``bounds``
    are the upper bounds of the buckets between the first (not due) and the last one, as in ``core.aging``.
    """

    company: models.BaseModel
    bounds: tuple[int, ...]
    segment: SQL
    month_ends: tuple[date, ...] = ()
    step: int = 1


class ReceivableLedger(models.AbstractModel):
    _inherit = "receivable.ledger"

    # ------------------------------------------------------------------
    # PARTS
    # ------------------------------------------------------------------

    def _claims_condition(self, company):
        """Condition on ``line``: what a customer was charged, the experience that losses are measured on.

        Payments, credits, differences of exchange rates, and entries that take a write-off back are no claims.
        """
        return SQL(
            """
            line.account_id = ANY(%(accounts)s) AND line.company_id = ANY(%(companies)s)
            AND line.parent_state = 'posted' AND line.balance > 0 AND line.journal_id = ANY(%(journals)s)
            AND line.move_id NOT IN (SELECT reversed.move_id
                                       FROM (VALUES %(bad_debt)s) booked(root_id, account_id, is_bad_debt)
                                       JOIN account_move_line reversed ON reversed.account_id = booked.account_id
                                      WHERE reversed.company_id = ANY(%(companies)s))
            """,
            accounts=self._receivable_account_ids(),
            companies=self._tree_company_ids(company),
            journals=self._claim_journal_ids(company),
            bad_debt=self._bad_debt_accounts_sql(company),
        )

    def _claim_journal_ids(self, company):
        """Journals in which claims come about: sales and entries (opening balances), not those of exchange rates."""
        # sudo: a branch shares its root's customers whoever asks
        companies = self.env["res.company"].sudo().browse(self._tree_company_ids(company))
        journals = self.env["account.journal"].sudo().with_context(active_test=False)
        domain = [("company_id", "in", companies.ids), ("type", "in", ("sale", "general"))]
        return (journals.search(domain) - companies.currency_exchange_journal_id).ids

    def _effective_matchings_condition(self):
        """Condition on ``matching``: not with a draft entry, which is not in the general ledger yet."""
        return SQL(
            "matching.credit_move_id NOT IN (SELECT draft.id FROM account_move_line draft WHERE %s)",
            self._matched_draft_condition(self._receivable_account_ids()),
        )

    def _due_sql(self):
        return SQL("COALESCE(line.date_maturity, line.date)")

    def _bucket_index_sql(self, age, bounds):
        """Index of the bucket of an ``age`` (SQL, days): 0 not due, the last one everything above."""
        cases = SQL(" ").join(SQL("WHEN %s <= %s THEN %s", age, bound, place) for place, bound in enumerate(bounds, 1))
        return SQL("CASE WHEN %s <= 0 THEN 0 %s ELSE %s END", age, cases, len(bounds) + 1)

    def _month_index_sql(self, day, first):
        """Number of the first month end on or after a ``day``, counted from the month end ``first``; never below 0."""
        months = SQL("(EXTRACT(YEAR FROM %(day)s) * 12 + EXTRACT(MONTH FROM %(day)s))::integer", day=day)
        return SQL("GREATEST(%s - %s, 0)", months, first.year * 12 + first.month)

    # ------------------------------------------------------------------
    # FACTS
    # ------------------------------------------------------------------

    def _monthly_balances_sql(self, history):
        """Claims open at each month end by bucket: ``segment, month`` (index of the month end), ``bucket, amount``."""
        first, last = history.month_ends[0], history.month_ends[-1]
        return SQL(
            """
              WITH event AS (
                   SELECT %(segment)s AS segment, %(due)s AS due, %(booked)s AS month, sum(line.balance) AS amount
                     FROM account_move_line line
                     LEFT JOIN res_partner contact ON contact.id = line.partner_id
                     LEFT JOIN res_partner partner ON partner.id = contact.commercial_partner_id
                    WHERE %(claims)s AND line.date <= %(last)s
                    GROUP BY 1, 2, 3
                    UNION ALL
                   SELECT %(segment)s, %(due)s, %(matched)s, -sum(matching.amount)
                     FROM account_partial_reconcile matching
                     JOIN account_move_line line ON line.id = matching.debit_move_id
                     LEFT JOIN res_partner contact ON contact.id = line.partner_id
                     LEFT JOIN res_partner partner ON partner.id = contact.commercial_partner_id
                    WHERE %(claims)s AND line.date <= %(last)s AND %(effective)s
                      AND matching.company_id = ANY(%(companies)s) AND matching.max_date <= %(last)s
                    GROUP BY 1, 2, 3
                   ), change AS (
                   SELECT segment, due, month, sum(amount) AS amount FROM event GROUP BY segment, due, month
                   ), balance AS (
                   SELECT segment, due, month,
                          sum(amount) OVER (PARTITION BY segment, due ORDER BY month) AS amount,
                          lead(month, 1, %(size)s) OVER (PARTITION BY segment, due ORDER BY month) AS next
                     FROM change
                   )
            SELECT segment, month_end.number AS month, %(bucket)s AS bucket, sum(amount) AS amount
              FROM balance
              JOIN (VALUES %(month_ends)s) month_end(number, day)
                ON month_end.number >= balance.month AND month_end.number < balance.next
             WHERE amount <> 0
             GROUP BY 1, 2, 3
            """,
            segment=history.segment,
            due=self._due_sql(),
            booked=self._month_index_sql(SQL("line.date"), first),
            matched=self._month_index_sql(SQL("GREATEST(matching.max_date, line.date)"), first),
            claims=self._claims_condition(history.company),
            effective=self._effective_matchings_condition(),
            companies=self._tree_company_ids(history.company),
            last=last,
            size=len(history.month_ends),
            bucket=self._bucket_index_sql(SQL("month_end.day - due"), history.bounds),
            month_ends=self._month_ends_sql(history),
            to_flush=self._loss_fields(),
        )

    def _monthly_written_off_sql(self, history):
        """What was written off in the ``step`` months up to each month end, by the bucket of its item at their
        beginning: ``segment, month, bucket, amount``. An item that was not there at the beginning does not count."""
        first = history.month_ends[0]
        return SQL(
            """
            SELECT %(segment)s AS segment, month_end.number AS month, %(bucket)s AS bucket,
                   sum(written_off.amount) AS amount
              FROM (%(written_off)s) written_off
              JOIN account_move_line line ON line.id = written_off.line_id
              LEFT JOIN res_partner partner ON partner.id = written_off.partner_id
              JOIN (VALUES %(month_ends)s) begin(number, day) ON begin.day >= line.date
              JOIN (VALUES %(month_ends)s) month_end(number, day) ON month_end.number = begin.number + %(step)s
             WHERE written_off.date > begin.day AND written_off.date <= month_end.day AND written_off.date >= %(first)s
               AND %(claims)s
             GROUP BY 1, 2, 3
            """,
            segment=history.segment,
            bucket=self._bucket_index_sql(SQL("begin.day - %s", self._due_sql()), history.bounds),
            written_off=self._written_off_sql(history.company),
            month_ends=self._month_ends_sql(history),
            step=history.step,
            first=first,
            claims=self._claims_condition(history.company),
            to_flush=self._loss_fields(),
        )

    def _month_ends_sql(self, history):
        return SQL(", ").join(SQL("(%s, %s::date)", number, day) for number, day in enumerate(history.month_ends))

    def _cohorts_sql(self, history, due_from, due_to):
        """How much of what fell due in each month reached a bucket for the first time, to be summed up from the first.

        :return: ``SQL`` of ``segment, month`` (first day of the month of the due date), ``bucket, amount``: bucket 0
            is what was charged by the due date; of a later bucket, what changes against the one before. The sum up to
            a bucket is what was open when the items came to be that old. Write-offs are not taken off: they are lost.
        """
        lags = SQL(" ").join(
            SQL("WHEN event.lag <= %s THEN %s", bound, place) for place, bound in enumerate((0, *history.bounds), 1)
        )
        return SQL(
            """
            SELECT segment, month, CASE WHEN is_claim AND event.lag <= 0 THEN 0 %(lags)s END AS bucket,
                   sum(amount) AS amount
              FROM (
                   SELECT %(segment)s AS segment, date_trunc('month', %(due)s)::date AS month, TRUE AS is_claim,
                          line.date - %(due)s AS lag, line.balance AS amount
                     FROM account_move_line line
                     LEFT JOIN res_partner contact ON contact.id = line.partner_id
                     LEFT JOIN res_partner partner ON partner.id = contact.commercial_partner_id
                    WHERE %(claims)s AND %(period)s
                    UNION ALL
                   SELECT %(segment)s, date_trunc('month', %(due)s)::date, FALSE,
                          GREATEST(line.date, matching.max_date) - %(due)s, -matching.amount
                     FROM account_partial_reconcile matching
                     JOIN account_move_line line ON line.id = matching.debit_move_id
                     LEFT JOIN res_partner contact ON contact.id = line.partner_id
                     LEFT JOIN res_partner partner ON partner.id = contact.commercial_partner_id
                    WHERE %(claims)s AND %(period)s AND %(effective)s
                      AND matching.company_id = ANY(%(companies)s)
                    UNION ALL
                   SELECT %(segment)s, date_trunc('month', %(due)s)::date, FALSE,
                          GREATEST(line.date, written_off.date) - %(due)s, written_off.amount
                     FROM (%(written_off)s) written_off
                     JOIN account_move_line line ON line.id = written_off.line_id
                     LEFT JOIN res_partner partner ON partner.id = written_off.partner_id
                    WHERE %(claims)s AND %(period)s
                   ) event
             WHERE event.lag <= %(last_bound)s
             GROUP BY 1, 2, 3
            """,
            lags=lags,
            segment=history.segment,
            due=self._due_sql(),
            claims=self._claims_condition(history.company),
            period=SQL("%(due)s > %(first)s AND %(due)s <= %(last)s", due=self._due_sql(), first=due_from, last=due_to),
            effective=self._effective_matchings_condition(),
            companies=self._tree_company_ids(history.company),
            written_off=self._written_off_sql(history.company),
            last_bound=history.bounds[-1] if history.bounds else 0,
            to_flush=self._loss_fields(),
        )

    def _loss_fields(self):
        """What the statements read beside the ledger; the ORM flushes it first."""
        return [*self._ledger_fields(), self.env["account.move.line"]._fields["journal_id"]]

    def _lost_since_sql(self, history, since, until, last_rate):
        """What became of the claims open on a day: ``segment, bucket`` (on that day), ``amount`` open then, ``lost``.

        Lost is what was written off since, and ``last_rate`` of what is still open and in the last bucket by now.
        """
        last_bound = history.bounds[-1] if history.bounds else 0
        return SQL(
            """
              WITH lost AS (
                   SELECT line_id, sum(amount) AS amount
                     FROM (SELECT line_id, amount FROM (%(written_off)s) written_off
                            WHERE date > %(since)s AND date <= %(until)s
                            UNION ALL
                           SELECT line_id, residual * %(last_rate)s FROM (%(open_now)s) item
                            WHERE residual > 0 AND %(until)s - date_maturity > %(last_bound)s) part
                    GROUP BY line_id
                   )
            SELECT %(segment)s AS segment, %(bucket)s AS bucket, sum(item.residual) AS amount,
                   sum(LEAST(COALESCE(lost.amount, 0), item.residual)) AS lost
              FROM (%(open_then)s) item
              LEFT JOIN res_partner partner ON partner.id = item.partner_id
              LEFT JOIN lost ON lost.line_id = item.line_id
             WHERE item.residual > 0
             GROUP BY 1, 2
            """,
            written_off=self._written_off_sql(history.company),
            open_now=self._open_items_sql(until, history.company),
            open_then=self._open_items_sql(since, history.company),
            since=SQL("%s::date", since),
            until=SQL("%s::date", until),
            last_bound=last_bound,
            last_rate=last_rate,
            segment=history.segment,
            bucket=self._bucket_index_sql(SQL("%s::date - item.date_maturity", since), history.bounds),
        )
