"""How good a ranking or a probability was: compared with what happened.

Conventions: ``outcomes`` are truthy for the event (paid late, went bad), ``risks`` are higher the likelier the event
is; a score where more is better goes in with its sign turned. What cannot be measured (no event, only events, nothing
at all) is ``None``, never 0. Definitions: Siddiqi, Credit Risk Scorecards (2006); Hand (2009) for ties; Brier (1950).
"""

from math import exp, log

#: Probabilities are kept this far from 0 and 1 before their logarithm is taken.
CLIP = 0.01
#: With fewer events (or fewer others) a measure says nothing that can be relied on.
MIN_EVENTS = 30


def auc(risks, outcomes):
    """Probability that an event had the higher risk than a non-event; ties count half (Mann-Whitney, mid-ranks).

    >>> auc([0.9, 0.8, 0.3, 0.1], [1, 1, 0, 0])
    1.0
    >>> auc([1, 2, 2, 3], [0, 0, 1, 1])  # three of four pairs right, one tie
    0.875
    >>> auc([5, 5, 5], [0, 1, 0])
    0.5
    >>> auc([1, 2], [1, 1]) is None
    True
    """
    events = others = won = 0.0
    for _risk, hits, misses in _counts(risks, outcomes):
        won += hits * (others + misses / 2)
        events += hits
        others += misses
    return won / (events * others) if events and others else None


def gini(area):
    """``2 AUC - 1``.

    >>> gini(0.875), gini(None)
    (0.75, None)
    """
    return None if area is None else 2 * area - 1


def ks(risks, outcomes):
    """Kolmogorov-Smirnov: the largest distance between the cumulative distributions of events and of the others.

    >>> ks([0.9, 0.8, 0.3, 0.1], [1, 1, 0, 0])
    1.0
    >>> ks([1, 2, 3, 4], [0, 1, 0, 1])
    0.5
    """
    counts = list(_counts(risks, outcomes))
    events, others = sum(hits for _risk, hits, _m in counts), sum(misses for _risk, _h, misses in counts)
    if not events or not others:
        return None
    distance = below_events = below_others = 0.0
    for _risk, hits, misses in counts:
        below_events += hits / events
        below_others += misses / others
        distance = max(distance, abs(below_events - below_others))
    return distance


def _counts(risks, outcomes):
    """``(risk, events, others)`` for each value of the risk, ascending."""
    pairs = sorted((risk, bool(outcome)) for risk, outcome in zip(risks, outcomes, strict=True))
    found = {}
    for risk, outcome in pairs:
        hits, misses = found.get(risk, (0, 0))
        found[risk] = hits + outcome, misses + (not outcome)
    for risk, (hits, misses) in found.items():
        yield risk, hits, misses


def brier(probabilities, outcomes):
    """Mean squared distance between probability and outcome; 0 is perfect.

    >>> round(brier([0.9, 0.2, 0.5], [1, 0, 1]), 6)  # (0.01 + 0.04 + 0.25) / 3
    0.1
    """
    return _mean((p - bool(y)) ** 2 for p, y in zip(probabilities, outcomes, strict=True))


def brier_skill(probabilities, outcomes):
    """``1 - Brier / (q (1 - q))``: what is gained over always saying the share ``q`` of events; 1 is perfect.

    >>> round(brier_skill([0.9, 0.2, 0.5], [1, 0, 1]), 6)  # 1 - 0.1 / (2/9)
    0.55
    """
    share = _mean(bool(y) for y in outcomes)
    if not share or share == 1:
        return None
    return 1 - brier(probabilities, outcomes) / (share * (1 - share))


def mean_absolute_error(predicted, actual):
    """
    >>> mean_absolute_error([1, 5], [2, 2])
    2.0
    """
    return _mean(abs(p - a) for p, a in zip(predicted, actual, strict=True))


