from odoo import models
from odoo.tools import SQL


class CreditSignalSource(models.AbstractModel):
    _inherit = "credit.signal.source"

    def _get_sales(self, company, as_of, since):
        """What is ordered and not invoiced yet was sold as well, on the day of the order."""
        return [*super()._get_sales(company, as_of, since), self._open_orders_sql(company, as_of, since)]

    def _open_orders_sql(self, company, as_of, since):
        ledger = self.env["receivable.ledger"]
        return SQL(
            """
            SELECT partner_id, date, amount
              FROM (
                    SELECT partner.commercial_partner_id AS partner_id, sale.date_order::date AS date,
                           GREATEST(sale.amount_total - COALESCE(invoiced.amount, 0), 0)
                           / COALESCE(NULLIF(sale.currency_rate, 0), 1) AS amount
                      FROM sale_order sale
                      JOIN res_partner partner ON partner.id = sale.partner_invoice_id
                      LEFT JOIN LATERAL (%(posted)s) invoiced ON TRUE
                     WHERE sale.state = 'sale' AND sale.invoice_status <> 'invoiced'
                       AND sale.company_id = ANY(%(companies)s)
                       AND sale.date_order::date <= %(as_of)s AND sale.date_order::date > %(since)s
                   ) open_order
             WHERE amount > 0
            """,
            posted=ledger._order_invoiced_sql("posted", SQL("item.order_id = sale.id")),
            companies=ledger._tree_company_ids(company),
            as_of=as_of,
            since=since,
            to_flush=[*ledger._order_fields(), self.env["sale.order"]._fields["date_order"]],
        )
