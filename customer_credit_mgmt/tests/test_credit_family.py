"""New customers, contacts that change hands, and what is taken back: no way to more credit, and the status follows."""

from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestCreditFamily(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls._strict_policy("over_limit", "no_credit", "manual_hold", ("overdue_days", 30))
        cls.controller = cls._user("controller", "customer_credit_mgmt.group_credit_controller")
        cls.clerk = cls._user("clerk", "account.group_account_invoice,base.group_partner_manager")

    def _profile(self, partner):
        return self.env["credit.profile"].search(
            [("partner_id", "=", partner.id), ("company_id", "=", self.company.id)]
        )

    def _status(self, profile):
        self.env.cr.flush()
        profile.invalidate_recordset()
        return profile.status

    # ------------------------------------------------------------------
    # DEFAULT MODE
    # ------------------------------------------------------------------

    def test_new_customer_begins_with_the_mode_of_the_policy(self):
        self.policy.default_limit_mode = "no_credit"
        draft = self._draft(10)
        draft.with_user(self.clerk).action_post()
        self.assertEqual((draft.state, self._profile(self.partner_a).limit_mode), ("draft", "no_credit"))

    def test_mode_is_of_the_first_policy_that_fits(self):
        self._strict_policy(
            "no_credit", sequence=1, partner_domain="[('ref', '=', 'vip')]", default_limit_mode="no_check"
        )
        self.policy.default_limit_mode = "limited"
        self.partner_b.ref = "vip"
        customers = self.partner_a | self.partner_b
        modes = {
            it.partner_id: it.limit_mode for it in self.env["credit.profile"]._get_or_create(customers, self.company)
        }
        self.assertEqual(modes, {self.partner_a: "limited", self.partner_b: "no_check"})

    def test_known_customer_keeps_his_mode(self):
        profile = self.env["credit.profile"]._get_or_create(self.partner_a, self.company)
        self.policy.default_limit_mode = "no_credit"
        self._draft(10).action_post()
        profile.invalidate_recordset()
        self.assertEqual(profile.limit_mode, "no_check")

    def test_customers_of_the_ledger_begin_with_the_mode_of_the_policy(self):
        self.policy.active = False
        self._invoice(self.partner_a, 10, self.today)
        self._profile(self.partner_a).sudo().unlink()
        self.policy.write({"active": True, "default_limit_mode": "limited"})
        self.env["credit.profile"]._create_missing(self.company)
        self.assertEqual(self._profile(self.partner_a).limit_mode, "limited")

    def test_new_customer_begins_with_the_limit_of_the_policy(self):
        self.policy.write(
            {
                "default_limit_mode": "limited",
                "default_limit_amount": 700,
                "rule_ids": [Command.create({"kind": "over_limit"})],
            }
        )
        first, second = self._draft(600), self._draft(200)
        first.with_user(self.clerk).action_post()
        second.with_user(self.clerk).action_post()
        limit = self._profile(self.partner_a).sudo().limit_ids
        self.assertEqual((limit.amount, limit.state, limit.kind), (700, "approved", "base"))
        self.assertIn(self.policy.name, limit.reason)
        self.assertEqual((first.state, second.state), ("posted", "draft"), "it counts from the first document on")

    def test_limit_of_the_policy_is_for_new_customers_only(self):
        profile = self.env["credit.profile"]._get_or_create(self.partner_a, self.company)
        self.policy.write({"default_limit_mode": "limited", "default_limit_amount": 700})
        profile.limit_mode = "limited"
        self._draft(10).action_post()
        self.assertFalse(profile.limit_ids)
        made = self.env["credit.profile"].create({"partner_id": self.partner_b.id, "company_id": self.company.id})
        self.assertEqual(made.limit_amount, 700, "also of a file that is made by hand")

    def test_controller_opens_a_file_with_the_mode_of_the_policy(self):
        self.policy.default_limit_mode = "limited"
        form = Form(self.env["credit.profile"].with_user(self.controller))
        form.partner_id = self.partner_a
        self.assertEqual(form.save().limit_mode, "limited")

    # ------------------------------------------------------------------
    # CONTACTS THAT CHANGE HANDS
    # ------------------------------------------------------------------

    def _strict_customer(self):
        contact = self.env["res.partner"].create({"name": "Buyer", "parent_id": self.partner_a.id})
        profile = self.env["credit.profile"]._get_or_create(self.partner_a, self.company).sudo(False)
        profile.write({"limit_mode": "no_credit", "manual_hold": True, "user_id": self.controller.id})
        return contact, profile

    def test_contact_made_a_company_of_its_own_does_not_escape(self):
        contact, profile = self._strict_customer()
        contact.with_user(self.clerk).write({"parent_id": False, "is_company": True})
        heir = self._profile(contact)
        self.assertEqual((heir.limit_mode, heir.manual_hold), ("no_credit", True))
        draft = self._draft(10, partner=contact)
        draft.with_user(self.clerk).action_post()
        self.assertEqual(draft.state, "draft")
        self.assertIn("Buyer moved from", profile.message_ids[0].body)
        self.assertIn("Buyer moved from", heir.message_ids[0].body)
        self.assertEqual(profile.activity_ids.user_id, self.controller)

    def test_customer_put_under_a_new_company_does_not_escape(self):
        _contact, _profile = self._strict_customer()
        shell = self.env["res.partner"].create({"name": "Shell", "is_company": True})
        self.partner_a.with_user(self.clerk).write({"parent_id": shell.id, "is_company": False})
        self.assertEqual(self._profile(shell).limit_mode, "no_credit")

    def test_open_items_go_along_and_both_files_say_so(self):
        self.policy.rule_ids.filtered(lambda rule: rule.kind != "overdue_days").unlink()
        _contact, profile = self._strict_customer()
        profile.write({"limit_mode": "no_check", "manual_hold": False})
        self._invoice(self.partner_a, 100, self.today - timedelta(days=60))
        profile._refresh_status()
        other = self.env["credit.profile"]._get_or_create(self.partner_b, self.company).sudo(False)
        self.assertEqual((profile.status, other.status), ("hold", "ok"))
        self.partner_a.with_user(self.clerk).write({"parent_id": self.partner_b.id, "is_company": False})
        self.assertEqual((profile.status, other.status), ("ok", "hold"))
        self.assertIn("partner_a, Buyer moved from", other.message_ids[0].body)

    def test_employee_who_changes_jobs_brings_nothing(self):
        contact, profile = self._strict_customer()
        new = self.env["res.partner"].create({"name": "New Employer", "is_company": True})
        contact.with_user(self.clerk).parent_id = new
        self.assertFalse(self._profile(new))
        self.assertFalse(profile.activity_ids)

    # ------------------------------------------------------------------
    # WHAT IS TAKEN BACK
    # ------------------------------------------------------------------

    def test_status_follows_what_is_taken_back(self):
        profile = self._limited_profile(self.partner_a, 1000)
        invoice = self._invoice(self.partner_a, 1000, self.today, due=self.today + timedelta(days=30))
        refund = self._invoice(self.partner_a, 200, self.today, move_type="out_refund")
        self.assertEqual(self._status(profile), "ok")
        refund.button_draft()
        self.assertEqual(self._status(profile), "hold")
        refund.action_post()
        self.assertEqual(self._status(profile), "ok")
        refund.button_draft()
        refund.button_cancel()
        self.assertEqual(self._status(profile), "hold")
        payment = self._pay(invoice, 200, self.today)
        self.assertEqual(self._status(profile), "ok")
        payment.action_draft()
        self.assertEqual(self._status(profile), "hold")

    def test_status_follows_matching(self):
        """Unmatching a payment lets it cover the oldest item first, as the ledger says."""
        profile = self._limited_profile(self.partner_a, 1000)
        newer = self._invoice(self.partner_a, 100, self.today, due=self.today + timedelta(days=30))
        self._invoice(self.partner_a, 100, self.today - timedelta(days=60))
        self._pay(newer, 100, self.today)
        self.assertEqual(self._status(profile), "hold")
        newer.line_ids.remove_move_reconcile()
        self.assertEqual(self._status(profile), "ok")

    def test_what_is_not_posted_makes_no_room(self):
        self._limited_profile(self.partner_a, 1000)
        invoice = self._invoice(self.partner_a, 1000, self.today)
        refund = self._draft(500, move_type="out_refund")
        payment = self._pay(invoice, 500, self.today)
        payment.action_draft()
        blocked = self._draft(100)

        def check_it_is_blocked():
            blocked.action_post()
            self.assertEqual(blocked.state, "draft")
            with self.assertRaisesRegex(UserError, "limit"), self.cr.savepoint():
                blocked._post()

        check_it_is_blocked()
        payment.action_cancel()
        refund.button_cancel()
        check_it_is_blocked()

    def test_room_of_a_credit_note_is_gone_when_it_is_taken_back(self):
        """What was posted meanwhile stays, as any sale on a real credit; the next document finds the room gone."""
        profile = self._limited_profile(self.partner_a, 1000)
        self._invoice(self.partner_a, 1000, self.today)
        refund = self._invoice(self.partner_a, 300, self.today, move_type="out_refund")
        self._invoice(self.partner_a, 300, self.today)
        refund.button_draft()
        self.assertEqual(self._status(profile), "hold")
        draft = self._draft(0.01)
        draft.action_post()
        self.assertEqual(draft.state, "draft")

    def test_payment_lets_held_documents_be_looked_at_at_once(self):
        self._limited_profile(self.partner_a, 1000)
        invoice = self._invoice(self.partner_a, 1000, self.today)
        draft = self._draft(100)
        draft.action_post()
        cron = self.env.ref("customer_credit_mgmt.ir_cron_reevaluate_held").sudo()
        triggers = self.env["ir.cron.trigger"].sudo().search([("cron_id", "=", cron.id)])
        self._pay(invoice, 100, self.today)
        self.env.cr.flush()
        self.assertTrue(self.env["ir.cron.trigger"].sudo().search([("cron_id", "=", cron.id)]) - triggers)
