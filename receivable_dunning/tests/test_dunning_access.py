from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestDunningAccess(DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        values = {"company_ids": [(6, 0, cls.company.ids)], "company_id": cls.company.id}
        env = cls.env(context={**cls.env.context, "no_reset_password": True})
        group = "receivable_dunning.group_collections_%s"
        cls.user = new_test_user(env, "dun_user", group % "user", **values)
        cls.accountant = new_test_user(env, "dun_accountant", group % "accountant", **values)

    def test_user_sees_but_does_not_run(self):
        self._overdue(30)
        run = self._run().with_user(self.user)
        self.assertEqual(run.notice_count, 1)
        self.assertTrue(run.notice_ids.line_ids.residual)
        for action in (run.action_propose, run.action_confirm, run.action_cancel, run.notice_ids.action_exclude):
            with self.assertRaises(AccessError):
                action()

    def test_accountant_runs_but_does_not_configure(self):
        self._overdue(30)
        run = self.env["dunning.run"].with_user(self.accountant).create({"company_id": self.company.id})
        run.action_propose()
        run.notice_ids.action_exclude()
        run.notice_ids.action_include()
        run.action_confirm()
        self.assertEqual(run.notice_ids.state, "queued")
        with self.assertRaises(AccessError):
            self.plan.with_user(self.accountant).grace_days = 3
        with self.assertRaises(UserError):
            run.unlink()

    def test_companies_are_kept_apart(self):
        other = self.setup_other_company()["company"]
        stranger = new_test_user(
            self.env, "dun_stranger", "receivable_dunning.group_collections_manager",
            company_ids=[(6, 0, other.ids)], company_id=other.id,
        )  # fmt: skip
        self._overdue(30)
        run = self._run()
        self.assertFalse(self.env["dunning.run"].with_user(stranger).search([("id", "=", run.id)]))
        self.assertFalse(self.env["dunning.notice"].with_user(stranger).search([("run_id", "=", run.id)]))
        with self.assertRaises(AccessError):
            run.with_user(stranger).action_propose()

    def test_manager_finds_the_configuration_without_being_an_accounting_manager(self):
        manager = new_test_user(self.env, "dun_manager", "receivable_dunning.group_collections_manager")
        visible = self.env["ir.ui.menu"].with_user(manager)._visible_menu_ids()
        for name in ("account.menu_finance_configuration", "receivable_dunning.menu_dunning_plans"):
            self.assertIn(self.env.ref(name).id, visible)
