from datetime import timedelta

from odoo.tests import tagged

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestCreditConcentration(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner_c = cls.env["res.partner"].create({"name": "partner_c"})
        cls.first = cls.env["credit.profile"]._get_or_create(cls.partner_a, cls.company).sudo(False)

    def test_shares_and_index_follow_the_formula(self):
        for partner, amount in ((self.partner_a, 500), (self.partner_b, 300), (self.partner_c, 200)):
            self._invoice(partner, amount, self.today - timedelta(days=1))
        debtor = self.env["res.partner"].create({"name": "Credit balance"})
        self._invoice(debtor, 90, self.today, move_type="out_refund")
        rows = self.env["credit.concentration"].search([("company_id", "=", self.company.id)])
        self.assertEqual(
            [(row.position, row.partner_id, row.share, row.hhi_points) for row in rows],
            [(1, self.partner_a, 0.5, 2500), (2, self.partner_b, 0.3, 900), (3, self.partner_c, 0.2, 400)],
        )
        self.assertEqual([round(row.cumulative_share, 6) for row in rows], [0.5, 0.8, 1])
        self.assertEqual(set(rows.mapped("hhi")), {3800})
        self.assertIn("= 50.0 %", rows[0].explanation.replace("\xa0", " "))
        self.assertIn("highly concentrated", rows[0].explanation)
        self.assertIn("3,800", rows[0].explanation)
        top = self.env["credit.concentration"]._read_group(
            [("company_id", "=", self.company.id), ("position", "<=", 2)], [], ["share:sum"]
        )
        self.assertAlmostEqual(top[0][0], 0.8)

    def test_concentration_is_of_what_is_not_secured_and_per_company(self):
        self._invoice(self.partner_a, 500, self.today)
        self._guarantee(self.first, 500)
        self._invoice(self.partner_b, 40, self.today)
        rows = self.env["credit.concentration"].search([("company_id", "=", self.company.id)])
        self.assertEqual([(row.partner_id, row.share) for row in rows], [(self.partner_b, 1)])
        other = self.setup_other_company()["company"]
        stranger = self._user("stranger", "customer_credit_mgmt.group_credit_user", company=other)
        self.assertFalse(
            self.env["credit.concentration"].with_user(stranger).search([("company_id", "=", self.company.id)])
        )
