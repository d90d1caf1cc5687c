"""Churn and expectations on public data, out of time: docs/churn.md, "Measured". Bounds leave a margin."""

from unittest import TestCase, skipUnless

from benchmarks import churn_data, churn_quality


def _measured(number):
    _name, _path, load, cut, days = churn_quality.CASES[number]
    return churn_quality.measure(load(), cut, days)


@skipUnless(churn_data.CDNOW.exists(), f"the data set is not there: {churn_data.CDNOW}")
class TestCdnow(TestCase):
    def test_hold_out_of_the_product_is_the_published_one(self):
        """Weeks 40-78 from the transactions themselves: MAE 0.785, correlation 0.626, 1,653 against 1,882."""
        facts, fits, guards, results, choice = _measured(0)
        found = results["bg_nbd"]
        self.assertEqual((len(facts.count), facts.repeats.sum(), facts.later_count.sum()), (2357, 946, 1882))
        self.assertEqual((round(found.mae, 3), round(found.correlation, 3)), (0.785, 0.626))
        self.assertAlmostEqual(found.expected, 1653, delta=1)
        self.assertEqual([round(figure, 3) for figure in (fits.bg_nbd.r, fits.bg_nbd.alpha)], [0.243, 4.414])

    def test_bg_nbd_beats_every_naive_rule_yet_nine_months_are_too_few(self):
        _facts, _fits, guards, results, choice = _measured(0)
        naive = [results[rule].auc for rule in ("last_year", "recency", "recency_frequency")]
        self.assertGreater(results["bg_nbd"].auc, max(naive) + 0.005)
        self.assertLess(results["bg_nbd"].revenue_rmse, 0.6 * results["last_year"].revenue_rmse)
        self.assertEqual([guard.key for guard in guards if not guard.passed], ["history"])
        self.assertEqual((choice.risk, choice.reason), ("rhythm", "rhythm_guards"))


@skipUnless(churn_data.RETAIL.exists(), f"the data set is not there: {churn_data.RETAIL}")
class TestOnlineRetail(TestCase):
    def test_guards_refuse_a_year_of_wholesale_data(self):
        """Hardly anybody leaves within a year, and the cut lies before Christmas."""
        _facts, fits, guards, _results, choice = _measured(2)
        failed = {guard.key for guard in guards if not guard.passed}
        self.assertTrue({"history", "stay"} <= failed, failed)
        self.assertGreater(fits.bg_nbd.stay_share, 0.98)
        self.assertEqual((choice.purchases, choice.revenue), ("last_year", "last_year"))

    def test_logistic_regression_takes_over_and_beats_the_naive_rules(self):
        for number in (1, 2):
            _facts, _fits, _guards, results, choice = _measured(number)
            naive = [results[rule].auc for rule in ("last_year", "recency", "recency_frequency")]
            self.assertEqual(choice.reason, "logistic_guards")
            self.assertGreater(results["logistic"].auc, max(naive) + 0.004)
