"""Cash that customers will pay, week by week: the weeks, the band around a sum, and how good it was.

A week holds a sum of many payments that may come in it or not. Two things make it uncertain:

* chance: each part of an invoice comes in the week with its probability p, independently of the others. The variance of
  the sum is the sum of amount^2 x p x (1 - p);
* what moves all customers together (holidays, a weak quarter, a habit that changed): a share s of the expected sum. It
  is what the back-tests of the company needed beyond chance.

Band = expected -/+ Z x sqrt(variance + (s x expected)^2): 8 of 10 weeks should end within. Amounts are floats:
estimates, rounded where they are shown.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, sqrt

#: How many weeks ahead, and how many of them the headline figure adds up.
WEEKS, NEAR_WEEKS = 13, 4
#: 10 % of the weeks end below the band, 10 % above it (normal distribution).
COVERAGE, Z = 0.8, 1.2815515655446004
#: With fewer weeks measured nothing is said of what moves all customers together.
MIN_WEEKS = 8
SUNDAY = 6
#: Promises kept and disputes accepted lean on what is usual as if that were so many cases.
CHANCE_STRENGTH = 5.0
#: Share of promises kept, and of what is disputed that is accepted, where nothing was decided yet: nobody knows better.
USUALLY_KEPT, USUALLY_ACCEPTED = 0.6, 0.5


def week_ends(as_of: date, weeks: int = WEEKS) -> list[int]:
    """Days from ``as_of`` to the Sunday of each week; the first week is what is left of the one of the next day.

    >>> week_ends(date(2024, 5, 16), 3)  # Thursday: Friday to Sunday, then full weeks
    [3, 10, 17]
    >>> week_ends(date(2024, 5, 19), 2)  # Sunday: full weeks only
    [7, 14]
    """
    first = SUNDAY - (as_of + timedelta(days=1)).weekday() + 1
    return [first + 7 * number for number in range(weeks)]


def full_weeks(weeks: int = WEEKS) -> list[int]:
    """The same for weeks of seven days whatever the weekday, as the back-test counts them.
    >>> full_weeks(3)
    [7, 14, 21]
    """
    return [7 * (number + 1) for number in range(weeks)]


@dataclass(frozen=True, slots=True)
class Week:
    """A week that is over: what was expected, its variance, what the due dates said, what came.

    ``low`` and ``high`` are ``None`` when too little was measured before it to draw the band, or nothing was expected.
    """

    number: int
    expected: float
    variance: float
    due: float
    actual: float
    low: float | None = None
    high: float | None = None

    @property
    def is_within(self):
        """
        >>> Week(1, 100.0, 0.0, 0.0, 90.0, 80.0, 120.0).is_within, Week(1, 100.0, 0.0, 0.0, 90.0).is_within
        (True, None)
        """
        return None if self.low is None else self.low <= self.actual <= self.high


def kept_chance(kept: int, decided: int, all_kept: int = 0, all_decided: int = 0) -> float:
    """Probability that a promise is kept: the customer's share of parts kept, drawn towards that of all, and that one
    towards ``USUALLY_KEPT``.

    >>> kept_chance(0, 0), round(kept_chance(0, 0, 45, 45), 2)
    (0.6, 0.96)
    >>> round(kept_chance(0, 5, 45, 45), 2), round(kept_chance(10, 10), 3)
    (0.48, 0.867)
    """
    common = (all_kept + CHANCE_STRENGTH * USUALLY_KEPT) / (all_decided + CHANCE_STRENGTH)
    return (kept + CHANCE_STRENGTH * common) / (decided + CHANCE_STRENGTH)


@dataclass(frozen=True, slots=True)
class Spread:
    """The share s, for the first ``NEAR_WEEKS`` weeks and for those after; ``None``: not known."""

    near: float | None = None
    far: float | None = None

    def of(self, number):
        """
        >>> Spread(0.1, 0.3).of(4), Spread(0.1, 0.3).of(5)
        (0.1, 0.3)
        """
        return self.near if number <= NEAR_WEEKS else self.far


def band(expected: float, variance: float, share: float | None) -> tuple[float, float]:
    """``(low, high)`` around an expected sum; never below 0.

    >>> [round(bound, 1) for bound in band(1000.0, 900.0, None)]  # chance alone: 1.28 x 30
    [961.6, 1038.4]
    >>> [round(bound, 1) for bound in band(1000.0, 900.0, 0.04)]  # 1.28 x sqrt(30^2 + 40^2)
    [935.9, 1064.1]
    >>> band(10.0, 10000.0, None)[0]
    0.0
    """
    half = Z * sqrt(max(variance, 0.0) + ((share or 0.0) * expected) ** 2)
    return max(expected - half, 0.0), expected + half


def needed_share(expected: float, variance: float, actual: float) -> float | None:
    """The smallest share s with which the band would have held what came; ``None`` where nothing was expected.

    >>> needed_share(1000.0, 900.0, 1038.0)  # chance alone explains it
    0.0
    >>> round(needed_share(1000.0, 900.0, 1000.0 + Z * 50), 3)
    0.04
    """
    if expected <= 0:
        return None
    return sqrt(max(((actual - expected) / Z) ** 2 - variance, 0.0)) / expected


def shared_spread(weeks: list[Week]) -> Spread:
    """What the band needed beyond chance to hold ``COVERAGE`` of past weeks.

    The quantile counts one week more than there are, as in conformal prediction (Vovk 2005), so that the week to come
    lies within as often as promised.

    >>> weeks = [Week(1, 100.0, 0.0, 0.0, 100.0 + Z * error) for error in (1, 2, 3, 4, 5, 6, 7, 8, 9)]
    >>> shared_spread(weeks)  # the 8th of 9
    Spread(near=0.08, far=None)
    >>> shared_spread(weeks[:7])
    Spread(near=None, far=None)
    """
    near = [week for week in weeks if week.number <= NEAR_WEEKS]
    far = [week for week in weeks if week.number > NEAR_WEEKS]
    return Spread(_quantile(near), _quantile(far))


def _quantile(weeks):
    shares = (needed_share(week.expected, week.variance, week.actual) for week in weeks)
    known = sorted(share for share in shares if share is not None)
    if len(known) < MIN_WEEKS:
        return None
    return round(known[min(ceil(COVERAGE * (len(known) + 1)), len(known)) - 1], 6)


@dataclass(frozen=True, slots=True)
class Measured:
    """How good the forecast of a month was. Errors are shares of what came; ``None``: nothing came."""

    expected: float
    due: float
    actual: float
    error: float | None
    error_due: float | None
    week_error: float | None
    week_error_due: float | None
    week_count: int
    band_count: int
    within_count: int


def measure(weeks: list[Week]) -> Measured:
    """The four weeks as one sum, each of them by itself, and how many weeks of all the band held.

    >>> weeks = [Week(1, 80.0, 0.0, 200.0, 100.0, 60.0, 100.0), Week(2, 120.0, 0.0, 0.0, 100.0, 101.0, 140.0),
    ...          Week(5, 10.0, 0.0, 0.0, 0.0)]
    >>> found = measure(weeks)
    >>> found.error, found.error_due, found.week_error, found.week_error_due
    (0.0, 0.0, 0.2, 1.0)
    >>> found.week_count, found.band_count, found.within_count
    (3, 2, 1)
    """
    near = [week for week in weeks if week.number <= NEAR_WEEKS]
    expected, due, actual = (sum(getattr(week, name) for week in near) for name in ("expected", "due", "actual"))
    judged = [week.is_within for week in weeks if week.is_within is not None]
    return Measured(
        expected,
        due,
        actual,
        _share(abs(expected - actual), actual),
        _share(abs(due - actual), actual),
        _share(sum(abs(week.expected - week.actual) for week in near), actual),
        _share(sum(abs(week.due - week.actual) for week in near), actual),
        len(weeks),
        len(judged),
        sum(judged),
    )


def _share(part, whole):
    return part / whole if whole else None
