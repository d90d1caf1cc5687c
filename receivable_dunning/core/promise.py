"""Promises to pay: what the settlements of the promised items make of them. Amounts in the currency of the promise.

Money goes to the promised part with the earliest deadline that it is in time for. Credit notes and write-offs are no
payment: what they take off an item is not owed any more, and so not missed either.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from .ladder import TOLERANCE


class PromiseState(StrEnum):
    """What became of a promise, or of a part of it."""

    OPEN = "open"  # its day and the days of tolerance have not passed
    KEPT = "kept"  # paid in time, but for the tolerated amount
    PARTLY = "partly"  # something was paid in time, not all
    BROKEN = "broken"  # nothing was paid in time
    CANCELLED = "cancelled"  # withdrawn, or nothing was owed any more


MISSED = (PromiseState.PARTLY, PromiseState.BROKEN)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What one credit settles of an item, effective on a day. Not a payment: credit notes, write-offs."""

    credit: int
    day: date
    amount: float
    is_payment: bool = True


@dataclass(frozen=True, slots=True)
class Item:
    """A promised item: its original amount and everything that settles it."""

    amount: float
    settlements: tuple[Settlement, ...] = ()

    def open_on(self, day):
        """What was open at the end of a day.

        >>> item = Item(100.0, (Settlement(1, date(2024, 3, 5), 30.0),))
        >>> item.open_on(date(2024, 3, 4)), item.open_on(date(2024, 3, 5))
        (100.0, 70.0)
        """
        return max(self.amount - sum(part.amount for part in self.settlements if part.day <= day), 0.0)


@dataclass(frozen=True, slots=True)
class Part:
    """An amount of an item promised for a day. ``before``: what each credit settled when it was promised."""

    key: int
    item: int
    amount: float
    deadline: date
    before: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Promise:
    """``tolerance``: what may be missing altogether; the days of tolerance are in the deadlines of the parts."""

    key: int
    parts: tuple[Part, ...]
    tolerance: float = 0.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """``day``: when it was decided (``None``: not yet): the last payment, or the day after the deadline."""

    state: PromiseState
    kept: float = 0.0
    day: date | None = None


def allot(parts: Sequence[Part], settlements: Sequence[Settlement]) -> dict[int, tuple[float, date | None]]:
    """What was paid in time for each part of an item, and when last.

    Payments, oldest first, fill the part with the earliest deadline that has not passed. What a credit settled already
    when a part was promised is not for that part, also if it is undone and matched anew.

    >>> day = lambda number: date(2024, 3, number)
    >>> parts = [Part(1, 9, 60.0, day(10)), Part(2, 9, 40.0, day(20))]
    >>> paid = [Settlement(1, day(8), 70.0), Settlement(2, day(15), 50.0)]
    >>> [(key, amount, last.day) for key, (amount, last) in allot(parts, paid).items()]
    [(1, 60.0, 8), (2, 40.0, 15)]
    >>> allot([Part(1, 9, 60.0, day(10), {1: 50.0})], paid)[1][0]
    20.0
    """
    kept = {part.key: (0.0, None) for part in parts}
    ordered = sorted(parts, key=lambda part: (part.deadline, part.key))
    payments = (part for part in settlements if part.is_payment and part.amount > 0)
    for payment in sorted(payments, key=lambda payment: (payment.day, payment.credit)):
        for low, high in _layers(payment, parts):
            left = high - low
            for part in ordered:
                if part.deadline < payment.day or part.before.get(payment.credit, 0.0) > low + TOLERANCE:
                    continue
                taken = min(left, part.amount - kept[part.key][0])
                if taken > TOLERANCE:
                    kept[part.key] = (kept[part.key][0] + taken, payment.day)
                    left -= taken
    return kept


def _layers(payment, parts):
    """A payment cut where it was known to some of the parts when they were promised."""
    known = (part.before.get(payment.credit, 0.0) for part in parts)
    return pairwise(sorted({0.0, payment.amount, *(amount for amount in known if 0 < amount < payment.amount)}))


