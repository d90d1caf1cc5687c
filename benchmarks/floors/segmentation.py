"""Floor of the classes: revenue, share and evenness of every customer that was ever invoiced."""

from dateutil.relativedelta import relativedelta

from odoo.tools import SQL

PERIODS = 8


def _period_bounds(as_of):
    """First days of the eight complete quarters before ``as_of``, and the day after the last."""
    after = as_of + relativedelta(days=1)
    end = after.replace(day=1, month=(after.month - 1) // 3 * 3 + 1)
    return [end - relativedelta(months=3 * back) for back in range(PERIODS, -1, -1)]


def classes(env, as_of):
    """``partner_id, revenue, rank, before, total, class, xyz`` in one pass over the documents."""
    bounds = _period_bounds(as_of)
    names = [SQL.identifier(f"p{number}") for number in range(PERIODS)]
    periods = SQL(", ").join(
        SQL(
            "COALESCE(sum(amount_untaxed_signed) FILTER (WHERE invoice_date >= %s AND invoice_date < %s), 0) AS %s",
            first,
            after,
            name,
        )
        for first, after, name in zip(bounds, bounds[1:], names, strict=False)
    )
    return SQL(
        """
        WITH sales AS (
            SELECT commercial_partner_id AS partner_id, %(periods)s,
                   COALESCE(sum(amount_untaxed_signed) FILTER (WHERE invoice_date > %(start)s), 0) AS revenue
              FROM account_move
             WHERE company_id = %(company)s AND state = 'posted' AND move_type IN ('out_invoice', 'out_refund')
               AND invoice_date <= %(as_of)s AND commercial_partner_id IS NOT NULL
             GROUP BY commercial_partner_id
        ), ranked AS (
            SELECT partner_id, revenue, rank() OVER place AS rank, sum(greatest(revenue, 0)) OVER () AS total,
                   COALESCE(sum(greatest(revenue, 0)) OVER (
                       place GROUPS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before,
                   %(active)s AS active, %(sum)s AS sales, %(squares)s AS squares
              FROM sales
            WINDOW place AS (ORDER BY revenue DESC)
        )
        SELECT partner_id, revenue, rank, before, total,
               CASE WHEN revenue <= 0 THEN 'C' WHEN before < 0.8 * total THEN 'A'
                    WHEN before < 0.95 * total THEN 'B' ELSE 'C' END AS class,
               CASE WHEN active < 4 OR sales <= 0 THEN 'N'
                    WHEN %(spread)s <= 0.25 * %(bound)s THEN 'X'
                    WHEN %(spread)s <= %(bound)s THEN 'Y' ELSE 'Z' END AS xyz
          FROM ranked
        """,
        periods=periods,
        start=as_of - relativedelta(months=12),
        as_of=as_of,
        company=env.company.id,
        active=SQL(" + ").join(SQL("(%s > 0)::int", name) for name in names),
        sum=SQL(" + ").join(names),
        squares=SQL(" + ").join(SQL("%s * %s", name, name) for name in names),
        spread=SQL("%s * (%s * squares - sales * sales)", PERIODS, PERIODS),
        bound=SQL("(%s * sales * sales)", PERIODS - 1),
    )


def compared_totals(env, as_of, policy_id):
    """Customers and revenue per class and evenness, and how many of them differ from their open row.

    A night has to compare them before it can leave everything as it is.
    """
    return SQL(
        """
        SELECT class, f.xyz, count(*), sum(revenue),
               count(*) FILTER (WHERE (latest.code, latest.xyz) IS DISTINCT FROM (class, f.xyz)
                                   OR latest.measure <> revenue OR latest.rank <> f.rank
                                   OR abs(latest.share_before - before::float / total::float) > 0.001) AS changed
          FROM (%s) f
          FULL JOIN (SELECT partner_id, level.code, xyz, measure, rank, share_before
                       FROM abc_classification
                       JOIN abc_class level ON level.id = class_id
                      WHERE abc_classification.policy_id = %s AND NOT is_manual AND date_to IS NULL) latest
               USING (partner_id)
         GROUP BY class, f.xyz
        """,
        classes(env, as_of),
        policy_id,
    )


def insert_classes(env, as_of, run):
    """The same into the table that the product keeps, with the fewest columns it may have."""
    level = SQL("(SELECT id FROM abc_class WHERE policy_id = %s AND code = f.class)", run.policy_id.id)
    return SQL(
        """
        INSERT INTO abc_classification (policy_id, company_id, partner_id, class_id, xyz, movement, rule, measure,
                                        currency_id, share_before, rank, date_from, run_id, figures_run_id, is_manual)
        SELECT %(policy)s, %(company)s, partner_id, %(level)s, xyz, 'new', 'share', revenue, %(currency)s,
               before / NULLIF(total, 0), rank, %(as_of)s, %(run)s, %(run)s, FALSE
          FROM (%(classes)s) f
        """,
        policy=run.policy_id.id,
        company=env.company.id,
        level=level,
        currency=env.company.currency_id.id,
        as_of=as_of,
        run=run.id,
        classes=classes(env, as_of),
    )
