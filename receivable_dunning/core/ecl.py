"""Expected credit loss: from what was observed to the rate of a bucket, and to the allowance.

IFRS 9 5.5.15 and B5.5.35 (provision matrix), 5.5.17 (unbiased, probability-weighted, forward-looking); CAS 22.
"""

from dataclasses import dataclass

from .roll_rates import Estimate, chained_loss_rates

OWN, BLENDED, POOLED, HAND, LAST, NONE = "own", "blended", "pooled", "hand", "last", "none"


@dataclass(frozen=True, slots=True)
class Credibility:
    """When observations count: from ``minimum`` periods on, with the weight n / (n + ``constant``) (Bühlmann).

    >>> Credibility(minimum=12, constant=12).weight(36)
    0.75
    >>> Credibility(minimum=12, constant=12).weight(11)
    0.0
    >>> Credibility(minimum=1, constant=0).weight(1)
    1.0
    """

    minimum: int
    constant: float

    def weight(self, observations):
        if observations < max(self.minimum, 1):
            return 0.0
        return observations / (observations + self.constant)


@dataclass(frozen=True, slots=True)
class Rated:
    """A rate and where it comes from: ``weight`` is the share of the own experience in it; None: not enough data."""

    rate: float | None
    source: str
    weight: float
    own: Estimate | None = None
    pooled: Estimate | None = None


def credible_rate(own, pooled, credibility):
    """The experience of a segment, and of all segments where its own is thin.

    >>> rule = Credibility(minimum=12, constant=12)
    >>> pooled = Estimate(0.10, 36, 9000.0, 900.0)
    >>> credible_rate(Estimate(0.02, 36, 1000.0, 20.0), pooled, rule).rate   # 0.75 x 2 % + 0.25 x 10 %
    0.04
    >>> thin = credible_rate(Estimate(0.5, 3, 10.0, 5.0), pooled, rule)
    >>> thin.rate, thin.source
    (0.1, 'pooled')
    >>> credible_rate(Estimate(0.5, 3, 10.0, 5.0), Estimate(0.5, 3, 10.0, 5.0), rule).source
    'none'
    >>> credible_rate(pooled, pooled, rule).source      # all are one segment
    'own'
    """
    weight = credibility.weight(own.observations) if own.rate is not None else 0.0
    has_pool = pooled.rate is not None and credibility.weight(pooled.observations) > 0
    if own == pooled or not has_pool:
        source = OWN if weight else NONE
        return Rated(own.rate if weight else None, source, 1.0 if weight else 0.0, own, pooled)
    if not weight:
        return Rated(pooled.rate, POOLED, 0.0, own, pooled)
    rate = weight * own.rate + (1 - weight) * pooled.rate
    return Rated(rate, OWN if weight == 1 else BLENDED, weight, own, pooled)


def rolled_rates(own, pooled, credibility, last_rate):
    """Loss rates of all buckets from migrations: each migration is weighted, then they are chained.

    >>> full = [Estimate(rate, 36, 100.0, 0.0) for rate in (0.5, 0.46, 8 / 23, 0.25)]
    >>> [round(100 * rated.rate, 1) for rated in rolled_rates(full, full, Credibility(12, 12), 1.0)]
    [2.0, 4.0, 8.7, 25.0, 100.0]
    """
    steps = [credible_rate(mine, all_, credibility) for mine, all_ in zip(own, pooled, strict=True)]
    rates = chained_loss_rates([step.rate for step in steps], last_rate)
    rated = [
        Rated(rate, NONE if rate is None else _weakest(steps[place:]), step.weight, step.own, step.pooled)
        for place, (step, rate) in enumerate(zip(steps, rates, strict=False))
    ]
    return (*rated, Rated(last_rate, LAST, 1.0))


def _weakest(steps):
    """Where a chain of migrations comes from: what rests least on the own experience. Unknown ones do not matter here:
    nothing moved on to them."""
    for source in (POOLED, BLENDED):
        if any(step.source == source for step in steps):
            return source
    return OWN


def cohort_rates(own, pooled, credibility, last_rate):
    """Loss rates of all buckets from cohorts: each is weighted by itself.

    >>> thin = [Estimate(0.0, 2, 10.0, 0.0), Estimate(1.0, 2, 5.0, 5.0)]
    >>> full = [Estimate(0.02, 36, 900.0, 18.0), Estimate(1.0, 36, 18.0, 18.0)]
    >>> [(rated.rate, rated.source) for rated in cohort_rates(thin, full, Credibility(12, 12), 1.0)]
    [(0.02, 'pooled'), (1.0, 'last')]
    """
    rated = [credible_rate(mine, all_, credibility) for mine, all_ in zip(own[:-1], pooled[:-1], strict=True)]
    return (*rated, Rated(last_rate, LAST, 1.0, own[-1], pooled[-1]))


@dataclass(frozen=True, slots=True)
class Overlay:
    """What lies ahead and history does not know: scenarios ``(probability, factor)``, and the lowest rate.

    >>> Overlay(((0.2, 0.9), (0.5, 1.0), (0.3, 1.4))).factor    # 0.18 + 0.50 + 0.42
    1.1
    >>> Overlay(()).factor
    1.0
    """

    scenarios: tuple[tuple[float, float], ...] = ()
    floor: float = 0.0

    @property
    def factor(self):
        if not self.scenarios:
            return 1.0
        return round(sum(probability * factor for probability, factor in self.scenarios), 6)

    def is_complete(self):
        """Whether the probabilities add up to one.

        >>> Overlay(((0.5, 1), (0.4, 2))).is_complete(), Overlay(((0.1, 1), (0.2, 2), (0.7, 1))).is_complete()
        (False, True)
        """
        return not self.scenarios or abs(sum(probability for probability, _factor in self.scenarios) - 1) < 1e-6

    def applied(self, rate):
        """The rate ahead: times the factor, not below the floor, never more than all.

        >>> Overlay(((1, 1.5),), floor=0.005).applied(0.02)
        0.03
        >>> Overlay(((1, 1.5),), floor=0.005).applied(0.9), Overlay((), floor=0.005).applied(0.0)
        (1.0, 0.005)
        >>> Overlay(()).applied(None) is None
        True
        """
        return None if rate is None else min(1.0, max(self.floor, rate * self.factor))


def allowance(exposure, rate):
    """Expected loss of an amount; of nothing it is nothing, whatever the rate; None: not enough data.

    >>> balances, rates = (15_000, 7_500, 4_000, 2_500), (0.005, 0.022, 0.027, 0.045)
    >>> [round(allowance(balance, rate), 2) for balance, rate in zip(balances, rates)]
    [75.0, 165.0, 108.0, 112.5]
    >>> allowance(0, None), allowance(10, None)
    (0.0, None)
    """
    if exposure <= 0:
        return 0.0
    return None if rate is None else exposure * rate


def booking_difference(target, booked):
    """What has to be booked so that the allowance account shows the target: positive adds, negative releases.

    >>> booking_difference(460.5, 400.0), booking_difference(0, 12.5)
    (60.5, -12.5)
    """
    return target - booked
