import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..core import bg_nbd, churn, churn_backtest, churn_guards, clv, gamma_gamma, logistic, rhythm_test
from ..core.bg_nbd import BgNbd, Histories
from ..core.churn import Facts, Fits
from ..core.churn_backtest import Result
from ..core.churn_guards import Guard
from ..core.gamma_gamma import GammaGamma
from . import churn_data

NONE_NAIVE = {rule: Result(rule, 0.6, rmse=2.0, revenue_rmse=20.0) for rule in ("last_year", "recency")}


@tagged("post_install", "-at_install")
class TestCoreGammaGamma(BaseCase):
    def test_published_parameters_of_cdnow(self):
        """Fader & Hardie, note 025: p 6.25, q 3.74, gamma 15.44 on the 946 repeat buyers."""
        x, _t_x, _age, mean = churn_data.summary()
        found = gamma_gamma.fit(x[x > 0], mean[x > 0])
        self.assertEqual((x > 0).sum(), 946)
        self.assertEqual([round(figure, 2) for figure in (found.p, found.q)], [6.25, 3.74])
        self.assertAlmostEqual(found.gamma, 15.44, delta=0.015)

    def test_parameters_of_simulated_customers_are_found_again(self):
        p, q, gamma = 4.0, 5.0, 200.0
        draw = np.random.default_rng(2)
        rate, count = draw.gamma(q, 1 / gamma, 20_000), draw.integers(1, 12, 20_000)
        found = gamma_gamma.fit(count, draw.gamma(p * count) / rate / count)
        self.assertAlmostEqual(found.p, p, delta=0.15)
        self.assertAlmostEqual(found.q, q, delta=0.2)
        self.assertAlmostEqual(found.p * found.gamma / (found.q - 1), p * gamma / (q - 1), delta=4)

    def test_likelihood_of_values_in_another_currency_unit(self):
        """Cents instead of euros: p and q stay, gamma is in cents."""
        x, _t_x, _age, mean = churn_data.summary()
        euros, cents = (gamma_gamma.fit(x[x > 0], factor * mean[x > 0]) for factor in (1, 100))
        self.assertAlmostEqual(cents.p, euros.p, delta=1e-3)
        self.assertAlmostEqual(cents.gamma, 100 * euros.gamma, delta=1)
        self.assertAlmostEqual(euros.log_likelihood - cents.log_likelihood, 946 * np.log(100), delta=0.01)
        value, _gradient = gamma_gamma.log_likelihood((euros.p, euros.q, euros.gamma), x[x > 0], mean[x > 0])
        self.assertAlmostEqual(value, euros.log_likelihood, delta=1e-6)

    @settings(max_examples=100, deadline=None)
    @given(st.integers(1, 500), st.floats(0.01, 1e6))
    def test_expected_value_lies_between_own_mean_and_that_of_all(self, count, mean):
        model = GammaGamma(6.25, 3.74, 15.44)
        population = model.expected_value(0, 0)
        expected = model.expected_value(count, mean)
        self.assertTrue(min(mean, population) * (1 - 1e-9) <= expected <= max(mean, population) * (1 + 1e-9))


@tagged("post_install", "-at_install")
class TestCoreLogistic(BaseCase):
    def test_weights_of_simulated_events_are_found_again(self):
        draw = np.random.default_rng(3)
        figures = draw.normal(2, 3, (20_000, 2))
        chance = 1 / (1 + np.exp(-(0.5 + 0.8 * figures[:, 0] - 0.3 * figures[:, 1])))
        found = logistic.fit(figures, draw.random(20_000) < chance)
        slopes = np.array(found.weights[1:]) / np.array(found.deviations)
        np.testing.assert_allclose(slopes, [0.8, -0.3], atol=0.03)
        self.assertAlmostEqual(found.probability(figures).mean(), chance.mean(), delta=0.01)

    def test_two_figures_that_say_the_same_do_not_break_it(self):
        draw = np.random.default_rng(4)
        one = draw.normal(size=(500, 1))
        found = logistic.fit(np.hstack([one, one]), one[:, 0] + draw.normal(size=500) > 0)
        self.assertAlmostEqual(found.weights[1], found.weights[2], delta=1e-6)
        self.assertTrue(np.isfinite(found.weights).all())

    def test_too_few_events_give_no_model(self):
        draw = np.random.default_rng(5)
        events = np.arange(1000) < logistic.MINIMUM_CASES - 1
        self.assertIsNone(logistic.fit(draw.normal(size=(1000, 2)), events))
        self.assertIsNotNone(logistic.fit(draw.normal(size=(1000, 2)), np.arange(1000) < logistic.MINIMUM_CASES))


