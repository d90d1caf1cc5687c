"""Simple interest on an overdue item: from which day, on which base, at which rate, how much.

Interest runs from the day after the due date to the day of payment, both counted. What is paid on a day lowers the
base from the day after; a credit note lowers it from its own day. Amounts are exact (``Fraction``) until they go
through the rounding, which is a function from the exact amount to the money.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from .interest_days import DAY, DayCount, Per, day_shares


class Rounding(StrEnum):
    """When the interest is rounded to money."""

    PERIOD = "period"  # the sum of each period of equal base and rate
    DAY = "day"  # the interest of a day first, then times the days (GOV.UK)


@dataclass(frozen=True, slots=True)
class Step:
    """``value`` is in force from ``day`` on, until the next step. ``None``: not known."""

    day: date
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Settlement:
    """A part of an item that was paid, or taken back by a credit note, on a day."""

    day: date
    amount: Decimal
    is_credit_note: bool = False

    @property
    def first_day_without(self):
        """The first day on which the base is lower by it."""
        return self.day if self.is_credit_note else self.day + DAY


@dataclass(frozen=True, slots=True)
class Segment:
    """Days of delay, both ends counted, with one base and one rate (percent; ``None``: not known)."""

    first: date
    last: date
    base: Decimal
    rate: Decimal | None

    @property
    def days(self):
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Terms:
    """How rates become money."""

    count: str = DayCount.ACT_365
    per: str = Per.YEAR
    rounding: str = Rounding.PERIOD


def round_to(unit: Decimal) -> Callable[[Fraction], Decimal]:
    """Rounding to multiples of ``unit``, half away from zero, as Odoo's currencies round.

    >>> money = round_to(Decimal("0.01"))
    >>> money(Fraction(5, 1000)), money(Fraction(-5, 1000)), round_to(Decimal(1))(Fraction(149, 100))
    (Decimal('0.01'), Decimal('-0.01'), Decimal('1'))
    """

    def money(amount):
        units = int(abs(Fraction(amount)) / Fraction(unit) + Fraction(1, 2))
        return units * unit if amount >= 0 else -units * unit

    return money


def base_steps(amount: Decimal, settlements: Sequence[Settlement], first: date) -> list[Step]:
    """The base from ``first`` on, day by day: what was open of the item when the day began.

    >>> paid = [Settlement(date(2024, 3, 10), Decimal(40)), Settlement(date(2024, 3, 20), Decimal(10), True)]
    >>> [(step.day.day, int(step.value)) for step in base_steps(Decimal(100), paid, date(2024, 3, 5))]
    [(5, 100), (11, 60), (20, 50)]
    >>> [(step.day.day, int(step.value)) for step in base_steps(Decimal(100), paid, date(2024, 3, 15))]
    [(15, 60), (20, 50)]
    """
    steps, left = [Step(first, amount)], amount
    for settlement in sorted(settlements, key=lambda part: part.first_day_without):
        left -= settlement.amount
        day = max(settlement.first_day_without, first)
        if steps[-1].day == day:
            steps.pop()
        steps.append(Step(day, max(left, Decimal(0))))
    return steps


def value_on(steps: Sequence[Step], day: date):
    """The value in force on a day; ``None`` before the first step.

    >>> value_on([Step(date(2024, 1, 1), Decimal(4))], date(2023, 12, 31)) is None
    True
    """
    return next((step.value for step in reversed(steps) if step.day <= day), None)


def segments(first: date, last: date, bases: Sequence[Step], rates: Sequence[Step]) -> list[Segment]:
    """The days from ``first`` to ``last`` cut where base or rate change; days without a base are left out.

    EUR 1,000 due on 2026-01-31, paid on 2026-07-10, at 10.15 % until 30 June and 10.40 % from 1 July:

    >>> rates = [Step(date(2026, 1, 1), Decimal("10.15")), Step(date(2026, 7, 1), Decimal("10.40"))]
    >>> paid = [Settlement(date(2026, 7, 10), Decimal(1000))]
    >>> found = segments(date(2026, 2, 1), date(2026, 9, 30), base_steps(Decimal(1000), paid, date(2026, 2, 1)), rates)
    >>> [(segment.days, str(interest(segment, Terms(), round_to(Decimal("0.01"))))) for segment in found]
    [(150, '41.71'), (10, '2.85')]
    """
    cuts = {step.day for step in (*bases, *rates) if first < step.day <= last}
    starts = [first, *sorted(cuts)]
    ends = [start - DAY for start in starts[1:]] + [last]
    parts = [
        Segment(start, end, value_on(bases, start) or Decimal(0), value_on(rates, start))
        for start, end in zip(starts, ends, strict=True)
        if start <= end
    ]
    return _joined([part for part in parts if part.base > 0])


def _joined(parts):
    """Neighbours of the same base and rate are one segment."""
    result = []
    for part in parts:
        last = result[-1] if result else None
        if last and (last.base, last.rate, last.last + DAY) == (part.base, part.rate, part.first):
            result[-1] = Segment(last.first, part.last, part.base, part.rate)
        else:
            result.append(part)
    return result


def interest(segment: Segment, terms: Terms, money: Callable[[Fraction], Decimal]) -> Decimal:
    """Interest of a segment, rounded by ``money`` as the terms say.

    1,000 at 8.5 % a year for 50 days: 11.64, or 11.50 where the day is rounded first. 100,000 at 0.05 % a day for
    30 days: 1,500.

    >>> cent = round_to(Decimal("0.01"))
    >>> year = Segment(date(2024, 3, 1), date(2024, 4, 19), Decimal(1000), Decimal("8.5"))
    >>> str(interest(year, Terms(), cent)), str(interest(year, Terms(rounding=Rounding.DAY), cent))
    ('11.64', '11.50')
    >>> month = Segment(date(2025, 6, 1), date(2025, 6, 30), Decimal(100000), Decimal("0.05"))
    >>> str(interest(month, Terms(per=Per.DAY), cent))
    '1500.00'
    """
    shares = day_shares(segment.first, segment.last, terms.count, terms.per)
    full = Fraction(segment.base) * Fraction(segment.rate) / 100
    if terms.rounding == Rounding.DAY:
        return sum((money(full * share) * days for share, days in shares.items()), Decimal(0))
    return money(sum((full * share * days for share, days in shares.items()), Fraction(0)))


def compensation(debt: Decimal, bands: Sequence[tuple[Decimal, Decimal]]) -> Decimal:
    """The lump sum for a debt: that of the last band whose bound, inclusive, the debt reaches.

    United Kingdom, GBP: 40 below 1,000, 70 below 10,000, 100 from 10,000 on.

    >>> bands = [(Decimal(0), Decimal(40)), (Decimal(1000), Decimal(70)), (Decimal(10000), Decimal(100))]
    >>> [int(compensation(Decimal(debt), bands)) for debt in ("0.01", "999.99", "1000", "9999.99", "10000", "70000")]
    [40, 40, 70, 70, 100, 100]
    >>> compensation(Decimal(100), [])
    Decimal('0')
    """
    reached = [amount for bound, amount in sorted(bands) if debt >= bound]
    return reached[-1] if reached else Decimal(0)
