"""Laws of the pure rules of promises, over random promises and payments."""

from datetime import date, timedelta
from itertools import permutations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..core.promise import MISSED, Item, Part, Promise, PromiseState, Settlement, allot, judge

START = date(2024, 3, 1)
repeatable = settings(deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow])
DAYS = st.integers(0, 20).map(lambda days: START + timedelta(days=days))
CENTS = st.integers(1, 200)


@st.composite
def cases(draw):
    """One item, up to three promises of it (two of them may overlap), and what settles it."""
    settlements = [
        Settlement(key, draw(DAYS), float(draw(CENTS)), draw(st.booleans())) for key in range(draw(st.integers(0, 4)))
    ]
    total = float(draw(st.integers(1, 400)) + int(sum(part.amount for part in settlements)))
    promises, key = [], 0
    for number in range(draw(st.integers(1, 3))):
        parts = []
        for _part in range(draw(st.integers(1, 3))):
            key += 1
            known = draw(st.sets(st.sampled_from(range(4)), max_size=2))
            before = {part.credit: draw(st.integers(0, int(part.amount))) * 1.0 for part in settlements
                      if part.credit in known}  # fmt: skip
            parts.append(Part(key, 1, float(draw(CENTS)), draw(DAYS), before))
        promises.append(Promise(number, tuple(parts), float(draw(st.sampled_from((0, 0, 5))))))
    return promises, Item(total, tuple(settlements)), draw(DAYS)


def decide(promises, item, as_of):
    in_time = [part for part in item.settlements if part.day <= as_of]
    kept = allot([part for promise in promises for part in promise.parts], in_time)
    known = Item(item.amount, tuple(in_time))
    return kept, [judge(promise, {1: known}, kept, as_of) for promise in promises]