@tagged("post_install", "-at_install")
class TestCoreRhythm(BaseCase):
    def _exponential(self):
        draw = np.random.default_rng(6)
        return rhythm_test.fit(30.0, rhythm_test.histogram(draw.exponential(1, 20_000)), rhythm_test.histogram([]))

    def test_curve_of_random_gaps_forgets_how_long_one_waited(self):
        curve = self._exponential()
        for waited in (0, 30, 90):
            self.assertAlmostEqual(curve.probability_of_none(30.0, np.array([waited]), 30)[0], np.exp(-1), delta=0.02)

    def test_open_gaps_count_as_at_least_that_long(self):
        """Half of the customers left: the curve ends where theirs are, it does not fall to nothing."""
        closed, waiting = (rhythm_test.histogram(np.full(100, ratio)) for ratio in (1.0, 10.0))
        curve = rhythm_test.fit(30.0, closed, waiting)
        self.assertAlmostEqual(curve.probability_of_none(30.0, np.array([0]), 60)[0], 0.5, delta=0.01)
        self.assertEqual(curve.probability_of_none(30.0, np.array([60]), 60)[0], 1)

    def test_same_wait_is_worse_for_the_quicker_rhythm(self):
        curve = self._exponential()
        quick, slow = curve.probability_of_none(np.array([10.0, 100.0]), np.array([20, 20]), 30)
        self.assertLess(quick, slow)

    @settings(max_examples=100, deadline=None)
    @given(st.floats(0.5, 500), st.integers(0, 4000), st.integers(1, 400))
    def test_probabilities_are_probabilities(self, rhythm, waited, days):
        chance = self._exponential_kept().probability_of_none(np.array([rhythm]), np.array([waited]), days)[0]
        self.assertTrue(0 <= chance <= 1)

    _kept = None

    def _exponential_kept(self):
        type(self)._kept = self._kept or self._exponential()
        return self._kept


@tagged("post_install", "-at_install")
class TestCoreLifetimeValue(BaseCase):
    def test_interval_of_simulated_customers_holds_at_least_eight_of_ten(self):
        parameters, money = (1.2, 8.0, 1.5, 6.0), GammaGamma(4.0, 5.0, 200.0)
        x, t_x, age, after = churn_data.simulate(parameters, 6_000, seed=7, later=clv.WEEKS)
        draw = np.random.default_rng(8)
        rate = draw.gamma(money.q, 1 / money.gamma, len(x))
        seen = draw.gamma(money.p * (x + 1)) / rate / (x + 1)
        came = np.where(after > 0, draw.gamma(money.p * np.maximum(after, 1)) / rate, 0)
        histories = Histories(x, t_x, age, np.ones(len(x)))
        value = clv.from_models(BgNbd(*parameters), money, histories, (x + 1, seen), (1, 0.0))
        self.assertAlmostEqual(value.mean.sum() / came.sum(), 1, delta=0.05)
        above, below = (came > value.high).mean(), (came < value.low).mean()
        self.assertTrue(0.04 <= above <= 0.1, above)
        self.assertLessEqual(below, 0.1)
        self.assertTrue(((value.low <= value.mean * (1 + 1e-9)) | (value.low == 0)).all())

    def test_discounting_and_more_years(self):
        model, money = BgNbd(1.2, 8.0, 1.5, 6.0), GammaGamma(4.0, 5.0, 200.0)
        one = Histories(*(np.array([figure]) for figure in (5.0, 40.0, 50.0, 1.0)))
        seen = (np.array([6.0]), np.array([80.0]))
        plain, dear, long = (clv.from_models(model, money, one, seen, terms) for terms in ((1, 0), (1, 0.2), (3, 0)))
        self.assertLess(dear.mean[0], plain.mean[0])
        self.assertLess(plain.mean[0], long.mean[0])
        expected = model.expected_purchases(one, clv.WEEKS)[0] * money.expected_value(*seen)[0]
        self.assertAlmostEqual(plain.mean[0], expected, delta=1e-9 * expected)


