"""Floor of the first page of the worklist: who to call, most money per minute first.

It knows that nobody was called, reminded or promised anything, that nothing is blocked or at the bank, and that nobody has
a phone number: everybody is written to, and the order is that of amount x days.
"""

from odoo.tools import SQL

from .ledger import context


def first_page(env, as_of, limit=80):
    """``(partner_id, number of customers, claim)`` of the first customers."""
    rates = env.company
    return SQL(
        """
        SELECT partner_id, count(*) OVER (), claim
          FROM (
                SELECT partner_id, sum(uncovered) FILTER (WHERE due < %(as_of)s) AS claim,
                       sum(uncovered * COALESCE(further_days, LEAST(GREATEST(%(as_of)s - due, 0), 365))) AS amount_days
                  FROM (
                        SELECT partner_id, due, further_days, CASE WHEN residual > 0 THEN LEAST(residual,
                               GREATEST(sum(residual) OVER (PARTITION BY partner_id
                                   ORDER BY CASE WHEN residual < 0 THEN '-infinity' ELSE due END, id), 0)) ELSE 0 END
                                   AS uncovered
                          FROM (
                                SELECT partner.commercial_partner_id AS partner_id, line.id,
                                       line.amount_residual::float8 AS residual,
                                       COALESCE(line.date_maturity, line.date) AS due, expectation.further_days
                                  FROM account_move_line line
                                  JOIN res_partner partner ON partner.id = line.partner_id
                                  LEFT JOIN collection_expectation expectation ON expectation.move_line_id = line.id
                                 WHERE line.account_id IN %(accounts)s AND line.company_id = %(company)s
                                   AND line.parent_state = 'posted' AND line.reconciled IS NOT TRUE
                                   AND line.amount_residual <> 0
                               ) item
                       ) walk
                 GROUP BY partner_id
               ) account
         WHERE claim > 0.000001 OR amount_days * %(rate)s >= %(call_cost)s
         ORDER BY amount_days DESC, claim DESC NULLS LAST, partner_id
         LIMIT %(limit)s
        """,
        as_of=SQL("%s::date", as_of),
        rate=SQL("%s::float8", rates.collection_cost_of_money / 100 / 365 * 0.5),
        call_cost=SQL("%s::float8", rates.collection_hour_cost * rates.collection_phone_minutes / 60),
        limit=limit,
        **context(env),
    )
