"""Floor of the profit report: what each customer brought in some days and what its receivables cost."""

from datetime import timedelta

from odoo.tools import SQL


def profit(env, first, last):
    """``partner_id, revenue, margin, money_days``: one aggregate over documents, lines and receivable items each."""
    accounts = env["account.account"].search([("account_type", "=", "asset_receivable")]).ids
    return SQL(
        """
        WITH revenue AS (
            SELECT commercial_partner_id AS partner_id, sum(amount_untaxed_signed) AS revenue
              FROM account_move
             WHERE company_id = %(company)s AND state = 'posted' AND move_type IN ('out_invoice', 'out_refund')
               AND invoice_date BETWEEN %(first)s AND %(last)s
             GROUP BY 1
        ), margin AS (
            SELECT move.commercial_partner_id AS partner_id,
                   sum(-line.balance - CASE move.move_type WHEN 'out_refund' THEN -1 ELSE 1 END * line.quantity
                       * COALESCE(uom.factor, 1) / NULLIF(COALESCE(product_uom.factor, 1), 0)
                       * COALESCE((product.standard_price ->> line.company_id::text)::float, 0))::numeric AS margin
              FROM account_move move
              JOIN account_move_line line ON line.move_id = move.id
              LEFT JOIN product_product product ON product.id = line.product_id
              LEFT JOIN product_template template ON template.id = product.product_tmpl_id
              LEFT JOIN uom_uom uom ON uom.id = line.product_uom_id
              LEFT JOIN uom_uom product_uom ON product_uom.id = template.uom_id
             WHERE move.company_id = %(company)s AND move.state = 'posted' AND line.display_type = 'product'
               AND line.account_id IS NOT NULL
               AND move.move_type IN ('out_invoice', 'out_refund') AND move.invoice_date BETWEEN %(first)s AND %(last)s
             GROUP BY 1
        ), receivable AS (
            SELECT contact.commercial_partner_id AS partner_id, sum(item.money_days) AS money_days
              FROM (SELECT partner_id, sum(balance * (%(after)s::date - GREATEST(date, %(first)s))) AS money_days
                      FROM account_move_line
                     WHERE account_id = ANY(%(accounts)s) AND company_id = %(company)s AND parent_state = 'posted'
                       AND date <= %(last)s
                     GROUP BY 1) item
              JOIN res_partner contact ON contact.id = item.partner_id
             GROUP BY 1
        )
        SELECT partner_id, revenue, margin, money_days
          FROM revenue FULL JOIN margin USING (partner_id) FULL JOIN receivable USING (partner_id)
        """,
        company=env.company.id,
        accounts=accounts,
        first=first,
        last=last,
        after=last + timedelta(days=1),
    )