def _facts(**columns):
    """Facts of customers who differ in ``columns`` only."""
    size = len(next(iter(columns.values())))
    even = dict.fromkeys(Facts._fields, 0.0) | {"count": 3, "span": 60, "age": 600, "gap": 30, "net": 300}
    even |= {"year_count": 3, "year_net": 300}
    return Facts(**{name: np.array(columns.get(name, [value] * size), float) for name, value in even.items()})


def _guards(**failed):
    return [Guard(key, key not in failed, 0.0, 0.0) for key in churn_guards.VALUE_GUARDS]


@tagged("post_install", "-at_install")
class TestCoreChoice(BaseCase):
    FITS = Fits(
        BgNbd(1, 1, 1, 1), GammaGamma(1, 2, 1), logistic.Logistic((0,), (), ()), rhythm_test.Rhythm(30.0, (1.0,))
    )

    def _choose(self, guards=None, fits=None, **areas):
        results = NONE_NAIVE | {key: Result(key, area, rmse=1.0, revenue_rmse=10.0) for key, area in areas.items()}
        choice = churn_guards.choose(fits or self.FITS, guards or _guards(), results)
        return choice.risk, choice.purchases, choice.revenue, choice.reason

    def test_bg_nbd_where_guards_hold_and_it_beats_the_naive_rules(self):
        self.assertEqual(self._choose(bg_nbd=0.7, logistic=0.9), ("bg_nbd", "bg_nbd", "bg_nbd", "bg_nbd"))

    def test_as_good_as_the_best_naive_rule_is_enough(self):
        self.assertEqual(self._choose(bg_nbd=0.6)[0], "bg_nbd")
        self.assertEqual(self._choose(bg_nbd=0.599, logistic=0.6)[::3], ("logistic", "logistic_beaten"))

    def test_each_guard_of_the_risk_leads_to_the_fall_back(self):
        for key in churn_guards.RISK_GUARDS:
            with self.subTest(key):
                found = self._choose(_guards(**{key: 1}), bg_nbd=0.9, logistic=0.7)
                self.assertEqual(found, ("logistic", "last_year", "last_year", "logistic_guards"))

    def test_each_guard_of_the_value_leaves_the_risk_to_bg_nbd(self):
        for key in set(churn_guards.VALUE_GUARDS) - set(churn_guards.RISK_GUARDS):
            with self.subTest(key):
                self.assertEqual(self._choose(_guards(**{key: 1}), bg_nbd=0.9)[:3], ("bg_nbd", "bg_nbd", "last_year"))

    def test_own_rhythm_when_both_are_beaten_and_nothing_without_it(self):
        self.assertEqual(self._choose(bg_nbd=0.5, logistic=0.5)[::3], ("rhythm", "rhythm_beaten"))
        self.assertEqual(self._choose(fits=Fits())[::3], ("none", "none"))

    def test_without_hold_out_only_the_own_rhythm(self):
        choice = churn_guards.choose(self.FITS, _guards(), {})
        self.assertEqual((choice.risk, choice.purchases, choice.reason), ("rhythm", "last_year", "rhythm_untested"))

    def test_larger_error_than_the_last_year_loses(self):
        results = NONE_NAIVE | {"bg_nbd": Result("bg_nbd", 0.9, rmse=2.01, revenue_rmse=1.0)}
        self.assertEqual(churn_guards.choose(self.FITS, _guards(), results).purchases, "last_year")

    def test_guards_at_their_limits(self):
        facts = _facts(count=[2] * 300, age=[18 * churn.DAYS_A_MONTH] * 300)
        found = {guard.key: guard for guard in churn_guards.check(Fits(), facts, 1.25)}
        self.assertEqual([found[key].passed for key in ("history", "repeats", "season")], [True] * 3)
        self.assertFalse(any(found[key].passed for key in ("optimum", "stay", "q", "p", "correlation")))
        fewer = {guard.key: guard.passed for guard in churn_guards.check(Fits(), _facts(count=[2] * 299), 1.26)}
        self.assertFalse(fewer["repeats"] or fewer["season"])

    def test_correlation_either_way_is_too_much(self):
        for sign in (1, -1):
            count = np.arange(2, 42)
            facts = _facts(count=count, net=count * (100 + sign * 2 * count))
            found = {guard.key: guard for guard in churn_guards.check(Fits(), facts, None)}
            self.assertFalse(found["correlation"].passed)
            self.assertAlmostEqual(found["correlation"].value, sign, places=6)
            self.assertFalse(found["season"].passed)


