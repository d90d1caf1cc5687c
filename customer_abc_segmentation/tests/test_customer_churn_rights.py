from odoo.exceptions import AccessError
from odoo.tests import freeze_time, new_test_user, tagged

from .churn_common import ChurnCommon


@tagged("post_install", "-at_install")
@freeze_time("2024-06-30")
class TestChurnRights(ChurnCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller, cls.colleague = (
            new_test_user(
                cls.env,
                login,
                groups="base.group_user,customer_abc_segmentation.group_segmentation_user",
                company_id=cls.company.id,
                company_ids=[(6, 0, cls.company.ids)],
            )
            for login in ("seller", "colleague")
        )
        cls.own, cls.foreign = cls._customer("Own", user_id=cls.seller.id), cls._customer("Foreign")
        for partner in cls.own + cls.foreign:
            cls._invoice(partner, 100, "2024-05-15")
        cls.value_policy._refresh(cls.AS_OF)

    def _wizard(self, partner, user):
        values = self._value(partner).with_user(user)
        return self.env["customer.winback.wizard"].with_user(user).create({"value_ids": values.ids})

    def test_salespeople_see_and_win_back_their_own_customers(self):
        values = self.env["customer.value"].with_user(self.seller).search([])
        self.assertEqual(values.partner_id, self.own)
        self.assertTrue(values.churn_explanation)
        self._wizard(self.own, self.seller).action_schedule()
        winbacks = self.env["customer.winback"]
        self.assertEqual(winbacks.with_user(self.seller).search([]).partner_id, self.own)
        self.assertFalse(winbacks.with_user(self.colleague).search([]))
        with self.assertRaises(AccessError):
            self._wizard(self.foreign, self.seller).action_schedule()

    def test_whoever_is_responsible_sees_the_attempt(self):
        wizard = self._wizard(self.foreign, self.env.user)
        wizard.user_id = self.colleague
        wizard.action_schedule()
        winback = self.env["customer.winback"].with_user(self.colleague).search([])
        self.assertEqual(winback.partner_id, self.foreign)
        winback.note = "Called twice"
        winback.action_give_up()
        self.assertEqual(winback.state, "closed")

    def test_nobody_enters_an_outcome(self):
        self._wizard(self.own, self.seller).action_schedule()
        winback = self.env["customer.winback"].search([("partner_id", "=", self.own.id)])
        for user in (self.seller, self.env.user):
            for values in ({"state": "won_back"}, {"success": 1.0}, {"deadline": "2030-01-01"}, {"partner_id": 1}):
                with self.subTest(user=user.login, values=values), self.assertRaises(AccessError):
                    winback.with_user(user).write(values)
            with self.assertRaises(AccessError):
                self.env["customer.winback"].with_user(user).create({"partner_id": self.foreign.id})
            with self.assertRaises(AccessError):
                winback.with_user(user).unlink()

    def test_nobody_writes_fits_and_only_managers_fit(self):
        model = self.env["customer.churn.model"]._get_current(self.company)
        for user in (self.seller, self.env.user):
            with self.assertRaises(AccessError):
                model.sudo(False).with_user(user).write({"method": "none"})
        with self.assertRaises(AccessError):
            self.env["customer.churn.model"].with_user(self.seller).action_fit()
        self.assertTrue(model.sudo(False).with_user(self.seller).conclusion)

    def test_other_company_is_out_of_sight(self):
        self._wizard(self.own, self.seller).action_schedule()
        other = self.setup_other_company()["company"]
        manager = new_test_user(
            self.env,
            "elsewhere",
            groups="customer_abc_segmentation.group_segmentation_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        for name in ("customer.churn.model", "customer.churn.guard", "customer.churn.result", "customer.winback"):
            with self.subTest(name):
                self.assertFalse(self.env[name].with_user(manager).search([("company_id", "=", self.company.id)]))

    def test_other_users_see_nothing(self):
        clerk = new_test_user(self.env, "clerk", groups="base.group_user")
        for name in ("customer.churn.model", "customer.winback", "customer.winback.measure"):
            with self.subTest(name), self.assertRaises(AccessError):
                self.env[name].with_user(clerk).search([])
