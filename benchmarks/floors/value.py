"""Floor of customer value: recency, frequency, monetary, rhythm and stage of everybody ever invoiced."""

from dateutil.relativedelta import relativedelta

from odoo.tools import SQL

FIGURES = (
    *("first_invoice_date", "last_invoice_date", "purchase_count", "frequency", "monetary"),
    *("gap_median", "gap_spread", "rfm_r", "rfm_f", "rfm_m", "stage"),
)


def values(env, as_of):
    """``partner_id`` and ``FIGURES`` by the shipped limits, in one statement."""
    return SQL(
        """
        WITH bought AS (
            SELECT partner_id, day, day - lag(day) OVER (PARTITION BY partner_id ORDER BY day) AS gap
              FROM (SELECT DISTINCT commercial_partner_id AS partner_id, invoice_date AS day
                      FROM account_move
                     WHERE company_id = %(company)s AND state = 'posted' AND move_type = 'out_invoice'
                       AND invoice_date <= %(as_of)s AND commercial_partner_id IS NOT NULL) purchase
        ), rhythm AS (
            SELECT partner_id, min(day) AS first_invoice_date, max(day) AS last_invoice_date,
                   count(*) AS purchase_count, count(*) FILTER (WHERE day > %(start)s) AS frequency,
                   CASE WHEN count(gap) >= 3
                        THEN percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY gap) END AS quartile,
                   max(gap) FILTER (WHERE day > %(won_back)s) AS ended
              FROM bought
             GROUP BY partner_id
        ), money AS (
            SELECT commercial_partner_id AS partner_id,
                   COALESCE(sum(amount_untaxed_signed) FILTER (WHERE invoice_date > %(start)s), 0) AS monetary
              FROM account_move
             WHERE company_id = %(company)s AND state = 'posted' AND move_type IN ('out_invoice', 'out_refund')
               AND invoice_date <= %(as_of)s AND commercial_partner_id IS NOT NULL
             GROUP BY commercial_partner_id
        ), customer AS (
            SELECT money.partner_id, money.monetary, first_invoice_date, last_invoice_date, purchase_count, frequency,
                   ended, quartile[2] AS gap_median, quartile[3] - quartile[1] AS gap_spread,
                   CASE WHEN quartile IS NULL THEN 180 ELSE greatest(30, 2 * quartile[2]) END AS at_risk,
                   CASE WHEN quartile IS NULL THEN 365 ELSE greatest(90, 4 * quartile[2]) END AS lost
              FROM money
              LEFT JOIN rhythm ON rhythm.partner_id = money.partner_id
        )
        SELECT partner_id, first_invoice_date, last_invoice_date, COALESCE(purchase_count, 0) AS purchase_count,
               COALESCE(frequency, 0) AS frequency, monetary, gap_median, gap_spread,
               CASE WHEN frequency > 0 THEN %(r)s END AS rfm_r,
               CASE WHEN frequency > 0 THEN 1 + (frequency >= 2)::int + (frequency >= 4)::int
                                              + (frequency >= 7)::int + (frequency >= 12)::int END AS rfm_f,
               CASE WHEN frequency > 0 THEN %(m)s END AS rfm_m,
               CASE WHEN purchase_count IS NULL THEN NULL
                    WHEN %(as_of)s - last_invoice_date > lost THEN 'lost'
                    WHEN %(as_of)s - last_invoice_date > at_risk THEN 'at_risk'
                    WHEN ended > lost THEN 'won_back'
                    WHEN purchase_count = 1 THEN 'first_purchase'
                    WHEN first_invoice_date <= %(start)s AND frequency >= 4 THEN 'loyal'
                    ELSE 'repeat' END AS stage
          FROM customer
        """,
        company=env.company.id,
        as_of=as_of,
        start=as_of - relativedelta(months=12),
        won_back=as_of - relativedelta(days=180),
        r=SQL("ceil(5 * cume_dist() OVER (PARTITION BY frequency > 0 ORDER BY last_invoice_date))::int"),
        m=SQL("ceil(5 * cume_dist() OVER (PARTITION BY frequency > 0 ORDER BY monetary))::int"),
    )


def insert_values(env, as_of, policy):
    """The same into the table that the product keeps, with the fewest columns it may have."""
    return SQL(
        """
        INSERT INTO customer_value (policy_id, company_id, currency_id, partner_id, %(columns)s)
        SELECT %(policy)s, %(company)s, %(currency)s, partner_id, %(columns)s FROM (%(values)s) f
        """,
        policy=policy.id,
        company=env.company.id,
        currency=env.company.currency_id.id,
        columns=SQL(", ").join(map(SQL.identifier, FIGURES)),
        values=values(env, as_of),
    )


def compared_values(env, as_of):
    """Customers per stage and scores, their revenue, and how many differ from the row there is.

    A night has to compare them before it can leave everything as it is.
    """
    return SQL(
        """
        SELECT f.stage, f.rfm_r, f.rfm_f, f.rfm_m, count(*), sum(f.monetary), sum(f.gap_median),
               count(*) FILTER (WHERE (%(new)s) IS DISTINCT FROM (%(old)s)) AS changed
          FROM (%(values)s) f
          LEFT JOIN (SELECT * FROM customer_value WHERE company_id = %(company)s) value
               ON value.partner_id = f.partner_id
         GROUP BY f.stage, f.rfm_r, f.rfm_f, f.rfm_m
        """,
        new=SQL(", ").join(SQL.identifier("f", name) for name in FIGURES),
        old=SQL(", ").join(SQL.identifier("value", name) for name in FIGURES),
        values=values(env, as_of),
        company=env.company.id,
    )
