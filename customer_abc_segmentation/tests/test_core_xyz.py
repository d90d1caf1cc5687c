from fractions import Fraction
from statistics import mean, stdev

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..core.xyz import Thresholds, evenness

SALES = st.lists(st.integers(-20, 200), min_size=2, max_size=12)


@tagged("post_install", "-at_install")
class TestCoreXyz(BaseCase):
    @settings(max_examples=200, deadline=None)
    @given(SALES)
    def test_coefficient_is_the_sample_deviation_over_the_mean(self, sales):
        found = evenness(sales, Thresholds(minimum_active=1))
        if sum(sales) <= 0:
            self.assertEqual((found.code, found.variation), ("N", None))
        else:
            self.assertAlmostEqual(found.variation, stdev(sales) / mean(sales), places=9)

    @settings(max_examples=200, deadline=None)
    @given(SALES, st.integers(1, 1000))
    def test_scale_of_the_sales_does_not_matter(self, sales, factor):
        scaled = evenness([factor * amount for amount in sales], Thresholds())
        self.assertEqual(scaled.code, evenness(sales, Thresholds()).code)

    def test_codes(self):
        cases = [
            ("bounds are inclusive: X", [2, 4, 6], 3, "X"),
            ("bounds are inclusive: Y", [0, 2, 4], 2, "Y"),
            ("empty periods count", [0, 0, 0, 0, 5, 5, 5, 5], 4, "Z"),
            ("one active period fewer than needed", [0, 0, 0, 0, 0, 5, 5, 5], 4, "N"),
            ("a period of returns only is not active", [-1, 5, 5, 5], 4, "N"),
        ]
        for name, sales, minimum, code in cases:
            with self.subTest(name):
                self.assertEqual(evenness(sales, Thresholds(minimum_active=minimum)).code, code)

    def test_bounds_can_be_set(self):
        self.assertEqual(evenness([2, 4, 6], Thresholds(Fraction(1, 4), Fraction(2, 5), 3)).code, "Z")
