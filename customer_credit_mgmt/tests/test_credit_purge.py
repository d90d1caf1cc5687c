"""Retention: what is older than the company keeps it goes, and by no other way."""

from datetime import timedelta
from unittest.mock import patch

from dateutil.relativedelta import relativedelta
from psycopg2.errors import CheckViolation, ForeignKeyViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .test_credit_signal_kinds import SignalCommon


@tagged("post_install", "-at_install")
class TestCreditPurge(SignalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.credit_retention_months = 12
        cls.cutoff = cls.today - relativedelta(months=12)
        cls.person = cls.env["res.partner"].create({"name": "Paula Person"})
        cls.person_profile = cls._open_file(cls.person)

    def _score_row(self, profile, day, is_current=False):
        ((score,),) = self.env.execute_query(
            SQL(
                """
                INSERT INTO credit_score (profile_id, partner_id, company_id, scorecard_id, date, is_current,
                                          is_scored, score, reasons)
                VALUES (%s, %s, %s, %s, %s, %s, TRUE, 50, '[]') RETURNING id
                """,
                profile.id,
                profile.partner_id.id,
                profile.company_id.id,
                self.env.ref("customer_credit_mgmt.credit_scorecard_default").id,
                day,
                is_current,
            )
        )
        return self.env["credit.score"].browse(score)

    def _purge(self):
        count = self.env["credit.purge"].sudo()._purge(self.company, self.today)
        self.env.invalidate_all()
        return count

    def test_older_scores_go_and_the_current_one_never(self):
        old = self._score_row(self.profile, self.cutoff - timedelta(days=1))
        on_the_day = self._score_row(self.profile, self.cutoff)
        current = self._score_row(self.other, self.cutoff - timedelta(days=500), is_current=True)
        self._purge()
        self.assertFalse(old.exists())
        self.assertEqual((on_the_day | current).exists(), on_the_day | current)

    def test_without_a_period_everything_is_kept(self):
        self.company.credit_retention_months = 0
        old = self._score_row(self.profile, self.cutoff - timedelta(days=900))
        self._cron()
        self.assertTrue(old.exists())
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            self.company.credit_retention_months = -1
            self.env.flush_all()

    def test_score_under_review_is_kept_until_a_person_decided(self):
        old = self._score_row(self.person_profile, self.cutoff - timedelta(days=1))
        reviews = self.env["credit.review"].sudo()
        review = reviews.create(reviews._prepare_review(self.person_profile, "rating", score_id=old.id))
        self._purge()
        self.assertTrue(old.exists())
        review._decide("confirmed", "looked")
        self._purge()
        self.assertFalse(old.exists())
        self.assertEqual((review.exists(), review.decision_reason), (review, "looked"), "the decision is kept")

    def test_closed_signals_go_and_open_ones_stay(self):
        rule = self._rule("review_overdue", 1)
        for profile in (self.profile, self.other):
            profile.next_review_date = self.cutoff - timedelta(days=100)
        signals = self._detect(self.cutoff - timedelta(days=1))
        closed, waiting = signals
        closed._close("acted", "called")
        for signal in signals:
            signal.message_post(body="Paula called")
        talk = self.env["mail.message"].search([("model", "=", "credit.signal"), ("res_id", "in", signals.ids)])
        self.env.flush_all()
        self._purge()
        self.assertEqual(signals.exists(), waiting)
        self.assertEqual(set(talk.exists().mapped("res_id")), set(waiting.ids), "what was said goes along")
        self.assertEqual(rule.open_count, 1)

    def test_checks_of_persons_lose_their_figures_and_keep_the_decision(self):
        person, held = self._held_check("overdue_days", self.person), self._held_check("manual_hold", self.person)
        firm = self._held_check("overdue_days", self.partner_a)
        self.partner_a.is_company = True
        for check in person | firm:
            check._reject("no")
        for check in person | firm | held:
            self.env.execute_query(
                SQL(
                    "UPDATE credit_check SET create_date = %s WHERE id = %s RETURNING id",
                    self.cutoff - timedelta(days=2),
                    check.id,
                )
            )
        self._purge()
        self.assertEqual(person.inputs, {"anonymous": True})
        self.assertEqual((person.state, person.decision_reason), ("rejected", "no"))
        self.assertTrue(person.reason_text, "which rule it was is still told")
        self.assertIn("facts", firm.inputs)
        self.assertIn("facts", held.inputs, "it waits for a decision that needs the figures")

    def test_what_went_is_written_down_and_a_second_purge_does_nothing(self):
        for days in (1, 2, 3):
            self._score_row(self.profile, self.cutoff - timedelta(days=days))
        with patch("odoo.addons.customer_credit_mgmt.models.credit_purge.BATCH", 2):
            self.assertEqual([self._purge(), self._purge(), self._purge()], [2, 1, 0])
        log = self.env["credit.purge"].search([("company_id", "=", self.company.id)])
        self.assertEqual((log.score_count, log.cutoff, log.date), (3, self.cutoff, self.today))
        for record in (log, log.sudo()):
            with self.assertRaises(UserError):
                record.unlink()
        with self.assertRaises(AccessError):
            log.with_user(self._user("purge_manager", "customer_credit_mgmt.group_credit_manager")).score_count = 0

    def _cron(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("customer_credit_mgmt.ir_cron_purge_scores").sudo().method_direct_trigger()
        self.env.invalidate_all()

    def test_nightly_job_goes_through_the_companies_batch_by_batch(self):
        other = self.setup_other_company()["company"]
        kept = self._score_row(self._open_file(self.partner_a, other), self.cutoff - timedelta(days=9))
        old = [self._score_row(self.profile, self.cutoff - timedelta(days=days)) for days in range(1, 6)]
        with patch("odoo.addons.customer_credit_mgmt.models.credit_purge.BATCH", 2):
            self._cron()
        self.assertFalse(self.env["credit.score"].browse(it.id for it in old).exists())
        self.assertTrue(kept.exists(), "the other company keeps everything")

    def test_nobody_else_deletes_or_changes_scores(self):
        score = self._score_row(self.profile, self.cutoff - timedelta(days=1))
        manager = self._user("score_manager", "customer_credit_mgmt.group_credit_manager,base.group_system")
        for record in (score, score.sudo(), score.with_user(manager)):
            with self.assertRaises(UserError):
                record.unlink()
            with self.assertRaises(UserError):
                record.write({"score": 99})
        for holder in (score.profile_id, score.partner_id):
            with self.assertRaises(ForeignKeyViolation), mute_logger("odoo.sql_db"):
                holder.sudo().unlink()
        self.assertTrue(score.exists())
        with self.assertRaises(AccessError):
            self.env["credit.purge"].with_user(manager).create({"company_id": self.company.id})
