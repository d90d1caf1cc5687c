"""Periods of the dashboard, each with the one that it is compared with."""

from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = {"month": 1, "last_month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Period:
    """Days of a period, both inclusive, and of the one before with as many days gone."""

    key: str
    date_from: date
    date_to: date
    before_from: date
    before_to: date


def period(key: str, today: date) -> Period:
    """The period of a key: this month, quarter or year up to today, or the whole last month.

    >>> found = period("month", date(2024, 3, 31))  # as many days of February as there are
    >>> found.date_from, found.before_from, found.before_to
    (datetime.date(2024, 3, 1), datetime.date(2024, 2, 1), datetime.date(2024, 2, 29))
    >>> found = period("last_month", date(2024, 1, 15))
    >>> found.date_from, found.date_to, found.before_from, found.before_to
    (datetime.date(2023, 12, 1), datetime.date(2023, 12, 31), datetime.date(2023, 11, 1), datetime.date(2023, 11, 30))
    >>> found = period("quarter", date(2024, 5, 10))
    >>> found.date_from, found.before_from, found.before_to
    (datetime.date(2024, 4, 1), datetime.date(2024, 1, 1), datetime.date(2024, 2, 10))
    >>> period("year", date(2024, 2, 29)).before_to
    datetime.date(2023, 2, 28)
    """
    months = MONTHS[key]
    first = today.replace(month=(today.month - 1) // months * months + 1, day=1)
    last = today
    if key == "last_month":
        first, last = _months_later(first, -1), first - timedelta(days=1)
    before = _months_later(first, -months)
    same_day = first - timedelta(days=1) if key == "last_month" else _months_later(last, -months)
    return Period(key, first, last, before, same_day)


def _months_later(day, months):
    """The same day of another month, or its last one.

    >>> _months_later(date(2024, 3, 31), -1)
    datetime.date(2024, 2, 29)
    """
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    next_month = date(year + month // 11, (month + 1) % 12 + 1, 1)
    return day.replace(year=year, month=month + 1, day=min(day.day, (next_month - timedelta(days=1)).day))
