from odoo.tests import tagged

from odoo.addons.receivable_dunning.tests.test_portal_account import PortalCommon
from odoo.addons.receivable_dunning.tests.test_portal_assignment import PortalAssignmentCommon


@tagged("post_install", "-at_install")
class TestPortalPayment(PortalCommon):
    """Where invoices are paid on line, the account page leads there; where they are not, it does not."""

    def _allow(self, value):
        self.env["ir.config_parameter"].sudo().set_param("account_payment.enable_portal_payment", value)

    def test_item_is_paid_on_the_page_of_its_invoice(self):
        self._allow("True")
        page = self._by_link(self.link).text
        self.assertIn('o_account_pay"', page)
        self.assertIn(f"/my/invoices/{self.invoice.id}?access_token={self.invoice.access_token}&amp;payment=True", page)
        self._allow("False")
        self.assertNotIn('o_account_pay"', self._by_link(self.link).text)

    def test_all_that_is_overdue_is_paid_at_once_by_login(self):
        self._allow("True")
        (self.invoice | self.later).button_draft()
        for amount in (10, 20):
            self._overdue(5, amount, partner=self.portal_user.partner_id)
        self.authenticate("acc_portal", "acc_portal")
        self.assertIn("/my/invoices/overdue", self._by_login().text)
        self.assertEqual(self.url_open("/my/invoices/overdue").status_code, 200)
        self.assertNotIn("/my/invoices/overdue", self._by_link(self.link).text, "a signed link has no login")
        self._allow("False")
        self.assertNotIn("/my/invoices/overdue", self._by_login().text)

    def test_all_is_not_offered_where_odoo_would_refuse_it(self):
        self._allow("True")
        self._overdue(5, 10, partner=self.portal_user.partner_id)
        usd = self.setup_other_currency("EUR")
        self._overdue(5, 20, partner=self.portal_user.partner_id, currency_id=usd.id)
        self.authenticate("acc_portal", "acc_portal")
        self.assertNotIn("/my/invoices/overdue", self._by_login().text)


@tagged("post_install", "-at_install")
class TestAssignedPayment(PortalAssignmentCommon):
    """What a factor holds, and the customer knows so, cannot be paid to us on line; what is bought back can."""

    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].sudo().set_param("account_payment.enable_portal_payment", "True")

    def _pays(self, invoice):
        """Whether the account page leads to the payment of the invoice."""
        token = invoice._portal_ensure_token()
        address = f"/my/invoices/{invoice.id}?access_token={token}&amp;payment=True"
        return address in self._by_link(self.link).text

    def _begin_payment(self, invoice, amount=1.0):
        """What the server says to who begins to pay without any page."""
        body = {"params": {"access_token": invoice._portal_ensure_token(), "provider_id": 1, "amount": amount}}
        answer = self.url_open(f"/invoice/transaction/{invoice.id}", json=body).json()
        return str(answer.get("error"))

    def test_pay_button_goes_with_the_assignment_and_comes_back_with_the_item(self):
        self.assertTrue(self._pays(self.taken))
        batch = self._hand_over()
        self.assertFalse(self._pays(self.taken))
        self.assertTrue(self._pays(self.invoice))
        self._buy_back(batch.line_ids)
        self.assertTrue(self._pays(self.taken))

    def test_undisclosed_item_is_paid_to_us(self):
        self._hand_over(disclosed=False)
        self.assertTrue(self._pays(self.taken))
        self.assertNotIn("Hanse", self._begin_payment(self.taken))

    def test_page_of_the_invoice_takes_no_payment(self):
        self._hand_over()
        page = self.url_open(self.taken.get_portal_url()).text
        self.assertNotIn("Pay Now", page)
        self.assertIn("was assigned to Hanse Factoring: please pay it there", page)
        self.assertIn("Pay Now", self.url_open(self.invoice.get_portal_url()).text)

    def test_payment_without_the_page_is_refused(self):
        self._hand_over()
        self.assertIn("was assigned to Hanse Factoring: please pay it there", self._begin_payment(self.taken))
        self.assertNotIn("Hanse", self._begin_payment(self.invoice))

    def test_all_that_is_overdue_is_paid_without_what_the_factor_holds(self):
        (self.invoice | self.later | self.taken).button_draft()
        mine = [self._overdue(days, 45, partner=self.portal_user.partner_id) for days in (10, 25, 30)]
        self._hand_over()
        self.assertEqual([invoice.assigned_factor_id.name for invoice in mine], ["Hanse Factoring", False, False])
        self.authenticate("acc_portal", "acc_portal")
        self.assertIn("/my/invoices/overdue", self._by_login().text)
        page = self.url_open("/my/invoices/overdue").text
        self.assertIn("90.00", page)
        self.assertNotIn("135.00", page)

    def test_instalment_that_is_ours_is_paid_on_line_and_no_more(self):
        invoice = self._hand_over_half()
        self.assertTrue(self._pays(invoice))
        values = invoice._get_invoice_next_payment_values()
        self.assertEqual((values["amount_due"], values["next_amount_to_pay"]), (50, 50))
        self.assertEqual(invoice._get_invoice_next_payment_values(custom_amount=80)["next_amount_to_pay"], 50)
        self.assertRegex(
            self._begin_payment(invoice, 50.01), f"{invoice.name}, due on .*: assigned to Hanse Factoring.*50.00"
        )
        self.assertNotIn("Hanse", self._begin_payment(invoice, 50))

    def test_payment_on_line_settles_the_instalment_that_is_ours(self):
        """Odoo would take the older one."""
        invoice = self._hand_over_half()
        first, second = self._item(invoice).sorted("date_maturity")
        self._transaction(invoice, 50)._create_payment()
        self.assertEqual((first.amount_residual, second.amount_residual), (50, 0))

    def _transaction(self, invoice, amount):
        provider = self.env["payment.provider"].create({"name": "Test provider", "state": "test"})
        method = self._create_dummy_payment_method_for_provider(provider, self.company_data["default_journal_bank"])
        line = provider.journal_id.inbound_payment_method_line_ids.filtered(
            lambda it: it.payment_provider_id == provider
        )
        line.payment_account_id = self.company_data["default_journal_bank"].default_account_id.copy()
        return self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": self.env.ref("payment.payment_method_unknown").id,
                "reference": f"test-{method.id}",
                "amount": amount,
                "currency_id": invoice.currency_id.id,
                "partner_id": invoice.partner_id.id,
                "invoice_ids": invoice.ids,
                "operation": "online_direct",
                "state": "done",
            }
        )
