"""A customer who signs or pays online is told that the order waits; nothing of his is lost, no limit is named."""

from odoo.tests import HttpCase, tagged

from .common import CreditSaleCommon

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="


@tagged("post_install", "-at_install")
class TestCreditPortal(CreditSaleCommon, HttpCase):
    @classmethod
    def default_env_context(cls):
        return {**super().default_env_context(), "tracking_disable": False}

    def _sent(self, amount, **values):
        self.partner_a.email = "buyer@example.com"
        return self._order(amount, state="sent", require_signature=True, require_payment=False, **values)

    def _told(self, order):
        return order.message_ids.filtered(lambda it: "We will let you know" in (it.body or ""))

    def test_customer_who_signs_is_told_that_the_order_waits(self):
        order = self._sent(1500)
        result = self.make_jsonrpc_request(
            f"/my/orders/{order.id}/accept",
            {"access_token": order._portal_ensure_token(), "name": "Buyer", "signature": PIXEL},
        )
        order.invalidate_recordset()
        self.assertTrue(result["force_refresh"])
        self.assertTrue(order.signature, "the signature is kept")
        self.assertEqual((order.state, order.credit_state), ("sent", "held"))
        message = self._told(order)
        self.assertEqual(len(message), 1)
        self.assertIn(self.partner_a, message.partner_ids)
        self.assertFalse(message.subtype_id.internal)
        page = self.url_open(order.get_portal_url(query_string="&message=sign_ok")).text
        self.assertIn("We have received your confirmation.", page)
        for text in (page, message.body):
            for word in ("limit", "exposure", "1,000"):
                self.assertNotIn(word, text.split("<main")[-1].split("</main")[0].lower())
        self.assertNotIn('data-bs-target="#modalaccept"', page, "he is not asked to sign again")

    def test_customer_is_told_once_and_hears_of_the_confirmation(self):
        order = self._sent(1500)
        order.write({"signature": PIXEL, "signed_by": "Buyer"})
        for _time in range(2):
            order.sudo()._validate_order()
        self.assertEqual(len(self._told(order)), 1)
        check = self._check_of(order)
        self.assertTrue(check.customer_told)
        check.with_user(self.manager)._release(1500, self.today, "Known customer")
        self.assertEqual(order.state, "sale")
        self.assertFalse(order._credit_waits_for_customer())
        confirmation = order.message_ids.filtered(lambda it: self.partner_a in it.partner_ids) - self._told(order)
        self.assertTrue(confirmation or order.pending_email_template_id)

    def test_customer_who_signs_after_the_hold_is_told(self):
        order = self._sent(1500)
        order.with_user(self.seller).action_confirm()
        self.assertFalse(self._told(order))
        order.write({"signature": PIXEL, "signed_by": "Buyer"})
        order.sudo()._validate_order()
        self.assertEqual(len(self._told(order)), 1)

    def test_who_paid_is_told_and_the_payment_is_not_lost(self):
        order = self._sent(1500)
        provider = (
            self.env["payment.provider"].sudo().create({"name": "Test", "code": "none", "company_id": self.company.id})
        )
        transaction = (
            self.env["payment.transaction"]
            .sudo()
            .create(
                {
                    "provider_id": provider.id,
                    "payment_method_id": self.env.ref("payment.payment_method_unknown").id,
                    "reference": "online",
                    "amount": 1500,
                    "currency_id": order.currency_id.id,
                    "partner_id": self.partner_a.id,
                    "sale_order_ids": [(6, 0, order.ids)],
                    "state": "done",
                }
            )
        )
        transaction._check_amount_and_confirm_order()
        self.assertEqual((order.state, order.amount_paid), ("sent", 1500))
        self.assertEqual(len(self._told(order)), 1)
        self.assertTrue(order._credit_waits_for_customer())

    def test_order_that_passes_says_nothing_of_waiting(self):
        order = self._sent(500)
        order.write({"signature": PIXEL, "signed_by": "Buyer"})
        order.sudo()._validate_order()
        self.assertEqual(order.state, "sale")
        page = self.url_open(order.get_portal_url()).text
        self.assertNotIn("We have received your confirmation.", page)

    def test_message_is_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.partner_a.lang = "zh_CN"
        order = self._sent(1500)
        order.write({"signature": PIXEL, "signed_by": "Buyer"})
        order.sudo()._validate_order()
        self.assertTrue(self._check_of(order).customer_told)
