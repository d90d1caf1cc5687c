from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestDunningExperiment(DunningCommon):
    def _experiment(self, **values):
        experiment = self.env["dunning.experiment"].create(
            {"name": "Worth", "plan_id": self.plan.id, "share": 50.0, "window_days": 20, **values}
        )
        experiment.action_start()
        return experiment

    def _debtors(self, count, days=30):
        partners = self.env["res.partner"].browse()
        for number in range(count):
            partner = self._customer(f"Debtor {number}")
            self._overdue(days, 100, partner=partner)
            partners |= partner
        return partners

    def test_chosen_customers_are_left_alone_and_listed(self):
        experiment = self._experiment()
        partners = self._debtors(20)
        run = self._run()
        members = experiment.member_ids
        self.assertEqual(members.partner_id, partners)
        chosen = members.filtered("is_treated").partner_id
        self.assertTrue(0 < len(chosen) < 20)
        self.assertEqual(run.notice_ids.partner_id, partners - chosen)
        self.assertEqual(set(run.skip_ids.mapped("reason")), {"holdout"})
        self.assertEqual(run.skip_ids.partner_id, chosen)

    def test_arm_is_stable_and_customers_enter_once(self):
        experiment = self._experiment()
        self._debtors(8)
        self._run().action_cancel()
        before = {member.partner_id: (member.is_treated, member.date) for member in experiment.member_ids}
        self._run(date=self.today + timedelta(days=3))
        after = {member.partner_id: (member.is_treated, member.date) for member in experiment.member_ids}
        self.assertEqual(before, after)

    def test_stopped_or_ended_experiment_leaves_nobody_out(self):
        experiment = self._experiment(share=99.0, date_to=self.today)
        self._debtors(3)
        self.assertFalse(self._run().notice_ids)
        self.assertEqual(len(self._run(date=self.today + timedelta(days=1)).notice_ids), 3)
        self.env["dunning.run"].search([]).action_cancel()
        experiment.action_stop()
        self.assertEqual(len(self._run().notice_ids), 3)

    def test_challenger_plan_is_followed_by_the_chosen(self):
        other = self.plan.copy({"name": "Challenger", "partner_domain": "[('id', '=', 0)]"})
        experiment = self._experiment(kind="challenger", challenger_id=other.id)
        self._debtors(12)
        run = self._run(plan_ids=[(6, 0, self.plan.ids)])
        self.assertEqual(len(run.notice_ids), 12)
        chosen = experiment.member_ids.filtered("is_treated").partner_id
        self.assertEqual(run.notice_ids.filtered(lambda notice: notice.plan_id == other).partner_id, chosen)
        self.assertTrue(chosen)

    def test_report_compares_what_was_settled(self):
        experiment = self._experiment(date_from=self.today - timedelta(days=60))
        partners = self._debtors(60, days=90)
        entered = self.today - timedelta(days=30)
        self._run(date=entered)
        members = experiment.member_ids
        self.assertEqual(members.partner_id, partners)
        for number, member in enumerate(members.sorted("id")):
            if not member.is_treated and number % 5:
                invoice = self.env["account.move"].search([("partner_id", "=", member.partner_id.id)])
                self._pay(invoice, 100, entered + timedelta(days=10))
        self.env.flush_all()
        outcomes = experiment._outcomes(self.today)
        normal, chosen = outcomes["share"][False], outcomes["share"][True]
        self.assertEqual(normal.count + chosen.count, 60)
        self.assertEqual(chosen.mean, 0)
        paid = sum(1 for n, member in enumerate(members.sorted("id")) if not member.is_treated and n % 5)
        self.assertAlmostEqual(normal.mean, 100 * paid / normal.count)
        days = outcomes["days"]
        self.assertAlmostEqual(days[False].mean, 20 - 10 * paid / normal.count)
        self.assertEqual(days[True].mean, 20)
        self.assertIn("significant", experiment.report)
        self.assertFalse(experiment._outcomes(entered), "nobody has been looked at long enough")

    def test_rules(self):
        with self.assertRaises(ValidationError):
            self._experiment(kind="challenger")
        experiment = self._experiment()
        with self.assertRaises(UserError):
            experiment.share = 20
        with self.assertRaises(UserError):
            experiment.unlink()
        for values in ({"state": "stopped"},):
            with self.assertRaises(AccessError):
                experiment.write(values)
        user = new_test_user(
            self.env, "dun_lab", "receivable_dunning.group_collections_accountant",
            company_ids=[(6, 0, self.company.ids)], company_id=self.company.id,
        )  # fmt: skip
        for action in (experiment.with_user(user).action_stop, experiment.with_user(user).action_start):
            with self.assertRaises(AccessError):
                action()
