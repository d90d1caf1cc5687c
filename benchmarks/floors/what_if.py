"""Floor of the policy what-if: the position before each document, by a union of events and a running window."""

from dateutil.relativedelta import relativedelta

from odoo.tools import SQL

from ..generator import end_date
from .ledger import context

FACTOR, DAYS = 0.8, 60


def first_day(env):
    return end_date(env) - relativedelta(months=12)


def what_if(env):
    """Documents of twelve months, and how many of them break a limit or follow something overdue for too long.

    It knows that customers have one limit for ever, that nothing was written off and that no document is older than its
    due date.
    """
    return SQL(
        """
        WITH leg AS (
            SELECT id AS line_id, partner_id, move_id, date, balance AS booked, balance AS amount,
                   CASE WHEN balance > 0 THEN COALESCE(date_maturity, date) + %(days)s + 1 ELSE date END AS due
              FROM account_move_line
             WHERE account_id IN %(accounts)s AND company_id = %(company)s AND parent_state = 'posted'
             UNION ALL
            SELECT line.id, line.partner_id, 0, matching.max_date, 0, side.sign * matching.amount,
                   CASE WHEN line.balance > 0 THEN COALESCE(line.date_maturity, line.date) + %(days)s + 1 ELSE line.date END
              FROM account_partial_reconcile matching
             CROSS JOIN LATERAL (VALUES (matching.debit_move_id, -1), (matching.credit_move_id, 1)) side(line_id, sign)
              JOIN account_move_line line ON line.id = side.line_id
             WHERE matching.company_id = %(company)s AND line.account_id IN %(accounts)s
        ), event AS (
            SELECT partner_id, date, move_id, sum(booked) AS booked, sum(late) AS late
              FROM (
                    SELECT partner_id, date, CASE WHEN booked > 0 THEN move_id ELSE 0 END AS move_id, booked, 0::numeric AS late
                      FROM leg WHERE booked <> 0
                     UNION ALL
                    SELECT partner_id, GREATEST(date, due), 0, 0, amount FROM leg
                   ) part
             GROUP BY partner_id, date, move_id
        ), running AS (
            SELECT partner_id, date, move_id, sum(late) OVER up_to AS late, sum(booked) OVER up_to AS receivable
              FROM event
            WINDOW up_to AS (PARTITION BY partner_id ORDER BY date, move_id ROWS UNBOUNDED PRECEDING)
        )
        SELECT count(*), count(*) FILTER (WHERE held), sum(amount_total_signed) FILTER (WHERE held)
          FROM running
          JOIN account_move move ON move.id = running.move_id AND move.move_type = 'out_invoice'
          LEFT JOIN credit_profile profile
            ON profile.partner_id = running.partner_id AND profile.company_id = %(company)s AND limit_mode = 'limited'
          LEFT JOIN credit_limit ON credit_limit.profile_id = profile.id
         CROSS JOIN LATERAL (SELECT late > 0 OR receivable - credit_limit.amount * %(factor)s >= 0.005) verdict(held)
         WHERE running.date BETWEEN %(first)s AND %(last)s
        """,
        days=DAYS,
        factor=SQL("%s::numeric", FACTOR),
        first=first_day(env),
        last=end_date(env),
        **context(env),
    )
