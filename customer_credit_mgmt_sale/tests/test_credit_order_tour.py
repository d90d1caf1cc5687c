from odoo.tests import HttpCase, tagged

from .common import CreditSaleCommon


@tagged("post_install", "-at_install")
class TestCreditOrderTour(CreditSaleCommon, HttpCase):
    def test_order_is_held_released_by_somebody_else_and_asked_more_credit_for(self):
        self._user("tour_seller", "sales_team.group_sale_salesman_all_leads,customer_credit_mgmt.group_credit_user")
        self._user("tour_boss", "customer_credit_mgmt.group_credit_manager")
        order = self._order(1500)
        self.start_tour(f"/odoo/sales/{order.id}", "credit_order_hold", login="tour_seller")
        self.assertEqual(order.state, "draft")
        self.start_tour("/odoo/credit-holds", "credit_order_release", login="tour_boss")
        self.assertEqual(order.state, "sale")
        self.start_tour(f"/odoo/sales/{order.id}", "credit_order_more", login="tour_seller")
        self.assertEqual(self._check_of(order).filtered("is_amendment").amount, 3000)
