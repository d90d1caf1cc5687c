from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..core.abc import NOTHING, Scheme, classify

MEASURES = st.dictionaries(st.integers(0, 60), st.integers(-50, 1000) | st.sampled_from([0, 10, 10, 200]), max_size=40)
SCHEMES = st.lists(st.integers(1, 99), unique=True, max_size=4).map(lambda shares: Scheme((*sorted(shares), 100)))


@tagged("post_install", "-at_install")
class TestCoreAbc(BaseCase):
    @settings(max_examples=200, deadline=None)
    @given(MEASURES, SCHEMES)
    def test_classes_partition_the_customers(self, measures, scheme):
        places = classify(measures, scheme)
        self.assertEqual(places.keys(), measures.keys())
        self.assertTrue(all(0 <= place.class_index <= scheme.last for place in places.values()))

    @settings(max_examples=200, deadline=None)
    @given(MEASURES, SCHEMES)
    def test_shares_of_positive_customers_add_up_to_hundred(self, measures, scheme):
        places = classify(measures, scheme)
        if any(value > 0 for value in measures.values()):
            self.assertEqual(sum(place.share for place in places.values()), 100)
            self.assertEqual(max(place.cumulative_share for place in places.values()), 100)
        else:
            self.assertTrue(all(place.share is None for place in places.values()))

    @settings(max_examples=100, deadline=None)
    @given(MEASURES, SCHEMES, st.randoms(use_true_random=False))
    def test_input_order_does_not_matter(self, measures, scheme, random):
        shuffled = list(measures.items())
        random.shuffle(shuffled)
        self.assertEqual(classify(dict(shuffled), scheme), classify(measures, scheme))

    @settings(max_examples=200, deadline=None)
    @given(MEASURES, SCHEMES)
    def test_best_positive_customer_is_always_in_the_first_class(self, measures, scheme):
        best = max(measures.values(), default=0)
        for key, place in classify(measures, scheme).items():
            if measures[key] == best and best > 0:
                self.assertEqual(place.class_index, 0)

    @settings(max_examples=200, deadline=None)
    @given(MEASURES, SCHEMES)
    def test_more_is_never_worse_and_equals_are_equal(self, measures, scheme):
        places = classify(measures, scheme)
        for one, first in places.items():
            for other, second in places.items():
                if measures[one] == measures[other]:
                    self.assertEqual(first, second)
                elif measures[one] > measures[other]:
                    self.assertLessEqual(first.class_index, second.class_index)
                    self.assertLess(first.rank, second.rank)

    @settings(max_examples=100, deadline=None)
    @given(MEASURES, SCHEMES)
    def test_zero_and_negative_go_last(self, measures, scheme):
        for key, place in classify(measures, scheme).items():
            self.assertEqual(place.reason == NOTHING, measures[key] <= 0)
            if measures[key] <= 0:
                self.assertEqual(place.class_index, scheme.last)

    @settings(max_examples=100, deadline=None)
    @given(MEASURES, SCHEMES, st.integers(0, 20))
    def test_hysteresis_settles_in_one_step(self, measures, scheme, points):
        slow = Scheme(scheme.upper_shares, Fraction(points))
        previous = {key: key % (scheme.last + 1) for key in measures}
        once = {key: place.class_index for key, place in classify(measures, slow, previous).items()}
        twice = {key: place.class_index for key, place in classify(measures, slow, once).items()}
        self.assertEqual(once, twice)
