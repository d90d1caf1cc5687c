from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestDunningPlan(DunningCommon):
    def test_installing_sends_nothing(self):
        plan = self.env.ref("receivable_dunning.dunning_plan_default").sudo()
        self.assertRecordValues(plan, [{"is_scheduled": False, "auto_confirm": False}])
        self.assertEqual(plan.level_ids.mapped("number"), [1, 2, 3])
        self.assertEqual(plan.level_ids.mapped("days"), [7, 21, 35])

    def test_levels_rise_and_have_a_channel(self):
        with self.assertRaises(ValidationError):
            self.plan.level_ids[1].days = 7
        with self.assertRaises(ValidationError):
            self.plan.level_ids[0].write({"send_email": False, "send_letter": False, "make_call": False})
        with self.assertRaises(ValidationError):
            self.plan.level_ids[0].mail_template_id = False

    def test_a_filter_that_makes_no_sense_is_refused(self):
        with self.assertRaises(UserError):
            self.plan.partner_domain = "[('no_such_field', '=', 1)]"

    def test_level_numbers_follow_the_sequence(self):
        first = self.plan.level_ids[0]
        self.plan.level_ids.create(
            {
                "plan_id": self.plan.id,
                "sequence": 1,
                "name": "Soon due",
                "days": -3,
                "mail_template_id": first.mail_template_id.id,
            }
        )
        self.assertEqual(first.number, 2)

    def test_forms_open(self):
        self._overdue(30)
        run = self._run()
        for record in (self.plan, self.plan.level_ids[0], run, run.notice_ids[0], self.customer):
            with self.subTest(record._name):
                Form(record)
        with Form(self.env["dunning.run"]) as form:
            self.assertEqual(form.plan_ids[:], self.plan)
        for model in ("plan", "run", "notice", "skip", "block", "holiday", "experiment", "experiment.member"):
            views = [(False, kind) for kind in ("list", "search")]
            self.assertTrue(self.env[f"dunning.{model}"].get_views(views)["views"])
        for model in ("dunning.block", "dunning.experiment"):
            Form(self.env[model])
