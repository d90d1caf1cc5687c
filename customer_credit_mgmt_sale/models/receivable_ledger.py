from odoo import models
from odoo.tools import SQL


class ReceivableLedger(models.AbstractModel):
    _inherit = "receivable.ledger"

    def _get_exposure_components(self, as_of, company=None, partners=None):
        components = super()._get_exposure_components(as_of, company, partners)
        components["order_amount"] = self._order_amount_sql(company, partners)
        return components

    def _get_probes(self, as_of, company=None):
        orders = SQL(
            """
            EXISTS (SELECT FROM sale_order sale
                     WHERE sale.state = 'sale' AND sale.company_id = ANY(%s)
                       AND sale.partner_invoice_id IN (SELECT id FROM contact))
            """,
            self._tree_company_ids(company),
            to_flush=self._order_fields(),
        )
        return super()._get_probes(as_of, company) | {"order_amount": orders}

    def _order_amount_sql(self, company=None, partners=None):
        """What is ordered and not invoiced yet, per invoiced customer, in company currency at the rate of the order.

        Per order: its total less what posted invoices (down payments included) took of it, never below zero.
        """
        condition = SQL("sale.company_id = ANY(%s)", self._tree_company_ids(company))
        return SQL(
            """
            SELECT partner_id, company_id, sum(amount) AS amount
              FROM (SELECT partner_id, %(root)s AS company_id, amount FROM (%(orders)s) sale) open_order
             WHERE amount > 0
             GROUP BY partner_id, company_id
            """,
            root=self._root_company_sql(SQL("sale.company_id"), company),
            orders=self._open_order_sql(condition, partners),
        )

    def _open_order_sql(self, condition, partners=None):
        """``(id, partner_id, company_id, amount)`` of the confirmed orders (``sale``) that meet a condition."""
        return SQL(
            """
            SELECT sale.id, partner.commercial_partner_id AS partner_id, sale.company_id,
                   GREATEST(sale.amount_total - COALESCE(invoiced.amount, 0), 0)
                   / COALESCE(NULLIF(sale.currency_rate, 0), 1) AS amount
              FROM sale_order sale
              %(customer)s
              LEFT JOIN LATERAL (%(posted)s) invoiced ON TRUE
             WHERE sale.state = 'sale' AND %(condition)s
               AND (sale.invoice_status <> 'invoiced' OR sale.id IN (%(drafted)s))
            """,
            condition=condition,
            customer=self._customer_join(partners, SQL("sale.partner_invoice_id")),
            posted=self._order_invoiced_sql("posted", SQL("item.order_id = sale.id")),
            drafted=SQL(
                """
                SELECT item.order_id
                  FROM account_move_line line
                  JOIN sale_order_line_invoice_rel link ON link.invoice_line_id = line.id
                  JOIN sale_order_line item ON item.id = link.order_line_id
                 WHERE line.parent_state = 'draft'
                """
            ),
            to_flush=self._order_fields(),
        )

    def _order_invoiced_sql(self, state, condition):
        """``amount`` that invoices in a state took of an order, in the order's currency (``sale``)."""
        return SQL(
            """
            SELECT sum(line.price_total * CASE move.move_type WHEN 'out_refund' THEN -1 ELSE 1 END
                       * CASE WHEN line.currency_id = sale.currency_id THEN 1
                              ELSE sale.currency_rate / COALESCE(NULLIF(move.invoice_currency_rate, 0), 1) END
                   ) AS amount
              FROM sale_order_line item
              JOIN sale_order_line_invoice_rel link ON link.order_line_id = item.id
              JOIN account_move_line line ON line.id = link.invoice_line_id AND line.parent_state = %s
              JOIN account_move move ON move.id = line.move_id
             WHERE %s
            """,
            state,
            condition,
        )

    def _draft_amount_sql(self, company=None, partners=None):
        """Drafts that invoice a confirmed order count as its order amount, not twice."""
        return SQL(
            """
            SELECT partner_id, company_id, sum(amount) AS amount
              FROM (
                    SELECT partner_id, company_id, amount FROM (%(drafts)s) draft
                     UNION ALL
                    SELECT partner.commercial_partner_id, %(root)s,
                           -line.price_total / COALESCE(NULLIF(move.invoice_currency_rate, 0), 1)
                      FROM account_move_line line
                      JOIN account_move move ON move.id = line.move_id AND move.move_type = 'out_invoice'
                      %(customer)s
                     WHERE line.parent_state = 'draft' AND line.company_id = ANY(%(companies)s)
                       AND line.id IN (SELECT link.invoice_line_id
                                         FROM sale_order_line_invoice_rel link
                                         JOIN sale_order_line item ON item.id = link.order_line_id
                                         JOIN sale_order sale ON sale.id = item.order_id AND sale.state = 'sale')
                   ) part
             GROUP BY partner_id, company_id
            HAVING sum(amount) > 0
            """,
            drafts=super()._draft_amount_sql(company, partners),
            root=self._root_company_sql(SQL("line.company_id"), company),
            companies=self._tree_company_ids(company),
            customer=self._customer_join(partners, SQL("move.partner_id")),
            to_flush=self._order_fields(),
        )

    def _order_fields(self):
        order = self.env["sale.order"]._fields
        item = self.env["sale.order.line"]._fields
        line = self.env["account.move.line"]._fields
        return [
            *(
                order[name]
                for name in ("state", "invoice_status", "amount_total", "currency_rate", "partner_invoice_id")
            ),
            *(item[name] for name in ("order_id", "invoice_lines")),
            *(line[name] for name in ("price_total", "parent_state")),
            self.env["account.move"]._fields["invoice_currency_rate"],
        ]
