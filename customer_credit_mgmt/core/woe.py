"""Weight of evidence: what a band of values says about good and bad, measured on known outcomes.

``WoE = ln(share of the good in the band / share of the bad in it)``: positive is good news, 0 says nothing. (Some books
use the opposite sign.) Information value ``IV = sum((% good - % bad) x WoE)``: below 0.02 the figure says nothing,
above 0.5 one should ask whether it knows the outcome. Source: Siddiqi, Credit Risk Scorecards (2006), chapter 6.
"""

from dataclasses import dataclass
from math import log

#: Added to the counts of a band without good or without bad, whose logarithm would be infinite.
EMPTY_CELL = 0.5


@dataclass(frozen=True, slots=True)
class Bin:
    """Values from ``lower`` (``None``: no end) up to the next bin, and how they turned out."""

    lower: float | None
    good: int
    bad: int

    @property
    def bad_rate(self):
        return self.bad / (self.good + self.bad)

    def merge(self, following):
        """This bin and the next one as one."""
        return Bin(self.lower, self.good + following.good, self.bad + following.bad)


def weights_of_evidence(bins):
    """The WoE of each bin.

    >>> bins = (Bin(None, 60, 10), Bin(10, 40, 40))  # 60 % of the good and 20 % of the bad are in the first
    >>> [round(value, 4) for value in weights_of_evidence(bins)]
    [1.0986, -0.6931]
    >>> [round(value, 4) for value in weights_of_evidence((Bin(None, 50, 0), Bin(1, 50, 100)))]  # 50.5/100, 0.5/100
    [4.6151, -0.6931]
    """
    good, bad = sum(each.good for each in bins), sum(each.bad for each in bins)
    if not good or not bad:
        return tuple(0.0 for _each in bins)
    return tuple(_evidence(each, good, bad) for each in bins)


def _evidence(each, good, bad):
    spare = 0.0 if each.good and each.bad else EMPTY_CELL
    return log((each.good + spare) / good) - log((each.bad + spare) / bad)


def information_value(bins):
    """How much the bins tell of good and bad.

    >>> round(information_value((Bin(None, 60, 10), Bin(10, 40, 40))), 4)  # 0.4 x 1.0986 + 0.4 x 0.6931
    0.7167
    >>> information_value((Bin(None, 30, 3), Bin(10, 70, 7)))
    0.0
    """
    good, bad = sum(each.good for each in bins), sum(each.bad for each in bins)
    if not good or not bad:
        return 0.0
    pairs = zip(bins, weights_of_evidence(bins), strict=True)
    return sum((each.good / good - each.bad / bad) * evidence for each, evidence in pairs)


def pool_monotone(bins):
    """Merge neighbours until the bad rate goes one way only (pool adjacent violators), the way that fits better.

    >>> pool_monotone((Bin(None, 90, 10), Bin(1, 70, 30), Bin(2, 80, 20), Bin(3, 40, 60)))
    (Bin(lower=None, good=90, bad=10), Bin(lower=1, good=150, bad=50), Bin(lower=3, good=40, bad=60))
    >>> pool_monotone((Bin(None, 40, 60), Bin(1, 90, 10)))  # falling is as good as rising
    (Bin(lower=None, good=40, bad=60), Bin(lower=1, good=90, bad=10))
    """
    return max((_pool(bins, 1), _pool(bins, -1)), key=information_value)


def _pool(bins, direction):
    pooled = []
    for each in bins:
        pooled.append(each)
        while len(pooled) > 1 and direction * (pooled[-1].bad_rate - pooled[-2].bad_rate) <= 0:
            following = pooled.pop()
            pooled[-1] = pooled[-1].merge(following)
    return tuple(pooled)


@dataclass(frozen=True, slots=True)
class Model:
    """A logistic regression of *bad* on WoE as defined here: ``ln(bad odds) = intercept - sum(coefficient x WoE)``."""

    intercept: float
    coefficients: tuple[float, ...]


def points_of_attribute(evidence, coefficient, model, scaling):
    """Points of a band when start and intercept are spread over the criteria, as printed scorecards do.

    ``(coefficient x WoE - intercept / n) x factor + offset / n``; the points of all criteria add up to the score.

    >>> from .scaling import Scaling
    >>> model = Model(-1.2, (0.9, 1.1))
    >>> points = [points_of_attribute(woe, beta, model, Scaling()) for woe, beta in ((0.5, 0.9), (-0.3, 1.1))]
    >>> [round(value, 3) for value in points]
    [273.858, 251.352]
    >>> from math import exp
    >>> round(sum(points) - Scaling().score(exp(1.2 + 0.9 * 0.5 - 1.1 * 0.3)), 9)
    0.0
    """
    count = len(model.coefficients)
    return (coefficient * evidence - model.intercept / count) * scaling.factor + scaling.offset / count