def judge(promise: Promise, items: Mapping[int, Item], kept: Mapping[int, tuple], as_of: date):
    """``(outcome of the promise, {part key: outcome})``.

    One missed part decides the promise, whatever is promised for later days. What is missing adds up from deadline
    to deadline, and may not be more than the tolerance; where nothing was paid there is nothing to tolerate.

    >>> def state(paid, day, tolerance=0.0, **values):
    ...     part = Part(1, 9, 100.0, date(2024, 3, 20))
    ...     found = (Settlement(key, date(2024, 3, day), amount, **values) for key, day, amount in paid)
    ...     item = Item(100.0, tuple(found))
    ...     kept = allot([part], item.settlements)
    ...     return str(judge(Promise(1, (part,), tolerance), {9: item}, kept, date(2024, 3, day))[0].state)
    >>> [state([], 20), state([], 21), state([(1, 20, 100.0)], 21), state([(1, 21, 100.0)], 21)]
    ['open', 'broken', 'kept', 'broken']
    >>> state([(1, 20, 99.0)], 21), state([(1, 20, 99.0)], 21, tolerance=1.0), state([], 21, tolerance=100.0)
    ('partly', 'kept', 'broken')

    A credit note of the whole item leaves nothing to keep or to break:

    >>> state([(1, 15, 100.0)], 21, is_payment=False)
    'cancelled'
    """
    outcomes, missing, paid = {}, 0.0, 0.0
    for part in sorted(promise.parts, key=lambda part: (part.deadline, part.key)):
        paid += kept[part.key][0]
    for deadline, parts in _by_deadline(promise.parts):
        gaps = {part.key: _gap(part, items[part.item], kept[part.key][0], min(deadline, as_of)) for part in parts}
        missing += sum(gaps.values())
        is_tolerated = missing <= promise.tolerance + TOLERANCE and paid > TOLERANCE
        for part in parts:
            outcomes[part.key] = _part_outcome(part, kept[part.key], (gaps[part.key], is_tolerated), as_of)
    return _whole(outcomes, paid), outcomes


def _by_deadline(parts):
    deadlines = sorted({part.deadline for part in parts})
    return [(deadline, [part for part in parts if part.deadline == deadline]) for deadline in deadlines]


def _gap(part, item, paid, day):
    """What is missing of a part on a day: never more than what was still open of the item."""
    return min(part.amount - paid, item.open_on(day))


def _part_outcome(part, paid, missing, as_of):
    amount, last = paid
    gap, is_tolerated = missing
    if gap <= TOLERANCE and amount <= TOLERANCE:
        return Outcome(PromiseState.CANCELLED)
    if gap <= TOLERANCE or is_tolerated:
        return Outcome(PromiseState.KEPT, amount, last)
    if part.deadline >= as_of:
        return Outcome(PromiseState.OPEN, amount)
    state = PromiseState.PARTLY if amount > TOLERANCE else PromiseState.BROKEN
    return Outcome(state, amount, part.deadline + timedelta(days=1))


def _whole(outcomes, paid):
    """The promise, by its parts: missed at the first missed one, kept when nothing is open any more."""
    found = {state: [part for part in outcomes.values() if part.state == state] for state in PromiseState}
    missed = [part.day for state in MISSED for part in found[state]]
    if missed:
        return Outcome(PromiseState.PARTLY if paid > TOLERANCE else PromiseState.BROKEN, paid, min(missed))
    if found[PromiseState.OPEN]:
        return Outcome(PromiseState.OPEN, paid)
    if not found[PromiseState.KEPT]:
        return Outcome(PromiseState.CANCELLED)
    # a part that is tolerated without any payment has no day of its own
    return Outcome(PromiseState.KEPT, paid, max(part.day for part in found[PromiseState.KEPT] if part.day))
