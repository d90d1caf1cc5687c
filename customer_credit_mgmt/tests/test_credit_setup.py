from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestCreditSetup(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._limited_profile(cls.partner_a, 100)
        cls._invoice(cls.partner_a, 150, cls.today, due=cls.today + timedelta(days=30))
        cls._invoice(cls.partner_b, 50, cls.today - timedelta(days=90), due=cls.today - timedelta(days=60))

    def _wizard(self, **values):
        return self.env["credit.setup.wizard"].create({"company_id": self.company.id, **values})

    def _statuses(self):
        profiles = self.env["credit.profile"].search([("company_id", "=", self.company.id)])
        return {profile.partner_id: profile.status for profile in profiles}

    def test_a_company_without_policy_gets_a_working_one_in_one_step(self):
        self._wizard(severity="block").action_apply()
        self.assertEqual(self._statuses()[self.partner_a], "hold", "over the limit")
        self.assertEqual(self._statuses()[self.partner_b], "hold", "long overdue")
        invoice = self._draft(10, self.partner_b, invoice_date_due=self.today + timedelta(days=30))
        invoice.action_post()
        self.assertEqual((invoice.state, invoice.credit_state), ("draft", "held"))

    def test_only_a_policy_that_checks_something_is_said_to_be_in_force(self):
        wizard = self._wizard()
        self.assertFalse(wizard.policy_id)
        self.assertFalse(wizard.in_force)
        self.assertNotIn("in force already", wizard.effect_text)
        policy = self._strict_policy("manual_hold")
        again = self._wizard()
        self.assertTrue(again.in_force)
        self.assertIn(policy.name, again.effect_text)

    def test_the_count_says_before_what_happens_after(self):
        wizard = self._wizard(severity="block", overdue_days=90)
        counted = wizard.hold_count, wizard.watch_count
        wizard.action_apply()
        found = list(self._statuses().values())
        self.assertEqual(counted, (found.count("hold"), found.count("watch")))
        self.assertEqual(self._statuses()[self.partner_b], "ok", "60 days are allowed")

    def test_counting_changes_nothing(self):
        self.assertEqual(self._wizard(severity="block").hold_count, 2)
        self.assertFalse(self.env["credit.policy"].search([("company_id", "=", self.company.id)]))
        self.assertEqual(set(self._statuses().values()), {"ok"})

    def test_warning_holds_nobody(self):
        wizard = self._wizard(severity="warn")
        self.assertEqual((wizard.hold_count, wizard.watch_count), (0, 2))

    def test_the_policy_for_all_customers_is_taken_over_and_said_so(self):
        policy = self._strict_policy("document_amount")
        with Form(self.env["credit.setup.wizard"].with_company(self.company)) as form:
            self.assertTrue(form.in_force)
            self.assertIn(f"The policy {policy.name} is in force already", form.effect_text)
        self._wizard().action_apply()
        self.assertNotIn("document_amount", policy.rule_ids.mapped("kind"))
        self.assertEqual(self.env["credit.policy"].search([("company_id", "=", self.company.id)]), policy)

    def test_a_policy_for_some_customers_is_left_alone(self):
        some = self._strict_policy("document_amount", partner_domain="[('vat', '!=', False)]")
        self._wizard().action_apply()
        self.assertEqual(some.rule_ids.mapped("kind"), ["document_amount"])

    def test_list_of_policies_says_in_words_for_whom_they_are(self):
        policies = self._strict_policy("manual_hold") | self._strict_policy(
            "document_amount", partner_domain="[('vat', '!=', False)]"
        )
        self.assertEqual(policies.mapped("customer_text"), ["All customers", "Customers who meet its conditions"])

    def test_only_a_credit_manager_sets_up(self):
        controller = self._user("setup_controller", "customer_credit_mgmt.group_credit_controller")
        with self.assertRaises(AccessError):
            self._wizard().with_user(controller).action_apply()
