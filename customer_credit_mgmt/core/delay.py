"""When an open invoice will be paid: the customer's own distribution of delays, given the age already reached.

*Delay* is counted in days from the next business day after the due date (``next_business_day``): 0 is paid that day,
negative is early, more than the grace period is late. What is known of a customer is a list of weighted delays:

* the own invoices that were paid, an old one counting less (``shrinkage.weight``);
* ``OWN_PRIOR`` pseudo-invoices that spread around the customer's own usual delay as the invoices of all customers
  spread around theirs: the habit differs from customer to customer, the scatter much less;
* ``COMMON_PRIOR`` pseudo-invoice spread like the delays of all customers, whoever pays: anything may happen once;
* invoices that are open and late by now, of which only that is known: they raise the weight of all late delays.

Everything follows from the delays that are longer than the age reached, so no payment is ever expected in the past. The
SQL of ``receivable.ledger._predictions_sql`` gives the same answers; this module says what they should be. The weights
of the priors were chosen on 2012 of the data set in docs/scoring.md, which is measured on 2013.
"""

from dataclasses import dataclass
from math import ceil, floor

from .shrinkage import GRACE_DAYS

#: Pseudo-invoices around the customer's own usual delay, and like all customers.
OWN_PRIOR, COMMON_PRIOR = 10.0, 1.0
#: The usual delay leans on that of all customers as if that were so many own invoices.
LOCATION_STRENGTH = 1.0
#: What a customer does with invoices due on a weekday leans on what he does with all, as if that were so many invoices.
WEEKDAY_STRENGTH = 10.0
#: A prior is spread over so many delays.
SPREAD = 40
#: Something late must be possible for who has late invoices open, even where nobody ever was late.
TRACE = 0.001
#: How far ahead cash is expected ("four weeks").
HORIZON_DAYS = 28


def spread(values):
    """``SPREAD`` values that stand for all: the one in the middle of each of as many equal parts.

    >>> spread(range(1, 81))[:3]
    [1, 3, 5]
    >>> spread([])
    []
    """
    ordered = sorted(values)
    if not ordered:
        return []
    return [ordered[max(ceil((number + 0.5) / SPREAD * len(ordered)) - 1, 0)] for number in range(SPREAD)]


def usual_delay(own, common_mean):
    """The customer's mean delay, drawn towards that of all customers; ``own`` are pairs of delay and weight.

    >>> usual_delay([(10, 1.0), (20, 1.0)], 0.0)
    10.0
    >>> usual_delay([], 4.0)
    4.0
    """
    weights = sum(weight for _delay, weight in own) + LOCATION_STRENGTH
    return (sum(delay * weight for delay, weight in own) + LOCATION_STRENGTH * common_mean) / weights


@dataclass(frozen=True, slots=True)
class Portfolio:
    """The payments of all: mean delay, ``spread`` of the delays and of their distances from each one's usual delay."""

    mean: float
    delays: tuple[int, ...]
    distances: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Prediction:
    """``delay_*`` are quantiles of the delay; all are ``None`` when no invoice was ever paid that late.

    ``further_days``: days late that are expected on top of those already reached. ``paid_within``: probability of being
    paid in the next ``HORIZON_DAYS`` days.
    """

    probability_late: float | None
    delay_low: int | None = None
    delay_median: int | None = None
    delay_high: int | None = None
    further_days: float | None = None
    paid_within: float | None = None


