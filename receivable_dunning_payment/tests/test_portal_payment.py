from odoo.tests import tagged

from odoo.addons.receivable_dunning.tests.test_portal_account import PortalCommon


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
