from datetime import timedelta

from lxml import etree

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .common import SaleCommon


@tagged("post_install", "-at_install")
class TestCreditHoldSale(SaleCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls._strict_policy("over_limit", ("overdue_days", 30), order_action="block")
        cls.profile = cls._limited_profile(cls.partner_a, 1000)

    def _order(self, amount, partner=None, **values):
        partner = partner or self.partner_a
        return self.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "order_line": [
                    (
                        0,
                        0,
                        {"product_id": self.product_a.id, "product_uom_qty": 1, "price_unit": amount, "tax_ids": False},
                    )
                ],
                **values,
            }
        )

    def _exposure(self):
        self.profile.invalidate_recordset()
        return self.profile.exposure_amount

    def test_order_counts_until_it_is_invoiced_and_never_twice(self):
        order = self._order(400)
        self.assertEqual(self._exposure(), 0)
        order.action_confirm()
        self.assertEqual((self._exposure(), self.profile.order_amount), (400, 400))
        invoice = order._create_invoices()
        self.assertEqual((self._exposure(), self.profile.order_amount, self.profile.draft_amount), (400, 400, 0))
        invoice.action_post()
        self.assertEqual((self._exposure(), self.profile.order_amount, self.profile.receivable_amount), (400, 0, 400))

    def test_peers_row_2_good_orders_of_a_batch_pass_and_the_others_are_held(self):
        batch = self._order(600) | self._order(600) | self._order(400) | self._order(5000, partner=self.partner_b)
        batch.action_confirm()
        self.assertEqual(batch.mapped("state"), ["sale", "draft", "sale", "sale"])
        self.assertEqual(batch.mapped("credit_state"), [False, "held", False, False])
        self.assertEqual(self.env["sale.order"].search([("credit_state", "=", "held")]) & batch, batch[1])

    def test_invoice_of_an_order_is_not_counted_twice_at_its_check(self):
        order = self._order(1000)
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertEqual(invoice.state, "posted")

    def test_order_and_invoice_share_the_limit(self):
        self._order(700).action_confirm()
        invoice = self._invoice(self.partner_a, 301, self.today, post=False)
        invoice.action_post()
        self.assertEqual(invoice.state, "draft")

    def test_peers_row_4_invoiced_customer_is_checked_not_the_ordering_one(self):
        """peers.md row 4: the order of another company invoiced to this customer."""
        order = self._order(1500, partner=self.partner_b, partner_invoice_id=self.partner_a.id)
        order.action_confirm()
        self.assertEqual(order.state, "draft")

    def test_peers_row_2_order_in_foreign_currency_counts_once(self):
        """peers.md row 2."""
        currency = self.setup_other_currency("EUR", rates=[(str(self.today), 0.5)])
        pricelist = self.env["product.pricelist"].create({"name": "EUR", "currency_id": currency.id})
        order = self._order(400, pricelist_id=pricelist.id)
        order.action_confirm()
        self.assertEqual(order.currency_id, currency)
        self.assertEqual(self._exposure(), 800)

    def test_no_other_path_confirms_a_blocked_order(self):
        order = self._order(1500)
        with self.assertRaisesRegex(UserError, "limit"), self.cr.savepoint():
            order.write({"state": "sale"})
        order.with_context(skip_credit_check=True)._validate_order()
        self.assertEqual(order.state, "draft")

    def test_down_payment_moves_within_the_exposure(self):
        order = self._order(1000)
        order.action_confirm()
        wizard = (
            self.env["sale.advance.payment.inv"]
            .with_context(active_model="sale.order", active_ids=order.ids)
            .create({"advance_payment_method": "percentage", "amount": 30})
        )
        wizard.create_invoices()
        down_payment = order.invoice_ids
        down_payment.action_post()
        self.assertEqual(down_payment.state, "posted")
        self.assertEqual(self._exposure(), 1000)

    def test_released_order_is_confirmed(self):
        self._invoice(self.partner_a, 10, self.today - timedelta(days=60))
        order = self._order(10)
        order.action_confirm()
        check = self.env["credit.check"].search([("res_model", "=", "sale.order"), ("res_id", "=", order.id)])
        self.assertEqual(check.stage, "order")
        self.policy.own_release = True
        check._release(10, self.today, "Known customer")
        self.assertEqual(order.state, "sale")

    def test_salesperson_finds_the_credit_menus_in_the_sales_app(self):
        groups = "sales_team.group_sale_salesman,customer_credit_mgmt.group_credit_user"
        salesperson = new_test_user(self.env, "credit_salesperson", groups)
        visible = self.env["ir.ui.menu"].with_user(salesperson)._visible_menu_ids()
        for name in ("menu_sale_credit_exposure", "menu_sale_credit_checks", "menu_sale_credit_limits"):
            self.assertIn(self.env.ref(f"customer_credit_mgmt_sale.{name}").id, visible)

    def test_my_customers_are_those_a_salesperson_sells_to(self):
        groups = "sales_team.group_sale_salesman,customer_credit_mgmt.group_credit_user"
        values = {"company_id": self.company.id, "company_ids": [(6, 0, self.company.ids)]}
        salesperson = new_test_user(self.env, "credit_salesperson", groups, **values)
        self.partner_a.user_id = salesperson
        self._order(400).action_confirm()
        for model in ("credit.exposure", "credit.profile"):
            arch = etree.fromstring(self.env[model].get_view(view_type="search")["arch"])
            domain = arch.find(".//filter[@name='mine']").get("domain")
            mine = self.env[model].with_user(salesperson).search(safe_eval(domain, {"uid": salesperson.id}))
            self.assertEqual(mine.partner_id, self.partner_a)
