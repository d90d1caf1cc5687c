"""Floor of an interest run: the days of every late item between its payments, charged and written by one statement;
and of its confirmation: worked out anew, and claimed where it is the same, by one statement.

It knows that one rule with a fixed rate a year is for everybody, that nothing was charged before, and that no document is
blocked. The day of a payment is charged, that of a credit note is not. Credits that are not allocated are left alone:
customers who have some are not compared.
"""

from odoo.tools import SQL

from .ledger import context


def charges(env, run, rule):
    """Charges of the run, one for each time between due date, payments and last day, into the product's own table."""
    return SQL(
        """
        INSERT INTO late_interest_charge (run_id, company_id, date, state, partner_id, move_line_id, move_id, rule_id,
                                          kind, date_from, date_to, days, base, rate, per, currency_id, amount)
        SELECT %(run)s, %(company)s, %(last)s, 'draft', partner_id, id, move_id, %(rule)s, 'interest',
               date_from, date_to, date_to - date_from + 1, base, %(rate)s, 'year', currency_id, amount
          FROM (%(due)s) due
        """,
        run=run.id,
        company=context(env)["company"],
        last=SQL("%s::date", run.date),
        rule=rule.id,
        rate=SQL("%s::numeric", rule.fixed_rate),
        due=_due(env, run, rule),
    )


def confirmation(env, run, rule):
    """What is proposed is claimed where it is the same as what would be proposed now."""
    return SQL(
        """
        UPDATE late_interest_charge charge SET state = 'claimed'
          FROM (%s) due
         WHERE charge.run_id = %s AND charge.state = 'draft' AND charge.move_line_id = due.id
           AND charge.date_from = due.date_from AND charge.date_to = due.date_to AND charge.amount = due.amount
        """,
        _due(env, run, rule),
        run.id,
    )


def _due(env, run, rule):
    """What every late item owes for the days of the run: a row for each time between its payments."""
    return SQL(
        """
        WITH late AS MATERIALIZED (
            SELECT line.id, line.move_id, partner.commercial_partner_id AS partner_id, line.currency_id,
                   COALESCE(line.date_maturity, line.date) AS due, line.amount_currency AS amount,
                   line.balance / line.amount_currency AS rate
              FROM account_move_line line
              JOIN account_move move ON move.id = line.move_id AND move.move_type = 'out_invoice'
              JOIN res_partner partner ON partner.id = line.partner_id
             WHERE line.account_id IN %(accounts)s AND line.company_id = %(company)s AND line.parent_state = 'posted'
               AND line.amount_currency > 0 AND COALESCE(line.date_maturity, line.date) < %(last)s
        ), payment AS (
            SELECT late.id, matching.max_date - (credit.move_type = 'out_refund')::int AS day,
                   sum(matching.debit_amount_currency) AS amount
              FROM late
              JOIN account_partial_reconcile matching ON matching.debit_move_id = late.id
              JOIN account_move_line line ON line.id = matching.credit_move_id
              JOIN account_move credit ON credit.id = line.move_id
             WHERE matching.debit_amount_currency <> 0
             GROUP BY 1, 2
        ), cut AS (
            SELECT id, LEAST(day, %(last)s) AS day, amount FROM payment
             UNION ALL
            SELECT id, %(last)s, 0 FROM late
        ), step AS (
            SELECT late.*, cut.day,
                   GREATEST(COALESCE(lag(cut.day) OVER item, late.due), late.due) + 1 AS begin,
                   late.amount - COALESCE(sum(cut.amount) OVER (
                       item ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS base
              FROM cut JOIN late USING (id)
            WINDOW item AS (PARTITION BY id ORDER BY cut.day, cut.amount DESC)
        )
        SELECT *
          FROM (
                SELECT partner_id, id, move_id, currency_id, GREATEST(begin, %(first)s) AS date_from, day AS date_to, base,
                       round(base * %(rate)s / 100 * (day - GREATEST(begin, %(first)s) + 1) / 365, 2) AS amount
                  FROM step
                 WHERE day >= GREATEST(begin, %(first)s) AND base > 0.004
               ) due
         WHERE amount > 0
        """,
        rate=SQL("%s::numeric", rule.fixed_rate),
        first=SQL("%s::date", run.date_from),
        last=SQL("%s::date", run.date),
        **context(env),
    )


def written(env, run_id, state="draft"):
    """``(charges, days, amount)`` of the run, of customers without money that is not allocated or not booked."""
    return env.execute_query(
        SQL(
            """
            SELECT count(*), sum(days), sum(amount)
              FROM late_interest_charge
             WHERE run_id = %(run)s AND state = %(state)s AND partner_id NOT IN (
                    SELECT partner.commercial_partner_id
                      FROM account_move_line line
                      JOIN res_partner partner ON partner.id = line.partner_id
                     WHERE line.account_id IN %(accounts)s AND line.parent_state = 'posted'
                       AND line.reconciled IS NOT TRUE AND line.amount_residual < 0
                     UNION ALL
                    SELECT partner.commercial_partner_id
                      FROM account_payment payment
                      JOIN res_partner partner ON partner.id = payment.partner_id
                     WHERE payment.move_id IS NULL
                   )
            """,
            run=run_id,
            state=state,
            **context(env),
        )
    )
