"""On which days customers are written to: not on weekends and holidays, where a plan says so."""

from datetime import date, timedelta

SATURDAY = 5


def is_working(day: date, exceptions: dict[date, bool]) -> bool:
    """Whether people work on this day. ``exceptions``: holidays (False), and weekend days worked instead (True).

    >>> is_working(date(2024, 2, 9), {}), is_working(date(2024, 2, 10), {})
    (True, False)
    >>> exceptions = {date(2024, 2, 12): False, date(2024, 2, 4): True}
    >>> is_working(date(2024, 2, 12), exceptions), is_working(date(2024, 2, 4), exceptions)
    (False, True)
    """
    return exceptions.get(day, day.weekday() < SATURDAY)


def next_working_day(day: date, exceptions: dict[date, bool]) -> date:
    """The day itself, or the first working day after it (a year of holidays is taken for a mistake: the day itself).

    >>> next_working_day(date(2024, 2, 10), {date(2024, 2, 12): False})
    datetime.date(2024, 2, 13)
    """
    later = (day + timedelta(days=days) for days in range(366))
    return next((candidate for candidate in later if is_working(candidate, exceptions)), day)


def add_working_days(day: date, count: int, exceptions: dict[date, bool]) -> date:
    """The working day that many working days after ``day``; 0: the day itself, or the next working day.

    >>> friday = date(2024, 2, 9)
    >>> [add_working_days(friday, count, {date(2024, 2, 12): False}).day for count in (0, 1, 2)]
    [9, 13, 14]
    """
    day = next_working_day(day, exceptions)
    for _step in range(count):
        day = next_working_day(day + timedelta(days=1), exceptions)
    return day


def working_days_between(first: date, last: date, exceptions: dict[date, bool]) -> int:
    """Working days after ``first``, up to and with ``last``: 0 on the same day.

    >>> friday, monday = date(2024, 2, 9), date(2024, 2, 12)
    >>> working_days_between(friday, monday, {}), working_days_between(friday, friday, {})
    (1, 0)
    >>> working_days_between(friday, monday, {monday: False})
    0
    """
    days = (first + timedelta(days=step) for step in range(1, (last - first).days + 1))
    return sum(is_working(day, exceptions) for day in days)
