from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged

from .common import SegmentationCommon


@tagged("post_install", "-at_install")
@freeze_time("2024-06-30")
class TestAbcRights(SegmentationCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(
            cls.env,
            "seller",
            groups="base.group_user,base.group_partner_manager,customer_abc_segmentation.group_segmentation_user",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.own, cls.foreign = cls._customer("Own", user_id=cls.seller.id), cls._customer("Foreign")
        cls._invoice(cls.own, 80)
        cls._invoice(cls.foreign, 20)

    def setUp(self):
        super().setUp()
        self._classify()

    def test_salespeople_see_their_own_customers(self):
        rows = self.env["abc.classification"].with_user(self.seller).search([])
        self.assertEqual(rows.partner_id, self.own)
        self.assertTrue(rows.explanation)
        own, foreign = self.own.with_user(self.seller), self.foreign.with_user(self.seller)
        self.assertEqual((own.abc_class_id.code, foreign.abc_class_id), ("A", self.env["abc.class"]))

    def test_search_and_groups_do_not_leak_foreign_customers(self):
        partners = self.env["res.partner"].with_user(self.seller)
        self.assertEqual(partners.search([("abc_class_id", "!=", False)]), self.own)
        groups = partners._read_group([("id", "in", (self.own + self.foreign).ids)], ["abc_class_id"], ["id:recordset"])
        self.assertEqual({level.code: found for level, found in groups}, {"A": self.own, False: self.foreign})

    def test_managers_see_all(self):
        self.assertEqual(self.env["abc.classification"].search([]).partner_id, self.own + self.foreign)

    def test_other_users_see_no_class(self):
        user = new_test_user(self.env, "clerk", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.own.with_user(user).abc_class_id  # noqa: B018
        self.assertNotIn("abc_class_id", self.env["res.partner"].with_user(user).fields_get())
        self.assertTrue(self.env["res.partner"].with_user(user).get_views([(False, "form"), (False, "search")]))

    def test_nobody_writes_history_directly(self):
        row = self._open_row(self.own)
        for model, user in ((row, self.env.user), (self.policy.last_run_id, self.env.user), (self.policy, self.seller)):
            with self.subTest(model._name), self.assertRaises(AccessError):
                model.with_user(user).check_access("write")
        with self.assertRaises(AccessError):
            self.policy.with_user(self.seller).action_classify()

    def test_other_company_is_out_of_sight(self):
        other = self.setup_other_company()["company"]
        manager = new_test_user(
            self.env,
            "elsewhere",
            groups="customer_abc_segmentation.group_segmentation_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        for model in ("abc.classification", "abc.run", "abc.migration"):
            self.assertFalse(self.env[model].with_user(manager).search([]))
        self.assertEqual(self.env["abc.policy"].with_user(manager).search([]).company_id, other)
        self.assertFalse(self.own.with_user(manager).abc_class_id)

    def test_branch_shows_the_class_of_its_root_company(self):
        branch = self._create_company(name="Branch", parent_id=self.company.id)
        self.env.user.company_ids |= branch
        partner = self.own.with_context(allowed_company_ids=branch.ids)
        self.assertEqual(partner.abc_class_id.code, "A")

    def test_pareto_is_for_managers(self):
        with self.assertRaises(AccessError):
            self.env["abc.pareto"].with_user(self.seller).get_chart()
