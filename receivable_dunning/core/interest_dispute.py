"""Interest on items in dispute: the part in dispute bears none while that is open, and its days are owed when the
customer was wrong.

Of what is open of an item on a day, each dispute that stands takes its amount, the first one first; the undisputed rest
is charged as ever. The part of a dispute that was rejected or withdrawn is charged by itself, for the days it stood.
So no day of any part is charged twice, and the parts add up to what was open.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from .interest import Step, value_on
from .interest_days import DAY

NOTHING = Decimal(0)


class DisputedDays(StrEnum):
    """What a rule says of the days on which a part is in dispute."""

    SUSPENDED = "suspended"  # no interest while the dispute is open; charged once it is rejected or withdrawn
    FREE = "free"  # no interest for these days, whatever is decided
    CHARGED = "charged"  # interest runs on


@dataclass(frozen=True, slots=True)
class Dispute:
    """A part of an item in dispute from ``first`` to ``last``, both counted (``None``: it is open).

    ``owed``: how much of it the customer owed after all; ``taken``: its days that are charged, claimed or waived.
    """

    key: int
    first: date
    last: date | None
    amount: Decimal
    owed: Decimal = NOTHING
    taken: tuple[tuple[date, date], ...] = ()

    def stands_on(self, day):
        return self.first <= day <= (self.last or date.max)


@dataclass(frozen=True, slots=True)
class Charged:
    """Days of the undisputed part that were charged, and on which base."""

    first: date
    last: date
    base: Decimal


def _days(bases, disputes, charged, first):
    """The days from ``first`` on at which a base, a dispute or what was charged begins or ends."""
    days = {step.day for step in bases}
    for part in (*disputes, *charged):
        days |= {part.first, part.last + DAY} if part.last else {part.first}
    return [first, *sorted(day for day in days if day > first)]


def _slices(base, disputes, day):
    """``{key: amount}`` that each dispute takes of what is open on a day, the first one first."""
    result = {}
    for dispute in disputes:
        part = min(dispute.amount, base - sum(result.values())) if dispute.stands_on(day) else NOTHING
        result[dispute.key] = max(part, NOTHING)
    return result


def undisputed(bases: Sequence[Step], disputes: Sequence[Dispute]) -> list[Step]:
    """What is open and not in dispute, from day to day.

    >>> bases = [Step(date(2024, 3, 1), Decimal(100)), Step(date(2024, 3, 20), Decimal(30))]
    >>> disputes = [Dispute(1, date(2024, 3, 10), date(2024, 3, 25), Decimal(40))]
    >>> [(step.day.day, int(step.value)) for step in undisputed(bases, disputes)]
    [(1, 100), (10, 60), (20, 0), (26, 30)]
    """
    result = []
    for day in _days(bases, disputes, (), bases[0].day):
        base = value_on(bases, day) or NOTHING
        result.append(Step(day, base - sum(_slices(base, disputes, day).values())))
    return result


def owed(bases: Sequence[Step], disputes: Sequence[Dispute], charged: Sequence[Charged], which: Dispute) -> list[Step]:
    """What of a dispute is to be charged from day to day: of days charged in full before it was opened, nothing.

    >>> bases = [Step(date(2024, 3, 1), Decimal(100))]
    >>> lost = Dispute(1, date(2024, 3, 10), date(2024, 3, 25), Decimal(40), owed=Decimal(40))
    >>> before = [Charged(date(2024, 3, 1), date(2024, 3, 11), Decimal(100))]
    >>> [(step.day.day, int(step.value)) for step in owed(bases, [lost], before, lost)]
    [(1, 0), (10, 0), (12, 40), (26, 0)]
    """
    result = []
    for day in _days(bases, disputes, charged, bases[0].day):
        base = value_on(bases, day) or NOTHING
        parts = _slices(base, disputes, day)
        paid_for = sum((part.base for part in charged if part.first <= day <= part.last), NOTHING)
        left = base - max(paid_for, base - sum(parts.values()))
        earlier = sum((parts[dispute.key] for dispute in disputes[: disputes.index(which)]), NOTHING)
        result.append(Step(day, max(min(parts[which.key], which.owed, left - earlier), NOTHING)))
    return result
