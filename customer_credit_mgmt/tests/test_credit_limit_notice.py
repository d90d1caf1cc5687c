"""The end of a limit is announced once, to those who can do something about it."""

from datetime import date, timedelta

from odoo.tests import freeze_time, tagged

from .limit_common import LimitCommon


@tagged("post_install", "-at_install")
class TestCreditLimitNotice(LimitCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls._user("seller", "base.group_user")
        cls.partner_a.user_id = cls.seller
        cls.profile.user_id = cls.controller

    def _run(self, day):
        with freeze_time(day):
            self.env["credit.limit"].sudo()._cron_notify_ending()

    def _messages(self, user):
        return (
            self.env["mail.message"]
            .sudo()
            .search([("partner_ids", "=", user.partner_id.id), ("subject", "like", "end soon")], order="id")
        )

    def test_salesperson_and_controller_are_told_seven_days_before_and_once(self):
        self._approved(1000)
        limit = self._approved(300, kind="temporary", date_to=date(2024, 6, 30))
        self._run("2024-06-22")
        self.assertFalse(self._messages(self.seller))
        for _rerun in range(2):
            self._run("2024-06-23")
        self._run("2024-06-24")
        for user in (self.seller, self.controller):
            with self.subTest(user=user.login):
                message = self._messages(user)
                self.assertEqual(len(message), 1)
                self.assertIn("300.00", message.body)
                self.assertIn("1,000.00", message.body, "what is left from the day after")
        self.assertEqual(limit.end_notified_on, date(2024, 6, 23))

    def test_missed_night_is_made_good(self):
        self._approved(1000, date_to=date(2024, 6, 30))
        self._run("2024-06-29")
        self.assertEqual(len(self._messages(self.seller)), 1)

    def test_what_ended_is_not_announced(self):
        with freeze_time("2024-06-01"):
            self._approved(1000, date_to=date(2024, 6, 30))
        self._run("2024-07-01")
        self.assertFalse(self._messages(self.seller))

    def test_days_are_chosen_by_the_company(self):
        self.company.credit_limit_notice_days = 30
        self._approved(1000, date_to=date(2024, 6, 30))
        self._run("2024-05-31")
        self.assertEqual(len(self._messages(self.seller)), 1)

    def test_every_kind_is_announced_in_one_message(self):
        for kind in ("base", "temporary", "seasonal"):
            self._approved(100, kind=kind, date_to=date(2024, 6, 30))
        self._run("2024-06-25")
        self.assertEqual(self._messages(self.seller).body.count("<li>"), 3)

    def test_replaced_base_limit_ends_without_notice(self):
        old = self._approved(1000, date_to=date(2024, 6, 30))
        self._approved(2000, date_from=date(2024, 5, 1))
        self._run("2024-06-25")
        self.assertFalse(self._messages(self.seller))
        self.assertFalse(old.end_notified_on)

    def test_without_responsible_who_asked_is_told(self):
        self.partner_a.user_id = False
        self.profile.user_id = False
        self._approved(1000, date_to=date(2024, 6, 30))
        self._run("2024-06-25")
        self.assertEqual(len(self._messages(self.asker)), 1)

    def test_job_is_there(self):
        cron = self.env.ref("customer_credit_mgmt.ir_cron_notify_ending_limits").sudo()
        self._approved(1000, date_from=self.today, date_to=self.today + timedelta(days=3))
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(len(self._messages(self.seller)), 1)
