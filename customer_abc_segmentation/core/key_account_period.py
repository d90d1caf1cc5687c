"""The calendar periods of key-account sheets."""

from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

PERIOD_MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


@dataclass(frozen=True, slots=True)
class Period:
    """Days of a calendar period, both inclusive."""

    kind: str
    start: date
    end: date

    @property
    def days(self):
        return (self.end - self.start).days + 1

    def before(self):
        """The period of the same kind that ends the day before.

        >>> str(period_of("quarter", date(2024, 2, 29)).before().start)
        '2023-10-01'
        """
        return period_of(self.kind, self.start - timedelta(days=1))

    def year_before(self):
        """The same period of the year before.

        >>> str(period_of("month", date(2024, 2, 10)).year_before().end)
        '2023-02-28'
        """
        return period_of(self.kind, self.start - relativedelta(years=1))

    def year_to_date(self):
        """From 1 January to the end of the period."""
        return Period("year", self.start.replace(month=1, day=1), self.end)

    def months(self):
        """First days of the twelve months up to the end.

        >>> months = period_of("quarter", date(2024, 3, 1)).months()
        >>> str(months[0]), str(months[-1]), len(months)
        ('2023-04-01', '2024-03-01', 12)
        """
        last = self.end.replace(day=1)
        return [last - relativedelta(months=back) for back in range(11, -1, -1)]


def period_of(kind, day):
    """The calendar period of a kind that holds a day.

    >>> half = period_of("half_year", date(2024, 11, 5))
    >>> str(half.start), str(half.end), half.days
    ('2024-07-01', '2024-12-31', 184)
    """
    months = PERIOD_MONTHS[kind]
    start = day.replace(day=1, month=(day.month - 1) // months * months + 1)
    return Period(kind, start, start + relativedelta(months=months) - timedelta(days=1))


def last_complete(kind, day):
    """The last period of a kind that is over on a day.

    >>> str(last_complete("quarter", date(2024, 3, 31)).end), str(last_complete("quarter", date(2024, 4, 1)).end)
    ('2023-12-31', '2024-03-31')
    """
    return period_of(kind, day).before()


def _months_between(start, end):
    """Months from the first of one to the last day of another.

    >>> _months_between(date(2024, 11, 1), date(2025, 1, 31))
    3
    """
    return 12 * (end.year - start.year) + end.month - start.month + 1


def planned(period, budgets):
    """What is planned for a period by budgets of whole months that do not overlap: ``[(start, end, amount)]``.

    A budget that lasts longer than the period gives the part of its months. None unless every month is planned: a sum
    of some of them would look like a miss.

    >>> quarter = period_of("quarter", date(2024, 5, 1))
    >>> planned(quarter, [(date(2024, 1, 1), date(2024, 12, 31), 1200.0)])
    300.0
    >>> planned(quarter, [(date(2024, 4, 1), date(2024, 4, 30), 100.0)]) is None
    True
    >>> planned(quarter, [(date(2024, 4, 1), date(2024, 4, 30), 100.0), (date(2024, 5, 1), date(2024, 7, 31), 90.0)])
    160.0
    """
    amount, covered = 0.0, 0
    for start, end, total in budgets:
        first, last = max(start, period.start), min(end, period.end)
        if first <= last:
            months = _months_between(first, last)
            covered += months
            amount += total * months / _months_between(start, end)
    return amount if covered == PERIOD_MONTHS[period.kind] else None
