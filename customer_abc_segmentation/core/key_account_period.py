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
