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
