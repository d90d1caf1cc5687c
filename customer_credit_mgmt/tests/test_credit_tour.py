from datetime import timedelta

from odoo.tests import HttpCase, tagged

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestCreditTour(CreditCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._strict_policy("over_limit")
        cls._limited_profile(cls.partner_a, 1000)
        cls._limited_profile(cls.partner_b, 100)
        cls._invoice(cls.partner_a, 750, cls.today, due=cls.today + timedelta(days=30))
        cls._invoice(cls.partner_b, 150, cls.today, due=cls.today + timedelta(days=30))

    def test_controller_goes_from_the_customer_to_the_profile_and_its_items(self):
        self._user("tour_controller", "customer_credit_mgmt.group_credit_controller,base.group_partner_manager")
        self.start_tour(f"/odoo/res.partner/{self.partner_a.id}", "credit_profile", login="tour_controller")

    def test_controller_finds_who_is_over_the_limit(self):
        self._user("tour_controller", "customer_credit_mgmt.group_credit_controller")
        self.start_tour("/odoo/credit-exposure", "credit_exposure", login="tour_controller")

    def test_invoice_is_held_and_released_by_somebody_else(self):
        invoice = self._invoice(self.partner_a, 400, self.today, post=False)
        self._user("tour_clerk", "account.group_account_invoice,customer_credit_mgmt.group_credit_user")
        self._user("tour_boss", "customer_credit_mgmt.group_credit_manager,account.group_account_invoice")
        self.start_tour(f"/odoo/account.move/{invoice.id}", "credit_hold", login="tour_clerk")
        self.assertEqual(invoice.state, "draft")
        self.start_tour("/odoo/credit-holds", "credit_release", login="tour_boss")
        self.assertEqual(invoice.state, "posted")

    def test_limit_is_asked_for_and_approved_by_somebody_else(self):
        """Request, approval by another person, effective limit."""
        profile = self.partner_a.credit_profile_id
        self._user("tour_asker", "customer_credit_mgmt.group_credit_user")
        self._user("tour_boss", "customer_credit_mgmt.group_credit_manager")
        self.start_tour(f"/odoo/credit-profiles/{profile.id}", "credit_limit_request", login="tour_asker")
        self.assertEqual(profile.limit_amount, 1000)
        self.start_tour("/odoo/credit-limits-to-approve", "credit_limit_approve", login="tour_boss")
        profile.invalidate_recordset()
        self.assertEqual(profile.limit_amount, 2500)

    def test_many_limits_are_changed_at_once(self):
        self._user("tour_controller", "customer_credit_mgmt.group_credit_controller")
        self.start_tour("/odoo/credit-limit-change", "credit_limit_mass_change", login="tour_controller")
        batch = self.env["credit.limit.batch"].search([("company_id", "=", self.company.id)])
        self.assertEqual(batch.limit_ids.mapped("amount"), [1200])

    def test_controller_enters_a_statement_and_sees_the_ratios_over_the_years(self):
        self._user("tour_controller", "customer_credit_mgmt.group_credit_controller")
        profile = self.env["credit.profile"]._get_or_create(self.partner_a, self.company)
        self.start_tour(f"/odoo/credit-profiles/{profile.id}", "financial_statement", login="tour_controller")
        statement = self.env["partner.financial.statement"].search([("partner_id", "=", self.partner_a.id)])
        self.assertEqual((statement.state, statement.altman_z2), ("confirmed", 2.19))
        self.assertEqual((statement.cash, statement.sales), (None, None))


@tagged("post_install", "-at_install")
class TestCreditSignalTour(CreditCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for partner in (cls.partner_a, cls.partner_b):
            for week in range(6):
                due = cls.today - timedelta(days=60 + 7 * week)
                invoice = cls._invoice(partner, 100, due - timedelta(days=30), due=due)
                cls._pay(invoice, 100, due)
            cls._invoice(partner, 250, cls.today - timedelta(days=40), due=cls.today - timedelta(days=10))
        cls.rule = cls.env.ref("customer_credit_mgmt.credit_signal_rule_first_overdue")

    def test_controller_works_the_signals_off(self):
        self._user("tour_controller", "customer_credit_mgmt.group_credit_controller")
        self.rule.action_unarchive()
        self.env["credit.signal.rule"]._detect(self.company, self.today)
        self.start_tour("/odoo/credit-signals", "credit_signals", login="tour_controller")
        states = {it.partner_id: it.state for it in self.env["credit.signal"].search([("rule_id", "=", self.rule.id)])}
        self.assertEqual(states, {self.partner_a: "acted", self.partner_b: "dismissed"})

    def test_manager_switches_the_rules_on_from_the_empty_page(self):
        self._user("tour_boss", "customer_credit_mgmt.group_credit_manager")
        self.start_tour("/odoo/credit-signals", "credit_signals_switch_on", login="tour_boss")
        self.assertTrue(self.rule.active)
