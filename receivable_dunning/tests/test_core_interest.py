"""Interest against the plainest way: day by day, each day asked for its base and its rate."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..core.interest import Settlement, Step, Terms, base_steps, interest, round_to, segments, value_on
from ..core.interest_case import Customer, Item, Market, Rule, Window
from ..core.interest_claim import decide
from ..core.interest_days import DayCount, Per, day_shares, free_intervals, year_fraction
from ..core.interest_rates import Basis, Rate, Reference, rate_steps

START = date(2023, 11, 15)
DAY = timedelta(days=1)
CENT = round_to(Decimal("0.01"))

offsets = st.integers(0, 500)
intervals = st.lists(st.tuples(offsets, st.integers(0, 60)), max_size=6)
payments = st.lists(st.tuples(st.integers(-20, 300), st.integers(1, 400), st.booleans()), max_size=5)
changes = st.lists(st.tuples(offsets, st.integers(0, 30)), max_size=5, unique_by=lambda pair: pair[0])


def steps_of(pairs):
    return [Step(START - DAY, Decimal(5)), *(Step(START + n * DAY, Decimal(v)) for n, v in sorted(pairs))]


@tagged("post_install", "-at_install")
class TestCoreInterest(BaseCase):
    @settings(max_examples=200, deadline=None)
    @given(offsets, offsets, intervals)
    def test_free_days_are_exactly_those_not_taken(self, first, length, pairs):
        last = first + length
        taken = [(START + n * DAY, START + (n + size) * DAY) for n, size in pairs]
        free = free_intervals(START + first * DAY, START + last * DAY, taken)
        listed = [start + n * DAY for start, end in free for n in range((end - start).days + 1)]
        plain = [
            day
            for day in (START + n * DAY for n in range(first, last + 1))
            if not any(begin <= day <= end for begin, end in taken)
        ]
        self.assertEqual(listed, plain)

    @settings(max_examples=150, deadline=None)
    @given(st.integers(1, 2000), payments, changes, st.integers(0, 400), st.sampled_from(list(DayCount)))
    def test_segments_cost_what_their_days_cost(self, amount, paid, rates, length, count):
        parts = [Settlement(START + n * DAY, Decimal(size), is_note) for n, size, is_note in paid]
        last = START + length * DAY
        rate_steps_ = steps_of(rates)
        found = segments(START, last, base_steps(Decimal(amount), parts, START), rate_steps_)
        exact = sum(
            Fraction(segment.base) * Fraction(segment.rate) / 100 * year_fraction(segment.first, segment.last, count)
            for segment in found
        )
        plain = Fraction(0)
        for n in range(length + 1):
            day = START + n * DAY
            # open when the day began: all payments before it, and credit notes up to it, are off
            gone = sum(part.amount for part in parts if part.day < day or (part.is_credit_note and part.day == day))
            base = max(Decimal(amount) - gone, 0)
            plain += Fraction(base) * Fraction(value_on(rate_steps_, day)) / 100 * year_fraction(day, day, count)
        self.assertEqual(exact, plain)
        for before, after in zip(found, found[1:], strict=False):
            self.assertLess(before.last, after.first)

    @settings(max_examples=150, deadline=None)
    @given(offsets, st.integers(0, 800), st.sampled_from(list(DayCount)))
    def test_days_of_any_count_add_up(self, first, length, count):
        begin = START + first * DAY
        shares = day_shares(begin, begin + length * DAY, count)
        self.assertEqual(sum(shares.values()), length + 1)
        middle = begin + (length // 2) * DAY
        parts = year_fraction(begin, middle, count) + year_fraction(middle + DAY, begin + length * DAY, count)
        self.assertEqual(parts, year_fraction(begin, begin + length * DAY, count))

    def test_day_counts(self):
        leap = (date(2024, 1, 1), date(2024, 12, 31))
        cases = [
            (DayCount.ACT_365, Fraction(366, 365)),
            (DayCount.ACT_ACT, Fraction(1)),
            (DayCount.ACT_360, Fraction(366, 360)),
            (DayCount.THIRTY_360, Fraction(1)),
        ]
        for count, share in cases:
            with self.subTest(count):
                self.assertEqual(year_fraction(*leap, count), share)

    def test_known_answer_of_the_european_example(self):
        """EUR 1,000 due 2026-01-31, paid 2026-07-10: 150 days at 10.15 % and 10 at 10.40 %, 44.56."""
        reference = Reference((Step(date(2026, 1, 1), Decimal("2.15")), Step(date(2026, 7, 1), Decimal("2.40"))), 6)
        rule = Rule(1, Rate(margin=Decimal(8), reference=reference, basis=Basis.HALF_YEAR))
        item = Item(
            1, 1, date(2026, 1, 31), Decimal(1000), date(2026, 1, 1),
            settlements=(Settlement(date(2026, 7, 10), Decimal(1000)),),
        )  # fmt: skip
        window = Window(date(2026, 1, 1), date(2026, 12, 31))
        charges = decide(Customer((rule,)), [item], [], window, Market()).charges
        found = [(charge.segment.days, str(charge.amount)) for charge in charges]
        self.assertEqual(found, [(150, "41.71"), (10, "2.85")])
        self.assertEqual(sum(charge.amount for charge in charges), Decimal("44.56"))

    def test_british_rate_is_that_of_the_half_year_in_which_the_delay_begins(self):
        base = Reference((Step(date(2025, 6, 30), Decimal("4.25")), Step(date(2025, 12, 31), Decimal("3.75"))), 6)
        rate = Rate(margin=Decimal(8), reference=base, basis=Basis.START_EVE)
        for start, percent in (
            (date(2025, 12, 31), "12.25"),
            (date(2026, 1, 1), "11.75"),
            (date(2026, 6, 30), "11.75"),
        ):
            with self.subTest(start):
                steps = rate_steps(rate, start, date(2027, 1, 1), start)
                self.assertEqual([step.value for step in steps], [Decimal(percent)])

    def test_partial_payment_changes_the_base_the_day_after(self):
        paid = [Settlement(date(2024, 3, 10), Decimal(400))]
        rates = [Step(date(2024, 1, 1), Decimal("36.5"))]
        found = segments(date(2024, 3, 1), date(2024, 3, 20), base_steps(Decimal(1000), paid, date(2024, 3, 1)), rates)
        self.assertEqual([(s.first.day, s.last.day, s.base) for s in found], [(1, 10, 1000), (11, 20, 600)])
        self.assertEqual([interest(s, Terms(), CENT) for s in found], [10, 6])

    def test_agreed_rate_is_not_below_the_floor_of_the_contract(self):
        lpr = Reference((Step(date(2025, 5, 20), Decimal("3.0")),))
        rule = Rule(1, Rate(fixed=Decimal("0.05"), per=Per.DAY), Terms(per=Per.DAY), floor=lpr)
        window = Window(date(2025, 6, 1), date(2025, 6, 30))
        item = Item(1, 1, date(2025, 5, 31), Decimal(100000), date(2025, 5, 25))
        cases = [
            (None, "1500.00"),
            (Rate(fixed=Decimal(2)), "246.58"),
            (Rate(fixed=Decimal(6)), "493.15"),
            (Rate(fixed=Decimal("0.001"), per=Per.DAY), "246.57"),
        ]
        for agreed, amount in cases:
            with self.subTest(agreed=agreed):
                (charge,) = decide(Customer((rule,), agreed), [item], [], window, Market()).charges
                self.assertEqual(str(charge.amount), amount)

    def test_days_of_unknown_rate_stay_free_and_are_told(self):
        reference = Reference((Step(date(2024, 1, 1), Decimal(4)),), months=6)
        rule = Rule(1, Rate(margin=Decimal(8), reference=reference))
        item = Item(1, 1, date(2024, 5, 31), Decimal(1000), date(2024, 1, 1))
        outcome = decide(Customer((rule,)), [item], [], Window(date(2024, 1, 1), date(2024, 8, 31)), Market())
        self.assertEqual([charge.segment.last for charge in outcome.charges], [date(2024, 6, 30)])
        self.assertEqual([(str(skip.reason), skip.day) for skip in outcome.skips], [("no_rate", date(2024, 7, 1))])
