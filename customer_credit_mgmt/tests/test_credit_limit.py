from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestCreditLimit(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profile = cls.env["credit.profile"]._get_or_create(cls.partner_a, cls.company).sudo(False)
        company = {"company_id": cls.company.id, "company_ids": [(6, 0, cls.company.ids)]}
        cls.boss = new_test_user(cls.env, "boss", "customer_credit_mgmt.group_credit_manager", **company)
        cls.asker = new_test_user(cls.env, "asker", "customer_credit_mgmt.group_credit_user", **company)

    def _limit(self, amount, approve=True, **values):
        limit = (
            self.env["credit.limit"]
            .with_user(self.asker)
            .create({"profile_id": self.profile.id, "amount": amount, "date_from": date(2024, 1, 1), **values})
        )
        limit.action_submit()
        if approve:
            limit.with_user(self.boss).action_approve()
        return limit

    def _effective(self, day):
        return self.env["credit.limit"]._effective_amounts(self.profile, day).get(self.profile.id)

    def test_newest_base_counts_and_temporary_amounts_are_added(self):
        self._limit(1000)
        self._limit(1500, date_from=date(2024, 6, 1))
        self._limit(300, kind="temporary", date_from=date(2024, 6, 15), date_to=date(2024, 6, 30))
        self.assertIsNone(self._effective(date(2023, 12, 31)))
        for day, amount in {
            date(2024, 1, 1): 1000,
            date(2024, 5, 31): 1000,
            date(2024, 6, 1): 1500,
            date(2024, 6, 15): 1800,
            date(2024, 6, 30): 1800,
            date(2024, 7, 1): 1500,
        }.items():
            with self.subTest(day=day):
                self.assertEqual(self._effective(day), amount)

    def test_asker_cannot_approve(self):
        limit = self._limit(1000, approve=False)
        with self.assertRaises(AccessError):
            limit.action_approve()
        own = self.env["credit.limit"].with_user(self.boss).create({"profile_id": self.profile.id, "amount": 5})
        own.action_submit()
        with self.assertRaisesRegex(UserError, "another approver"):
            own.action_approve()

    def test_who_edits_a_request_becomes_who_asks(self):
        limit = self._limit(1000, approve=False)
        limit.with_user(self.boss).amount = 9000
        with self.assertRaisesRegex(UserError, "another approver"):
            limit.with_user(self.boss).action_approve()

    def test_state_is_not_written_directly(self):
        limit = self._limit(1000, approve=False)
        for values in ({"state": "approved"}, {"requested_by": self.boss.id}):
            with self.assertRaises(AccessError):
                limit.with_user(self.boss).write(values)
        with self.assertRaises(AccessError):
            self.env["credit.limit"].with_user(self.asker).create(
                {"profile_id": self.profile.id, "amount": 1, "state": "approved"}
            )

    def test_decided_limit_is_not_changed(self):
        limit = self._limit(1000)
        with self.assertRaises(UserError):
            limit.with_user(self.boss).amount = 2000
        with self.assertRaises(UserError):
            limit.with_user(self.boss).unlink()

    def test_approval_switches_the_mode_and_the_native_limit(self):
        self.assertEqual(self.profile.limit_mode, "no_check")
        limit = self._limit(1234.5)
        self.assertEqual(self.profile.limit_mode, "limited")
        self.assertEqual(self.profile.limit_amount, 1234.5)
        self.assertEqual(self.partner_a.with_company(self.company).credit_limit, 1234.5)
        limit.with_user(self.boss).action_revoke()
        self.assertEqual(self.partner_a.with_company(self.company).credit_limit, 0)

    def test_expiry_takes_effect_without_a_job(self):
        with freeze_time("2024-06-30"):
            self._limit(1000, date_to=date(2024, 6, 30))
            self.profile.invalidate_recordset()
            self.assertEqual(self.profile.limit_amount, 1000)
        with freeze_time("2024-07-01"):
            self.profile.invalidate_recordset()
            self.assertEqual(self.profile.limit_amount, 0)
            self.env["credit.limit"].sudo()._cron_expire()
        self.assertEqual(self.profile.limit_ids.state, "expired")
        self.assertEqual(self._effective(date(2024, 6, 30)), 1000)

    def test_zero_limit_is_a_limit(self):
        """peers.md row 4: a limit of 0 is not 'unlimited'."""
        self._limit(0)
        (row,) = self.profile._gather_figures(date(2024, 3, 1))
        self.assertEqual((row["limit_amount"], row["available_amount"]), (0, 0))
        self.profile.limit_mode = "no_check"
        self.env.flush_all()
        (row,) = self.profile._gather_figures(date(2024, 3, 1))
        self.assertIsNone(row["limit_amount"])

    def test_temporary_limit_needs_an_end(self):
        with self.assertRaises(ValidationError):
            self._limit(10, kind="temporary")

    def test_controller_cannot_lift_the_check(self):
        controller = new_test_user(
            self.env,
            "ctrl",
            "customer_credit_mgmt.group_credit_controller",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        with self.assertRaises(AccessError):
            self.profile.with_user(controller).limit_mode = "no_check"
        self.profile.with_user(controller).manual_hold = True

    def test_request_begins_on_an_empty_form(self):
        with Form(self.env["credit.limit"].with_user(self.asker)) as limit:
            limit.profile_id = self.profile
            limit.amount = 700
        self.assertEqual(limit.record.state, "draft")

    def test_profile_asks_for_a_limit_of_its_customer(self):
        action = self.profile.with_user(self.asker).action_request_limit()
        limit = Form(self.env[action["res_model"]].with_user(self.asker).with_context(**action["context"]))
        self.assertEqual(limit.profile_id, self.profile)
