"""Which rate is in force on which day, by the reference rates that an accountant has entered."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from .interest import Step
from .interest_days import DAY, Per


class Basis(StrEnum):
    """On which day the reference rate is read."""

    HALF_YEAR = "half_year"  # 1 January or 1 July, for that half-year (EU 2011/7, DE, FR)
    START_EVE = "start_eve"  # eve of the half-year in which the delay begins, for the whole delay (UK)
    DAILY = "daily"  # each day, as it changes
    CONTRACT = "contract"  # the day of the contract, for the whole delay


@dataclass(frozen=True, slots=True)
class Reference:
    """A published rate: ``entries`` in the order of their dates.

    ``months``: an entry holds for so many months, then a new one must be entered even if nothing changed, so that
    nobody charges a rate that was forgotten. 0: until the next one.
    """

    entries: tuple[Step, ...] = ()
    months: int = 0

    def on(self, day):
        """The rate in force on a day, or ``None`` when none was entered for it.

        >>> rate = Reference((Step(date(2024, 1, 1), Decimal(4)),), months=6)
        >>> rate.on(date(2024, 6, 30)), rate.on(date(2024, 7, 1)), rate.on(date(2023, 12, 31))
        (Decimal('4'), None, None)
        """
        last = next((entry for entry in reversed(self.entries) if entry.day <= day), None)
        if last is None or (self.months and _months_between(last.day, day) >= self.months):
            return None
        return last.value


def _months_between(start, end):
    """Whole months from ``start`` to ``end``; the last day of a month counts as the first of the next one."""
    begin, finish = start + DAY, end + DAY
    return 12 * (finish.year - begin.year) + finish.month - begin.month - (finish.day < begin.day)


@dataclass(frozen=True, slots=True)
class Rate:
    """How the rate of an item is found: reference + margin, or fixed when there is no reference.

    ``floor``: the rate is not below that reference (percent per year) on the day of the contract.
    """

    fixed: Decimal = Decimal(0)
    margin: Decimal = Decimal(0)
    reference: Reference | None = None
    basis: str = Basis.HALF_YEAR
    floor: Reference | None = None
    per: str = Per.YEAR


def half_year(day: date) -> date:
    """First day of the half-year.

    >>> str(half_year(date(2024, 6, 30))), str(half_year(date(2024, 7, 1)))
    ('2024-01-01', '2024-07-01')
    """
    return date(day.year, 7 if day.month > 6 else 1, 1)


def half_years(first: date, last: date) -> list[date]:
    """First days of the half-years from that of ``first`` to that of ``last``.

    >>> [str(day) for day in half_years(date(2023, 8, 1), date(2024, 7, 1))]
    ['2023-07-01', '2024-01-01', '2024-07-01']
    """
    begin, end = half_year(first), half_year(last)
    return [date(year, month, 1) for year in range(begin.year, end.year + 1) for month in (1, 7)
            if begin <= date(year, month, 1) <= end]  # fmt: skip


def rate_steps(rate: Rate, start: date, last: date, contract: date) -> list[Step]:
    """The rate of a delay that begins on ``start``, in force from day to day until ``last``.

    >>> base = Reference((Step(date(2023, 12, 31), Decimal(5)), Step(date(2024, 7, 1), Decimal(3))))
    >>> def show(basis, **values):
    ...     steps = rate_steps(Rate(margin=Decimal(8), reference=base, basis=basis, **values), date(2024, 3, 1),
    ...                        date(2024, 9, 30), date(2024, 2, 1))
    ...     return [(str(step.day), step.value) for step in steps]
    >>> show(Basis.HALF_YEAR)
    [('2024-01-01', Decimal('13')), ('2024-07-01', Decimal('11'))]
    >>> show(Basis.START_EVE), show(Basis.CONTRACT)
    ([('2024-03-01', Decimal('13'))], [('2024-03-01', Decimal('13'))])
    >>> show(Basis.DAILY)
    [('2024-03-01', Decimal('13')), ('2024-07-01', Decimal('11'))]

    A fixed rate, raised to the floor of the contract's day; a floor that is not known leaves the rate unknown:

    >>> steps = rate_steps(Rate(fixed=Decimal(2), floor=base), date(2024, 3, 1), date(2024, 9, 30), date(2024, 2, 1))
    >>> [step.value for step in steps]
    [Decimal('5')]
    >>> rate_steps(Rate(fixed=Decimal(2), floor=base), date(2024, 3, 1), date(2024, 9, 30), date(2020, 2, 1))[0].value
    """
    steps = _unlimited(rate, start, last, contract)
    if rate.floor is None:
        return steps
    floor = rate.floor.on(contract)
    if floor is None:
        return [Step(start, None)]
    if rate.per == Per.DAY:
        floor = (floor / 365).quantize(Decimal("0.000001"))
    return [Step(step.day, None if step.value is None else max(step.value, floor)) for step in steps]


def _unlimited(rate, start, last, contract):
    reference = rate.reference
    if reference is None:
        return [Step(start, rate.fixed)]
    if rate.basis == Basis.START_EVE:
        days = {start: half_year(start) - DAY}
    elif rate.basis == Basis.CONTRACT:
        days = {start: contract}
    elif rate.basis == Basis.DAILY:
        days = {day: day for day in _daily(reference, start, last)}
    else:
        days = {day: day for day in half_years(start, last)}
    return [Step(day, _plus(reference.on(read), rate.margin)) for day, read in sorted(days.items())]


def _daily(reference, start, last):
    """The days on which what is known of the reference may change."""
    if reference.months:
        return [start + index * DAY for index in range((last - start).days + 1)]
    return [start, *(entry.day for entry in reference.entries if start < entry.day <= last)]


def _plus(value, margin):
    return None if value is None else value + margin
