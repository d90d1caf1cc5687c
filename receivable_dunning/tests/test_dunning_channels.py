"""Levels speak by call and visit, pass customers on, and act on their credit."""

from datetime import date, timedelta

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestDunningChannels(DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.level = cls.plan.level_ids[0]
        values = {"company_ids": [(6, 0, cls.company.ids)], "company_id": cls.company.id}
        group = "receivable_dunning.group_collections_accountant"
        cls.people = {
            name: new_test_user(cls.env, f"dun_{name}", group, **values)
            for name in ("collector", "salesperson", "manager", "legal", "agency")
        }

    def _tasks(self, kind):
        activity_type = self.env.ref(f"receivable_dunning.mail_activity_type_{kind}")
        return self.customer.activity_ids.filtered(lambda activity: activity.activity_type_id == activity_type)

    def _sent(self, **values):
        self._overdue(10, **values)
        return self._notice(self._send(self._run(user_id=self.people["collector"].id)))

    # ------------------------------------------------------------------
    # TASKS
    # ------------------------------------------------------------------

    def test_call_and_visit_are_activities_of_the_responsible_with_what_to_say(self):
        self.level.write({"make_call": True, "make_visit": True, "call_text": "<p>Ask for the invoice number</p>"})
        notice = self._sent()
        for kind in ("call", "visit"):
            task = self._tasks(kind)
            self.assertRecordValues(task, [{"user_id": self.people["collector"].id, "date_deadline": self.today}])
            self.assertIn("Ask for the invoice number", task.note)
        self.assertIn("call + visit", self.customer.message_ids[0].body)
        self.assertEqual(notice.state, "sent")

    def test_call_needs_no_address(self):
        self.customer.write({"email": False, "street": False, "city": False})
        self.level.write({"make_call": True, "send_email": False})
        notice = self._sent()
        self.assertRecordValues(notice, [{"state": "sent", "send_email": False, "send_letter": False}])
        self.assertTrue(self._tasks("call"))

    def test_nobody_is_called_about_what_was_paid_meanwhile(self):
        self.level.make_call = True
        invoice = self._overdue(10)
        run = self._run()
        run.action_confirm()
        self._pay(invoice, 100, self.today)
        self._deliver(run)
        self.assertFalse(self._tasks("call"))

    def test_escalation_goes_to_the_right_person(self):
        self.customer.user_id = self.people["salesperson"]
        for name in ("manager", "legal", "agency"):
            self.plan[{"manager": "manager_id"}.get(name, f"{name}_user_id")] = self.people[name]
        for target in ("salesperson", "manager", "legal", "agency"):
            with self.subTest(target=target):
                self.level.escalate_to = target
                self.customer = self._customer(target, user_id=self.people["salesperson"].id)
                self._sent()
                self.assertEqual(self._tasks("escalation").user_id, self.people[target])

    def test_escalation_to_nobody_goes_to_the_responsible(self):
        self.level.escalate_to = "legal"
        self._sent()
        self.assertEqual(self._tasks("escalation").user_id, self.people["collector"])

    def test_legal_sentence_stands_in_letter_and_email(self):
        self.level.legal_text = "<p>Section 286 applies.</p>"
        notice = self._sent()
        self.assertIn("Section 286 applies.", self._mail(notice).body_html)
        report = self.env["ir.actions.report"]
        html = report._render_qweb_html("receivable_dunning.report_dunning_letter", notice.ids)[0].decode()
        self.assertIn("Section 286 applies.", html)

    # ------------------------------------------------------------------
    # CREDIT ACTION
    # ------------------------------------------------------------------

    def _profile(self):
        return self.env["credit.profile"].sudo()._get_or_create(self.customer, self.company)

    def test_hold_is_released_when_the_reminded_items_are_paid(self):
        self.level.credit_action = "hold"
        invoice, other = self._overdue(10, 100), self._overdue(1, 50)
        self._send(self._run())
        self.assertRecordValues(self._profile(), [{"dunning_action": "hold", "manual_hold": True}])
        self._pay(other, 50, self.today)
        self.env.cr.precommit.run()
        self.assertTrue(self._profile().manual_hold, "what it was reminded of is still open")
        self._pay(invoice, 100, self.today)
        self.env.cr.precommit.run()
        self.assertRecordValues(self._profile(), [{"dunning_action": False, "manual_hold": False}])

    def test_hold_set_by_hand_stays(self):
        self._profile().manual_hold = True
        self.level.credit_action = "hold"
        notice = self._sent()
        self._pay(notice._claims().move_id, 100, self.today)
        self.env.cr.precommit.run()
        self.assertRecordValues(self._profile(), [{"dunning_action": False, "manual_hold": True}])

    def test_stop_gives_the_limit_mode_back(self):
        self._profile().limit_mode = "limited"
        self.level.credit_action = "stop"
        notice = self._sent()
        self.assertRecordValues(self._profile(), [{"limit_mode": "no_credit", "manual_hold": True}])
        self._pay(notice._claims().move_id, 100, self.today)
        self.env.cr.precommit.run()
        self.assertRecordValues(self._profile(), [{"limit_mode": "limited", "manual_hold": False}])

    def test_watch_is_a_status_with_its_reason(self):
        self.env["credit.policy"].sudo().create({"name": "All", "company_id": self.company.id})
        self.level.credit_action = "watch"
        notice = self._sent()
        profile = self._profile()
        self.assertEqual(profile.status, "watch")
        self.assertIn("watch it", profile.status_reason)
        self._pay(notice._claims().move_id, 100, self.today)
        self.env.cr.precommit.run()
        self.assertRecordValues(profile, [{"status": "ok", "dunning_action": False}])

    def test_milder_level_does_not_undo_a_stronger_one(self):
        self._profile()._set_dunning_action("hold")
        self.level.credit_action = "watch"
        self._sent()
        self.assertEqual(self._profile().dunning_action, "hold")

    def test_credit_action_is_not_written_by_hand(self):
        profile = self._profile().with_user(self.env.ref("base.user_admin"))
        with self.assertRaises(AccessError):
            profile.with_user(self.people["collector"]).write({"dunning_action": False})
        self.env.user.sudo().group_ids |= self.env.ref("customer_credit_mgmt.group_credit_manager")
        with self.assertRaises(AccessError):
            self._profile().with_user(self.env.user).write({"dunning_action": "hold"})

    # ------------------------------------------------------------------
    # LEVEL BY CUSTOMER
    # ------------------------------------------------------------------

    def test_all_items_climb_with_the_customer(self):
        self.plan.level_by = "customer"
        self._overdue(30, 100)
        self._send(self._run())
        self._overdue(10, 50)
        self._overdue(2, 25)
        run = self._run(date=self.today + timedelta(days=7))
        self.assertEqual(self._notice(run)._claims().mapped("level_number"), [2, 2, 2])
        self.assertEqual(self._notice(run).amount_total, 175)

    def test_paid_customer_starts_at_the_bottom_again(self):
        self.plan.level_by = "customer"
        first = self._overdue(30, 100)
        self._send(self._run())
        self._pay(first, 100, self.today)
        self._overdue(30, 50)
        self.assertEqual(self._notice(self._run(date=self.today + timedelta(days=7))).level_number, 1)

    # ------------------------------------------------------------------
    # WORKING DAYS
    # ------------------------------------------------------------------

    def test_nothing_is_sent_on_weekends_and_holidays(self):
        self.plan.working_days_only = True
        self._overdue(30)
        run = self._run()
        run.action_confirm()
        saturday = self.today + timedelta(days=(5 - self.today.weekday()) % 7)
        monday = saturday + timedelta(days=2)
        self.env["dunning.holiday"].sudo().create(
            {"name": "Holiday", "company_id": self.company.id, "date_from": monday}
        )
        for day in (saturday, saturday + timedelta(days=1), monday):
            self._deliver(run, day)
            self.assertEqual(self._notice(run).state, "queued")
            self.assertIn("working day", run.waiting_message)
        self._deliver(run, monday + timedelta(days=1))
        self.assertRecordValues(self._notice(run), [{"state": "sent", "error": False}])

    def test_worked_weekend_is_a_working_day(self):
        self.plan.working_days_only = True
        sunday = date(2024, 2, 4)
        self.assertFalse(self.plan._is_working_day(sunday))
        self.env["dunning.holiday"].sudo().create(
            {"name": "Worked", "company_id": self.company.id, "date_from": sunday, "is_working": True}
        )
        self.assertTrue(self.plan._is_working_day(sunday))
