"""Laws of the rates: what must hold whatever the ledger."""

import unittest

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.addons.receivable_dunning.core.ecl import (
    Credibility,
    Overlay,
    allowance,
    cohort_rates,
    credible_rate,
    rolled_rates,
)
from odoo.addons.receivable_dunning.core.roll_rates import (
    Estimate,
    Migration,
    average_rate,
    bucket_migrations,
    chained_loss_rates,
    cohort_estimates,
)

shares = st.floats(0, 1)
amounts = st.floats(0, 1e9)
estimates = st.builds(Estimate, st.one_of(st.none(), shares), st.integers(0, 60), amounts, amounts)
rules = st.builds(Credibility, st.integers(1, 36), st.floats(0, 60))
migrations = st.lists(st.builds(Migration, st.integers(), amounts, amounts, amounts), max_size=8)


class TestCoreEclLaws(unittest.TestCase):
    @given(amounts, st.one_of(st.none(), shares), st.lists(st.tuples(shares, st.floats(0, 5)), max_size=3), shares)
    @settings(max_examples=200, deadline=None)
    def test_allowance_is_between_nothing_and_the_exposure(self, exposure, rate, scenarios, floor):
        expected = allowance(exposure, Overlay(tuple(scenarios), floor).applied(rate))
        if expected is not None:
            self.assertGreaterEqual(expected, 0)
            self.assertLessEqual(expected, exposure * (1 + 1e-9))
        else:
            self.assertIsNone(rate)

    @given(shares, st.floats(0, 5), st.floats(0, 5), shares)
    @settings(max_examples=200, deadline=None)
    def test_a_higher_factor_never_lowers_a_rate(self, rate, factor, other, floor):
        low, high = sorted((factor, other))
        self.assertLessEqual(
            Overlay(((1.0, low),), floor).applied(rate), Overlay(((1.0, high),), floor).applied(rate) + 1e-9
        )

    @given(migrations)
    @settings(max_examples=200, deadline=None)
    def test_an_average_rate_is_a_share_or_unknown(self, steps):
        estimate = average_rate(steps)
        if not any(step.before > 0 for step in steps):
            self.assertIsNone(estimate.rate)
        else:
            self.assertTrue(0 <= estimate.rate <= 1)

    @given(st.lists(st.one_of(st.none(), shares), max_size=6), shares)
    @settings(max_examples=200, deadline=None)
    def test_older_buckets_lose_no_less(self, steps, last):
        """Each rate is a share of the one after it."""
        rates = chained_loss_rates(steps, last)
        self.assertEqual((len(rates), rates[-1]), (len(steps) + 1, last))
        for younger, older in zip(rates, rates[1:], strict=False):
            if younger is not None and older is not None:
                self.assertLessEqual(younger, older + 1e-12)

    @given(st.lists(st.tuples(amounts, shares, shares, shares), min_size=1, max_size=24), shares)
    @settings(max_examples=200, deadline=None)
    def test_cohorts_that_only_shrink_lose_more_in_every_bucket(self, drawn, last):
        cohorts = [(a, a * b, a * b * c, a * b * c * d) for a, b, c, d in drawn]
        rates = [estimate.rate for estimate in cohort_estimates(cohorts, last)]
        known = [rate for rate in rates if rate is not None]
        for younger, older in zip(known[:-1], known[1:-1], strict=False):
            self.assertLessEqual(younger, older + 1e-9)

    @given(estimates, estimates, rules)
    @settings(max_examples=300, deadline=None)
    def test_a_credible_rate_lies_between_the_own_and_the_pooled_one(self, own, pooled, rule):
        rated = credible_rate(own, pooled, rule)
        if rated.rate is not None:
            known = [rate for rate in (own.rate, pooled.rate) if rate is not None]
            self.assertTrue(min(known) - 1e-12 <= rated.rate <= max(known) + 1e-12)
            self.assertTrue(0 <= rated.weight <= 1)
        else:
            self.assertEqual(rated.source, "none")

    @given(st.lists(estimates, min_size=3, max_size=3), st.lists(estimates, min_size=3, max_size=3), rules, shares)
    @settings(max_examples=200, deadline=None)
    def test_every_bucket_gets_a_rate_or_says_that_there_is_none(self, own, pooled, rule, last):
        for rated in (*rolled_rates(own, pooled, rule, last), *cohort_rates(own, pooled, rule, last)):
            self.assertEqual(rated.rate is None, rated.source == "none")

    def test_write_offs_of_the_step_count_as_migrated(self):
        balances = {1: (100.0, 0.0), 2: (0.0, 50.0)}
        ((step,),) = bucket_migrations((1, 2), balances, {2: (20.0, 0.0)})
        self.assertEqual(step.rate, 0.7)
        ((step,),) = bucket_migrations((1, 2), balances, {})
        self.assertEqual(step.rate, 0.5)
