"""How well a scorecard told the good customers from the bad: scores of a day against what followed.

A score says who is safer, not how likely anything is. The probability that belongs to a score is therefore the bad rate
of its score group in the *earlier split*: the scores of an earlier day with the outcomes known by the day that is
measured. Nothing that happened after the scores were given is used for them.
"""

from bisect import bisect_right
from dataclasses import dataclass

from . import quality
from .shrinkage import PRIOR_STRENGTH

#: The customers of the earlier split are cut into so many groups of equal size by their score.
GROUPS = 10
#: With fewer customers (or without a bad one) the earlier split gives no probabilities.
MIN_EARLIER = 30


@dataclass(frozen=True, slots=True)
class Case:
    """A customer: its score (higher is safer), its rating and whether it went bad afterwards."""

    score: float
    rating: object
    bad: bool


@dataclass(frozen=True, slots=True)
class Band:
    """One row of a table; ``expected``: bad rate of the group in the earlier split, ``earlier``: its customers then."""

    key: object
    count: int
    bad: int
    expected: float | None = None
    earlier: int = 0

    @property
    def bad_rate(self):
        return self.bad / self.count if self.count else None


@dataclass(frozen=True, slots=True)
class Result:
    """Measures of one scorecard; ``None``: cannot be measured."""

    count: int
    bad: int
    auc: float | None
    gini: float | None
    ks: float | None
    brier: float | None
    brier_skill: float | None
    slope: float | None
    intercept: float | None
    ece: float | None
    psi: float | None
    ratings: tuple[Band, ...]
    groups: tuple[Band, ...]

    @property
    def is_enough(self):
        """Whether there were bad and good cases enough for a verdict."""
        return min(self.bad, self.count - self.bad) >= quality.MIN_EVENTS


def validate(cases, earlier):
    """Measure a scorecard on ``cases``, with the ``earlier`` ones for probabilities and stability.

    >>> cases = [Case(score, "A" if score > 50 else "B", score < 30) for score in range(0, 100, 2)]
    >>> result = validate(cases, cases)
    >>> result.count, result.bad, result.auc, round(result.ks, 6), round(result.psi, 6)
    (50, 15, 1.0, 1.0, 0.0)
    >>> [(band.key, band.count, band.bad) for band in result.ratings]
    [('A', 24, 0), ('B', 26, 15)]
    >>> result.is_enough  # 15 bad cases
    False
    >>> validate(cases, []).brier is None
    True
    """
    bad = [case.bad for case in cases]
    risks = [-case.score for case in cases]
    area = quality.auc(risks, bad)
    edges = score_edges(earlier)
    rates = group_rates(earlier, edges)
    chances = [rates[bisect_right(edges, case.score)] for case in cases] if rates and cases else None
    fit = quality.calibration(chances, bad) if chances else None
    return Result(
        count=len(cases),
        bad=sum(bad),
        auc=area,
        gini=quality.gini(area),
        ks=quality.ks(risks, bad),
        brier=chances and quality.brier(chances, bad),
        brier_skill=chances and quality.brier_skill(chances, bad),
        slope=fit and fit[0],
        intercept=fit and fit[1],
        ece=chances and quality.expected_calibration_error(chances, bad),
        psi=quality.psi(group_counts(earlier, edges), group_counts(cases, edges)) if edges else None,
        ratings=rating_bands(cases, earlier),
        groups=group_bands(cases, earlier, edges, rates),
    )


def score_edges(cases):
    """Scores at which a new group begins, so that the groups are of about equal size; equal scores stay together.

    >>> score_edges([Case(score, "", False) for score in (1, 2, 2, 2, 3, 4)] * 10)
    [2, 3, 4]
    >>> score_edges([Case(1, "", False)] * 5)
    []
    """
    if len(cases) < MIN_EARLIER:
        return []
    ordered = sorted(case.score for case in cases)
    edges = sorted({ordered[len(ordered) * number // GROUPS] for number in range(1, GROUPS)})
    return [edge for edge in edges if edge > ordered[0]]


def group_counts(cases, edges):
    """How many cases are in each group."""
    counts = [0] * (len(edges) + 1)
    for case in cases:
        counts[bisect_right(edges, case.score)] += 1
    return counts


def group_rates(cases, edges):
    """Probability of going bad for each group: shrunken to the rate of all, and never rising with the score.

    ``None`` without enough cases, or where none or all of them went bad.

    >>> cases = [Case(1, "", True)] * 10 + [Case(1, "", False)] * 10 + [Case(2, "", False)] * 20
    >>> [round(rate, 3) for rate in group_rates(cases, [2])]  # (10 + 5 x 0.25) / 25, (0 + 5 x 0.25) / 25
    [0.45, 0.05]
    >>> [round(rate, 3) for rate in group_rates([*cases, *[Case(3, "", True)] * 5], [2, 3])]  # 3 is pooled with 2
    [0.467, 0.238, 0.238]
    """
    bad = sum(case.bad for case in cases)
    if len(cases) < MIN_EARLIER or not 0 < bad < len(cases):
        return None
    pools = []
    counts, events = group_counts(cases, edges), group_counts([case for case in cases if case.bad], edges)
    for count, event in zip(counts, events, strict=True):
        pools.append([event + PRIOR_STRENGTH * bad / len(cases), count + PRIOR_STRENGTH, 1])
        # a safer group that went bad more often is one with its neighbour (pool adjacent violators)
        while len(pools) > 1 and pools[-2][0] / pools[-2][1] < pools[-1][0] / pools[-1][1]:
            last = pools.pop()
            pools[-1] = [a + b for a, b in zip(pools[-1], last, strict=True)]
    return [event / count for event, count, width in pools for _group in range(width)]


def rating_bands(cases, earlier):
    """The table by rating, in the order of the best score in each."""
    best, rows = {}, {}
    for case in cases:
        count, bad = rows.get(case.rating, (0, 0))
        rows[case.rating] = count + 1, bad + case.bad
        best[case.rating] = max(best.get(case.rating, case.score), case.score)
    before = [case.rating for case in earlier]
    return tuple(Band(key, *rows[key], earlier=before.count(key)) for key in sorted(rows, key=best.get, reverse=True))


def group_bands(cases, earlier, edges, rates):
    """The table by score group, the lowest scores first; ``key`` is the lowest score of the group (``None``: open)."""
    if not edges:
        return ()
    columns = zip(
        [None, *edges],
        group_counts(cases, edges),
        group_counts([case for case in cases if case.bad], edges),
        rates or [None] * (len(edges) + 1),
        group_counts(earlier, edges),
        strict=True,
    )
    return tuple(Band(*column) for column in columns)
