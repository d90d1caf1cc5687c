from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import CreditCommon

ENDING = "customer_credit_mgmt.mail_activity_type_guarantee_ending"
CLAIM = "customer_credit_mgmt.mail_activity_type_guarantee_claim"


@tagged("post_install", "-at_install")
class TestCreditInsurance(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profile = cls._limited_profile(cls.partner_a, 5000)
        cls.controller = cls._user("controller", "customer_credit_mgmt.group_credit_controller")
        cls.asker = cls._user("asker", "customer_credit_mgmt.group_credit_user")
        cls.profile.user_id = cls.controller

    def _insurance(self, **values):
        start = self.today - timedelta(days=400)
        return self._guarantee(self.profile, 1000, kind="insurance", date_from=start, **values)

    def _watch(self):
        self.env["credit.guarantee"].sudo()._cron_watch()

    def _activities(self, guarantee, xmlid):
        return guarantee.activity_ids.filtered(lambda it: it.activity_type_id == self.env.ref(xmlid))

    def _overdue(self, days, amount=100):
        """An invoice that is due since so many days."""
        due = self.today - timedelta(days=days)
        return self._invoice(self.partner_a, amount, due - timedelta(days=30), due=due)

    # ------------------------------------------------------------------
    # STOP
    # ------------------------------------------------------------------

    def test_documents_are_held_from_the_day_on_that_the_insurer_stops(self):
        self._strict_policy("over_limit")
        self._insurance(stop_days=60)
        self._overdue(59)
        first = self._draft(10)
        first.action_post()
        self.assertEqual(first.state, "posted")
        with freeze_time(self.today + timedelta(days=1)):
            second = self._draft(10)
            second.action_post()
            self.assertEqual(second.state, "draft")
            check = self._check_of(second)
            self.assertEqual([reason["kind"] for reason in check.reasons], ["insurer_stop"])
            self.assertIn("60 days overdue", check.reason_text)
            self.assertIn("payment of", check.offer_text)

    def test_status_tells_that_the_insurer_stopped(self):
        self._strict_policy("over_limit")
        insurance = self._insurance(stop_days=60)
        self._overdue(75)
        self.profile._refresh_status()
        self.assertEqual(self.profile.status, "hold")
        self.assertIn("credit insurance", self.profile.status_reason)
        insurance._sign(state="released", released_on=self.today)
        insurance._apply()
        self.assertEqual(self.profile.status, "ok")

    def test_the_stricter_of_two_insurers_counts(self):
        self._insurance(stop_days=90)
        self._insurance(stop_days=45)
        self._insurance()
        (row,) = self.profile._gather_figures(self.today)
        self.assertEqual(row["insurer_stop_days"], 45)

    def test_terms_of_another_kind_do_not_hold(self):
        self._guarantee(self.profile, 1000, kind="deposit", stop_days=1)
        (row,) = self.profile._gather_figures(self.today)
        self.assertEqual(row["insurer_stop_days"], 0)

    # ------------------------------------------------------------------
    # END
    # ------------------------------------------------------------------

    def test_controller_is_told_once_before_the_end(self):
        self.company.sudo().credit_guarantee_alert_days = 10
        guarantee = self._guarantee(self.profile, 100, date_to=self.today + timedelta(days=11))
        self._watch()
        self.assertFalse(self._activities(guarantee, ENDING))
        for later in (1, 2):
            with freeze_time(self.today + timedelta(days=later)):
                self._watch()
        activity = self._activities(guarantee, ENDING)
        self.assertEqual((len(activity), activity.user_id), (1, self.controller))
        self.assertEqual(activity.date_deadline, guarantee.date_to)
        activity.unlink()
        with freeze_time(self.today + timedelta(days=3)):
            self._watch()
        self.assertFalse(self._activities(guarantee, ENDING))

    def test_nobody_is_told_where_the_company_does_not_want_it(self):
        self.company.sudo().credit_guarantee_alert_days = 0
        guarantee = self._guarantee(self.profile, 100, date_to=self.today)
        self._watch()
        self.assertFalse(guarantee.activity_ids)

    def test_what_ended_is_marked_and_the_native_limit_follows(self):
        guarantee = self._guarantee(self.profile, 100, date_to=self.today, effect="raise_limit")
        partner = self.partner_a.with_company(self.company)
        self.assertEqual(partner.credit_limit, 5100)
        self._watch()
        self.assertFalse(guarantee.expired_on)
        tomorrow = self.today + timedelta(days=1)
        with freeze_time(tomorrow):
            self._watch()
        self.assertEqual((guarantee.expired_on, guarantee.state), (tomorrow, "active"))
        self.assertEqual(partner.credit_limit, 5000)
        self.assertFalse(self._activities(guarantee, ENDING))

    def test_native_limit_follows_what_begins(self):
        self._guarantee(self.profile, 100, date_from=self.today + timedelta(days=1), effect="raise_limit")
        partner = self.partner_a.with_company(self.company)
        self.assertEqual(partner.credit_limit, 5000)
        with freeze_time(self.today + timedelta(days=1)):
            self._watch()
        self.assertEqual(partner.credit_limit, 5100)

    # ------------------------------------------------------------------
    # CLAIMS
    # ------------------------------------------------------------------

    def test_item_is_reminded_of_exactly_once(self):
        insurance = self._insurance(claim_days=90, claim_alert_days=14)
        invoice = self._overdue(75)
        self._watch()
        self.assertFalse(insurance.claim_ids)
        for later in (1, 2, 3):
            with freeze_time(self.today + timedelta(days=later)):
                self._watch()
        claim = insurance.claim_ids
        self.assertRecordValues(
            claim,
            [{"move_id": invoice.id, "amount": 100, "deadline": self.today + timedelta(days=15), "state": "open"}],
        )
        activity = self._activities(insurance, CLAIM)
        self.assertEqual((len(activity), activity.user_id), (1, self.controller))
        self.assertIn(invoice.name, activity.summary)

    def test_only_overdue_items_of_the_insured_time_are_reminded_of(self):
        insurance = self._insurance(claim_days=30, claim_alert_days=14)
        paid = self._overdue(40)
        self._pay(paid, 100, self.today)
        self._overdue(410)  # delivered before the insurance began
        self._overdue(15)  # deadline is more than 14 days away
        self._invoice(self.partner_b, 70, self.today - timedelta(days=60))
        due = self._overdue(16)
        self._watch()
        self.assertEqual(insurance.claim_ids.move_id, due)

    def test_item_delivered_while_insured_is_reminded_of_after_the_end(self):
        insurance = self._insurance(claim_days=60, date_to=self.today - timedelta(days=10))
        invoice = self._overdue(50)
        self._watch()
        self.assertEqual(insurance.claim_ids.move_id, invoice)

    def test_reported_item_closes_its_activity(self):
        insurance = self._insurance(claim_days=60)
        self._overdue(50)
        self._watch()
        claim = insurance.claim_ids
        with self.assertRaises(AccessError):
            claim.with_user(self.asker).action_report()
        with self.assertRaises(AccessError):
            claim.with_user(self.controller).write({"state": "reported"})
        claim.with_user(self.controller).action_report()
        self.assertRecordValues(claim, [{"state": "reported", "closed_by": self.controller.id}])
        self.assertFalse(self._activities(insurance, CLAIM))
        with self.assertRaises(UserError):
            claim.with_user(self.controller).action_dismiss()
        self._watch()
        self.assertEqual(len(insurance.claim_ids), 1)

    def test_paid_item_is_closed_by_the_job(self):
        insurance = self._insurance(claim_days=60)
        invoice = self._overdue(50)
        self._watch()
        self._pay(invoice, 100, self.today)
        self._watch()
        self.assertEqual(insurance.claim_ids.state, "dismissed")
        self.assertFalse(self._activities(insurance, CLAIM))

    def test_customer_without_a_controller_gets_a_note(self):
        self.profile.user_id = False
        self.profile.policy_by_hand_id = self._strict_policy("over_limit", user_id=False)
        insurance = self._insurance(claim_days=60)
        before = insurance.message_ids
        self._overdue(50)
        self._watch()
        self.assertFalse(insurance.activity_ids)
        self.assertIn("to the insurer", (insurance.message_ids - before)[:1].body)
