"""Interest with disputes against the plainest way: after any history of runs, every day is charged once, in all."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..core.interest import Settlement, base_steps, value_on
from ..core.interest_case import Customer, Item, Market, Refusal, Rule, Window
from ..core.interest_claim import decide
from ..core.interest_dispute import Charged, Dispute, DisputedDays
from ..core.interest_rates import Rate

DUE = date(2024, 1, 31)
DAY = timedelta(days=1)
# so large that no day is rounded away
UNIT = 1000
RULE = Rule(1, Rate(fixed=Decimal("36.5")))

payments = st.lists(st.tuples(st.integers(-5, 60), st.integers(1, 60), st.booleans()), max_size=3)
# opened, length, amount, whether the customer was wrong, whether a run of the same day came first
disputes = st.lists(
    st.tuples(st.integers(-5, 40), st.integers(0, 40), st.integers(1, 80), st.booleans(), st.booleans()), max_size=4
)
runs = st.lists(st.integers(1, 70), max_size=5)


class History:
    """Runs over an item, each knowing what was known on its day."""

    def __init__(self, settlements, told, mode=DisputedDays.SUSPENDED):
        self.item = Item(1, 1, DUE, Decimal(100 * UNIT), DUE, settlements=settlements)
        self.told = sorted(told)
        self.rule = replace(RULE, disputed=mode)
        self.charges = []

    def run(self, day):
        known = []
        for key, (opened, length, amount, wrong, after_run) in enumerate(self.told):
            first, last = DUE + opened * DAY, DUE + (opened + length) * DAY
            if first < day or (first == day and not after_run):
                is_closed = last < day
                owed = Decimal(UNIT * amount if wrong and is_closed else 0)
                part = (key, first, last if is_closed else None, Decimal(UNIT * amount), owed, self._taken(key))
                known.append(Dispute(*part))
        item = replace(
            self.item,
            taken=self._taken(None),
            disputes=tuple(known),
            charged=tuple(
                Charged(charge.segment.first, charge.segment.last, charge.segment.base)
                for charge in self.charges
                if charge.dispute is None
            ),
        )
        outcome = decide(Customer((self.rule,)), [item], [], Window(date.min, day), Market())
        self.charges += outcome.charges
        return outcome

    def _taken(self, key):
        return tuple((charge.segment.first, charge.segment.last) for charge in self.charges if charge.dispute == key)

    def by_day(self):
        """``{(day, key of the dispute or None): base}``; a day of a part that is charged twice is an error."""
        result = {}
        for charge in self.charges:
            for number in range(charge.segment.days):
                place = (charge.segment.first + number * DAY, charge.dispute)
                assert place not in result, f"{place} is charged twice"
                result[place] = charge.segment.base
        return result

    def totals(self):
        result = defaultdict(Decimal)
        for (day, _key), base in self.by_day().items():
            result[day] += base
        return result


@tagged("post_install", "-at_install")
class TestCoreInterestDispute(BaseCase):
    @staticmethod
    def _settlements(pairs):
        return tuple(Settlement(DUE + n * DAY, Decimal(UNIT * amount), credit) for n, amount, credit in pairs)

    @settings(max_examples=400, deadline=None)
    @given(payments, disputes, runs)
    def test_no_day_of_any_part_is_charged_twice_and_no_more_than_was_open(self, pairs, told, days):
        history = History(self._settlements(pairs), told)
        for number in sorted(days):
            history.run(DUE + number * DAY)
        bases = base_steps(Decimal(100 * UNIT), history.item.settlements, DUE + DAY)
        for day, base in history.totals().items():
            self.assertLessEqual(base, value_on(bases, day))

    @settings(max_examples=400, deadline=None)
    @given(payments, disputes, runs)
    def test_disputes_that_were_all_rejected_cost_no_day(self, pairs, told, days):
        told = [(opened, length, amount, True, after) for opened, length, amount, _wrong, after in told]
        history = History(self._settlements(pairs), told)
        for number in (*sorted(days), 100):
            history.run(DUE + number * DAY)
        bases = base_steps(Decimal(100 * UNIT), history.item.settlements, DUE + DAY)
        totals = history.totals()
        for number in range(1, 101):
            day = DUE + number * DAY
            self.assertEqual(totals[day], value_on(bases, day), day)

    @settings(max_examples=200, deadline=None)
    @given(disputes, runs)
    def test_what_was_accepted_or_is_open_is_never_charged_once_it_is_known(self, told, days):
        told = [(opened, length, amount, False, False) for opened, length, amount, _wrong, _after in told]
        history = History((), told)
        for number in (*sorted(days), 100):
            history.run(DUE + number * DAY)
        for (day, key), base in history.by_day().items():
            number = (day - DUE).days
            standing = sum(amount for opened, length, amount, *_rest in told if opened <= number <= opened + length)
            self.assertIsNone(key)
            self.assertLessEqual(base, UNIT * max(100 - standing, 0))

    def test_interest_waits_for_the_decision(self):
        history = History((), [(10, 20, 40, True, False)])
        history.run(DUE + 25 * DAY)
        self.assertEqual(
            [(charge.segment.days, charge.segment.base, charge.amount) for charge in history.charges],
            [(9, 100 * UNIT, Decimal(900)), (16, 60 * UNIT, Decimal(960))],
        )
        history.run(DUE + 40 * DAY)
        self.assertEqual(
            [(c.segment.days, c.segment.base / UNIT, c.dispute) for c in history.charges[2:]],
            [(5, 60, None), (10, 100, None), (21, 40, 0)],
        )

    def test_free_days_stay_free_and_charged_ones_are_as_ever(self):
        free = History((), [(10, 20, 40, True, False)], DisputedDays.FREE)
        free.run(DUE + 40 * DAY)
        self.assertEqual(free.totals()[DUE + 15 * DAY], 60 * UNIT)
        charged = History((), [(10, 20, 40, False, False)], DisputedDays.CHARGED)
        charged.run(DUE + 40 * DAY)
        self.assertEqual([charge.segment.base for charge in charged.charges], [100 * UNIT])

    def test_an_item_in_dispute_from_the_first_day_says_why_it_is_charged_nothing(self):
        history = History((), [(0, 90, 100, True, False)])
        outcome = history.run(DUE + 30 * DAY)
        self.assertEqual([skip.reason for skip in outcome.skips], [Refusal.DISPUTED])

    def test_days_of_a_plan_are_not_charged_to_a_dispute_either(self):
        part = Dispute(7, DUE + DAY, DUE + 10 * DAY, Decimal(40), owed=Decimal(40))
        plan_days = (DUE + 3 * DAY, DUE + 6 * DAY)
        item = Item(1, 1, DUE, Decimal(100), DUE, taken=(plan_days,), disputes=(part,))
        outcome = decide(Customer((RULE,)), [item], [], Window(DUE, DUE + 10 * DAY), Market())
        days = [(c.dispute, (c.segment.first - DUE).days, (c.segment.last - DUE).days) for c in outcome.charges]
        self.assertEqual(days, [(None, 1, 2), (None, 7, 10), (7, 1, 2), (7, 7, 10)])
