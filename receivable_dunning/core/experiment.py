"""Who takes part in an experiment, and what its outcome is worth.

Customers are assigned by a hash of the experiment and the customer: the same one is always in the same arm, whatever
the order in which customers are looked at, and nobody can choose.
"""

from dataclasses import dataclass
from hashlib import sha256
from math import erf, sqrt

BUCKETS = 10_000
#: Half-width of a 95 % interval in standard errors.
Z95 = 1.959964


def bucket_of(experiment: int, partner: int) -> int:
    """0 to 9,999, evenly spread and independent between experiments.

    >>> bucket_of(1, 42) == bucket_of(1, 42), bucket_of(1, 42) == bucket_of(2, 42)
    (True, False)
    >>> shares = sum(bucket_of(7, partner) < 2000 for partner in range(10_000)) / 10_000
    >>> 0.18 < shares < 0.22
    True
    """
    digest = sha256(f"dunning {experiment} {partner}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % BUCKETS


def is_treated(experiment: int, partner: int, share: float) -> bool:
    """Whether the customer is in the arm that gets ``share`` percent of all.

    >>> is_treated(1, 42, 0.0), is_treated(1, 42, 100.0)
    (False, True)
    """
    return bucket_of(experiment, partner) < share * BUCKETS / 100


@dataclass(frozen=True, slots=True)
class Sample:
    """One figure of an arm: how many customers, the mean, and the variance between customers."""

    count: int
    mean: float
    variance: float


@dataclass(frozen=True, slots=True)
class Difference:
    """Mean of the first arm less that of the second, with a 95 % interval and the two-sided p-value."""

    value: float
    low: float
    high: float
    p_value: float

    @property
    def is_significant(self):
        """At the usual 5 %."""
        return self.p_value < 0.05


def compare(first: Sample, second: Sample) -> Difference | None:
    """Difference of two means by the normal approximation of Welch's test; ``None`` when too little is known.

    Too little are fewer than ten customers in an arm, or no spread at all.

    >>> found = compare(Sample(400, 0.60, 0.24), Sample(400, 0.50, 0.25))
    >>> round(found.value, 2), round(found.low, 3), round(found.high, 3), round(found.p_value, 4), found.is_significant
    (0.1, 0.031, 0.169, 0.0043, True)
    >>> compare(Sample(400, 0.52, 0.25), Sample(400, 0.50, 0.25)).is_significant
    False
    >>> compare(Sample(9, 0.9, 0.1), Sample(400, 0.1, 0.1))
    """
    if min(first.count, second.count) < 10:
        return None
    error = sqrt(first.variance / first.count + second.variance / second.count)
    if not error:
        return None
    value = first.mean - second.mean
    p_value = 1 - erf(abs(value) / error / sqrt(2))
    return Difference(value, value - Z95 * error, value + Z95 * error, p_value)
