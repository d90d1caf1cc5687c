"""Cash to come: open invoices in parts, each part with the probability of every week."""

from odoo import models
from odoo.tools import SQL

from odoo.addons.customer_credit_mgmt.core.score import MIN_HISTORY

#: Beyond the last week: nothing is looked at that is so many days ahead.
FAR = 36500


class ReceivableLedger(models.AbstractModel):
    _inherit = "receivable.ledger"

    # ------------------------------------------------------------------
    # WHAT CUSTOMERS STILL HAVE TO PAY
    # ------------------------------------------------------------------

    def _cash_invoices_sql(self, as_of, company=None, partners=None):
        """Open invoices less the credits of the customer, which pay the oldest ones first.

        What a payment under way settles is left out: that money is not to come any more.

        :return: ``SQL`` with ``line_id, move_id, partner_id, company_id`` (root), ``branch_id, currency_id, date,
            due, residual, residual_currency`` and ``amount``: what is expected to be paid, in company currency
        """
        return SQL(
            """
            SELECT line_id, move_id, partner_id, root_company_id AS company_id, company_id AS branch_id, currency_id,
                   date, date_maturity AS due, residual, residual_currency, %(as_of)s::date AS seen_on,
                   LEAST(residual, owed - credit) AS amount
              FROM (
                    SELECT item.*,
                           sum(GREATEST(residual, 0)) OVER (
                               PARTITION BY partner_id, root_company_id ORDER BY date_maturity, line_id
                           ) AS owed,
                           sum(GREATEST(-residual, 0)) OVER (PARTITION BY partner_id, root_company_id) AS credit
                      FROM (%(open_items)s) item
                     WHERE partner_id IS NOT NULL AND NOT in_payment
                   ) running
             WHERE residual > 0 AND owed > credit
            """,
            open_items=self._open_items_sql(as_of, company, partners),
            as_of=as_of,
        )

    # ------------------------------------------------------------------
    # PARTS
    # ------------------------------------------------------------------

    def _get_cash_agreements(self, as_of, company):
        """What is known of parts of invoices beside the habit of their customer, with the knowledge of ``as_of``.

        To be extended. Statements ``line_id, kind, amount`` (company currency), ``day, chance``:

        * ``promise``: the customer said he pays ``amount`` on ``day``, and keeps such words with the probability
          ``chance``. If he does not, his habit counts from that day on;
        * ``dispute``: nothing is paid before ``day``; from then on his habit counts, for the share ``chance`` of it
          that is likely to be owed.
        """
        return []

    def _cash_parts_sql(self, as_of, company, invoices):
        """``(line_id, kind, amount, weight, start, day)`` of the rows of ``invoice``.

        ``weight``: probability that the part takes this way; ``day``: on which it is paid then, else the habit counts
        from the end of ``start`` on. Agreements of an item never exceed it: the earlier ones go first.
        """
        rest = SQL(
            "SELECT line_id, 'habit' AS kind, amount, 1::float8 AS weight, %s::date AS start, NULL::date AS day"
            " FROM %s",
            as_of,
            invoices,
        )
        agreements = self._get_cash_agreements(as_of, company)
        if not agreements:
            return rest
        return SQL(
            """
              WITH said AS MATERIALIZED (
                   SELECT line_id, kind, GREATEST(day, %(as_of)s::date) AS day, chance,
                          LEAST(said.amount, invoice.amount - before) AS amount
                     FROM (SELECT said.*, COALESCE(sum(amount) OVER (
                                      PARTITION BY line_id ORDER BY day, kind, ordinal ROWS BETWEEN UNBOUNDED PRECEDING
                                      AND 1 PRECEDING), 0) AS before
                             FROM (SELECT *, row_number() OVER () AS ordinal FROM (%(agreements)s) every) said
                          ) said
                     JOIN %(invoices)s USING (line_id)
                    WHERE before < invoice.amount AND said.amount > 0
                   )
            SELECT line_id, 'habit' AS kind, invoice.amount - COALESCE(taken.amount, 0) AS amount, 1::float8 AS weight,
                   %(as_of)s::date AS start, NULL::date AS day
              FROM %(invoices)s
              LEFT JOIN (SELECT line_id, sum(amount) AS amount FROM said GROUP BY line_id) taken USING (line_id)
             WHERE invoice.amount > COALESCE(taken.amount, 0)
             UNION ALL
            SELECT line_id, kind, amount, chance, %(as_of)s::date, GREATEST(day, %(as_of)s::date + 1)
              FROM said WHERE kind = 'promise'
             UNION ALL
            SELECT line_id, CASE kind WHEN 'promise' THEN 'broken' ELSE kind END, amount,
                   CASE kind WHEN 'promise' THEN 1 - chance ELSE chance END, day, NULL
              FROM said WHERE kind <> 'promise' OR chance < 1
            """,
            agreements=SQL(" UNION ALL ").join(agreements),
            as_of=as_of,
            invoices=invoices,
        )

    # ------------------------------------------------------------------
    # WEEKS
    # ------------------------------------------------------------------

    def _cash_flows_sql(self, as_of, company, ends, partners=None, weeks=None):
        """Every part of every open invoice in every week: how likely it is paid then.

        :param ends: days from ``as_of`` to the last day of each week; the first week begins on the day after ``as_of``
        :param weeks: numbers (from 1) of the weeks asked for; one more than there are ends: later. Default: all
        :return: ``SQL`` with the columns of ``invoice`` (see :meth:`_cash_invoices_sql`), ``kind, part`` (amount of the
            part), ``number`` of the week, ``probability``, ``has_history``, ``expected_on`` (by which the part is
            paid as likely as not)
        """
        payers = partners if self._is_portfolio_stored(as_of, company) else None
        return SQL(
            """
              WITH invoice AS MATERIALIZED (%(invoices)s), %(habits)s, part AS MATERIALIZED (%(parts)s)
            SELECT invoice.*, part.kind, part.amount AS part, week.number, part.weight * flow.share AS probability,
                   COALESCE(known.has_history, FALSE) AS has_history, answer.expected_on
              FROM invoice
              JOIN part USING (line_id)
              LEFT JOIN customer USING (partner_id, company_id)
             CROSS JOIN LATERAL (SELECT customer.outcome_count >= %(history)s) AS known(has_history)
              LEFT JOIN habit ON habit.key = %(key)s
              JOIN res_company company ON company.id = invoice.company_id
              %(answer)s
             CROSS JOIN (VALUES %(weeks)s) AS week(number, low, high)
              %(share)s
            """,
            invoices=self._cash_invoices_sql(as_of, company, partners),
            habits=self._habits_sql(as_of, SQL("SELECT DISTINCT partner_id, company_id FROM invoice"), company, payers),
            parts=self._cash_parts_sql(as_of, company, SQL("invoice")),
            history=MIN_HISTORY,
            key=self._habit_key_sql(
                SQL("invoice.company_id"), SQL("CASE WHEN known.has_history THEN invoice.partner_id ELSE 0 END")
            ),
            answer=self._cash_answer_sql(),
            weeks=self._cash_bounds_sql(ends, weeks),
            share=self._cash_share_sql(),
        )

    def _cash_bounds_sql(self, ends, weeks=None):
        """``(number, low, high)``: a week is after ``low`` days from the day of the forecast, up to ``high``."""
        bounds = zip([0, *ends], [*ends, FAR], strict=True)
        return SQL(", ").join(
            SQL("(%s, %s, %s)", number, low, high)
            for number, (low, high) in enumerate(bounds, start=1)
            if weeks is None or number in weeks
        )

    def _cash_answer_sql(self):
        """Where a part stands in the habit of its customer; ``fact.day``: paid on that day, whatever the habit."""
        return SQL(
            """
             CROSS JOIN LATERAL (
                   SELECT %(next_day)s, COALESCE(part.day,
                          CASE WHEN %(method)s = 'due_date' THEN GREATEST(invoice.due, part.start + 1) END)
                   ) AS fact(next_day, day)
             CROSS JOIN LATERAL (SELECT width_bucket(part.start - fact.next_day, habit.delays)) AS place(now)
             CROSS JOIN LATERAL (
                   SELECT COALESCE(habit.masses[place.now], 0), habit.total - COALESCE(habit.masses[place.now], 0)
                   ) AS rest(passed, mass)
             CROSS JOIN LATERAL (
                   SELECT COALESCE(fact.day, CASE WHEN rest.mass > 0 THEN fact.next_day + habit.delays[
                          LEAST(width_bucket(rest.passed + 0.5::float8 * rest.mass, habit.masses) + 1, habit.size)] END)
                   ) AS answer(expected_on)
            """,
            next_day=self._next_business_day_sql(SQL("invoice.due")),
            method=self._cash_method_sql(),
        )

    def _cash_share_sql(self):
        """The weight of the delays that fall into the week / the weight of all that are longer than those passed."""
        mass = "habit.masses[width_bucket(GREATEST(invoice.seen_on + %s, part.start) - fact.next_day, habit.delays)]"
        return SQL(
            """
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN fact.day IS NOT NULL
                               THEN (fact.day > invoice.seen_on + week.low
                                     AND fact.day <= invoice.seen_on + week.high)::int::float8
                               WHEN rest.mass > 0
                               THEN (COALESCE(%(high)s, 0) - COALESCE(%(low)s, 0)) / rest.mass
                               ELSE 0 END
                   ) AS flow(share)
            """,
            high=SQL(mass, SQL("week.high")),
            low=SQL(mass, SQL("week.low")),
        )

    def _cash_method_sql(self):
        """Which rule says when cash comes: what the back-tests chose for the company, or what the context compares."""
        if method := self.env.context.get("cash_method"):
            return SQL("%s", method)
        return SQL("company.credit_cash_method", to_flush=self.env["res.company"]._fields["credit_cash_method"])

    def _cash_weeks_sql(self, as_of, company, ends):
        """The flows added up: ``(branch_id, number, expected, variance, promised, disputed, due)``.

        ``branch_id``: the company that booked the invoices.
        ``promised``: of what is expected, from promises and instalments; ``due``: the naive rule, everything by its due
        date and what is overdue at once. The number after the last week holds what is later. Weeks of which there is
        nothing are missing.
        """
        return SQL(
            """
            WITH flow AS (%(flows)s)
            SELECT branch_id, number, sum(part * probability) AS expected,
                   sum(part * part * probability * (1 - probability)) AS variance,
                   COALESCE(sum(part * probability) FILTER (WHERE kind = 'promise'), 0) AS promised,
                   COALESCE(sum(part * probability) FILTER (WHERE kind = 'dispute'), 0) AS disputed,
                   COALESCE(sum(part) FILTER (WHERE is_due AND kind <> 'broken'), 0) AS due
              FROM (SELECT flow.*, GREATEST(due, seen_on + 1) > seen_on + week.low
                                   AND GREATEST(due, seen_on + 1) <= seen_on + week.high AS is_due
                      FROM flow
                      JOIN (VALUES %(weeks)s) AS week(number, low, high) USING (number)) flow
             GROUP BY branch_id, number
            """,
            flows=self._cash_flows_sql(as_of, company, ends),
            weeks=self._cash_bounds_sql(ends),
        )

    # ------------------------------------------------------------------
    # WHAT CAME
    # ------------------------------------------------------------------

    def _cash_received_sql(self, as_of, company, ends):
        """``(number, amount)``: what came by week of the invoices that were open at the end of ``as_of``.

        What was matched counts on its day, as the prediction counts it (see docs/prediction.md).
        """
        return SQL(
            """
              WITH invoice AS MATERIALIZED (%(invoices)s)
            SELECT width_bucket(matching.max_date - %(as_of)s::date - 1, %(starts)s::int[]) AS number,
                   sum(matching.amount) AS amount
              FROM account_partial_reconcile matching
              JOIN invoice ON invoice.line_id = matching.debit_move_id
             WHERE matching.max_date > %(as_of)s AND matching.max_date <= %(as_of)s::date + %(last)s
               AND matching.company_id = ANY(%(companies)s)
             GROUP BY 1
            """,
            invoices=self._cash_invoices_sql(as_of, company),
            as_of=as_of,
            starts=[0, *ends[:-1]],
            last=ends[-1],
            companies=self._tree_company_ids(company),
        )
