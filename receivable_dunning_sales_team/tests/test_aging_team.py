from datetime import date

from odoo.tests import tagged

from odoo.addons.receivable_dunning.tests.common import CollectionsCommon


@tagged("post_install", "-at_install")
class TestAgingTeam(CollectionsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls._user("team_seller", "account.group_account_invoice")
        cls.team = cls.env["crm.team"].sudo().create({"name": "North", "member_ids": [(6, 0, cls.seller.ids)]})
        cls.invoice = cls._invoice(cls.partner_a, 100, date(2024, 5, 1), invoice_user_id=cls.seller.id)
        cls._invoice(cls.partner_a, 30, date(2024, 5, 1), invoice_user_id=False)

    def test_items_are_grouped_by_the_team_of_their_salesperson(self):
        groups = self._aging()._read_group([], ["team_id"], ["amount_residual:sum"])
        self.assertEqual({team.name: amount for team, amount in groups}, {"North": 100, False: 30})

    def test_the_team_is_shown_searched_and_exported(self):
        rows = self._aging().search([("team_id", "=", self.team.id)])
        self.assertEqual(rows.move_id, self.invoice)
        self.assertEqual(rows.export_data(["team_id"])["datas"], [["North"]])
        views = self._aging().get_views([(False, "list"), (False, "search")])
        self.assertIn("team_id", views["models"]["receivable.aging"]["fields"])

    def test_teams_change_no_amount(self):
        groups = self._by_bucket(self._aging())
        self.assertEqual(sum(groups.values()), 130)
