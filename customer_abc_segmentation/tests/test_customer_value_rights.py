from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged

from .value_common import ValueCommon

MODELS = ("customer.value", "customer.stage.history", "customer.stage.transition", "customer.value.history")


@tagged("post_install", "-at_install")
@freeze_time("2024-06-30")
class TestCustomerValueRights(ValueCommon):
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
        for day in ("2024-05-01", "2024-06-01"):
            cls._invoice(cls.own, 80, day)
            cls._invoice(cls.foreign, 20, day)

    def setUp(self):
        super().setUp()
        for as_of in ("2024-05-31", "2024-06-30"):
            self._refresh(self.AS_OF.replace(month=int(as_of[5:7]), day=int(as_of[8:])))

    def test_salespeople_see_their_own_customers(self):
        for model in MODELS:
            with self.subTest(model):
                rows = self.env[model].with_user(self.seller).search([])
                self.assertEqual(rows.partner_id, self.own)
                self.assertEqual(self.env[model].search([]).partner_id, self.own + self.foreign)

    def test_salespeople_read_why(self):
        value = self._value(self.own).with_user(self.seller)
        for name in ("segment_explanation", "stage_explanation", "trend_explanation", "potential_explanation"):
            self.assertTrue(value[name])
        self.assertTrue(value.recency_days)
        self.assertTrue(value.search([("recency_days", "<", 100)]))

    def test_the_heat_map_counts_what_the_user_may_see(self):
        heat_map = self.env["rfm.heat.map"]
        counts = [
            sum(cell["customers"] for cell in heat_map.with_user(user).get_data()["cells"])
            for user in (self.seller, self.env.user)
        ]
        self.assertEqual(counts, [1, 2])
        self.assertFalse(heat_map.with_user(self.seller).get_data()["can_refresh"])

    def test_partner_fields_do_not_leak_foreign_customers(self):
        partners = self.env["res.partner"].with_user(self.seller)
        self.assertEqual(partners.search([("customer_stage", "!=", False)]), self.own)
        groups = partners._read_group(
            [("id", "in", (self.own + self.foreign).ids)], ["rfm_segment_id"], ["id:recordset"]
        )
        self.assertEqual({bool(segment): found for segment, found in groups}, {True: self.own, False: self.foreign})

    def test_other_users_see_nothing(self):
        clerk = new_test_user(self.env, "clerk", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.own.with_user(clerk).customer_stage  # noqa: B018
        with self.assertRaises(AccessError):
            self.env["rfm.heat.map"].with_user(clerk).get_data()
        self.assertTrue(self.env["res.partner"].with_user(clerk).get_views([(False, "form"), (False, "search")]))

    def test_nobody_writes_figures(self):
        value = self._value(self.own)
        for user in (self.env.user, self.seller):
            for values in ({"monetary": 1}, {"stage": "loyal"}, {"satisfaction": 5}, {"wallet_user_id": user.id}):
                with self.subTest(user=user.login, values=values), self.assertRaises(AccessError):
                    value.with_user(user).write(values)
            with self.assertRaises(AccessError):
                value.with_user(user).copy()
            with self.assertRaises(AccessError):
                value.with_user(user).unlink()
        history = self.env["customer.stage.history"].search([], limit=1)
        with self.assertRaises(AccessError):
            history.stage = "loyal"

    def test_salespeople_enter_what_they_know_of_their_own_customers_only(self):
        value = self._value(self.own).with_user(self.seller)
        value.wallet_share = 0.25
        self.assertRecordValues(
            value, [{"wallet_share": 0.25, "wallet_user_id": self.seller.id, "wallet_date": self.AS_OF}]
        )
        with self.assertRaises(AccessError):
            self._value(self.foreign).with_user(self.seller).wallet_share = 0.5

    def test_salespeople_configure_and_refresh_nothing(self):
        policy = self.value_policy.with_user(self.seller)
        with self.assertRaises(AccessError):
            policy.action_refresh()
        for record in (policy, policy.segment_ids[:1], policy.cell_ids[:1]):
            with self.subTest(record._name), self.assertRaises(AccessError):
                record.check_access("write")

    def test_another_company_is_out_of_sight(self):
        other = self.setup_other_company()["company"]
        manager = new_test_user(
            self.env,
            "elsewhere",
            groups="customer_abc_segmentation.group_segmentation_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        for model in (*MODELS, "rfm.segment", "rfm.cell", "customer.value.policy"):
            with self.subTest(model):
                self.assertFalse(self.env[model].with_user(manager).search([("company_id", "=", self.company.id)]))
        self.assertFalse(self.own.with_user(manager).customer_stage)
        self.assertFalse(self.env["rfm.heat.map"].with_user(manager).get_data()["policy"]["date"])
