"""Floors of the ledger facts: open items, exposure, payment behaviour."""

from dateutil.relativedelta import relativedelta

from odoo.tools import SQL

BOUNDS = (0, 30, 60, 90)


def context(env):
    """Constants that every floor may use: ids of the receivable accounts and of the company."""
    accounts = env["account.account"].search([("account_type", "=", "asset_receivable")])
    return {
        "accounts": SQL("(%s)", SQL(", ").join(SQL("%s", account.id) for account in accounts)),
        "company": env.company.id,
    }


def bucket(as_of, column):
    """Number of the bucket of 30 days that a due date falls into: 0 not due, 4 beyond 90 days."""
    cases = SQL(" ").join(SQL("WHEN %s - %s <= %s THEN %s", as_of, column, bound, n) for n, bound in enumerate(BOUNDS))
    return SQL("CASE %s ELSE %s END", cases, len(BOUNDS))


def _of(partners, alias):
    """Items of some customers only; the generator books on the commercial partner."""
    return SQL("TRUE") if partners is None else SQL("%s = ANY(%s)", SQL.identifier(alias, "partner_id"), partners.ids)


def aging_today(env, as_of):
    """Residual per customer and bucket from the open items alone: nothing is matched later than the last day."""
    return SQL(
        """
        SELECT partner.commercial_partner_id, %(bucket)s, sum(line.amount_residual)
          FROM account_move_line line
          JOIN res_partner partner ON partner.id = line.partner_id
         WHERE line.account_id IN %(accounts)s AND line.company_id = %(company)s AND line.parent_state = 'posted'
           AND line.reconciled IS NOT TRUE AND line.amount_residual <> 0
         GROUP BY 1, 2
        """,
        bucket=bucket(as_of, SQL("COALESCE(line.date_maturity, line.date)")),
        **context(env),
    )


def aging_past(env, as_of):
    """The same as of a past day: what was matched later is added back, summed without going through the items."""
    return SQL(
        """
        SELECT partner.commercial_partner_id, %(bucket)s, sum(item.amount)
          FROM (
                SELECT partner_id, date, date_maturity, amount_residual AS amount
                  FROM account_move_line
                 WHERE account_id IN %(accounts)s AND company_id = %(company)s AND parent_state = 'posted'
                   AND reconciled IS NOT TRUE AND amount_residual <> 0 AND date <= %(as_of)s
                 UNION ALL
                SELECT line.partner_id, line.date, line.date_maturity, matching.amount
                  FROM account_partial_reconcile matching
                  JOIN account_move_line line ON line.id = matching.debit_move_id
                 WHERE matching.company_id = %(company)s AND matching.max_date > %(as_of)s AND line.date <= %(as_of)s
                 UNION ALL
                SELECT line.partner_id, line.date, line.date_maturity, -matching.amount
                  FROM account_partial_reconcile matching
                  JOIN account_move_line line ON line.id = matching.credit_move_id
                 WHERE matching.company_id = %(company)s AND matching.max_date > %(as_of)s AND line.date <= %(as_of)s
               ) item
          JOIN res_partner partner ON partner.id = item.partner_id
         GROUP BY 1, 2
        """,
        as_of=as_of,
        bucket=bucket(as_of, SQL("COALESCE(item.date_maturity, item.date)")),
        **context(env),
    )


def open_items(env, as_of):
    """Every open item with what a list of them says, sorted by customer."""
    return SQL(
        """
        SELECT partner.complete_name, partner.ref, line.move_name, line.date, line.date_maturity, %(bucket)s,
               currency.name, line.amount_residual_currency, line.amount_residual, salesperson.complete_name
          FROM account_move_line line
          JOIN account_move move ON move.id = line.move_id
          JOIN res_currency currency ON currency.id = line.currency_id
          LEFT JOIN res_partner partner ON partner.id = line.partner_id
          LEFT JOIN res_users person ON person.id = move.invoice_user_id
          LEFT JOIN res_partner salesperson ON salesperson.id = person.partner_id
         WHERE line.account_id IN %(accounts)s AND line.company_id = %(company)s AND line.parent_state = 'posted'
           AND line.reconciled IS NOT TRUE AND line.amount_residual <> 0
         ORDER BY partner.complete_name, line.date_maturity, line.id
        """,
        bucket=bucket(as_of, SQL("COALESCE(line.date_maturity, line.date)")),
        **context(env),
    )


def exposure(env, as_of, partner=None):
    """``partner_id, receivable, overdue, draft, overdue_days`` of each customer, every row read once.

    Only where credits do not cover all that is overdue the due dates are gone through.
    """
    return SQL(
        """
        WITH item AS MATERIALIZED (
            SELECT partner.commercial_partner_id AS partner_id, line.amount_residual AS residual,
                   COALESCE(line.date_maturity, line.date) AS due
              FROM account_move_line line
              JOIN res_partner partner ON partner.id = line.partner_id
             WHERE line.account_id IN %(accounts)s AND line.company_id = %(company)s AND %(partner)s
               AND line.parent_state = 'posted' AND line.reconciled IS NOT TRUE AND line.amount_residual <> 0
        ), total AS (
            SELECT partner_id, sum(residual) AS receivable, sum(residual) FILTER (WHERE residual < 0) AS credits,
                   sum(residual) FILTER (WHERE residual > 0 AND due < %(as_of)s) AS overdue,
                   min(due) FILTER (WHERE residual > 0 AND due < %(as_of)s) AS oldest
              FROM item
             GROUP BY partner_id
        ), not_covered AS (
            SELECT partner_id, min(due) AS due
              FROM (SELECT partner_id, due, credits + sum(residual) OVER (PARTITION BY partner_id ORDER BY due) AS open
                      FROM item
                      JOIN total USING (partner_id)
                     WHERE residual > 0 AND due < %(as_of)s AND overdue + credits > 0) due_up_to
             WHERE open > 0
             GROUP BY partner_id
        )
        SELECT partner_id, sum(receivable), sum(overdue), sum(draft), max(days)
          FROM (SELECT partner_id, receivable, greatest(overdue + COALESCE(credits, 0), 0) AS overdue, 0 AS draft,
                       %(as_of)s - CASE WHEN credits IS NULL THEN oldest ELSE not_covered.due END AS days
                  FROM total
                  LEFT JOIN not_covered USING (partner_id)
                 UNION ALL
                SELECT partner.commercial_partner_id, 0, 0, sum(line.balance), 0
                  FROM account_move_line line
                  JOIN res_partner partner ON partner.id = line.partner_id
                 WHERE line.account_id IN %(accounts)s AND line.company_id = %(company)s AND line.parent_state = 'draft'
                   AND line.balance > 0 AND %(partner)s
                 GROUP BY 1) part
         GROUP BY partner_id
        """,
        as_of=SQL("%s::date", as_of),
        partner=_of(partner, "line"),
        **context(env),
    )