class TestCorePromise(BaseCase):
    @repeatable
    @given(cases())
    def test_no_payment_counts_twice_and_none_counts_too_late(self, case):
        promises, item, as_of = case
        kept, _outcomes = decide(promises, item, as_of)
        parts = [part for promise in promises for part in promise.parts]
        payments = [part for part in item.settlements if part.is_payment and part.day <= as_of]
        self.assertLessEqual(sum(amount for amount, _day in kept.values()), sum(p.amount for p in payments) + 1e-6)
        for part in parts:
            amount, day = kept[part.key]
            self.assertLessEqual(amount, part.amount + 1e-6)
            usable = sum(
                max(p.amount - part.before.get(p.credit, 0.0), 0.0) for p in payments if p.day <= part.deadline
            )
            self.assertLessEqual(amount, usable + 1e-6)
            self.assertTrue(day is None or day <= part.deadline)

    @repeatable
    @given(cases())
    def test_no_money_is_left_over_that_a_part_could_still_use(self, case):
        promises, item, as_of = case
        plain = [
            Promise(p.key, tuple(Part(part.key, 1, part.amount, part.deadline) for part in p.parts), p.tolerance)
            for p in promises
        ]
        kept, _outcomes = decide(plain, item, as_of)
        payments = [part for part in item.settlements if part.is_payment and part.day <= as_of]
        for part in (part for promise in plain for part in promise.parts):
            if kept[part.key][0] >= part.amount - 1e-6:
                continue
            usable = sum(p.amount for p in payments if p.day <= part.deadline)
            self.assertLessEqual(usable, sum(amount for amount, _day in kept.values()) + 1e-6)

    @repeatable
    @given(cases())
    def test_the_order_of_payments_and_of_parts_does_not_matter(self, case):
        promises, item, as_of = case
        expected = decide(promises, item, as_of)
        for settlements in list(permutations(item.settlements))[:6]:
            self.assertEqual(decide(promises, Item(item.amount, settlements), as_of), expected)
        backwards = [Promise(p.key, p.parts[::-1], p.tolerance) for p in promises]
        self.assertEqual([whole for whole, _parts in decide(backwards, item, as_of)[1]], [w for w, _p in expected[1]])

    @repeatable
    @given(cases(), st.integers(1, 30))
    def test_what_is_decided_stays_decided_as_days_pass(self, case, days):
        """Only new facts change it: the same settlements read later never reopen a promise that was missed."""
        promises, item, as_of = case
        known = Item(item.amount, tuple(part for part in item.settlements if part.day <= as_of))
        _kept, before = decide(promises, known, as_of)
        _kept, after = decide(promises, known, as_of + timedelta(days=days))
        for (old, _old_parts), (new, _new_parts) in zip(before, after, strict=True):
            if old.state != PromiseState.OPEN:
                self.assertEqual(new, old)
            else:
                self.assertIn(new.state, (PromiseState.OPEN, *MISSED))

    @repeatable
    @given(cases())
    def test_a_missed_promise_has_a_deadline_behind_it_and_something_open_on_it(self, case):
        promises, item, as_of = case
        kept, outcomes = decide(promises, item, as_of)
        for promise, (whole, parts) in zip(promises, outcomes, strict=True):
            missed = [part for part in promise.parts if parts[part.key].state in MISSED]
            self.assertEqual(bool(missed), whole.state in MISSED)
            for part in missed:
                self.assertLess(part.deadline, as_of)
                self.assertGreater(item.open_on(part.deadline), 0)
                self.assertLess(kept[part.key][0], part.amount)
            if whole.state == PromiseState.BROKEN:
                self.assertEqual(whole.kept, 0)
            if whole.state == PromiseState.KEPT:
                self.assertGreater(whole.kept, 0)

    @repeatable
    @given(cases())
    def test_one_more_payment_in_time_never_turns_kept_into_missed(self, case):
        promises, item, as_of = case
        _kept, before = decide(promises, item, as_of)
        left = item.open_on(date.max)
        if left <= 0:
            return
        first = min(part.deadline for promise in promises for part in promise.parts)
        more = Item(item.amount, (*item.settlements, Settlement(99, min(first, START), left)))
        _kept, after = decide(promises, more, as_of)
        for (old, _o), (new, _n) in zip(before, after, strict=True):
            self.assertFalse(old.state == PromiseState.KEPT and new.state in MISSED, (old, new))

    def test_table_of_instalments(self):
        day = lambda number: START + timedelta(days=number - 1)  # noqa: E731
        two = (Part(1, 1, 50.0, day(10)), Part(2, 1, 50.0, day(20)))
        for payments, as_of, expected in (
            ([], 10, "open"),
            ([], 11, "broken"),
            ([(10, 50)], 20, "open"),
            ([(10, 50), (20, 50)], 20, "kept"),
            ([(5, 100)], 5, "kept"),
            # the first one came too late: that decides, whatever comes for the second
            ([(11, 50)], 11, "partly"),
            ([(11, 100)], 25, "partly"),
            ([(10, 30), (20, 70)], 25, "partly"),
            ([(10, 50)], 21, "partly"),
        ):
            with self.subTest(payments=payments, as_of=as_of):
                settled = tuple(
                    Settlement(key, day(paid), float(amount)) for key, (paid, amount) in enumerate(payments)
                )
                _kept, [(whole, _parts)] = decide([Promise(1, two)], Item(100.0, settled), day(as_of))
                self.assertEqual(str(whole.state), expected)

    def test_a_new_promise_after_a_broken_one_takes_the_money_that_is_too_late_for_it(self):
        day = lambda number: START + timedelta(days=number - 1)  # noqa: E731
        old, new = Promise(1, (Part(1, 1, 100.0, day(10)),)), Promise(2, (Part(2, 1, 100.0, day(20)),))
        item = Item(100.0, (Settlement(1, day(18), 100.0),))
        _kept, outcomes = decide([old, new], item, day(25))
        self.assertEqual([str(whole.state) for whole, _parts in outcomes], ["broken", "kept"])
