"""Each kind of early warning on a ledger that gives it, and on one that nearly does."""

from datetime import date, timedelta

from odoo.tests import tagged
from odoo.tools import SQL

from ..models.credit_signal_kind import KINDS
from .common import CreditCommon

TODAY = date(2024, 7, 1)
#: Of the two periods that are compared: 9 months until the end of March, 3 months since.
BEFORE, RECENT = date(2023, 8, 1), date(2024, 4, 10)


class SignalCommon(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profile = cls._open_file(cls.partner_a)
        cls.other = cls._open_file(cls.partner_b)

    @classmethod
    def _open_file(cls, partner, company=None):
        return cls.env["credit.profile"]._get_or_create(partner, company or cls.company).sudo(False)

    @classmethod
    def _rule(cls, kind, threshold, **values):
        return cls.env["credit.signal.rule"].create(
            {"name": kind, "kind": kind, "threshold": threshold, "company_id": cls.company.id, "min_count": 3, **values}
        )

    def _detect(self, as_of=TODAY):
        return self.env["credit.signal.rule"]._detect(self.company, as_of).sudo(False)

    def _paid(self, partner, first_due, days_late, amount=100, parts=1, every=14):
        """Invoices paid so many days late each, their due dates ``every`` so many days."""
        for position, late in enumerate(days_late):
            due = first_due + timedelta(days=every * position)
            invoice = self._invoice(partner, amount, due - timedelta(days=30), due=due)
            for _part in range(parts):
                self._pay(invoice, amount / parts, due + timedelta(days=late))


@tagged("post_install", "-at_install")
class TestCreditSignalKinds(SignalCommon):
    def _only(self, signals, partner):
        self.assertEqual(signals.partner_id, partner, "one customer gives a signal, the other does not")
        self.assertEqual(len(signals), 1)
        return signals

    # ------------------------------------------------------------------
    # PAYMENTS
    # ------------------------------------------------------------------

    def test_pays_later_compares_the_last_three_months_with_the_nine_before(self):
        self._rule("pays_later", 10)
        for partner, recent in ((self.partner_a, 14), (self.partner_b, 11)):
            self._paid(partner, BEFORE, [2, 2, 2])
            self._paid(partner, RECENT, [recent] * 3)
        signal = self._only(self._detect(), self.partner_a)
        self.assertEqual(signal.figure, 12)
        self.assertEqual(
            signal.sentence,
            "Pays 12 days later than before: on average 14 days after the due date in the last 3 months, 2 in the 9"
            " months before.",
        )

    def test_pays_later_needs_enough_invoices_in_both_periods(self):
        self._rule("pays_later", 10)
        self._paid(self.partner_a, BEFORE, [2, 2])
        self._paid(self.partner_a, RECENT, [40, 40, 40])
        self.assertFalse(self._detect())
        self._paid(self.partner_a, BEFORE, [2])
        self.assertEqual(self._detect().partner_id, self.partner_a)

    def test_pays_later_counts_open_overdue_items_with_their_days_so_far(self):
        self._rule("pays_later", 30)
        self._paid(self.partner_a, BEFORE, [0, 0, 0])
        for day in (5, 6, 7):
            self._invoice(self.partner_a, 100, date(2024, 4, 1), due=date(2024, 5, day))
        signal = self._only(self._detect(), self.partner_a)
        self.assertEqual(signal.evidence["recent"], 56)
        self.assertEqual(signal.evidence["count"], 3)

    def test_partial_payments_compares_shares(self):
        self._rule("partial_payments", 0.5)
        self._paid(self.partner_a, BEFORE, [2, 2, 2])
        self._paid(self.partner_a, RECENT, [2, 2, 2], parts=2)
        self._paid(self.partner_b, BEFORE, [2, 2, 2], parts=2)
        self._paid(self.partner_b, RECENT, [2, 2, 2], parts=2)
        signal = self._only(self._detect(), self.partner_a)
        self.assertEqual(
            signal.sentence,
            "100 % of the invoices were paid in parts in the last 3 months, 0 % in the 9 months before.",
        )

    def test_overdue_share_compares_with_three_months_ago(self):
        self._rule("overdue_share", 0.4)
        for partner, overdue in ((self.partner_a, 50), (self.partner_b, 30)):
            self._invoice(partner, 100 - overdue, date(2024, 3, 1), due=date(2024, 12, 1))
            self._invoice(partner, overdue, date(2024, 3, 1), due=date(2024, 6, 1))
        signal = self._only(self._detect(), self.partner_a)
        self.assertEqual((signal.evidence["recent"], signal.evidence["before"]), (0.5, 0.0))

    def test_first_overdue_is_news_only_after_a_clean_history(self):
        self._rule("first_overdue", 8)
        for partner, history in ((self.partner_a, [0, 2, 1]), (self.partner_b, [0, 20, 0])):
            self._paid(partner, BEFORE, history)
            self._invoice(partner, 70, date(2024, 5, 1), due=date(2024, 6, 21))
        signal = self._only(self._detect(), self.partner_a)
        self.assertEqual(signal.figure, 10)
        self.assertIn("70.00 for 10 days, after 3 invoices paid on time", signal.sentence)

    def test_first_overdue_waits_until_the_threshold(self):
        self._rule("first_overdue", 8)
        self._paid(self.partner_a, BEFORE, [0, 0, 0])
        self._invoice(self.partner_a, 70, date(2024, 5, 1), due=date(2024, 6, 24))
        self.assertFalse(self._detect())
        self.assertTrue(self._detect(TODAY + timedelta(days=1)))

    # ------------------------------------------------------------------
    # EXPOSURE
    # ------------------------------------------------------------------

    def test_utilization_counts_from_the_threshold_on_and_is_critical_over_the_limit(self):
        self._rule("utilization", 0.9, severity="info", escalates=True, critical_from=1.0)
        third = self.env["res.partner"].create({"name": "Third"})
        for partner, amount in ((self.partner_a, 90), (self.partner_b, 89), (third, 100)):
            self._limited_profile(partner, 100)
            self._invoice(partner, amount, self.today)
        signals = self._detect(self.today)
        self.assertEqual({it.partner_id: it.severity for it in signals}, {self.partner_a: "info", third: "critical"})

    def test_concentration_is_the_share_in_all_open_receivables(self):
        self._rule("concentration", 0.7)
        self._invoice(self.partner_a, 75, TODAY, due=date(2024, 12, 1))
        self._invoice(self.partner_b, 25, TODAY, due=date(2024, 12, 1))
        signal = self._only(self._detect(), self.partner_a)
        self.assertEqual(signal.figure, 0.75)

    # ------------------------------------------------------------------
    # SALES
    # ------------------------------------------------------------------

    def test_sales_spike_compares_with_the_usual_thirty_days(self):
        self._rule("sales_spike", 3)
        for partner, recent in ((self.partner_a, 300), (self.partner_b, 290)):
            for period in range(12):
                self._invoice(partner, 100, date(2023, 6, 20) + timedelta(days=30 * period))
            self._invoice(partner, recent, date(2024, 6, 20))
        signal = self._only(self._detect(), self.partner_a)
        self.assertEqual((signal.figure, signal.evidence["recent"], signal.evidence["before"]), (3, 300, 100))

    def test_credit_notes_lower_the_sales(self):
        self._rule("sales_spike", 3)
        for period in range(12):
            self._invoice(self.partner_a, 100, date(2023, 6, 20) + timedelta(days=30 * period))
        self._invoice(self.partner_a, 300, date(2024, 6, 20))
        self._invoice(self.partner_a, 50, date(2024, 6, 21), move_type="out_refund")
        self.assertFalse(self._detect())

    def test_sales_stop_compares_with_the_own_rhythm(self):
        self._rule("sales_stop", 3)
        for partner, every in ((self.partner_a, 10), (self.partner_b, 30)):
            for position in range(6):
                self._invoice(partner, 100, date(2024, 5, 25) - timedelta(days=every * position))
        signal = self._only(self._detect(), self.partner_a)
        self.assertEqual(signal.sentence, "Bought nothing for 37 days; before, it was every 10 days.")

    # ------------------------------------------------------------------
    # THE FILE
    # ------------------------------------------------------------------

    def _score_row(self, profile, day, score, is_current=False):
        """A row of the history, as the scoring statement writes it."""
        ratings = self.env["credit.rating"].search([], order="min_score desc")
        rating = ratings.filtered(lambda it: it.min_score <= score)[:1]
        self.env.execute_query(
            SQL(
                """
                INSERT INTO credit_score (profile_id, partner_id, company_id, scorecard_id, date, is_current,
                                          is_scored, score, rating_id, reasons)
                VALUES (%s, %s, %s, %s, %s, %s, TRUE, %s, %s, '[]') RETURNING id
                """,
                profile.id,
                profile.partner_id.id,
                self.company.id,
                self.env.ref("customer_credit_mgmt.credit_scorecard_default").id,
                day,
                is_current,
                score,
                rating.id,
            )
        )

    def test_score_drop_compares_with_the_score_of_90_days_ago(self):
        self._rule("score_drop", 15)
        for profile, score in ((self.profile, 60), (self.other, 66)):
            self._score_row(profile, date(2023, 1, 1), 95)
            self._score_row(profile, date(2024, 2, 1), 80)
            self._score_row(profile, date(2024, 5, 1), 78)
            self._score_row(profile, date(2024, 6, 30), score, is_current=True)
        signal = self._only(self._detect(), self.partner_a)
        self.assertEqual(signal.sentence, "The score fell by 20 points in 90 days, from 80 to 60.")

    def test_rating_down_counts_grades(self):
        self._rule("rating_down", 2)
        for profile, score in ((self.profile, 61), (self.other, 71)):
            self._score_row(profile, date(2024, 2, 1), 81)
            self._score_row(profile, date(2024, 6, 30), score, is_current=True)
        signal = self._only(self._detect(), self.partner_a)
        self.assertIn("AA → BBB", signal.sentence)

    def _statement(self, partner, year, current_assets, **values):
        statement = self.env["partner.financial.statement"].create(
            {
                "partner_id": partner.id,
                "date_end": date(year, 12, 31),
                "current_assets": current_assets,
                "current_liabilities": 100,
                **values,
            }
        )
        statement.sudo().state = "confirmed"
        return statement

    def test_statement_worse_finds_the_ratio_that_got_worse_most(self):
        self._rule("statement_worse", 0.3)
        for partner, assets in ((self.partner_a, 130), (self.partner_b, 150)):
            self._statement(partner, 2022, 200, inventories=0)
            newest = self._statement(partner, 2023, assets, inventories=0)
        self._statement(self.partner_b, 2021, 999)
        signal = self._only(self._detect(), self.partner_a)
        self.assertEqual(signal.sentence, "Current Ratio got worse by 35 %: 1.30 after 2.00 in the statement before.")
        self.assertEqual(signal.action_open_evidence()["res_model"], "partner.financial.statement")
        self.assertNotEqual(signal.action_open_evidence()["res_id"], newest.id)

    def _limit(self, profile, date_to, date_from=date(2024, 1, 1)):
        self.env["credit.limit"].sudo().create(
            {"profile_id": profile.id, "amount": 500, "date_from": date_from, "date_to": date_to, "state": "approved"}
        )

    def test_limit_expiring_is_silent_when_another_follows(self):
        self._rule("limit_expiring", 30, severity="info", escalates=True, critical_from=7)
        third = self._open_file(self.env["res.partner"].create({"name": "Third"}))
        for profile in (self.profile, self.other):
            self._limit(profile, date(2024, 7, 31))
        self._limit(self.other, date(2024, 12, 31), date(2024, 8, 1))
        self._limit(third, date(2024, 8, 1))
        signal = self._only(self._detect(), self.partner_a)
        self.assertEqual((signal.figure, signal.severity), (30, "info"))
        self.assertEqual(signal.action_open_evidence()["res_model"], "credit.limit")

    def test_guarantee_expiring_is_silent_when_one_continues_it(self):
        self._rule("guarantee_expiring", 30)
        bank = self.env["res.partner"].create({"name": "Bank"})
        guarantees = self.env["credit.guarantee"]
        for profile in (self.profile, self.other):
            guarantees |= guarantees.create(
                {
                    "profile_id": profile.id,
                    "kind": "bank_guarantee",
                    "effect": "raise_limit",
                    "amount": 1000,
                    "haircut": 0.2,
                    "provider_id": bank.id,
                    "date_from": date(2024, 1, 1),
                    "date_to": date(2024, 7, 20),
                }
            )
        guarantees.sudo().state = "active"
        renewal = guarantees[1].copy({"date_from": date(2024, 7, 21), "date_to": False})
        renewal.sudo().write({"renews_id": guarantees[1].id, "state": "active"})
        signal = self._only(self._detect(), self.partner_a)
        self.assertEqual((signal.figure, signal.evidence["recent"]), (19, 800))
        self.assertEqual(signal.action_open_evidence()["res_id"], guarantees[0].id)

    def test_review_overdue_starts_the_day_after(self):
        self._rule("review_overdue", 1)
        self.profile.next_review_date = TODAY - timedelta(days=1)
        self.other.next_review_date = TODAY
        self.assertEqual(self._only(self._detect(), self.partner_a).figure, 1)

    # ------------------------------------------------------------------
    # ALL KINDS
    # ------------------------------------------------------------------

    def test_every_kind_has_a_shipped_rule_that_is_switched_off(self):
        rules = self.env["credit.signal.rule"].with_context(active_test=False)
        shipped = rules.search([("company_id", "=", False)])
        self.assertEqual(set(shipped.mapped("kind")), set(KINDS))
        self.assertFalse(shipped.filtered("active"))
        self.assertTrue(all(rule.explanation for rule in shipped))

    def test_evidence_opens_the_items_of_the_day(self):
        self._rule("first_overdue", 8, min_count=0)
        late = self._invoice(self.partner_a, 70, date(2024, 5, 1), due=date(2024, 6, 1))
        self._invoice(self.partner_a, 50, date(2024, 5, 1), due=date(2024, 12, 1))
        signal = self._detect()
        self._pay(late, 70, TODAY + timedelta(days=3))
        action = signal.action_open_evidence()
        lines = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(lines.move_id, late, "paid meanwhile, but it was the evidence")
        for kind in self.env["credit.signal.source"]._evidence_kinds():
            statement = self.env["credit.signal.source"]._evidence_sql(kind, self.company, TODAY, self.partner_a)
            self.assertTrue(self.env.execute_query(statement), kind)
