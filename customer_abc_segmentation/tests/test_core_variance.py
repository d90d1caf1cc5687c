from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..core.variance import EFFECTS, Purchase, split

QUANTITIES = st.integers(-5, 50).map(Decimal) | st.decimals("0.001", 1000, places=3)
MONEY = st.decimals(-1000, 100_000, places=2)
PURCHASES = st.lists(
    st.builds(Purchase, st.none() | st.integers(1, 6), st.integers(1, 2), QUANTITIES, QUANTITIES, MONEY, MONEY),
    max_size=8,
)


@tagged("post_install", "-at_install")
class TestCoreVariance(BaseCase):
    @settings(max_examples=200, deadline=None)
    @given(PURCHASES)
    def test_the_effects_of_every_line_add_up_to_its_difference(self, purchases):
        found = split(purchases)
        self.assertEqual([each for each, _effects in found], purchases)
        for each, effects in found:
            self.assertEqual(sum(effects.values()), each.difference)
            self.assertLessEqual(set(effects), set(EFFECTS))

    @settings(max_examples=200, deadline=None)
    @given(PURCHASES)
    def test_a_pool_has_no_mix_effect_in_quantities(self, purchases):
        """Where all prices were one, another mix does not matter."""
        same = [
            Purchase(number, 1, abs(each.quantity_before) + 1, abs(each.quantity_after) + 1, Decimal(0), Decimal(0))
            for number, each in enumerate(purchases, 1)
        ]
        priced = [replace(each, sales_before=7 * each.quantity_before) for each in same]
        total = sum(effects.get("mix", Decimal(0)) for _each, effects in split(priced))
        self.assertLessEqual(abs(total), Decimal("0.01") * max(len(priced), 1))

    def test_the_same_twice_has_no_effect(self):
        twice = Purchase(1, 1, Decimal(3), Decimal(3), Decimal("9.99"), Decimal("9.99"))
        self.assertEqual(split([twice]), [(twice, {})])
