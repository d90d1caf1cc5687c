"""The goals of the payment prediction and the scorecard on a real ledger, out of time: docs/scoring.md, "Measured".

The bounds leave a margin to what was measured, so that they fail when the prediction gets worse, not when a figure of
the third decimal moves.
"""

from datetime import date
from unittest import TestCase, skipUnless

from benchmarks import german_credit, out_of_time
from odoo.addons.customer_credit_mgmt.core import method_choice

from .common import LedgerCase


class TestPredictionQuality(LedgerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.test = out_of_time.prediction(cls.env, cls.company, *out_of_time.TEST)

    def test_late_payment_beats_the_raw_share_and_is_calibrated(self):
        figures = self.test.pooled
        self.assertEqual(figures["invoice_count"], 1189)
        self.assertGreater(figures["auc"], figures["auc_raw"] + 0.008)
        self.assertGreater(figures["auc"], 0.865)
        self.assertLess(figures["brier"], figures["brier_raw"] - 0.005)
        self.assertGreaterEqual(figures["brier_skill"], 0.3)
        self.assertTrue(0.9 <= figures["slope"] <= 1.1, figures["slope"])

    def test_payment_date_beats_due_date_and_customer_mean(self):
        figures = self.test.pooled
        self.assertLess(figures["mae"], 0.6 * figures["mae_due"])
        self.assertLess(figures["mae"], 0.97 * figures["mae_mean"])

    def test_four_week_cash_is_at_most_half_as_wrong_as_by_due_dates(self):
        self.assertLess(self.test.mean("cash_error"), 0.45 * self.test.mean("cash_error_due"))

    def test_worklist_holds_more_of_the_delay_to_come_than_the_largest_amounts(self):
        self.assertGreater(self.test.mean("capture"), 1.12 * self.test.mean("capture_amount"))

    def test_habit_is_not_split_by_weekday_without_a_clear_gain(self):
        self.assertGreater(self.test.pooled["brier_weekday"], self.test.pooled["brier"])
        self.assertEqual(method_choice.best_method(self.test.months, method_choice.QUESTIONS["late"]), "distribution")

    def test_newly_overdue_are_ranked_by_what_ranks_better_in_the_own_past(self):
        """The mean days late beat the distribution in the tuning window and in 2013: it is the one in force."""
        question = method_choice.QUESTIONS["overdue"]
        tuning = out_of_time.prediction(self.env, self.company, *out_of_time.TUNING)
        for window in (tuning, self.test):
            self.assertGreater(window.pooled["serious_auc_mean"], window.pooled["serious_auc"])
            self.assertEqual(method_choice.best_method(window.months, question), "customer_mean")

    def test_scorecard_ranks_better_than_the_own_averages(self):
        results = out_of_time.scorecard(self.env, self.company)
        card = results.pop("default scorecard")
        self.assertTrue(card.is_enough)
        self.assertGreater(card.auc, 0.86)
        self.assertEqual(len(results), 2)
        for naive in results.values():
            self.assertEqual((naive.count, naive.bad), (card.count, card.bad))
            self.assertGreater(card.auc, naive.auc + 0.005)
            self.assertLess(card.brier, naive.brier)

    def test_the_past_is_measured_the_same_whatever_came_later(self):
        """As of mid 2013 the months before are what they were, though every later payment is in the ledger."""
        month, judged_on = date(2013, 1, 1), date(2013, 6, 30)
        backtests = self.env["credit.prediction.backtest"]
        before = backtests._measure(self.company, month, judged_on)
        self.assertGreater(before.invoice_count, 50)
        later = self.env["account.move"].search(
            [("company_id", "=", self.company.id), ("move_type", "=", "out_invoice"), ("invoice_date", ">", judged_on)]
        )
        later.button_draft()
        later.button_cancel()
        self.assertEqual(backtests._measure(self.company, month, judged_on), before)


@skipUnless(out_of_time.GERMAN_CREDIT.exists(), f"the data set is not there: {out_of_time.GERMAN_CREDIT}")
class TestGermanCredit(TestCase):
    def test_scorecard_of_weights_of_evidence_reaches_the_known_answer(self):
        """Statlog German credit, 5 x 5-fold, bins and pooling on the training folds only."""
        self.assertAlmostEqual(german_credit.measure(out_of_time.GERMAN_CREDIT), 0.78, delta=0.01)
