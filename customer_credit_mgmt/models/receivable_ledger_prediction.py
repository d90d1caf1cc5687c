"""What to expect of invoices: each one held against the habit of its customer."""

from odoo import models
from odoo.tools import SQL

from ..core import delay as core
from ..core.score import MIN_HISTORY


class ReceivableLedger(models.AbstractModel):
    _inherit = "receivable.ledger"

    def _open_invoices_sql(self, as_of, company=None, partners=None):
        """``(line_id, move_id, partner_id, company_id, date, due, amount, seen_on)``: what customers still have to pay.

        Credits are left out, and what a payment under way will settle.
        """
        return SQL(
            """
            SELECT line_id, move_id, partner_id, root_company_id AS company_id, date, date_maturity AS due,
                   residual AS amount, %(as_of)s::date AS seen_on
              FROM (%(open_items)s) item
             WHERE residual > 0 AND partner_id IS NOT NULL AND NOT in_payment
            """,
            open_items=self._open_items_sql(as_of, company, partners),
            as_of=as_of,
        )

    def _predictions_sql(self, as_of, company=None, partners=None, invoices=None):
        """What core/delay.py predicts of invoices, and what the naive rules say, in one statement.

        :param as_of: the day whose knowledge is used
        :param invoices: ``SQL`` of the invoices, with the columns of :meth:`_open_invoices_sql`; ``seen_on`` is the day
            at the end of which each one is not paid. Default: those that are open on ``as_of``
        :return: ``SQL`` with the columns of the invoices, ``next_day`` (next business day after the due date), ``age``
            (days from there to ``seen_on``), ``has_history``, ``outcome_count``, ``late_count``, ``longer_count`` (own
            invoices paid later than this one has reached), ``grace``; the prediction: ``probability_late``,
            ``delay_low, delay_median, delay_high`` (10, 50 and 90 %), ``quarter_low, quarter_high`` (25 and 75 %),
            ``further_days``, ``paid_within``; ``late_by_weekday`` (``probability_late`` with ``weekday_shift``, the
            days by which the habit moves for the weekday of the due date); and the rules: ``raw_share``,
            ``mean_days_late``
        """
        invoices = invoices or self._open_invoices_sql(as_of, company, partners)
        payers = partners if self._is_portfolio_stored(as_of, company) else None
        customers = SQL("SELECT DISTINCT partner_id, company_id FROM invoice")
        return SQL(
            """
            WITH invoice AS MATERIALIZED (%(invoices)s), %(habits)s
            SELECT invoice.*, reached.next_day, reached.age, COALESCE(known.has_history, FALSE) AS has_history,
                   COALESCE(customer.outcome_count, 0) AS outcome_count, COALESCE(customer.late_count, 0) AS late_count,
                   CASE WHEN known.has_history THEN habit.counts[habit.size] - COALESCE(habit.counts[place.now], 0)
                        ELSE 0 END AS longer_count,
                   setting.grace, answer.*, moved.days AS weekday_shift,
                   CASE WHEN reached.age >= setting.grace THEN 1
                        WHEN customer.outcome_count > 0 THEN customer.late_count::float8 / customer.outcome_count
                        ELSE portfolio.late_share END AS raw_share,
                   CASE WHEN customer.paid_count > 0 THEN customer.days_late::float8 / customer.paid_count
                        ELSE portfolio.days_late END AS mean_days_late
              FROM invoice
              LEFT JOIN customer USING (partner_id, company_id)
              LEFT JOIN portfolio USING (company_id)
             CROSS JOIN LATERAL (SELECT customer.outcome_count >= %(history)s) AS known(has_history)
              LEFT JOIN habit ON habit.key = %(key)s
             CROSS JOIN LATERAL (SELECT %(next_day)s, invoice.seen_on - (%(next_day)s)) AS reached(next_day, age)
             CROSS JOIN LATERAL (SELECT %(grace)s FROM (SELECT invoice.company_id) of) AS setting(grace)
             CROSS JOIN LATERAL (
                   SELECT COALESCE(habit.shifts[(invoice.due - DATE '0001-01-01') %% 7 + 1], 0)
                   ) AS moved(days)
              %(answer)s
            """,
            invoices=invoices,
            habits=self._habits_sql(as_of, customers, company, payers),
            history=MIN_HISTORY,
            key=self._habit_key_sql(
                SQL("invoice.company_id"), SQL("CASE WHEN known.has_history THEN invoice.partner_id ELSE 0 END")
            ),
            next_day=self._next_business_day_sql(SQL("invoice.due")),
            grace=self._grace_days_sql(company),
            answer=self._answer_sql(),
        )

    def _answer_sql(self):
        """``predict`` of core/delay.py on the arrays of ``habit``: sums up to a delay are found by binary search."""
        return SQL(
            """
             CROSS JOIN LATERAL (
                   SELECT width_bucket(reached.age, habit.delays),
                          width_bucket(reached.age - moved.days, habit.delays),
                          width_bucket(setting.grace - moved.days, habit.delays),
                          width_bucket(GREATEST(reached.age, invoice.due - reached.next_day), habit.delays),
                          width_bucket(reached.age + %(horizon)s, habit.delays),
                          GREATEST(reached.age, invoice.due - reached.next_day)
                   ) AS place(now, moved, moved_grace, due, horizon, reached)
             CROSS JOIN LATERAL (
                   SELECT COALESCE(habit.masses[place.now], 0), habit.total - COALESCE(habit.masses[place.now], 0)
                   ) AS rest(passed, mass)
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN reached.age >= setting.grace THEN 1
                               WHEN rest.mass > 0 THEN (habit.total - habit.on_time) / rest.mass
                               END AS probability_late,
                          CASE WHEN reached.age >= setting.grace THEN 1
                               WHEN COALESCE(habit.masses[place.moved], 0) < habit.total
                               THEN (habit.total - COALESCE(habit.masses[place.moved_grace], 0))
                                    / (habit.total - COALESCE(habit.masses[place.moved], 0))
                               WHEN rest.mass > 0 THEN (habit.total - habit.on_time) / rest.mass
                               END AS late_by_weekday,
                          %(quantiles)s,
                          CASE WHEN rest.mass > 0 THEN
                               (habit.moments[habit.size] - COALESCE(habit.moments[place.due], 0)
                                - place.reached * (habit.total - COALESCE(habit.masses[place.due], 0))) / rest.mass
                               END AS further_days,
                          CASE WHEN rest.mass > 0 THEN (COALESCE(habit.masses[place.horizon], 0) - rest.passed)
                               / rest.mass END AS paid_within
                   ) AS answer
            """,
            horizon=core.HORIZON_DAYS,
            quantiles=self._quantiles_sql(),
        )

    def _quantiles_sql(self):
        """The delays by which 10, 25, 50, 75 and 90 % of what is left are paid."""
        quantiles = {
            "delay_low": 0.1,
            "quarter_low": 0.25,
            "delay_median": 0.5,
            "quarter_high": 0.75,
            "delay_high": 0.9,
        }
        return SQL(", ").join(
            SQL(
                "CASE WHEN rest.mass > 0 THEN habit.delays[LEAST(width_bucket(rest.passed + %s::float8 * rest.mass,"
                " habit.masses) + 1, habit.size)] END AS %s",
                share,
                SQL.identifier(name),
            )
            for name, share in quantiles.items()
        )

    def _habit_quantiles_sql(self, as_of, company, partners):
        """``(partner_id, outcome_count, late_count, low, median, high)``: how customers pay.

        The delays are counted from the next business day after the due date; 10, 50 and 90 % are paid by them.
        """
        payers = partners if self._is_portfolio_stored(as_of, company) else None
        customers = SQL("SELECT partner_id, company_id FROM customer WHERE partner_id = ANY(%s)", list(partners.ids))
        return SQL(
            """
            WITH %(habits)s
            SELECT customer.partner_id, customer.outcome_count, customer.late_count, %(low)s AS low,
                   %(median)s AS median, %(high)s AS high
              FROM customer
              LEFT JOIN habit USING (partner_id, company_id)
             WHERE customer.partner_id = ANY(%(partners)s)
            """,
            habits=self._habits_sql(as_of, customers, company, payers),
            low=self._habit_quantile_sql(0.1),
            median=self._habit_quantile_sql(0.5),
            high=self._habit_quantile_sql(0.9),
            partners=list(partners.ids),
        )

    def _habit_quantile_sql(self, share):
        """The first delay by which more than ``share`` of the weight of a habit is reached."""
        return SQL("habit.delays[LEAST(width_bucket(%s::float8 * habit.total, habit.masses) + 1, habit.size)]", share)
