"""The floor of every operation: the best single statement for the same answer, written by hand.

A floor knows what the product may not assume: one company without branches, nothing but what the generator made. It
says what the answer must cost at least, on the same database, in the same minute.
"""

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


def exposure(env, as_of, partner=None):
    """Open, overdue and draft amount per customer: the sum of the parts, each read once."""
    return SQL(
        """
        SELECT partner_id, sum(receivable), greatest(sum(overdue) + least(sum(credits), 0), 0), sum(draft)
          FROM (
                SELECT partner.commercial_partner_id AS partner_id, sum(line.amount_residual) AS receivable,
                       sum(line.amount_residual) FILTER (
                           WHERE line.amount_residual > 0 AND COALESCE(line.date_maturity, line.date) < %(as_of)s
                       ) AS overdue,
                       COALESCE(sum(line.amount_residual) FILTER (WHERE line.amount_residual < 0), 0) AS credits, 0 AS draft
                  FROM account_move_line line
                  JOIN res_partner partner ON partner.id = line.partner_id
                 WHERE line.account_id IN %(accounts)s AND line.company_id = %(company)s AND line.parent_state = 'posted'
                   AND line.reconciled IS NOT TRUE AND line.amount_residual <> 0 AND %(partner)s
                 GROUP BY 1
                 UNION ALL
                SELECT partner.commercial_partner_id, 0, 0, 0, sum(line.balance)
                  FROM account_move_line line
                  JOIN res_partner partner ON partner.id = line.partner_id
                 WHERE line.account_id IN %(accounts)s AND line.company_id = %(company)s AND line.parent_state = 'draft'
                   AND line.balance > 0 AND %(partner)s
                 GROUP BY 1
               ) part
         GROUP BY 1
        """,
        as_of=as_of,
        partner=SQL("TRUE") if partner is None else SQL("line.partner_id = %s", partner.id),
        **context(env),
    )


def behaviour(env, as_of, months=24):
    """How customers paid: instalments with what settled them, aggregated once, and what is overdue today."""
    return SQL(
        """
        WITH matching AS (
            SELECT debit_move_id, sum(amount) AS amount, max(max_date) AS settled_on, count(*) AS parts
              FROM account_partial_reconcile
             WHERE company_id = %(company)s AND max_date > %(window_start)s AND max_date <= %(as_of)s
             GROUP BY debit_move_id
        ), instalment AS (
            SELECT partner.commercial_partner_id AS partner_id, line.date, line.balance, matching.settled_on, matching.parts,
                   line.date > %(window_start)s AND line.balance > 0 AS counts,
                   CASE WHEN line.date > %(window_start)s THEN matching.settled_on - line.date_maturity END AS days_late
              FROM account_move_line line
              JOIN res_partner partner ON partner.id = line.partner_id
              LEFT JOIN matching ON matching.debit_move_id = line.id AND matching.amount = line.balance
             WHERE line.account_id IN %(accounts)s AND line.company_id = %(company)s AND line.parent_state = 'posted'
               AND line.display_type = 'payment_term' AND line.date <= %(as_of)s
        )
        SELECT partner_id, count(*) FILTER (WHERE counts), count(days_late), avg(days_late),
               sum(days_late * balance) / sum(balance) FILTER (WHERE days_late IS NOT NULL),
               percentile_cont(0.5) WITHIN GROUP (ORDER BY days_late), max(days_late),
               avg((days_late > 0)::int), sum(balance) FILTER (WHERE days_late > 0), avg((parts > 1)::int),
               COALESCE(sum(balance) FILTER (WHERE date > %(year_start)s), 0), min(date) FILTER (WHERE balance > 0),
               sum(days_late * balance) FILTER (WHERE settled_on > %(trend_start)s)
                   / sum(balance) FILTER (WHERE settled_on > %(trend_start)s AND days_late IS NOT NULL)
               - sum(days_late * balance) FILTER (WHERE settled_on BETWEEN %(year_start)s AND %(trend_start)s)
                   / sum(balance) FILTER (WHERE settled_on BETWEEN %(year_start)s AND %(trend_start)s
                                            AND days_late IS NOT NULL),
               max(settled_on), max(overdue.amount), max(overdue.oldest)
          FROM instalment
          LEFT JOIN (SELECT partner.commercial_partner_id AS partner_id, sum(line.amount_residual) AS amount,
                            min(line.date_maturity) FILTER (WHERE line.amount_residual > 0) AS oldest
                       FROM account_move_line line
                       JOIN res_partner partner ON partner.id = line.partner_id
                      WHERE line.account_id IN %(accounts)s AND line.company_id = %(company)s
                        AND line.parent_state = 'posted' AND line.reconciled IS NOT TRUE AND line.amount_residual <> 0
                        AND (line.amount_residual < 0 OR line.date_maturity < %(as_of)s)
                      GROUP BY 1) overdue USING (partner_id)
         GROUP BY partner_id
        """,
        as_of=as_of,
        window_start=as_of - relativedelta(months=months),
        year_start=as_of - relativedelta(months=12),
        trend_start=as_of - relativedelta(months=3),
        **context(env),
    )


def pareto(env, as_of):
    """Net sales of twelve months per customer with the cumulative share before it."""
    return SQL(
        """
        SELECT partner_id, revenue,
               (sum(revenue) OVER (ORDER BY revenue DESC) - revenue) / sum(revenue) OVER () AS share_before
          FROM (SELECT commercial_partner_id AS partner_id, sum(amount_untaxed_signed) AS revenue
                  FROM account_move
                 WHERE company_id = %(company)s AND state = 'posted' AND move_type IN ('out_invoice', 'out_refund')
                   AND invoice_date > %(start)s AND invoice_date <= %(as_of)s
                 GROUP BY commercial_partner_id) customer
        """,
        as_of=as_of,
        start=as_of - relativedelta(months=12),
        company=env.company.id,
    )


def candidates(env, as_of):
    """Overdue items of customers: what a round of reminders starts from."""
    return SQL(
        """
        SELECT partner.commercial_partner_id AS partner_id, line.id AS line_id, line.amount_residual,
               COALESCE(line.date_maturity, line.date) AS date_maturity
          FROM account_move_line line
          JOIN res_partner partner ON partner.id = line.partner_id
         WHERE line.account_id IN %(accounts)s AND line.company_id = %(company)s AND line.parent_state = 'posted'
           AND line.reconciled IS NOT TRUE AND line.amount_residual > 0
           AND COALESCE(line.date_maturity, line.date) < %(as_of)s AND line.no_followup IS NOT TRUE
        """,
        as_of=as_of,
        **context(env),
    )


def proposal(env, as_of):
    """Candidates and the insertion of one notice per customer and one line per item into plain tables."""
    return SQL(
        """
        CREATE TEMPORARY TABLE floor_line ON COMMIT DROP AS %(candidates)s;
        CREATE TEMPORARY TABLE floor_notice ON COMMIT DROP AS
        SELECT row_number() OVER () AS id, partner_id, sum(amount_residual) AS amount, max(date_maturity) AS newest
          FROM floor_line GROUP BY partner_id;
        ALTER TABLE floor_notice ADD PRIMARY KEY (id);
        """,
        candidates=candidates(env, as_of),
    )
