"""Days of delay: what share of a year each of them is, and which of them are not charged yet."""

from calendar import isleap
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

DAY = timedelta(days=1)


class DayCount(StrEnum):
    """The year that a rate per year is divided by."""

    ACT_365 = "act_365"  # calendar days / 365, also in leap years
    ACT_ACT = "act_act"  # calendar days / 365, those of leap years / 366
    ACT_360 = "act_360"  # calendar days / 360
    THIRTY_360 = "thirty_360"  # months of 30 days / 360 (30E/360)


class Per(StrEnum):
    """What a rate is per."""

    YEAR = "year"
    DAY = "day"


def day_shares(first: date, last: date, count: str, per: str = Per.YEAR) -> Counter:
    """How many of the days ``first`` to ``last``, both counted, are which share of what the rate is per.

    >>> day_shares(date(2023, 12, 31), date(2024, 1, 2), DayCount.ACT_ACT)
    Counter({Fraction(1, 366): 2, Fraction(1, 365): 1})
    >>> day_shares(date(2024, 2, 28), date(2024, 2, 29), DayCount.ACT_365, Per.DAY)
    Counter({Fraction(1, 1): 2})
    >>> day_shares(date(2024, 3, 1), date(2024, 2, 29), DayCount.ACT_365)
    Counter()
    """
    days = (last - first).days + 1
    if days <= 0:
        return Counter()
    if per == Per.DAY:
        return Counter({Fraction(1): days})
    if count == DayCount.ACT_365:
        return Counter({Fraction(1, 365): days})
    if count == DayCount.ACT_360:
        return Counter({Fraction(1, 360): days})
    share = _share_of_leap_years if count == DayCount.ACT_ACT else _share_of_months
    return Counter(share(first + index * DAY) for index in range(days))


def year_fraction(first: date, last: date, count: str) -> Fraction:
    """The days ``first`` to ``last``, both counted, as a part of a year.

    >>> [str(year_fraction(date(2024, 1, 1), date(2024, 12, 31), count)) for count in DayCount]
    ['366/365', '1', '61/60', '1']
    >>> year_fraction(date(2023, 2, 1), date(2023, 2, 28), DayCount.THIRTY_360)
    Fraction(1, 12)
    """
    return sum((share * days for share, days in day_shares(first, last, count).items()), Fraction(0))


def _share_of_leap_years(day):
    return Fraction(1, 366 if isleap(day.year) else 365)


def _share_of_months(day):
    """Every month has 30 days: the 31st counts nothing, the last day of February counts for the missing ones."""
    return Fraction(_place_in_months(day + DAY) - _place_in_months(day), 360)


def _place_in_months(day):
    return 360 * day.year + 30 * day.month + min(day.day, 30)


def free_intervals(first: date, last: date, taken: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """The days ``first`` to ``last`` without those ``taken``, as intervals with both ends counted.

    >>> def show(intervals):
    ...     return [(str(start), str(end)) for start, end in intervals]
    >>> show(free_intervals(date(2024, 1, 1), date(2024, 1, 31), [(date(2024, 1, 10), date(2024, 1, 12))]))
    [('2024-01-01', '2024-01-09'), ('2024-01-13', '2024-01-31')]
    >>> show(free_intervals(date(2024, 1, 5), date(2024, 1, 9), [(date(2023, 1, 1), date(2024, 1, 6))]))
    [('2024-01-07', '2024-01-09')]
    >>> free_intervals(date(2024, 1, 5), date(2024, 1, 9), [(date(2024, 1, 1), date(2024, 1, 9))])
    []
    """
    result, start = [], first
    for begin, end in sorted(taken):
        if begin > last:
            break
        if begin > start:
            result.append((start, begin - DAY))
        start = max(start, end + DAY)
    if start <= last:
        result.append((start, last))
    return result
