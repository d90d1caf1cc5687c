"""The days that are measured: the window of a policy, and the periods whose sales XYZ compares."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

ROLLING, YEAR, LAST_YEAR = "rolling", "year", "last_year"


def window(as_of, kind, months=12):
    """First and last day, both inclusive, of what is measured as of a date.

    >>> from datetime import date
    >>> [str(day) for day in window(date(2024, 6, 30), ROLLING, 12)]
    ['2023-07-01', '2024-06-30']
    >>> [str(day) for day in window(date(2024, 3, 31), ROLLING, 1)]
    ['2024-03-01', '2024-03-31']
    >>> [str(day) for day in window(date(2024, 2, 29), ROLLING, 12)]
    ['2023-03-01', '2024-02-29']
    >>> [str(day) for day in window(date(2024, 6, 30), YEAR)]
    ['2024-01-01', '2024-06-30']
    >>> [str(day) for day in window(date(2024, 6, 30), LAST_YEAR)]
    ['2023-01-01', '2023-12-31']
    """
    year_start = as_of.replace(month=1, day=1)
    if kind == YEAR:
        return year_start, as_of
    if kind == LAST_YEAR:
        return year_start - relativedelta(years=1), year_start - timedelta(days=1)
    return as_of + timedelta(days=1) - relativedelta(months=months), as_of


def period_bounds(last_day, months, count):
    """First days of the ``count`` complete calendar periods of ``months`` up to ``last_day``, and the day after them.

    >>> from datetime import date
    >>> [str(day) for day in period_bounds(date(2024, 6, 29), 3, 2)]
    ['2023-10-01', '2024-01-01', '2024-04-01']

    A period that ends on the last day is complete:

    >>> [str(day) for day in period_bounds(date(2024, 6, 30), 3, 2)]
    ['2024-01-01', '2024-04-01', '2024-07-01']
    """
    day_after = last_day + timedelta(days=1)
    end = day_after.replace(day=1, month=(day_after.month - 1) // months * months + 1)
    return [end - relativedelta(months=months * back) for back in range(count, -1, -1)]
