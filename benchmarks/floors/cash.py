"""Floors of the cash forecast and of the dashboard: what any of them has to read."""

from odoo.tools import SQL

from .ledger import bucket, context


def open_after_credits(env, as_of):
    """What customers still have to pay, their credits deducted: one row per customer."""
    return SQL(
        """
        SELECT partner.commercial_partner_id, GREATEST(sum(line.amount_residual), 0)
          FROM account_move_line line
          JOIN res_partner partner ON partner.id = line.partner_id
         WHERE line.account_id IN %(accounts)s AND line.company_id = %(company)s AND line.parent_state = 'posted'
           AND line.reconciled IS NOT TRUE AND line.amount_residual <> 0 AND line.date <= %(as_of)s
         GROUP BY 1
        """,
        as_of=as_of,
        **context(env),
    )


def by_bucket(env, as_of):
    """Open amounts by bucket of 30 days."""
    return SQL(
        """
        SELECT %(bucket)s, sum(line.amount_residual)
          FROM account_move_line line
         WHERE line.account_id IN %(accounts)s AND line.company_id = %(company)s AND line.parent_state = 'posted'
           AND line.reconciled IS NOT TRUE AND line.amount_residual <> 0
         GROUP BY 1
        """,
        bucket=bucket(as_of, SQL("COALESCE(line.date_maturity, line.date)")),
        **context(env),
    )


def most_overdue(env, as_of):
    """The customers who owe most that is overdue."""
    return SQL(
        """
        SELECT partner.commercial_partner_id, sum(line.amount_residual)
          FROM account_move_line line
          JOIN res_partner partner ON partner.id = line.partner_id
         WHERE line.account_id IN %(accounts)s AND line.company_id = %(company)s AND line.parent_state = 'posted'
           AND line.reconciled IS NOT TRUE AND line.amount_residual <> 0
           AND COALESCE(line.date_maturity, line.date) < %(as_of)s
         GROUP BY 1
         ORDER BY 2 DESC, 1
         LIMIT 8
        """,
        as_of=as_of,
        **context(env),
    )
