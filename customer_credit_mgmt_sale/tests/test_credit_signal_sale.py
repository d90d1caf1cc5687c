from datetime import datetime, timedelta

from odoo.tests import tagged

from odoo.addons.customer_credit_mgmt.tests.test_credit_signal_kinds import SignalCommon


@tagged("post_install", "-at_install")
class TestCreditSignalSale(SignalCommon):
    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.quick_ref("sales_team.group_sale_manager")

    def _order(self, partner, amount, day):
        line = {"product_id": self.product_a.id, "price_unit": amount, "product_uom_qty": 1, "tax_ids": False}
        order = self.env["sale.order"].create({"partner_id": partner.id, "order_line": [(0, 0, line)]})
        order.action_confirm()
        order.date_order = datetime.combine(day, datetime.min.time())
        return order

    def test_open_orders_count_as_sales_until_they_are_invoiced(self):
        self._rule("sales_spike", 3)
        for partner in (self.partner_a, self.partner_b):
            for period in range(12):
                self._invoice(partner, 100, self.today - timedelta(days=40 + 30 * period))
        self._order(self.partner_a, 300, self.today)
        self._order(self.partner_b, 290, self.today)
        signal = self._detect(self.today)
        self.assertEqual((signal.partner_id, signal.figure), (self.partner_a, 3))
        self.assertEqual(signal.evidence["recent"], 300)

    def test_who_ordered_has_not_stopped_buying(self):
        self._rule("sales_stop", 3)
        for partner in (self.partner_a, self.partner_b):
            for position in range(6):
                self._invoice(partner, 100, self.today - timedelta(days=40 + 10 * position))
        self._order(self.partner_b, 50, self.today)
        self.assertEqual(self._detect(self.today).partner_id, self.partner_a)
