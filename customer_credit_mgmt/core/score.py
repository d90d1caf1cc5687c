"""A scorecard: bands turn figures into points, and points make a score, with its reasons.

On the scale of 0 to 100 the score is the weighted mean of the points of all criteria that count. On a scale of points
(core/scaling.py) it is a start plus the sum of the points. Each criterion leaves a :class:`Finding`, which is all that
has to be kept to explain the score later: :func:`summarize` rebuilds the rest from the findings.
"""

from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_UP, Decimal

from .bands import Band, band_index, better_band

#: With fewer invoices whose outcome is known there is no score, unless the scorecard says otherwise.
MIN_HISTORY = 3
#: What a criterion without data gets under the policy ``neutral``, from 0 to 100; on a scale of points it is 0.
NEUTRAL_POINTS = 50.0
#: What to do when a figure is not known.
NEUTRAL, WORST, EXCLUDE = "neutral", "worst", "exclude"


@dataclass(frozen=True, slots=True)
class Criterion:
    """``bands`` in ascending order, the first one without lower end: every value is in exactly one of them.

    ``source`` says where the figure comes from (ledger, field, statement, guarantee, answer, panel).
    """

    key: object
    source: str
    weight: float
    bands: tuple[Band, ...]
    missing: str = NEUTRAL
    neutral: float = NEUTRAL_POINTS


@dataclass(frozen=True, slots=True)
class Finding:
    """What one criterion said. ``points`` is ``None`` when it does not count; without data ``value`` and ``band`` are.

    ``better_band`` and ``better_points`` name the next better band, if there is one.
    """

    criterion: object
    source: str
    value: float | None
    band: object
    points: float | None
    weight: float
    better_band: object = None
    better_points: float | None = None

    def as_dict(self):
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Reason:
    """A finding in the light of the whole score: what it contributes, and what its next better band would add."""

    finding: Finding
    share: float
    contribution: float
    gain: float


@dataclass(frozen=True, slots=True)
class Score:
    """``value`` is ``None`` when it cannot be known; ``data_share`` is the part (0 to 1) that rests on data."""

    value: float | None
    data_share: float
    reasons: tuple[Reason, ...]

    @property
    def improvement(self):
        """The reason whose next better band would raise the score most, or ``None``."""
        best = max(self.reasons, key=lambda reason: reason.gain, default=None)
        return best if best and best.gain > 0 else None


def judge(criterion, value):
    """What a criterion says about a value (``None``: not known).

    >>> card = Criterion("c", "days_late", 25, (Band(None, 100, "a"), Band(10, 40, "b")))
    >>> judge(card, 10)  # doctest: +NORMALIZE_WHITESPACE
    Finding(criterion='c', source='days_late', value=10, band='b', points=40, weight=25,
            better_band='a', better_points=100)
    >>> judge(card, None).points
    50.0
    """
    if value is None:
        return Finding(criterion.key, criterion.source, None, None, points_without_data(criterion), criterion.weight)
    return judge_band(criterion, band_index(criterion.bands, value), value)


def judge_band(criterion, index, value=None):
    """What a criterion says about any value of its band number ``index``."""
    band = criterion.bands[index]
    better = better_band(criterion.bands, index)
    ends = (better.key, better.points) if better else (None, None)
    return Finding(criterion.key, criterion.source, value, band.key, band.points, criterion.weight, *ends)


def points_without_data(criterion):
    """Points of a criterion whose figure is not known; ``None``: it does not count.

    >>> bands = (Band(None, 100), Band(10, 40))
    >>> [points_without_data(Criterion("c", "x", 1, bands, policy)) for policy in (NEUTRAL, WORST, EXCLUDE)]
    [50.0, 40, None]
    """
    if criterion.missing == EXCLUDE:
        return None
    if criterion.missing == WORST:
        return min(band.points for band in criterion.bands)
    return criterion.neutral


def summarize(findings, start=None):
    """The score of some findings: criteria that do not count leave their weight to the others.

    :param start: what the points are added to; ``None``: the score is their weighted mean. When nothing at all is
        known there is no score.

    >>> known = Finding("a", "x", 3.0, "a1", 80, 30, "a0", 100)
    >>> guess = Finding("b", "y", None, None, 50, 10)
    >>> nothing = Finding("c", "z", None, None, None, 60)
    >>> score = summarize((known, guess, nothing))
    >>> score.value, score.data_share
    (72.5, 0.3)
    >>> [(reason.share, reason.contribution, reason.gain) for reason in score.reasons]
    [(0.75, 60.0, 15.0), (0.25, 12.5, 0.0), (0.0, 0.0, 0.0)]
    >>> score.improvement.finding.criterion
    'a'
    >>> summarize((guess, nothing)).value is None
    True
    >>> points = summarize((known, nothing), start=487.1229)
    >>> points.value, points.reasons[0].contribution, points.reasons[0].gain
    (567.12, 80, 20)
    """
    findings = tuple(findings)
    known = sum(finding.weight for finding in findings if finding.value is not None)
    counted = sum(finding.weight for finding in findings if finding.points is not None) if known else 0.0
    total = sum(finding.weight for finding in findings)
    reasons = tuple(_weigh(finding, counted, start) for finding in findings)
    value = _total(findings, start) if known else None
    return Score(value, known / total if total else 0.0, reasons)


def _weigh(finding, counted, start):
    if finding.points is None or not counted:
        return Reason(finding, 0.0, 0.0, 0.0)
    share = finding.weight / counted
    factor = share if start is None else 1
    gain = (finding.better_points - finding.points) * factor if finding.better_points is not None else 0.0
    return Reason(finding, share, finding.points * factor, gain)


def _total(findings, start):
    """Exact, rounded half up to two decimals: the score that is shown is the one that is rated.

    >>> _total([Finding("a", "x", 1.0, "b", 80.01, 1), Finding("a", "x", 1.0, "b", 80.0, 1)], None)
    80.01
    """
    pairs = [(Decimal(str(f.points)), Decimal(str(f.weight))) for f in findings if f.points is not None]
    if start is not None:
        total = Decimal(str(start)) + sum(points for points, _weight in pairs)
    else:
        total = sum(points * weight for points, weight in pairs) / sum(weight for _points, weight in pairs)
    return float(total.quantize(Decimal("0.01"), ROUND_HALF_UP))


def score_customer(criteria, values, history, needed=MIN_HISTORY):
    """Score from 0 to 100 of a customer from ``{criterion: value}``.

    :param history: the invoices whose outcome is known; with fewer than ``needed`` there is no score

    >>> card = [Criterion("c", "days_late", 25, (Band(None, 100), Band(10, 40)))]
    >>> score_customer(card, {"c": 12.0}, history=3).value
    40.0
    >>> score_customer(card, {"c": 12.0}, history=2)
    Score(value=None, data_share=0.0, reasons=())
    """
    if history < needed:
        return Score(None, 0.0, ())
    return summarize(judge(criterion, values.get(criterion.key)) for criterion in criteria)


def rate(score, ratings):
    """The rating of a score: of ``(minimum, key)`` the one with the highest minimum not above it, else the lowest.

    >>> ratings = [(80, "A"), (50, "B"), (10, "C")]
    >>> [rate(score, ratings) for score in (80, 79.99, 50, 0)]
    ['A', 'B', 'B', 'C']
    >>> rate(None, ratings) is None
    True
    """
    if score is None or not ratings:
        return None
    reached = [rating for rating in ratings if rating[0] <= score]
    return (max(reached) if reached else min(ratings))[1]
