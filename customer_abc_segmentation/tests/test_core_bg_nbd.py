import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..core import bg_nbd
from ..core.bg_nbd import BgNbd, Histories
from . import churn_data

PARAMETERS = st.tuples(
    st.floats(0.05, 20), st.floats(0.2, 200), st.floats(0.05, 20) | st.sampled_from([1.0]), st.floats(0.05, 50)
)
HISTORY = st.tuples(st.integers(0, 400), st.floats(0, 1), st.floats(0.2, 300))


def _one(history):
    count, share, age = history
    return Histories(*(np.array([float(part)]) for part in (count, share * age if count else 0, age, 1)))


@tagged("post_install", "-at_install")
class TestCoreBgNbd(BaseCase):
    def test_published_parameters_of_cdnow(self):
        """Fader, Hardie, Lee 2005, table 2: r 0.243, alpha 4.414, a 0.793, b 2.426, LL -9582.4."""
        x, t_x, age, _mean = churn_data.summary()
        found = bg_nbd.fit(Histories.group(x, t_x, age))
        self.assertTrue(found.converged)
        self.assertEqual(
            [round(figure, 3) for figure in (found.r, found.alpha, found.a, found.b)], [0.243, 4.414, 0.793, 2.426]
        )
        self.assertEqual(round(found.log_likelihood, 1), -9582.4)

    def test_hold_out_of_cdnow(self):
        """39 weeks: MAE 0.785, correlation 0.626, 1,653 expected against 1,882."""
        x, t_x, age, _mean = churn_data.summary()
        found = bg_nbd.fit(Histories.group(x, t_x, age))
        expected = found.expected_purchases(Histories(x, t_x, age, np.ones(len(x))), 39)
        actual = churn_data.hold_out()
        self.assertEqual(actual.sum(), 1882)
        self.assertAlmostEqual(expected.sum(), 1653, delta=1)
        self.assertAlmostEqual(np.abs(expected - actual).mean(), 0.785, delta=0.0015)
        self.assertAlmostEqual(np.corrcoef(expected, actual)[0, 1], 0.626, delta=0.0015)

    def test_grouping_changes_nothing(self):
        x, t_x, age, _after = churn_data.simulate((0.8, 6.0, 0.9, 3.0), 300, seed=4)
        x, t_x, age = np.tile(x, 2), np.tile(t_x, 2), np.tile(age, 2)
        grouped, plain = Histories.group(x, t_x, age), Histories(x, t_x, age, np.ones(600))
        self.assertEqual(grouped.weight.sum(), 600)
        self.assertLess(len(grouped.x), 301)
        for one, other in zip(
            bg_nbd.log_likelihood((0.7, 5, 0.8, 2), grouped),
            bg_nbd.log_likelihood((0.7, 5, 0.8, 2), plain),
            strict=True,
        ):
            np.testing.assert_allclose(one, other, rtol=1e-9)

    def test_gradient_is_that_of_the_likelihood(self):
        x, t_x, age, _after = churn_data.simulate((0.8, 6.0, 0.9, 3.0), 500, seed=5)
        data, at = Histories.group(x, t_x, age), np.array([0.6, 4.0, 1.2, 2.0])
        _value, gradient = bg_nbd.log_likelihood(at, data)
        for number in range(4):
            step = np.eye(4)[number] * 1e-6
            slope = (bg_nbd.log_likelihood(at + step, data)[0] - bg_nbd.log_likelihood(at - step, data)[0]) / 2e-6
            self.assertAlmostEqual(gradient[number], slope, delta=1e-3 * max(1, abs(slope)))

    def test_parameters_of_simulated_customers_are_found_again(self):
        true = (1.2, 8.0, 1.5, 6.0)
        x, t_x, age, after = churn_data.simulate(true, 10_000, seed=1)
        data = Histories(x, t_x, age, np.ones(len(x)))
        found = bg_nbd.fit(Histories.group(x, t_x, age))
        self.assertAlmostEqual(found.r / found.alpha, true[0] / true[1], delta=0.006)
        self.assertAlmostEqual(found.r, true[0], delta=0.12)
        self.assertAlmostEqual(found.stay_share, true[3] / (true[2] + true[3]), delta=0.02)
        # and what they bought later is what was expected, also of those with many and with few purchases
        expected = found.expected_purchases(data, 52)
        for part, width in ((x == 0, 0.15), ((x > 0) & (x < 5), 0.08), (x >= 5, 0.04)):
            self.assertAlmostEqual(expected[part].sum() / after[part].sum(), 1, delta=width)
        # and as many as expected did not buy at all
        self.assertAlmostEqual(found.probability_of_none(data, 52).mean(), (after == 0).mean(), delta=0.012)

    def test_who_bought_once_is_alive_but_not_without_risk(self):
        """P(alive) of one-time buyers is 1: it must never be taken for their chance to come back."""
        model, once = BgNbd(0.243, 4.414, 0.793, 2.426), _one((0, 0, 200))
        self.assertEqual(model.probability_alive(once)[0], 1)
        self.assertGreater(model.probability_of_none(once, 26)[0], 0.9)

    @settings(max_examples=200, deadline=None)
    @given(PARAMETERS, HISTORY)
    def test_probabilities_are_probabilities(self, parameters, history):
        model, one = BgNbd(*parameters), _one(history)
        for chance in (model.probability_alive(one)[0], model.probability_of_none(one, 10)[0]):
            self.assertTrue(-1e-12 <= chance <= 1 + 1e-12, chance)

    @settings(max_examples=200, deadline=None)
    @given(PARAMETERS, HISTORY, st.floats(0.1, 100), st.floats(0.1, 100))
    def test_expected_purchases_grow_with_time(self, parameters, history, weeks, more):
        model, one = BgNbd(*parameters), _one(history)
        short, long = (model.expected_purchases(one, t)[0] for t in (weeks, weeks + more))
        self.assertGreaterEqual(short, 0)
        self.assertGreaterEqual(long, short * (1 - 1e-6) - 1e-9)
        # at least a purchase in expectation for each chance of any
        self.assertGreaterEqual(short + 1e-6, (1 - model.probability_of_none(one, weeks)[0]) * (1 - 1e-6))

    @settings(max_examples=100, deadline=None)
    @given(PARAMETERS, HISTORY, st.floats(1, 100))
    def test_waiting_longer_never_helps(self, parameters, history, weeks):
        count, share, age = history
        model = BgNbd(*parameters)
        last = share * age if count else 0
        waits = [Histories(*(np.array([float(v)]) for v in (count, last, last + wait, 1))) for wait in (1, 1 + weeks)]
        early, late = (model.probability_of_none(one, 20)[0] for one in waits)
        self.assertGreaterEqual(late, early - 1e-9)
