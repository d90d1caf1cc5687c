"""Floor of churn and value: what must be gathered of every customer, and what must be written."""

from dateutil.relativedelta import relativedelta

from odoo.tools import SQL


def facts(env, as_of):
    """Purchases, span, age, revenue and the usual gap of every customer; a purchase is a day with an invoice."""
    return SQL(
        """
        WITH document AS (
            SELECT commercial_partner_id AS partner_id, invoice_date AS day, sum(amount_untaxed_signed) AS net,
                   bool_or(move_type = 'out_invoice') AS bought
              FROM account_move
             WHERE company_id = %(company)s AND state = 'posted' AND move_type IN ('out_invoice', 'out_refund')
               AND invoice_date <= %(as_of)s AND commercial_partner_id IS NOT NULL
             GROUP BY commercial_partner_id, invoice_date
        ), bought AS (
            SELECT partner_id, day, day - lag(day) OVER (PARTITION BY partner_id ORDER BY day) AS gap
              FROM document WHERE bought
        ), rhythm AS (
            SELECT partner_id, count(*) AS count, min(day) AS first_day, max(day) AS last_day,
                   count(*) FILTER (WHERE day > %(start)s) AS year_count,
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY gap) AS gap
              FROM bought GROUP BY partner_id
        )
        SELECT partner_id, rhythm.count, last_day - first_day AS span, %(as_of)s::date - first_day AS age, gap,
               money.net, year_count, money.year_net
          FROM rhythm
          JOIN (SELECT partner_id, sum(net) AS net, COALESCE(sum(net) FILTER (WHERE day > %(start)s), 0) AS year_net
                  FROM document GROUP BY partner_id) money USING (partner_id)
        """,
        company=env.company.id,
        as_of=as_of,
        start=as_of - relativedelta(months=12),
    )


def write(env, as_of):
    """The figures of every customer in as many columns as the product keeps, with its reason."""
    return SQL(
        """
        UPDATE customer_value value
           SET churn_method = 'none', churn_risk = age / 2000.0, expected_purchases_3 = f.year_count / 4.0,
               expected_purchases_12 = f.year_count, expected_revenue_3 = year_net / 4, expected_revenue_12 = year_net,
               clv = year_net, clv_low = 0, clv_high = 2 * year_net, value_at_risk = year_net / 2,
               churn_reason = jsonb_build_object('purchases', f.count, 'recency', age - span, 'gap', gap, 'days', 183,
                   'year_purchases', year_count, 'year_revenue', year_net, 'as_of', %(as_of)s::text, 'years', 3,
                   'risk', age / 2000.0, 'rate', 0.1, 'unit', 'percent', 'expectation', 'none', 'model', 1,
                   'margin_rate', 0.3, 'loss', NULL)
          FROM (%(facts)s) f
         WHERE value.company_id = %(company)s AND value.partner_id = f.partner_id
        """,
        facts=facts(env, as_of),
        as_of=as_of,
        company=env.company.id,
    )
