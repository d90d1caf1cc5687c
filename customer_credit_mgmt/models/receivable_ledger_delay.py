"""When open invoices will be paid: core/delay.py for every customer at once."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.tools import SQL

from ..core import delay as core
from ..core.score import MIN_HISTORY
from ..core.shrinkage import HALF_LIFE_DAYS

#: Payments of so many months are looked at.
WINDOW_MONTHS = 24
#: How all customers pay changes slowly: what a night left is good for so long.
KEPT = timedelta(days=31)


class ReceivableLedger(models.AbstractModel):
    _inherit = "receivable.ledger"

    # ------------------------------------------------------------------
    # WHAT IS KNOWN ON A DAY
    # ------------------------------------------------------------------

    def _habits_sql(self, as_of, customers, company=None, partners=None):
        """Common table expressions up to ``habit``: the weighted delays of customers as of a day.

        :param as_of: what was matched later is not known
        :param customers: ``SQL`` of the ``(partner_id, company_id)`` that are asked for
        :param partners: of a few commercial partners only their own items are read, and the portfolio is the one that
            the last night left (see :meth:`_is_portfolio_stored`); default: everybody, and the portfolio of the day
        :return: ``SQL`` that ends with ``payment``, ``customer``, ``portfolio``, ``habit``: arrays, by ascending delay,
            of the delays and of the sums up to each of weights, of weight x delay and of own paid invoices; ``shifts``:
            of the weekdays of due dates, from Monday. Customers without enough history share the habit of partner 0.
        """
        parts = {
            "matching": self._payment_matchings_sql(as_of, company, partners),
            "payment": self._payments_sql(as_of, company, partners),
            "customer": self._customers_sql(company),
            "portfolio": self._portfolio_sql(company) if partners is None else self._stored_portfolio_sql(company),
            "base": self._usual_delays_sql(customers),
            "point": self._points_sql(company),
            "arrays": self._arrays_sql(company),
            "shift": self._weekday_shifts_sql(),
            "habit": SQL(
                "SELECT *, %s AS key FROM arrays LEFT JOIN shift USING (partner_id, company_id)",
                self._habit_key_sql(SQL("company_id"), SQL("partner_id")),
            ),
        }
        return SQL(", ").join(
            SQL("%s AS MATERIALIZED (%s)", SQL.identifier(name), statement) for name, statement in parts.items()
        )

    def _payment_matchings_sql(self, as_of, company, partners):
        day = SQL("%s::date", as_of)
        window_start = SQL("%s::date", as_of - relativedelta(months=WINDOW_MONTHS))
        condition = None if partners is None else self._partner_condition(partners, SQL("line.partner_id"))
        return self._settlements_sql(day, window_start, company, condition)

    def _payments_sql(self, as_of, company, partners):
        """Instalments of the last 24 months whose outcome is known: paid, or open and late (``delay`` is NULL)."""
        return SQL(
            """
            SELECT partner_id, company_id, settled_on - next_day AS delay, settled_on - due AS days_late,
                   (due - DATE '0001-01-01') %% 7 AS weekday,
                   power(0.5, GREATEST(%(as_of)s - due, 0)::float8 / %(half_life)s) AS weight
              FROM (
                    SELECT partner.commercial_partner_id AS partner_id, %(root)s AS company_id, line.move_id,
                           COALESCE(line.date_maturity, line.date) AS due, %(next_day)s AS next_day, matching.settled_on
                      FROM account_move_line line
                      JOIN res_partner partner ON partner.id = line.partner_id
                      LEFT JOIN matching ON matching.line_id = line.id AND matching.amount = line.balance
                     WHERE line.account_id = ANY(%(accounts)s) AND line.company_id = ANY(%(companies)s)
                       AND line.parent_state = 'posted' AND line.display_type = 'payment_term' AND line.balance > 0
                       AND line.date <= %(as_of)s AND line.date > %(window_start)s AND %(partners)s AND %(judged)s
                   ) instalment
             WHERE settled_on IS NOT NULL
                OR next_day + %(grace)s < %(as_of)s AND move_id NOT IN (%(in_payment)s)
            """,
            as_of=SQL("%s::date", as_of),
            judged=self._judged_condition(),
            window_start=SQL("%s::date", as_of - relativedelta(months=WINDOW_MONTHS)),
            half_life=SQL("%s::float8", HALF_LIFE_DAYS),
            root=self._root_company_sql(SQL("line.company_id"), company),
            next_day=self._next_business_day_sql(SQL("COALESCE(line.date_maturity, line.date)")),
            accounts=self._receivable_account_ids(),
            companies=self._tree_company_ids(company),
            partners=self._partner_condition(partners, SQL("line.partner_id")),
            grace=self._grace_days_sql(company),
            in_payment=self._moves_in_payment_sql(as_of),
            to_flush=self._ledger_fields(),
        )

    def _customers_sql(self, company):
        """What each customer did."""
        return SQL(
            """
            SELECT partner_id, company_id, count(*) AS outcome_count, count(delay) AS paid_count,
                   count(*) FILTER (WHERE delay IS NULL OR delay > %(grace)s) AS late_count,
                   COALESCE(sum(weight) FILTER (WHERE delay IS NOT NULL), 0) AS weight, sum(days_late) AS days_late,
                   COALESCE(sum(weight * delay), 0) AS moment,
                   COALESCE(sum(weight) FILTER (WHERE delay IS NULL), 0) AS open_late
              FROM payment
             GROUP BY partner_id, company_id
            """,
            grace=self._grace_days_sql(company),
        )

    # ------------------------------------------------------------------
    # ALL CUSTOMERS TOGETHER
    # ------------------------------------------------------------------

    def _portfolio_sql(self, company):
        """One row per company: mean delay, spread of the delays and of their distances from each one's usual delay."""
        return SQL(
            """
            SELECT company_id, all_customers.mean, all_customers.days_late, all_customers.late_share,
                   percentile_disc(%(shares)s::float8[]) WITHIN GROUP (ORDER BY payment.delay) AS delays,
                   percentile_disc(%(shares)s::float8[])
                       WITHIN GROUP (ORDER BY payment.delay - usual.delay) AS distances
              FROM payment
              JOIN customer USING (partner_id, company_id)
              JOIN (SELECT company_id, sum(moment) / sum(weight) AS mean,
                           sum(days_late)::float8 / sum(paid_count) AS days_late,
                           sum(late_count)::float8 / sum(outcome_count) AS late_share
                      FROM customer
                     GROUP BY company_id
                    HAVING sum(paid_count) > 0) all_customers USING (company_id)
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN customer.outcome_count >= %(history)s
                               THEN (customer.moment + %(strength)s * all_customers.mean)
                                    / (customer.weight + %(strength)s)
                               ELSE all_customers.mean END
                   ) AS usual(delay)
             WHERE payment.delay IS NOT NULL
             GROUP BY company_id, all_customers.mean, all_customers.days_late, all_customers.late_share
            """,
            shares=[(number + 0.5) / core.SPREAD for number in range(core.SPREAD)],
            history=MIN_HISTORY,
            strength=SQL("%s::float8", core.LOCATION_STRENGTH),
        )

    def _is_portfolio_stored(self, as_of, company=None):
        """Whether the portfolio kept on the companies says how all customers paid as of the day, or shortly before."""
        # sudo: a branch shares its root's rules whoever asks
        roots = (company or self.env.companies).sudo().root_id
        return all(
            root.credit_portfolio and root.credit_portfolio_date <= as_of <= root.credit_portfolio_date + KEPT
            for root in roots
        )

    def _stored_portfolio_sql(self, company):
        """The same as the last night left it (see ``res.company._refresh_credit_portfolio``)."""
        # sudo: a branch shares its root's rules whoever asks
        roots = (company or self.env.companies).sudo().root_id
        roots.flush_model(["credit_portfolio"])
        return SQL(
            """
            SELECT id AS company_id, (credit_portfolio ->> 'mean')::float8 AS mean,
                   (credit_portfolio ->> 'days_late')::float8 AS days_late,
                   (credit_portfolio ->> 'late_share')::float8 AS late_share,
                   ARRAY(SELECT jsonb_array_elements_text(credit_portfolio -> 'delays')::int) AS delays,
                   ARRAY(SELECT jsonb_array_elements_text(credit_portfolio -> 'distances')::float8) AS distances
              FROM res_company
             WHERE id = ANY(%s) AND jsonb_typeof(credit_portfolio) = 'object'
            """,
            roots.ids,
        )

    def _get_portfolios(self, as_of, company):
        """``{company id: portfolio as of the day}`` of the roots of ``company`` that have any paid invoice."""
        parts = {
            "matching": self._payment_matchings_sql(as_of, company, None),
            "payment": self._payments_sql(as_of, company, None),
            "customer": self._customers_sql(company),
            "portfolio": self._portfolio_sql(company),
        }
        ctes = SQL(", ").join(
            SQL("%s AS MATERIALIZED (%s)", SQL.identifier(name), statement) for name, statement in parts.items()
        )
        rows = self.env.execute_query_dict(SQL("WITH %s SELECT * FROM portfolio", ctes))
        return {row.pop("company_id"): row for row in rows}

    # ------------------------------------------------------------------
    # HABITS
    # ------------------------------------------------------------------

    def _habit_key_sql(self, company_id, partner_id):
        """One number for both: joined by two, every invoice is held against every habit of its company."""
        return SQL("(%s::bigint << 32) + %s", company_id, partner_id)

    def _usual_delays_sql(self, customers):
        """Whose habit is wanted: the customers with enough history, and partner 0 for all others."""
        return SQL(
            """
            SELECT partner_id, company_id, open_late,
                   (moment + %(strength)s * portfolio.mean) / (weight + %(strength)s) AS usual
              FROM (%(customers)s) wanted
              JOIN customer USING (partner_id, company_id)
              JOIN portfolio USING (company_id)
             WHERE outcome_count >= %(history)s
             UNION ALL
            SELECT 0, company_id, 0, mean FROM portfolio
            """,
            customers=customers,
            history=MIN_HISTORY,
            strength=SQL("%s::float8", core.LOCATION_STRENGTH),
        )

    def _points_sql(self, company):
        """``habit`` of core/delay.py, as rows; ``counted`` are own paid invoices."""
        return SQL(
            """
            SELECT partner_id, company_id, delay, sum(weight) AS weight, sum(counted) AS counted,
                   max(open_late) AS open_late
              FROM (
                    SELECT partner_id, company_id, delay, weight, 1 AS counted, base.open_late
                      FROM payment
                      JOIN (SELECT partner_id, company_id, open_late FROM base WHERE partner_id <> 0) base
                     USING (partner_id, company_id)
                     WHERE delay IS NOT NULL
                     UNION ALL
                    SELECT partner_id, company_id, floor(usual + distance + 0.5)::int,
                           %(own)s::float8 / cardinality(distances), 0, open_late
                      FROM base
                      JOIN portfolio USING (company_id), unnest(distances) distance
                     UNION ALL
                    SELECT partner_id, company_id, delay, %(common)s::float8 / cardinality(delays), 0, open_late
                      FROM base
                      JOIN portfolio USING (company_id), unnest(delays) delay
                     UNION ALL
                    SELECT partner_id, company_id, %(grace)s + 1, %(trace)s::float8, 0, open_late
                      FROM base
                     WHERE open_late > 0
                   ) one
             GROUP BY partner_id, company_id, delay
            """,
            grace=self._grace_days_sql(company),
            own=core.OWN_PRIOR,
            common=core.COMMON_PRIOR,
            trace=core.TRACE,
        )

    def _arrays_sql(self, company):
        """The rows as arrays, whose sums answer every question with a binary search."""
        return SQL(
            """
            SELECT partner_id, company_id, array_agg(delay ORDER BY delay) AS delays,
                   array_agg(mass ORDER BY delay) AS masses, array_agg(moment ORDER BY delay) AS moments,
                   array_agg(counted ORDER BY delay) AS counts, count(*)::int AS size, max(mass) AS total,
                   COALESCE(max(mass) FILTER (WHERE delay <= %(grace)s), 0) AS on_time
              FROM (
                    SELECT partner_id, company_id, delay, sum(weight) OVER ascending AS mass,
                           sum(weight * delay) OVER ascending AS moment, (sum(counted) OVER ascending)::int AS counted
                      FROM (
                            SELECT partner_id, company_id, delay, counted,
                                   -- an open late invoice will have been paid as late as the other late ones
                                   CASE WHEN delay > %(grace)s AND open_late > 0
                                        THEN weight * (1 + open_late
                                             / sum(weight) FILTER (WHERE delay > %(grace)s) OVER customer)
                                        ELSE weight END AS weight
                              FROM point
                            WINDOW customer AS (PARTITION BY partner_id, company_id)
                           ) raised
                    WINDOW ascending AS (PARTITION BY partner_id, company_id ORDER BY delay)
                   ) summed
             GROUP BY partner_id, company_id
            """,
            grace=self._grace_days_sql(company),
        )

    def _weekday_shifts_sql(self):
        """``weekday_shift`` of core/delay.py for each customer: an array of the seven weekdays."""
        shifts = [
            SQL(
                "COALESCE(round(sum(weight * (delay - usual)) FILTER (WHERE weekday = %(day)s)"
                " / (sum(weight) FILTER (WHERE weekday = %(day)s) + %(strength)s::float8)), 0)::int",
                day=day,
                strength=core.WEEKDAY_STRENGTH,
            )
            for day in range(7)
        ]
        return SQL(
            """
            SELECT partner_id, company_id, ARRAY[%(shifts)s] AS shifts
              FROM payment
              JOIN base USING (partner_id, company_id)
             WHERE delay IS NOT NULL
             GROUP BY partner_id, company_id
            """,
            shifts=SQL(", ").join(shifts),
        )
