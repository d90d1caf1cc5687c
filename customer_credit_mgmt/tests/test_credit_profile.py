from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import new_test_user, tagged

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestCreditProfile(CreditCommon):
    def _profile(self, partner):
        return self.env["credit.profile"]._get_or_create(partner, self.company).sudo(False)

    def test_profile_belongs_to_the_commercial_entity(self):
        contact = self.env["res.partner"].create({"name": "Buyer", "parent_id": self.partner_a.id})
        self.assertEqual(self._profile(contact).partner_id, self.partner_a)
        self.assertEqual(contact.credit_profile_id, self._profile(self.partner_a))
        with self.assertRaises(ValidationError):
            self.env["credit.profile"].create({"partner_id": contact.id, "company_id": self.company.id})

    def test_branch_shares_the_profile_of_its_root(self):
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.assertEqual(
            self.env["credit.profile"]._get_or_create(self.partner_a, branch), self._profile(self.partner_a).sudo()
        )
        with self.assertRaises(ValidationError):
            self.env["credit.profile"].create({"partner_id": self.partner_b.id, "company_id": branch.id})

    def test_missing_profiles_are_made_for_everybody_in_the_ledger(self):
        self._invoice(self.partner_a, 10, date(2024, 1, 1))
        self.env["credit.profile"].search([("company_id", "=", self.company.id)]).sudo().unlink()
        self.assertEqual(self.env["credit.profile"]._create_missing(self.company), 1)
        self.assertEqual(self.env["credit.profile"]._create_missing(self.company), 0)
        self.assertTrue(self.partner_a.credit_profile_id)
        self.assertFalse(self.partner_b.credit_profile_id)

    def test_live_figures_equal_the_exposure_report(self):
        today = fields.Date.context_today(self.env.user)
        self._invoice(self.partner_a, 100, today - timedelta(days=20))
        self._invoice(self.partner_a, 50, today, due=today + timedelta(days=10))
        self._invoice(self.partner_a, 7, today, post=False)
        profile = self._profile(self.partner_a)
        row = self.env["credit.exposure"].search([("profile_id", "=", profile.id)])
        for record in (profile, row):
            self.assertEqual(record.receivable_amount, 150)
            self.assertEqual(record.overdue_amount, 100)
            self.assertEqual(record.overdue_days, 20)
            self.assertEqual(record.draft_amount, 7)
            self.assertEqual(record.exposure_amount, 157)
        past = self.env["credit.exposure"].with_context(as_of=str(today - timedelta(days=1)))
        self.assertEqual(past.search([("profile_id", "=", profile.id)]).receivable_amount, 100)

    def test_customers_over_limit_are_found_by_a_filter(self):
        today = fields.Date.context_today(self.env.user)
        profile = self._profile(self.partner_a)
        profile.limit_mode = "limited"
        self._invoice(self.partner_a, 100, today)
        over = self.env["credit.exposure"].search([("available_amount", "<", 0), ("company_id", "=", self.company.id)])
        self.assertEqual(over.partner_id, self.partner_a)
        self.assertEqual(
            self.env["credit.exposure"]._read_group(
                [("company_id", "=", self.company.id)], [], ["exposure_amount:sum"]
            ),
            [(100,)],
        )

    def test_policy_by_hand_goes_before_the_matching_one(self):
        policy = self.env["credit.policy"].create
        general = policy({"name": "General", "company_id": self.company.id, "sequence": 20})
        small = policy(
            {"name": "Names", "company_id": self.company.id, "partner_domain": "[('name', 'ilike', 'partner_b')]"}
        )
        self.assertEqual(self._profile(self.partner_a).policy_id, general)
        self.assertEqual(self._profile(self.partner_b).policy_id, small)
        profile = self._profile(self.partner_a)
        profile.policy_id = small
        self.assertEqual(profile.policy_by_hand_id, small)
        self.assertEqual(profile.policy_id, small)

    def test_reading_many_profiles_costs_the_same_queries_as_one(self):
        partners = self.env["res.partner"].create([{"name": f"Customer {index}"} for index in range(50)])
        profiles = self.env["credit.profile"]._get_or_create(partners, self.company).sudo(False)
        names = ["exposure_amount", "limit_amount", "utilization", "policy_id", "held_count"]

        def queries(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            records.read(names)
            return self.cr.sql_log_count - before

        queries(profiles[:1])
        self.assertEqual(queries(profiles[:1]), queries(profiles))

    def test_manager_finds_the_configuration_without_being_an_accounting_manager(self):
        manager = new_test_user(self.env, "credit_boss", "customer_credit_mgmt.group_credit_manager")
        visible = self.env["ir.ui.menu"].with_user(manager)._visible_menu_ids()
        for name in ("account.menu_finance_configuration", "customer_credit_mgmt.menu_credit_policies"):
            self.assertIn(self.env.ref(name).id, visible)

    def test_status_speaks_of_the_customer_not_of_a_document(self):
        today = fields.Date.context_today(self.env.user)
        self.env["credit.policy"].create(
            {
                "name": "Strict",
                "company_id": self.company.id,
                "invoice_action": "block",
                "rule_ids": [(0, 0, {"kind": "over_limit"})],
            }
        )
        self._invoice(self.partner_a, 750, today)
        profile = self.env["credit.profile"]._get_or_create(self.partner_a, self.company)
        self.env["credit.limit"].sudo().create({"profile_id": profile.id, "amount": 500, "state": "approved"})
        profile.limit_mode = "limited"
        profile._refresh_status()
        self.assertEqual(profile.status, "hold")
        self.assertIn("750.00", profile.status_reason)
        self.assertNotIn("this document", profile.status_reason)
