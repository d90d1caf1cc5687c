"""XYZ classes: how even a customer's sales are from period to period.

The coefficient of variation is the *sample* standard deviation (divisor n - 1) of the sales per period, divided by
their mean. Periods without sales count as zero: a customer who buys once a year is anything but even.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

X, Y, Z, N = "X", "Y", "Z", "N"
"""Even, varying, erratic, and not enough active periods to say."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Upper coefficients of X and Y, both inclusive, and the active periods needed (fewer: class N)."""

    x: Fraction = Fraction(1, 2)
    y: Fraction = Fraction(1)
    minimum_active: int = 4


@dataclass(frozen=True, slots=True)
class Evenness:
    """``code``: X, Y, Z or N; ``variation``: the coefficient, None where it says nothing; ``active`` periods."""

    code: str
    variation: float | None
    active: int


def evenness(sales, thresholds):
    """Evenness of the sales per period (exact numbers, net of returns, empty periods given as 0).

    A period is active when its net sales are positive.

    >>> four = Thresholds()
    >>> evenness([10, 10, 10, 10], four)
    Evenness(code='X', variation=0.0, active=4)
    >>> evenness([12, 4, 8, 8, 10, 6], four).code
    'X'

    Both bounds are inclusive (2, 4, 6 has mean 4 and deviation 2):

    >>> two = Thresholds(minimum_active=2)
    >>> evenness([2, 4, 6], Thresholds(minimum_active=3))
    Evenness(code='X', variation=0.5, active=3)
    >>> evenness([0, 2, 4], two)
    Evenness(code='Y', variation=1.0, active=2)
    >>> evenness([0, 0, 2, 4], two).code
    'Z'

    Too few active periods, or nothing left after returns:

    >>> evenness([0, 0, 0, 9], four)
    Evenness(code='N', variation=None, active=1)
    >>> evenness([5, 5, 5, 5, -20], four)
    Evenness(code='N', variation=None, active=4)
    >>> evenness([5], Thresholds(minimum_active=1)).code
    'N'
    """
    values = [Fraction(amount) for amount in sales]
    active, count, total = sum(value > 0 for value in values), len(values), sum(values)
    if active < thresholds.minimum_active or count < 2 or total <= 0:
        return Evenness(N, None, active)
    # compared as squares, without division or root, so that a customer on a bound is on the same side everywhere
    spread = count * (count * sum(value * value for value in values) - total * total)
    bound = (count - 1) * total * total
    code = Z
    if spread <= thresholds.x**2 * bound:
        code = X
    elif spread <= thresholds.y**2 * bound:
        code = Y
    return Evenness(code, sqrt(spread / bound), active)
