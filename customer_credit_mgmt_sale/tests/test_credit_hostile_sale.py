"""Found by trying to get around the house: figures of orders written from outside."""

from odoo import Command
from odoo.tests import tagged

from .common import CreditSaleCommon


@tagged("post_install", "-at_install")
class TestCreditHostileSale(CreditSaleCommon):
    def _confirms(self, order):
        order.with_user(self.seller).action_confirm()
        return order.state == "sale"

    def test_confirmed_order_does_not_shrink_by_writing_its_figures(self):
        for values in ({"amount_total": 1}, {"currency_rate": 1000}, {"invoice_status": "invoiced"}):
            order = self._confirmed(900)
            order.with_user(self.seller).write(values)
            self.assertFalse(self._confirms(self._order(900)), values)
            order._action_cancel()

    def test_confirmed_order_does_not_shrink_by_writing_figures_of_its_lines(self):
        for values in ({"invoice_status": "invoiced"}, {"qty_invoiced": 1}, {"qty_invoiced": 1, "qty_to_invoice": 0}):
            order = self._confirmed(900)
            order.order_line.with_user(self.seller).write(values)
            self.assertFalse(self._confirms(self._order(900)), values)
            order._action_cancel()

    def test_order_is_not_created_with_other_figures(self):
        line = {"product_id": self.product_a.id, "product_uom_qty": 1, "price_unit": 5000, "tax_ids": False}
        values = {"partner_id": self.partner_a.id, "order_line": [Command.create(line)]}
        for figures in ({"amount_total": 1}, {"amount_total": 1, "currency_rate": 5000}):
            order = self.env["sale.order"].with_user(self.seller).create({**values, **figures})
            self.assertFalse(self._confirms(order), figures)
            self.assertEqual(order.amount_total, 5000)

    def test_posted_item_takes_no_more_of_an_order_than_its_price(self):
        order = self._confirmed(900)
        invoice = order._create_invoices()
        half = Command.update(invoice.invoice_line_ids.id, {"quantity": 0.5})
        invoice.write({"invoice_date": self.today, "invoice_line_ids": [half]})
        invoice.action_post()
        left = self.profile.order_amount
        self.assertGreater(left, 0)
        clerk = self._user("hostile_clerk", "account.group_account_invoice")
        invoice.invoice_line_ids.with_user(clerk).write({"price_total": 900})
        self.env.invalidate_all()
        self.assertEqual(self.profile.order_amount, left)
