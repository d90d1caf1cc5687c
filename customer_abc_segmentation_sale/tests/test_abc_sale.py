from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged

from odoo.addons.customer_abc_segmentation.tests.common import SegmentationCommon
from odoo.addons.customer_abc_segmentation_sale import uninstall_hook


@tagged("post_install", "-at_install")
@freeze_time("2024-06-30")
class TestAbcSale(SegmentationCommon):
    """Salespeople without an Invoicing role reach the classes of their own customers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls._seller("seller", "sales_team.group_sale_salesman")
        cls.colleague = cls._seller("colleague", "sales_team.group_sale_salesman_all_leads")
        cls.boss = cls._seller("boss", "sales_team.group_sale_manager")
        cls.team = cls.env["crm.team"].sudo().create({"name": "North", "member_ids": [Command.link(cls.seller.id)]})
        cls.own, cls.foreign = cls._customer("Own", user_id=cls.seller.id), cls._customer("Foreign")
        cls._invoice(cls.own, 80)
        cls._invoice(cls.foreign, 20)
        field = cls.env["ir.model.fields"]._get("res.partner", "ref")
        cls.env["abc.class.action"].create(
            [
                {
                    "policy_id": cls.policy.id,
                    "class_id": level.id,
                    "field_id": field.id,
                    "value_text": "x",
                    "on_first": True,
                }
                for level in cls.policy.class_ids
            ]
        )

    @classmethod
    def _seller(cls, login, group):
        return new_test_user(
            cls.env,
            login,
            groups=f"base.group_user,{group}",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def setUp(self):
        super().setUp()
        self._classify()

    def _seen(self, model, user):
        return self.env[model].with_user(user).search([("company_id", "=", self.company.id)]).partner_id

    def test_salespeople_see_their_own_customers_and_leaders_all(self):
        for model in ("abc.classification", "abc.proposal"):
            with self.subTest(model):
                self.assertEqual(self._seen(model, self.seller), self.own)
                self.assertEqual(self._seen(model, self.colleague), self.own + self.foreign)
                self.assertEqual(self._seen(model, self.boss), self.own + self.foreign)

    def test_the_variance_is_that_of_the_customers_whose_profit_one_sees(self):
        for user, customers in ((self.seller, self.own), (self.colleague, self.own + self.foreign)):
            days = {"before_from": "2023-01-01", "before_to": "2023-12-31", "after_from": "2024-01-01"}
            dialog = self.env["customer.variance.wizard"].with_user(user).create({**days, "after_to": "2024-06-30"})
            dialog.action_compare()
            self.assertEqual(dialog.line_ids.partner_id, customers)
            profit = self.env["customer.profit"].with_user(user).search([("company_id", "=", self.company.id)])
            self.assertEqual(profit.partner_id, customers)

    def test_salespeople_see_the_value_of_their_own_customers_and_leaders_all(self):
        policy = self.env["customer.value.policy"]._get_for(self.company)
        for as_of in (self.AS_OF.replace(month=5), self.AS_OF):
            policy._refresh_past(as_of)
        for model in ("customer.value", "customer.stage.history", "customer.value.history"):
            with self.subTest(model):
                self.assertEqual(self._seen(model, self.seller), self.own)
                self.assertEqual(self._seen(model, self.colleague), self.own + self.foreign)

    def test_salespeople_decide_and_configure_nothing_and_sales_administrators_do(self):
        proposals = self.env["abc.proposal"].search([("company_id", "=", self.company.id)])
        for user in (self.seller, self.colleague):
            mine = proposals.filtered(lambda row: row.partner_id == self.own).with_user(user)
            with self.assertRaises(AccessError):
                mine._reject()
            with self.assertRaises(AccessError):
                self.policy.with_user(user).action_classify()
            with self.assertRaises(AccessError):
                self.env["abc.pareto"].with_user(user).get_chart()
        proposals.with_user(self.boss)._reject()
        self.assertEqual(set(proposals.mapped("state")), {"rejected"})
        self.assertTrue(self.env["abc.pareto"].with_user(self.boss).get_chart()["bars"])

    def test_other_company_is_out_of_sight(self):
        other = self.setup_other_company()["company"]
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="sales_team.group_sale_salesman_all_leads",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.own.user_id = stranger
        for model in ("abc.classification", "abc.proposal", "abc.class.action"):
            self.assertFalse(self.env[model].with_user(stranger).search([]))

    def test_rows_follow_the_sales_team_of_the_salesperson(self):
        rows = self.env["abc.classification"]
        self.assertEqual(rows.search([("team_id", "=", self.team.id)]).partner_id, self.own)
        groups = dict(rows._read_group([("policy_id", "=", self.policy.id)], ["team_id"], ["partner_id:recordset"]))
        self.assertEqual(groups[self.team], self.own)

    # ------------------------------------------------------------------
    # MENUS
    # ------------------------------------------------------------------

    def _menus(self, user):
        """``{name: names of all entries below}`` of what a user sees in Sales > Reporting."""
        menus = self.env["ir.ui.menu"].with_user(user).load_menus(False)
        reporting = menus.get(self.env.ref("sale.menu_sale_report").id, {"children": []})

        def entries(menu):
            return [name for child in menu["children"] for name in (menus[child]["name"], *entries(menus[child]))]

        return {menus[child]["name"]: entries(menus[child]) for child in reporting["children"]}

    def test_salespeople_find_their_classes_and_nothing_else_under_reporting(self):
        for user in (self.seller, self.colleague):
            self.assertEqual(self._menus(user).keys(), {"Segments"})
            self.assertLessEqual(
                {"Classes", "Proposals", "Customer Value", "Churn Risk", "Customer Profit"},
                set(self._menus(user)["Segments"]),
            )
            self.assertNotIn("Pareto Chart", self._menus(user)["Segments"])

    def test_sales_administrators_keep_their_reports(self):
        menus = self._menus(self.boss)
        self.assertLessEqual({"Sales", "Products", "Customers", "Segments"}, menus.keys())
        self.assertLessEqual({"Pareto Chart", "Classes", "Migration Matrix"}, set(menus["Segments"]))

    def test_uninstalling_takes_back_what_others_were_given(self):
        uninstall_hook(self.env(su=True))
        user = self.env.ref("customer_abc_segmentation.group_segmentation_user")
        self.assertNotIn(user, self.env.ref("sale.menu_sale_report").sudo().group_ids)
        self.assertFalse(self.seller.has_group("customer_abc_segmentation.group_segmentation_user"))
        self.assertFalse(self.boss.has_group("customer_abc_segmentation.group_segmentation_manager"))

    def test_views_load_for_salespeople(self):
        """Of every screen below their menu."""
        parent = self.env.ref("customer_abc_segmentation_sale.menu_sale_segments")
        seen = [key for key in self.env["ir.ui.menu"].with_user(self.seller).load_menus(False) if key != "root"]
        below = [("id", "child_of", parent.id), ("id", "in", seen), ("action", "!=", False)]
        menus = self.env["ir.ui.menu"].sudo().search(below)
        self.assertGreater(len(menus), 5)
        for action in (menu.action for menu in menus if menu.action._name == "ir.actions.act_window"):
            views = [(False, kind) for kind in (*action.view_mode.split(","), "search")]
            with self.subTest(action.name):
                model = self.env[action.res_model].with_user(self.seller)
                self.assertTrue(model.get_views(views)["views"])
                model.search([], limit=1)

    def test_sales_team_can_be_searched_and_grouped_by(self):
        for name in ("classification", "proposal"):
            [view] = self.env[f"abc.{name}"].with_user(self.seller).get_views([(False, "search")])["views"].values()
            self.assertIn("by_team", view["arch"])
