"""ABC classes by cumulative share, exact.

Customers are sorted by measure, largest first. The class follows from the share of the total that the customers
*before* them hold, so whoever crosses a limit still belongs to the better class and the best customer is always in the
first class. Source: Pareto analysis with the "share before" convention; the share *including* the customer would leave
the first class empty when one customer holds more than its limit.
"""

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

LEADER, SHARE, KEPT, NOTHING = "leader", "share", "kept", "nothing"
"""Why a class was given: nobody is before, the share before decides, hysteresis keeps it, no positive measure."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """Upper cumulative shares of the classes, best first, in points (0 < share <= 100), the last one 100.

    ``hysteresis``: points by which a share must lie beyond a limit before a customer leaves the class.

    >>> Scheme((80, 95, 100)).class_of(Fraction(80))
    1
    >>> Scheme((95, 80, 100))
    Traceback (most recent call last):
    ValueError: upper shares must rise from above 0 to 100
    """

    upper_shares: tuple
    hysteresis: Fraction | int = 0

    def __post_init__(self):
        edges = (0, *self.upper_shares)
        if len(edges) < 2 or edges[-1] != 100 or any(low >= high for low, high in pairwise(edges)):
            raise ValueError("upper shares must rise from above 0 to 100")

    @property
    def last(self):
        return len(self.upper_shares) - 1

    def class_of(self, share_before):
        """Index of the class; a limit itself belongs to the class after it."""
        return next((i for i, upper in enumerate(self.upper_shares) if share_before < upper), self.last)

    def keeps(self, index, share_before):
        """Whether a customer of class ``index`` stays there, the limits moved outwards by the hysteresis."""
        lower = self.upper_shares[index - 1] if index else 0
        return lower - self.hysteresis <= share_before < self.upper_shares[index] + self.hysteresis


@dataclass(frozen=True, slots=True)
class Placement:
    """Class of one customer and why.

    ``class_index`` counts from 0, the best. ``rank`` counts from 1, equal measures share it. ``share``,
    ``share_before`` and ``cumulative_share`` (equals included) are points of the total of all positive measures; None
    without a total.
    """

    class_index: int
    rank: int
    share: Fraction | None
    share_before: Fraction | None
    cumulative_share: Fraction | None
    reason: str


def classify(measures, scheme, previous=None):
    """``{customer: Placement}`` of ``{customer: measure}`` (int, Decimal or Fraction: exact numbers).

    ``previous``: ``{customer: class index}`` so far; it only matters under hysteresis.

    The customer who crosses 80 % still is an A; the next one is not:

    >>> def show(measures, *args, **kwargs):
    ...     return {key: "ABC"[place.class_index] for key, place in classify(measures, *args, **kwargs).items()}
    >>> abc = Scheme((80, 95, 100))
    >>> show({"Ann": 50, "Bob": 29, "Cid": 12, "Dan": 9}, abc)
    {'Ann': 'A', 'Bob': 'A', 'Cid': 'A', 'Dan': 'B'}

    Exactly on the limit is beyond it (80 of 100 are before Cid, 95 before Dan):

    >>> show({"Ann": 50, "Bob": 30, "Cid": 15, "Dan": 5}, abc)
    {'Ann': 'A', 'Bob': 'A', 'Cid': 'B', 'Dan': 'C'}

    Equals share the class of the first of them, also across a limit:

    >>> show({"Ann": 70, "Bob": 10, "Cid": 10, "Dan": 10}, abc)
    {'Ann': 'A', 'Bob': 'A', 'Cid': 'A', 'Dan': 'A'}

    One customer above the limit alone, one customer at all, all alike:

    >>> show({"Ann": 90, "Bob": 6, "Cid": 4}, abc)
    {'Ann': 'A', 'Bob': 'B', 'Cid': 'C'}
    >>> show({"Ann": 1}, abc), show({"Ann": 5, "Bob": 5, "Cid": 5}, abc), show({}, abc)
    ({'Ann': 'A'}, {'Ann': 'A', 'Bob': 'A', 'Cid': 'A'}, {})

    Zero and negative measures come last and do not count in the total:

    >>> places = classify({"Ann": 100, "Nil": 0, "Neg": -40}, abc)
    >>> [(key, place.class_index, place.rank, int(place.share), place.reason) for key, place in places.items()]
    [('Ann', 0, 1, 100, 'leader'), ('Nil', 2, 2, 0, 'nothing'), ('Neg', 2, 3, 0, 'nothing')]

    Nobody positive: everybody is in the last class, and there is no share to speak of:

    >>> classify({"Nil": 0}, abc)["Nil"]
    Placement(class_index=2, rank=1, share=None, share_before=None, cumulative_share=None, reason='nothing')

    Under a hysteresis of 2 points Cid (81 % before) stays an A, and a B at 79 % would stay a B; the leader never waits:

    >>> slow = Scheme((80, 95, 100), hysteresis=2)
    >>> show({"Ann": 81, "Cid": 19}, slow, previous={"Ann": 1, "Cid": 0})
    {'Ann': 'A', 'Cid': 'A'}
    >>> show({"Ann": 79, "Cid": 21}, slow, previous={"Cid": 1})
    {'Ann': 'A', 'Cid': 'B'}
    >>> show({"Ann": 77, "Cid": 23}, slow, previous={"Cid": 1})
    {'Ann': 'A', 'Cid': 'A'}
    """
    values = {key: Fraction(measure) for key, measure in measures.items()}
    steps = _steps(values.values())
    return {key: _place(value, steps[value], scheme, (previous or {}).get(key)) for key, value in values.items()}


def _steps(values):
    """``{value: (rank, share, share_before, cumulative_share)}`` of the distinct values, in points.

    >>> _steps([3, 1])[1]
    (2, Fraction(25, 1), Fraction(75, 1), Fraction(100, 1))
    """
    total = sum(value for value in values if value > 0)
    steps, rank, before = {}, 1, Fraction(0)
    for value, count in sorted(Counter(values).items(), reverse=True):
        positive = max(value, 0)
        amounts = (positive, before, before + positive * count)
        shares = tuple(Fraction(100 * amount, total) for amount in amounts) if total else (None, None, None)
        steps[value] = (rank, *shares)
        rank, before = rank + count, amounts[2]
    return steps


def _place(value, step, scheme, previous):
    rank, share, before, cumulative = step
    if value <= 0:
        index, reason = scheme.last, NOTHING
    elif before == 0:
        index, reason = 0, LEADER
    else:
        index, reason = scheme.class_of(before), SHARE
        if previous is not None and previous != index and scheme.keeps(previous, before):
            index, reason = previous, KEPT
    return Placement(index, rank, share, before, cumulative, reason)