def habit(own, portfolio, open_late=0.0, grace=GRACE_DAYS):
    """The weighted delays of a customer, ascending: ``[(delay, weight), ...]``.

    :param own: pairs of delay and weight of the paid invoices; empty below the minimum history
    :param open_late: sum of the weights of the invoices that are open and late

    >>> habit([(2, 1.0)], Portfolio(0.0, (0, 8), (-1.0, 1.0)))
    [(0, 5.5), (2, 6.0), (8, 0.5)]
    >>> points = habit([(2, 1.0)], Portfolio(0.0, (0, 8), (-1.0, 1.0)), open_late=1.0)
    >>> [(delay, round(weight, 3)) for delay, weight in points]  # late weighs 1.501 instead of 0.501
    [(0, 5.5), (2, 6.0), (4, 0.003), (8, 1.498)]
    """
    points = {}
    usual = usual_delay(own, portfolio.mean)
    for delay, weight in own:
        points[delay] = points.get(delay, 0.0) + weight
    for distance in portfolio.distances:
        delay = floor(usual + distance + 0.5)
        points[delay] = points.get(delay, 0.0) + OWN_PRIOR / len(portfolio.distances)
    for delay in portfolio.delays:
        points[delay] = points.get(delay, 0.0) + COMMON_PRIOR / len(portfolio.delays)
    if open_late:
        points[grace + 1] = points.get(grace + 1, 0.0) + TRACE
        late = sum(weight for delay, weight in points.items() if delay > grace)
        points = {d: w * (1 + open_late / late) if d > grace else w for d, w in points.items()}
    return sorted(points.items())


def predict(points, age, due=-1, grace=GRACE_DAYS):
    """What to expect of an invoice of a customer with this habit.

    :param age: days since the next business day after the due date, at the end of which it is still open
    :param due: the due date in the same count: -1 on a weekday, -3 for a Friday, -2 for a Saturday

    >>> points = [(-5, 2.0), (0, 4.0), (6, 2.0), (20, 2.0)]
    >>> predict(points, age=-30)  # doctest: +NORMALIZE_WHITESPACE
    Prediction(probability_late=0.4, delay_low=-5, delay_median=0, delay_high=20, further_days=6.0, paid_within=0.2)
    >>> predict(points, age=2).probability_late  # not paid by the third day: only the late ones are left
    1.0
    >>> predict(points, age=10).further_days, predict(points, age=10).delay_low
    (10.0, 20)
    >>> predict(points, age=20)  # nobody ever paid that late
    Prediction(probability_late=1.0, delay_low=None, delay_median=None, delay_high=None, further_days=None, \
paid_within=None)
    """
    left = [(delay, weight) for delay, weight in points if delay > age]
    total = sum(weight for _delay, weight in left)
    if not total:
        return Prediction(1.0 if age >= grace else None)
    late = sum(weight for delay, weight in left if delay > grace)
    reached = max(age, due)
    return Prediction(
        1.0 if age >= grace else late / total,
        *(quantile(left, share) for share in (0.1, 0.5, 0.9)),
        sum((delay - reached) * weight for delay, weight in left if delay > reached) / total,
        sum(weight for delay, weight in left if delay <= age + HORIZON_DAYS) / total,
    )


def weekday_shift(distances):
    """By how many days a customer pays the invoices due on one weekday later than his others.

    :param distances: ``(delay - usual delay, weight)`` of his paid invoices due on that weekday

    >>> weekday_shift([(9.0, 1.0)] * 5), weekday_shift([(9.0, 1.0)] * 20), weekday_shift([])
    (3, 6, 0)
    """
    weights = sum(weight for _distance, weight in distances) + WEEKDAY_STRENGTH
    return round(sum(distance * weight for distance, weight in distances) / weights)


def probability_late_by_weekday(points, age, shift, grace=GRACE_DAYS):
    """``probability_late`` of :func:`predict` when the whole habit is shifted for the weekday of the due date.

    >>> points = [(-5, 2.0), (0, 4.0), (6, 2.0), (20, 2.0)]
    >>> [probability_late_by_weekday(points, age=-30, shift=shift) for shift in (-3, 0, 4)]
    [0.2, 0.4, 0.8]
    >>> probability_late_by_weekday([(0, 1.0), (6, 1.0)], age=1, shift=-5)  # nothing is left: as if not shifted
    1.0
    """
    moved = predict(points, age - shift, grace=grace - shift).probability_late
    return predict(points, age, grace=grace).probability_late if moved is None else moved


def quantile(points, share):
    """The first delay by which more than ``share`` of the weight is reached.

    >>> [quantile([(1, 1.0), (2, 1.0), (3, 2.0)], share) for share in (0.1, 0.25, 0.5, 0.9)]
    [1, 2, 3, 3]
    """
    aim, reached = share * sum(weight for _delay, weight in points), 0.0
    for delay, weight in points:
        reached += weight
        if reached > aim:
            return delay
    return points[-1][0] if points else None
