"""The own-rhythm rule: how long a customer has waited, measured in the customer's own usual gap between purchases.

How long people wait in units of their own gap is much the same for everybody, so one curve of the whole company
(Kaplan-Meier over all gaps, the open ones as "at least that long") tells how likely a purchase still is.
"""

from dataclasses import dataclass

import numpy as np

#: The own median gap counts as so many of the customer's gaps, the company's median as this many more.
PRIOR_GAPS = 2
#: Closed gaps needed for a curve.
MINIMUM_GAPS = 20
#: The curve is kept at so many steps of the ratio of gap to rhythm, evenly in logarithms.
EDGES = np.concatenate([[0.0], np.geomspace(0.02, 50, 160)])


@dataclass(frozen=True, slots=True)
class Rhythm:
    """``median``: of all gaps in days; ``waiting``: share of waits longer than each of ``EDGES`` times the rhythm."""

    median: float
    waiting: tuple

    def own(self, gap, count):
        """A customer's rhythm in days: the own median gap of ``count`` gaps, drawn to that of all customers.

        >>> Rhythm(30.0, (1.0,)).own(np.array([60.0, 60.0, 60.0]), np.array([1, 2, 40])).round(1)
        array([37.8, 42.4, 58.1])
        """
        own = np.log(np.maximum(gap, 0.5))
        return np.exp((count * own + PRIOR_GAPS * np.log(self.median)) / (count + PRIOR_GAPS))

    def probability_of_none(self, rhythm, waited, days):
        """Probability that who has waited so long already waits ``days`` more. Beyond all waits on record: 1.

        >>> steps = Rhythm(30.0, tuple(np.exp(-EDGES)))
        >>> steps.probability_of_none(np.array([30.0, 30.0, 30.0]), np.array([0, 60, 3000]), 30).round(2)
        array([0.37, 0.37, 1.  ])
        """
        now = np.interp(waited / rhythm, EDGES, self.waiting)
        later = np.interp((waited + days) / rhythm, EDGES, self.waiting)
        beyond = (waited / rhythm >= EDGES[-1]) | (now <= 0)
        return np.where(beyond, 1.0, np.minimum(later / np.where(beyond, 1.0, now), 1.0))


def histogram(ratios):
    """How many ratios of gap to rhythm lie within each step of ``EDGES``, longer ones in the last."""
    return np.histogram(np.minimum(ratios, EDGES[-1] - 1e-9), EDGES)[0]


def fit(median, closed, waiting):
    """``Rhythm`` from the median gap in days, and histograms of the ratios of closed gaps and of open ones.

    None with fewer than ``MINIMUM_GAPS`` closed gaps.

    Half of the closed gaps are as long as the rhythm, half twice as long; nobody waits on:

    >>> known = fit(30.0, histogram(np.array([1.0] * 20 + [2.0] * 20)), histogram(np.array([])))
    >>> known.probability_of_none(np.array([30.0] * 3), np.array([0, 0, 0]), np.array([25, 45, 80])).round(2)
    array([1. , 0.5, 0. ])
    >>> fit(30.0, histogram(np.array([1.0] * 5)), histogram(np.array([]))) is None
    True
    """
    if closed.sum() < MINIMUM_GAPS:
        return None
    leaving = (closed + waiting)[::-1].cumsum()[::-1]
    # who stopped being watched within a step was there for half of it
    at_risk = np.maximum(leaving - waiting / 2, 1)
    steps = np.concatenate([[1.0], np.cumprod(1 - closed / at_risk)])
    return Rhythm(float(median), tuple(map(float, np.maximum(steps, 0))))