def calibration(probabilities, outcomes, steps=50):
    """``(slope, intercept)`` of the logistic regression of the outcomes on logit p; (1, 0): p can be taken as it is.

    A slope below 1 says that the probabilities are too extreme, above 1 too timid. Fitted by iteratively reweighted
    least squares. ``None`` when there is nothing to fit: one kind of outcome, or one probability only.

    >>> p, y = [0.2] * 10 + [0.7] * 10, [1] * 2 + [0] * 8 + [1] * 7 + [0] * 3
    >>> [round(value, 6) + 0 for value in calibration(p, y)]
    [1.0, 0.0]
    >>> slope, intercept = calibration([0.05] * 10 + [0.95] * 10, y)  # logits +-2.944 for what are -1.386 and 0.847
    >>> round(slope, 4), round(intercept, 4)
    (0.3793, -0.2695)
    >>> calibration([0.3, 0.3], [0, 1]) is None
    True
    """
    logits = [_logit(p) for p in probabilities]
    events = sum(map(bool, outcomes))
    if not events or events == len(logits) or max(logits) - min(logits) < 1e-9:
        return None
    slope, intercept = 0.0, log(events / (len(logits) - events))
    for _step in range(steps):
        change = _newton_step(slope, intercept, logits, outcomes)
        if change is None:
            return None
        slope, intercept = slope + change[0], intercept + change[1]
        if max(map(abs, change)) < 1e-10:
            break
    return (slope, intercept) if abs(slope) < 100 else None


def _newton_step(slope, intercept, logits, outcomes):
    """One step of the maximum likelihood; ``None`` when the two kinds are separated and there is no maximum."""
    g1 = g0 = h11 = h10 = h00 = 0.0
    for x, y in zip(logits, outcomes, strict=True):
        p = 1 / (1 + exp(-max(-30.0, min(30.0, slope * x + intercept))))
        weight, rest = p * (1 - p), bool(y) - p
        g1, g0 = g1 + rest * x, g0 + rest
        h11, h10, h00 = h11 + weight * x * x, h10 + weight * x, h00 + weight
    determinant = h11 * h00 - h10 * h10
    if determinant <= 1e-12:
        return None
    return (h00 * g1 - h10 * g0) / determinant, (h11 * g0 - h10 * g1) / determinant


def _logit(probability):
    clipped = min(max(probability, CLIP), 1 - CLIP)
    return log(clipped / (1 - clipped))


def expected_calibration_error(probabilities, outcomes, bins=10):
    """Mean distance between the predicted and the observed share, over ``bins`` groups of equal size by probability.

    >>> round(expected_calibration_error([0.1] * 5 + [0.6] * 5, [1, 0, 0, 0, 0, 1, 1, 1, 0, 0], bins=2), 6)
    0.05
    """
    pairs = sorted(zip(probabilities, map(bool, outcomes), strict=True))
    if not pairs:
        return None
    cuts = [len(pairs) * number // bins for number in range(bins + 1)]
    groups = [pairs[low:high] for low, high in zip(cuts, cuts[1:], strict=False) if high > low]
    return sum(abs(sum(p - y for p, y in group)) for group in groups) / len(pairs)


def psi(expected, actual):
    """Population stability index of two lists of counts: ``sum (a - e) ln(a / e)``.

    Below 0.10 the population is stable, above 0.25 it has shifted. An empty cell counts as half a customer.

    >>> psi([50, 50], [50, 50])
    0.0
    >>> round(psi([50, 50], [80, 20]), 4)  # 0.3 ln 1.6 - 0.3 ln 0.4
    0.4159
    >>> psi([0, 0], [1, 2]) is None
    True
    """
    if not sum(expected) or not sum(actual):
        return None
    pairs = [(e or 0.5, a or 0.5) for e, a in zip(expected, actual, strict=True) if e or a]
    shares = [(e / sum(expected), a / sum(actual)) for e, a in pairs]
    return sum((a - e) * log(a / e) for e, a in shares)


def _mean(values):
    values = list(values)
    return sum(values) / len(values) if values else None
