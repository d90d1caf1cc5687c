"""Defects of rivals that ours must not have: rows 3, 4 and 8 of the comparison, on invoices."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestPeers(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls._strict_policy("over_limit", "no_credit")

    def test_peers_row_3_customers_over_the_limit_are_found_in_one_statement(self):
        self._limited_profile(self.partner_a, 100)
        self._limited_profile(self.partner_b, 100)
        self.policy.active = False
        self._invoice(self.partner_a, 150, self.today)
        over = self.env["credit.exposure"]
        over.search([("available_amount", "<", 0)])
        self.env.flush_all()
        before = self.cr.sql_log_count
        found = over.search_fetch([("available_amount", "<", 0)], ["partner_id"])
        self.assertEqual(found.partner_id, self.partner_a)
        self.assertEqual(self.cr.sql_log_count - before, 1)

    def test_peers_row_4_a_limit_of_zero_is_a_limit(self):
        self._limited_profile(self.partner_a, 0)
        draft = self._draft(0.01)
        draft.action_post()
        self.assertEqual(draft.state, "draft")

    def test_peers_row_4_a_limit_equal_to_the_default_is_kept(self):
        self.env["ir.default"].set("res.partner", "credit_limit", 500.0, company_id=self.company.id)
        profile = self._limited_profile(self.partner_a, 500)
        self.env["ir.default"].set("res.partner", "credit_limit", 900.0, company_id=self.company.id)
        self.env.invalidate_all()
        self.assertEqual(profile.limit_amount, 500)
        draft = self._draft(500.01)
        draft.action_post()
        self.assertEqual(draft.state, "draft")

    def test_peers_row_4_banner_and_status_are_of_the_document_s_company(self):
        other = self.setup_other_company()["company"]
        self._limited_profile(self.partner_a, 100)
        self._invoice(self.partner_a, 100, self.today)
        draft = self._draft(50)
        elsewhere = draft.with_company(other).with_context(allowed_company_ids=[other.id, self.company.id])
        self.assertIn("limit", elsewhere.partner_credit_warning)
        draft.action_post()
        self.env.invalidate_all()
        self.assertEqual(elsewhere.credit_status, "hold")
        self.assertFalse(self.partner_a.with_company(other).credit_status)
        moves = self.env["account.move"].with_context(allowed_company_ids=[other.id, self.company.id])
        self.assertIn(draft, moves.search([("credit_status", "=", "hold")]))
        self.assertNotIn(draft, moves.search([("credit_status", "in", ["ok", "watch", False])]))

    def test_peers_row_8_limit_exposure_and_policy_are_of_one_company(self):
        other = self.setup_other_company()
        self._limited_profile(self.partner_a, 100)
        self.env["credit.profile"].flush_model()
        abroad = self.env["account.move"].with_company(other["company"])
        there = abroad.create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partner_a.id,
                "invoice_date": self.today,
                "invoice_line_ids": [(0, 0, {"name": "goods", "price_unit": 5000, "tax_ids": False})],
            }
        )
        there.action_post()
        self.assertEqual(there.state, "posted", "no policy there")
        here = self._draft(100)
        here.action_post()
        self.assertEqual(here.state, "posted", "what is owed there does not count here")

    def test_peers_row_8_drafts_of_contacts_count(self):
        profile = self._limited_profile(self.partner_a, 100)
        contact = self.env["res.partner"].create({"name": "Buyer", "parent_id": self.partner_a.id})
        draft = self._draft(150, partner=contact)
        self.assertEqual(profile.draft_amount, 150)
        with self.assertRaisesRegex(UserError, "limit"):
            draft._post()
