from odoo.tests import HttpCase, new_test_user, tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestDunningTour(DunningCommon, HttpCase):
    def test_clerk_runs_from_proposal_to_sent_letters(self):
        user = new_test_user(
            self.env, "dun_clerk", "receivable_dunning.group_collections_accountant",
            company_ids=[(6, 0, self.company.ids)], company_id=self.company.id,
        )  # fmt: skip
        self.plan.level_ids.write({"send_letter": True})
        self._overdue(30, 100)
        self._overdue(30, 50, partner=self._customer("Left out"))
        self.start_tour("/odoo/dunning-runs", "receivable_dunning_run", login=user.login)
        run = self.env["dunning.run"].search([("company_id", "=", self.company.id)])
        self.assertEqual(run.state, "confirmed")
        self._deliver(run)
        self.assertEqual(self._notice(run).state, "sent")
        self.assertTrue(self._notice(run).letter_id)
        self.assertEqual(run.notice_ids.filtered(lambda notice: notice.partner_id.name == "Left out").state, "excluded")
        self.assertEqual(run.state, "done")

    def test_manager_sets_up_a_plan(self):
        user = new_test_user(
            self.env, "dun_manager_tour", "receivable_dunning.group_collections_manager",
            company_ids=[(6, 0, self.company.ids)], company_id=self.company.id,
        )  # fmt: skip
        self.start_tour("/odoo/dunning-plans", "receivable_dunning_plan", login=user.login)
        plan = self.env["dunning.plan"].search([("name", "=", "Firm reminders")])
        self.assertRecordValues(plan, [{"grace_days": 3, "working_days_only": True, "company_id": self.company.id}])
        self.assertRecordValues(plan.level_ids, [{"days": 5, "make_call": True, "send_email": False}])
        self.assertIn("Ask for the day of payment", plan.level_ids.call_text)