def behaviour(env, as_of, partner=None, months=24):
    """How customers paid: instalments with what settled them, aggregated once, and what is overdue today.

    The last three columns are outcomes (settled, or open and late), their weight by age, and that of the late ones.
    """
    return SQL(
        """
        WITH matching AS (
            SELECT debit_move_id, sum(amount) AS amount, max(max_date) AS settled_on, count(*) AS parts
              FROM account_partial_reconcile
             WHERE company_id = %(company)s AND max_date > %(window_start)s AND max_date <= %(as_of)s AND %(matched)s
             GROUP BY debit_move_id
        ), instalment AS (
            SELECT partner.commercial_partner_id AS partner_id, line.date, line.date_maturity, line.balance,
                   matching.settled_on, matching.parts,
                   line.date > %(window_start)s AND line.balance > 0 AS counts,
                   matching.settled_on - line.date_maturity AS days_late,
                   line.date_maturity
                   + (ARRAY[1, 1, 1, 1, 3, 2, 1])[1 + (line.date_maturity - DATE '0001-01-01') %% 7] + 3 AS last_day
              FROM account_move_line line
              JOIN res_partner partner ON partner.id = line.partner_id
              LEFT JOIN matching ON matching.debit_move_id = line.id AND matching.amount = line.balance
               AND line.date > %(window_start)s AND line.balance > 0
             WHERE line.account_id IN %(accounts)s AND line.company_id = %(company)s AND line.parent_state = 'posted'
               AND line.display_type = 'payment_term' AND line.date <= %(as_of)s AND %(partner)s
        ), weighted AS (
            SELECT instalment.*, CASE WHEN counts AND last_day < %(as_of)s
                                      THEN power(0.5, (%(as_of)s - date_maturity) / 180.0::float8) END AS weight
              FROM instalment
        )
        SELECT partner_id, count(*) FILTER (WHERE counts), count(days_late), avg(days_late),
               sum(days_late * balance) / sum(balance) FILTER (WHERE days_late IS NOT NULL) AS weighted,
               percentile_cont(0.5) WITHIN GROUP (ORDER BY days_late), max(days_late),
               avg((days_late > 0)::int), sum(balance) FILTER (WHERE days_late > 0), avg((parts > 1)::int),
               COALESCE(sum(balance) FILTER (WHERE date > %(year_start)s), 0), min(date) FILTER (WHERE balance > 0),
               sum(days_late * balance) FILTER (WHERE settled_on > %(trend_start)s)
                   / sum(balance) FILTER (WHERE settled_on > %(trend_start)s AND days_late IS NOT NULL)
               - sum(days_late * balance) FILTER (WHERE settled_on > %(year_start)s AND settled_on <= %(trend_start)s)
                   / sum(balance) FILTER (WHERE settled_on > %(year_start)s AND settled_on <= %(trend_start)s
                                            AND days_late IS NOT NULL),
               max(settled_on), max(overdue.amount), max(overdue.oldest),
               count(*) FILTER (WHERE days_late IS NOT NULL OR weight IS NOT NULL) AS outcomes,
               COALESCE(sum(weight), 0),
               COALESCE(sum(weight) FILTER (WHERE settled_on IS NULL OR settled_on > last_day), 0) AS late_weight
          FROM weighted
          LEFT JOIN (SELECT partner.commercial_partner_id AS partner_id, sum(line.amount_residual) AS amount,
                            min(line.date_maturity) FILTER (WHERE line.amount_residual > 0) AS oldest
                       FROM account_move_line line
                       JOIN res_partner partner ON partner.id = line.partner_id
                      WHERE line.account_id IN %(accounts)s AND line.company_id = %(company)s
                        AND line.parent_state = 'posted' AND line.reconciled IS NOT TRUE AND line.amount_residual <> 0
                        AND (line.amount_residual < 0 OR line.date_maturity < %(as_of)s) AND %(partner)s
                      GROUP BY 1) overdue USING (partner_id)
         GROUP BY partner_id
        """,
        as_of=as_of,
        window_start=as_of - relativedelta(months=months),
        year_start=as_of - relativedelta(months=12),
        trend_start=as_of - relativedelta(months=3),
        partner=_of(partner, "line"),
        matched=SQL("TRUE")
        if partner is None
        else SQL("debit_move_id IN (SELECT line.id FROM account_move_line line WHERE %s)", _of(partner, "line")),
        **context(env),
    )
