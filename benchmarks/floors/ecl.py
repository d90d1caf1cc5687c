"""Floor of an expected credit loss: what each customer owes by bucket, written, and the cohorts of two estimates.

It knows that nothing was ever written off, that there are no guarantees, segments or draft entries, and that all claims
are invoices; it leaves out names, explanations and the ledger's movement.
"""

from odoo.tools import SQL

from .ledger import context

BOUNDS = (30, 60, 90, 120)


def _bucket(age):
    cases = SQL(" ").join(SQL("WHEN %s <= %s THEN %s", age, bound, place) for place, bound in enumerate((0, *BOUNDS)))
    return SQL("CASE %s ELSE %s END", cases, len(BOUNDS) + 1)


def exposures(env, run):
    """Rows per customer and bucket in the product's own table; returns ``(bucket, exposed)``."""
    return SQL(
        """
        WITH item AS MATERIALIZED (
            SELECT partner.commercial_partner_id AS customer, %(bucket)s AS bucket, line.amount_residual AS amount
              FROM account_move_line line
              JOIN res_partner partner ON partner.id = line.partner_id
             WHERE line.account_id IN %(accounts)s AND line.company_id = %(company)s AND line.parent_state = 'posted'
               AND line.reconciled IS NOT TRUE AND line.amount_residual <> 0
        ), aged AS (
            SELECT customer, bucket, sum(amount) AS amount FROM item WHERE amount > 0 GROUP BY 1, 2
        ), credit AS (
            SELECT customer, -sum(amount) AS amount FROM item WHERE amount < 0 GROUP BY 1
        ), written AS (
            INSERT INTO ecl_exposure (run_id, company_id, partner_id, segment_key, bucket_id, balance, credit, exposure)
            SELECT %(run)s, %(company)s, customer, '', (%(buckets)s::integer[])[bucket + 1], amount, paid, amount - paid
              FROM (SELECT aged.*, GREATEST(LEAST(aged.amount, COALESCE(credit.amount, 0)
                                   - sum(aged.amount) OVER (PARTITION BY customer ORDER BY bucket DESC) + aged.amount), 0)
                           AS paid
                      FROM aged
                      LEFT JOIN credit USING (customer)) net
            RETURNING bucket_id, exposure
        )
        SELECT bucket_id, sum(exposure) FROM written GROUP BY 1
        """,
        bucket=_bucket(SQL("%s::date - COALESCE(line.date_maturity, line.date)", run.date)),
        run=run.id,
        buckets=run.method_id.scheme_id._ordered_buckets().ids,
        **context(env),
    )


def cohorts(env, due_from, due_to):
    """``(bucket, amount)``: what of everything that fell due in the period reached each bucket, all months together."""
    reached = SQL(", ").join(
        SQL("sum(amount) FILTER (WHERE lag <= %s AND (is_claim OR %s >= 0))", bound, place - 1)
        for place, bound in enumerate((0, 0, *BOUNDS))
    )
    return SQL(
        """
        SELECT %(reached)s
          FROM (SELECT TRUE AS is_claim, line.date - line.date_maturity AS lag, line.balance AS amount
                  FROM account_move_line line
                 WHERE line.account_id IN %(accounts)s AND line.company_id = %(company)s
                   AND line.parent_state = 'posted' AND line.balance > 0
                   AND line.date_maturity > %(first)s AND line.date_maturity <= %(last)s
                 UNION ALL
                SELECT FALSE, GREATEST(line.date, matching.max_date) - line.date_maturity, -matching.amount
                  FROM account_partial_reconcile matching
                  JOIN account_move_line line ON line.id = matching.debit_move_id
                 WHERE line.account_id IN %(accounts)s AND line.company_id = %(company)s
                   AND line.date_maturity > %(first)s AND line.date_maturity <= %(last)s) event
        """,
        reached=reached,
        first=due_from,
        last=due_to,
        **context(env),
    )
