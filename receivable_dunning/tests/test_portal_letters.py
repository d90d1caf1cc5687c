from datetime import timedelta

from odoo.tests import tagged

from .test_portal_attack import PortalAttackCommon


@tagged("post_install", "-at_install")
class TestPortalInLetters(PortalAttackCommon):
    """Reminders carry the link of their customer, and of nobody else."""

    def _sent(self):
        return self._send(self._run())

    def test_email_and_letter_carry_the_link_of_their_customer(self):
        self.foreign_dispute._withdraw()
        self.foreign_promise._cancel("test")
        run = self._sent()
        tokens = {}
        for partner in (self.customer, self.other):
            notice = self._notice(run, partner)
            body = str(self._mail(notice).body_html)
            self.assertEqual(notice.portal_link_id.partner_id, partner)
            self.assertIn(notice.portal_link_id._token(), body)
            tokens[partner] = notice.portal_link_id._token()
            report = self.env["ir.actions.report"]
            letter = report._render_qweb_html("receivable_dunning.report_dunning_letter", notice.ids)[0].decode()
            self.assertIn("o_dl_code", letter)
            self.assertIn("data:image/png;base64", letter.partition("o_dl_code")[2])
        mine = str(self._mail(self._notice(run)).body_html)
        self.assertNotIn(tokens[self.other], mine)
        for partner in (self.customer, self.other):
            for message in partner.message_ids:
                self.assertNotIn("account_balance", str(message.body), "no link in the log of a customer")
        opened = self.url_open(tokens[self.customer].join(("/account_balance/", "")))
        self.assertEqual(opened.status_code, 200)

    def test_without_the_setting_reminders_are_as_before(self):
        self.company.has_portal_link = False
        before = self.env["receivable.portal.link"].search_count([])
        notice = self._notice(self._sent())
        self.assertNotIn("account_balance", str(self._mail(notice).body_html))
        letter = (
            self.env["ir.actions.report"]
            ._render_qweb_html("receivable_dunning.report_dunning_letter", notice.ids)[0]
            .decode()
        )
        self.assertNotIn('o_dl_code"', letter)
        self.assertEqual(self.env["receivable.portal.link"].search_count([]), before)

    def test_one_link_per_contact_until_half_of_its_days_are_left(self):
        contacts, links = {self.customer: self.customer}, self.env["receivable.portal.link"]
        self.assertEqual(links._for_contacts(self.company, contacts)[self.customer], self.link)
        self.link.sudo().date_expiry = self.today + timedelta(days=44)
        fresh = links._for_contacts(self.company, contacts)[self.customer]
        self.assertNotEqual(fresh, self.link)
        self.assertEqual(fresh.date_expiry, self.today + timedelta(days=90))

    def test_notice_after_a_revocation_carries_a_new_link(self):
        run = self._sent()
        notice = self._notice(run)
        old = notice.portal_link_id
        old.action_revoke()
        self.assertTrue(notice._portal_link())
        self.assertNotEqual(notice.portal_link_id, old)

    def test_button_on_the_customer(self):
        action = self.customer.action_portal_link()
        link = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual((link.partner_id, link.state), (self.customer, "active"))
        self.assertIn(link._token(), link.url)
        self.assertEqual(self.customer.portal_link_count, 1)
        link.action_revoke()
        self.assertRecordValues(link, [{"state": "revoked", "url": False, "revoked_by_id": self.env.uid}])
        self.env.invalidate_all()
        self.assertEqual(self.customer.portal_link_count, 0)

    def test_merged_customers_keep_their_links(self):
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo().create({})
        wizard._merge((self.customer | self.other).ids, self.customer)
        self.assertEqual(self.foreign_link.exists().partner_id, self.customer)

    def test_every_screen_opens(self):
        for model in ("receivable.portal.link", "receivable.portal.request"):
            for view in ("list", "search"):
                self.env[model].get_view(view_type=view)
        self.env["receivable.portal.link"].get_view(view_type="form")
        self.env["res.partner"].get_view(self.env.ref("account.view_partner_property_form").id, "form")
        settings = self.env["res.config.settings"].sudo().create({})
        self.assertTrue(settings.has_portal_account)
