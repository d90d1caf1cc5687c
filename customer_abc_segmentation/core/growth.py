"""Is a customer growing? The least-squares line through the revenue per period, and whether its slope is significant.

t = slope / its standard error, with n - 2 degrees of freedom. Everything is kept as whole multiples and squares are
compared, nothing is divided before the verdict, so that a customer on the limit falls on the same side everywhere.
Source: simple linear regression, any textbook of statistics.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import copysign, sqrt

GROWING, STEADY, SHRINKING = "growing", "steady", "shrinking"


@dataclass(frozen=True, slots=True)
class Demand:
    """Complete periods and periods with positive revenue that a trend needs; fewer say nothing."""

    periods: int = 5
    active: int = 3


@dataclass(frozen=True, slots=True)
class Trend:
    """``slope`` per period, ``rate``: slope / mean revenue (None: mean not above zero), ``t`` (None: a perfect line)
    and the verdict. All None where there is not enough data."""

    slope: float | None = None
    rate: float | None = None
    t: float | None = None
    verdict: str | None = None


def trend(revenues, critical_t, demand):
    """Trend of the revenue per period (exact numbers, oldest first, empty periods given as 0).

    ``critical_t``: the two-sided limit of Student's t with ``len(revenues) - 2`` degrees of freedom.

    >>> trend([10, 20, 30, 40, 50], 3.182, Demand())
    Trend(slope=10.0, rate=0.3333333333333333, t=None, verdict='growing')
    >>> trend([10, 10, 10, 10, 10], 3.182, Demand())
    Trend(slope=0.0, rate=0.0, t=None, verdict='steady')
    >>> down = trend([50, 38, 32, 20, 9], 3.182, Demand())
    >>> down.slope, round(down.t, 2), down.verdict
    (-10.0, -18.46, 'shrinking')

    One good period is no trend, and neither are too few:

    >>> trend([10, 10, 10, 40, 10], 3.182, Demand()).verdict
    'steady'
    >>> trend([10, 20, 30, 40], 4.303, Demand()), trend([0, 0, 0, 10, 20], 3.182, Demand())
    (Trend(slope=None, rate=None, t=None, verdict=None), Trend(slope=None, rate=None, t=None, verdict=None))
    """
    values, n = [Fraction(amount) for amount in revenues], len(revenues)
    if n < max(3, demand.periods) or sum(value > 0 for value in values) < demand.active:
        return Trend()
    total = sum(values)
    rise = sum((2 * place - (n - 1)) * value for place, value in enumerate(values))
    spread = n * sum(value * value for value in values) - total * total
    rest = spread * (n * n - 1) / 3 - rise * rise
    slope = 6 * rise / (n * (n * n - 1))
    return Trend(
        float(slope),
        float(slope * n / total) if total > 0 else None,
        copysign(sqrt(rise * rise * (n - 2) / rest), rise) if rest else None,
        _verdict(rise, rest * Fraction(critical_t) ** 2, n),
    )


def _verdict(rise, bar, n):
    if rise and rise * rise * (n - 2) > bar:
        return GROWING if rise > 0 else SHRINKING
    return STEADY
