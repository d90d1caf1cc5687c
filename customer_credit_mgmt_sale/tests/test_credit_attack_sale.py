"""Ways by which somebody might get a blocked order confirmed, or an invoice of an order past the limit."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SaleCommon


@tagged("post_install", "-at_install")
class TestCreditAttackSale(SaleCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls._strict_policy("over_limit", "manual_hold", order_action="block")
        cls._limited_profile(cls.partner_a, 1000)
        cls.seller = cls._user("seller", "sales_team.group_sale_salesman")
        cls.portal = cls._user("stranger", "base.group_portal")

    def _values(self, amount, partner=None, **values):
        line = {"product_id": self.product_a.id, "product_uom_qty": 1, "price_unit": amount, "tax_ids": False}
        return {
            "partner_id": (partner or self.partner_a).id,
            "user_id": self.seller.id,
            "order_line": [Command.create(line)],
            **values,
        }

    def _order(self, amount, partner=None, **values):
        return self.env["sale.order"].create(self._values(amount, partner, **values))

    def _check_of(self, document):
        return self.env["credit.check"].search([("res_model", "=", document._name), ("res_id", "=", document.id)])

    # ------------------------------------------------------------------
    # CONFIRMATION
    # ------------------------------------------------------------------

    def test_order_is_not_born_confirmed(self):
        orders = self.env["sale.order"].with_user(self.seller)
        blocked = self._order(1500)
        for label, attempt in {
            "create": lambda: orders.create(self._values(1500, state="sale")),
            "context": lambda: orders.with_context(default_state="sale").create(self._values(1500)),
            "copy": lambda: blocked.with_user(self.seller).copy({"state": "sale"}),
        }.items():
            with self.subTest(path=label), self.assertRaisesRegex(UserError, "limit"), self.cr.savepoint():
                attempt()
        order = orders.create(self._values(900, state="sale"))
        self.assertEqual((order.state, self._check_of(order).ids), ("sale", []))

    def test_cancelled_order_is_checked_before_it_comes_back(self):
        order = self._order(1500)
        order.with_user(self.seller)._action_cancel()
        with self.assertRaisesRegex(UserError, "limit"):
            order.with_user(self.seller).write({"state": "sale"})

    def test_cancelled_order_is_not_held(self):
        order = self._order(1500)
        order._action_cancel()
        with self.assertRaises(UserError):
            order.action_confirm()
        self.assertFalse(self._check_of(order))

    def test_state_customer_and_amount_are_not_changed_in_one_go(self):
        order = self._order(10, partner=self.partner_b)
        other = self._order(10)
        change = [Command.update(other.order_line.id, {"price_unit": 1500})]
        for record, values in (
            (self._order(1500, partner=self.partner_b), {"partner_invoice_id": self.partner_a.id}),
            (other, {"order_line": change}),
        ):
            with self.subTest(values=values), self.assertRaisesRegex(UserError, "limit"), self.cr.savepoint():
                record.with_user(self.seller).write({"state": "sale", **values})
        self.assertEqual((order | other).mapped("state"), ["draft", "draft"])

    def test_seller_does_not_ask_for_the_order_of_another(self):
        order = self._order(1500, user_id=self.env.user.id)
        with self.assertRaises(AccessError):
            order.with_user(self.seller).action_confirm()
        self.assertFalse(self._check_of(order))

    def test_order_that_waited_on_the_portal_passes_by_itself(self):
        """Who signed on the portal has no right to confirm: the page confirms for him."""
        profile = self.env["credit.profile"]._get_or_create(self.partner_a, self.company).sudo(False)
        profile.manual_hold = True
        order = self._order(500)
        order.with_user(self.portal).sudo()._validate_order()
        self.assertEqual(order.state, "draft")
        self.assertEqual(self._check_of(order).requested_by, self.portal)
        profile.manual_hold = False
        with self.enter_registry_test_mode():
            self.env.ref("customer_credit_mgmt.ir_cron_reevaluate_held").sudo().method_direct_trigger()
        order.invalidate_recordset()
        self.assertEqual(order.state, "sale")

    def test_controller_without_sales_rights_releases(self):
        controller = self._user("controller", "customer_credit_mgmt.group_credit_controller")
        controller.sudo().credit_release_amount = 2000
        order = self._order(1500)
        order.with_user(self.seller).action_confirm()
        self._check_of(order).with_user(controller)._release(1500, self.today, "Known customer")
        self.assertEqual(order.state, "sale")

    # ------------------------------------------------------------------
    # INVOICES OF ORDERS
    # ------------------------------------------------------------------

    def test_order_of_one_customer_makes_no_room_for_another(self):
        order = self._order(5000, partner=self.partner_b)
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.partner_id = self.partner_a
        invoice.action_post()
        self.assertEqual(invoice.state, "draft")

    def test_order_makes_room_for_one_invoice_only(self):
        order = self._order(1000)
        order.action_confirm()
        first = order._create_invoices()
        second = first.copy()
        second.invoice_line_ids.sale_line_ids = order.order_line
        (first | second).action_post()
        self.assertEqual((first | second).mapped("state"), ["posted", "draft"])

    # ------------------------------------------------------------------
    # EXPOSURE
    # ------------------------------------------------------------------

    def test_exposure_through_the_life_of_an_order(self):
        profile = self.env["credit.profile"]._get_or_create(self.partner_a, self.company).sudo(False)

        def figures():
            self.env.flush_all()
            profile.invalidate_recordset()
            return profile.order_amount, profile.draft_amount, profile.receivable_amount, profile.exposure_amount

        order = self._order(800)
        order.action_confirm()
        self.assertEqual(figures(), (800, 0, 0, 800))
        invoice = order._create_invoices()
        invoice.invoice_line_ids.quantity = 0.25
        self.assertEqual(figures(), (800, 0, 0, 800))
        invoice.action_post()
        self.assertEqual(figures(), (600, 0, 200, 800))
        rest = order._create_invoices()
        rest.action_post()
        self.assertEqual(figures(), (0, 0, 800, 800))
        rest.button_draft()
        self.assertEqual(figures(), (600, 0, 200, 800))
        rest.button_cancel()
        self.assertEqual(figures(), (600, 0, 200, 800))
        self._pay(invoice, 200, self.today)
        self.assertEqual(figures(), (600, 0, 0, 600))
        order._action_cancel()
        self.assertEqual(figures(), (0, 0, 0, 0))

    # ------------------------------------------------------------------
    # WHAT IS SHOWN TO WHOM
    # ------------------------------------------------------------------

    def test_portal_customer_does_not_see_the_verdict(self):
        self.portal.sudo().partner_id.parent_id = self.partner_a
        order = self._order(1500, state="sent")
        order.with_user(self.seller).action_confirm()
        order.message_subscribe(self.portal.partner_id.ids)
        seen = order.with_user(self.portal)
        for name in ("credit_status", "credit_state", "credit_message"):
            with self.subTest(field=name), self.assertRaises(AccessError):
                seen.read([name])
        self.assertFalse(seen.read(["partner_credit_warning"])[0]["partner_credit_warning"])
        with self.assertRaises(AccessError):
            seen.search([("credit_state", "=", "held")])
        self.assertNotIn("limit", " ".join(seen.message_ids.filtered(lambda it: not it.is_internal).mapped("body")))

    def test_seller_sees_why_the_own_order_waits(self):
        order = self._order(1500)
        order.with_user(self.seller).action_confirm()
        self.assertIn("limit", order.with_user(self.seller).credit_message)
        for model in ("credit.profile", "credit.check", "credit.limit"):
            with self.subTest(model=model), self.assertRaises(AccessError):
                self.env[model].with_user(self.seller).search([])