@tagged("post_install", "-at_install")
class TestCoreBacktest(BaseCase):
    def test_area_ranks_repeat_buyers_only(self):
        """A thousand customers who bought once change the area of nobody."""
        facts = _facts(count=[3, 3, 1, 1], span=[570, 60, 0, 0], age=[600] * 4, later_count=[1, 0, 1, 0])
        results = churn_backtest.measure(Fits(), facts, 90)
        self.assertEqual(results["recency"].auc, 1)

    def test_nobody_and_nothing(self):
        facts = Facts.of_rows([])
        fits = churn.fit(facts, facts, lambda median: self.fail("no gaps to count"))
        self.assertEqual(fits, Fits())
        results = churn_backtest.measure(fits, facts, 90)
        self.assertEqual({result.auc for result in results.values()}, {None})
        self.assertIsNone(churn_backtest.kept_share(facts, 90))
        self.assertIsNone(churn_backtest.hold_out_ratios(facts, 90, (0.1, 0.9)))
        self.assertEqual(churn_guards.choose(fits, churn_guards.check(fits, facts, None), results).risk, "none")

    def test_one_time_buyers_have_no_rhythm(self):
        facts = _facts(count=[1, 3], gap=[np.nan, 30])
        curve = rhythm_test.fit(30.0, rhythm_test.histogram(np.ones(30)), rhythm_test.histogram([]))
        found = churn.risk(churn.RHYTHM, Fits(rhythm=curve), facts, 90)
        self.assertTrue(np.isnan(found[0]) and not np.isnan(found[1]))

    def test_fits_survive_being_kept_as_json(self):
        x, t_x, age, _after = churn_data.simulate((1.2, 8.0, 1.5, 6.0), 500, seed=9)
        model = bg_nbd.fit(Histories.group(x, t_x, age))
        fits = Fits(model, GammaGamma(1.0, 2.0, 3.0, -5.0), logistic.Logistic((0.5,), (), (), -1.0), None)
        self.assertEqual(Fits.of_dict(fits.as_dict()), fits)

    @settings(max_examples=50, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 3), st.booleans()), min_size=2, max_size=40))
    def test_area_is_the_share_of_pairs_in_order(self, rows):
        scores, events = (np.array(column) for column in zip(*rows, strict=True))
        pairs = [(s > o) + (s == o) / 2 for s in scores[events] for o in scores[~events]]
        found = churn_backtest.auc(scores, events)
        if pairs:
            self.assertAlmostEqual(found, sum(pairs) / len(pairs))
        else:
            self.assertIsNone(found)
