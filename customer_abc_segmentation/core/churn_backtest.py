"""How well risks and expectations at a cut fit what came, beside naive rules; and what follows from it."""

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

from . import churn


@dataclass(frozen=True, slots=True)
class Result:
    """Figures of one method or naive rule over the hold-out; None: not measured.

    ``auc``: of "no purchase came", among repeat buyers. ``mae``, ``rmse``, ``correlation``, ``expected``: purchases
    per customer; ``revenue_*``: the same of net sales.
    """

    method: str
    auc: float | None = None
    mae: float | None = None
    rmse: float | None = None
    correlation: float | None = None
    expected: float | None = None
    revenue_mae: float | None = None
    revenue_rmse: float | None = None
    revenue_correlation: float | None = None
    revenue_expected: float | None = None


def auc(scores, events):
    """Probability that an event scores above a non-event, ties half; None with only one kind.

    >>> auc(np.array([0.9, 0.2, 0.2, 0.1]), np.array([True, True, False, False]))
    0.875
    >>> auc(np.array([1.0]), np.array([True])) is None
    True
    """
    positive, negative = int(events.sum()), int((~events).sum())
    if not positive or not negative:
        return None
    return float((rankdata(scores)[events].sum() - positive * (positive + 1) / 2) / (positive * negative))


def errors(expected, actual):
    """Mean absolute error, root of the mean squared one, correlation and sum of what was expected.

    >>> [round(figure, 3) for figure in errors(np.array([1.0, 2.0, 3.0]), np.array([1.0, 2.0, 6.0]))]
    [1.0, 1.732, 0.945, 6.0]
    """
    if not len(actual):
        return None, None, None, None
    wrong = expected - actual
    varies = min(np.std(expected), np.std(actual)) > 0
    correlation = float(np.corrcoef(expected, actual)[0, 1]) if varies else None
    return float(np.abs(wrong).mean()), float(np.sqrt((wrong**2).mean())), correlation, float(expected.sum())


def measure(fits, facts, days):
    """``{method or naive rule: Result}`` of what was learnt at the cut of ``facts``, judged by what came after."""
    repeats = facts.repeats
    none_came = facts.later_count[repeats] == 0
    areas = {rule: auc(score[repeats], none_came) for rule, score in churn.naive_scores(facts).items()}
    for method, learnt in ((churn.BG_NBD, fits.bg_nbd), (churn.LOGISTIC, fits.logistic), (churn.RHYTHM, fits.rhythm)):
        if learnt:
            areas[method] = auc(churn.risk(method, fits, facts, days)[repeats], none_came)
    expected = expectations(fits, facts, days)
    return {
        method: Result(
            method,
            area,
            *errors(expected[method][0], facts.later_count) if method in expected else (None,) * 4,
            *errors(expected[method][1], facts.later_net)
            if method in expected and expected[method][1] is not None
            else (None,) * 4,
        )
        for method, area in areas.items()
    }


def expectations(fits, facts, days):
    """``{method: (purchases, net sales or None)}`` expected within ``days`` after the cut."""
    share = days / 365.25
    found = {churn.LAST_YEAR: (facts.year_count * share, np.maximum(facts.year_net, 0) * share)}
    if fits.bg_nbd:
        purchases = fits.bg_nbd.expected_purchases(facts.histories, days / 7)
        found[churn.BG_NBD] = purchases, fits.gamma_gamma and purchases * spending(fits.gamma_gamma, facts)
    return found


def spending(model, facts):
    """Mean value of the purchases to come; who brought nothing so far counts as if nothing were known."""
    positive = facts.net > 0
    return model.expected_value(np.where(positive, facts.count, 0), np.where(positive, facts.mean_value, 0))


def kept_share(facts, days):
    """Share of its revenue that the portfolio keeps from one year to the next, at most 1; None without sales.

    The next ``days`` of the known customers are compared with their last 12 months. The middles of the two lie half a
    year and half of ``days`` apart, which scales the share to a year.

    >>> from types import SimpleNamespace
    >>> known = SimpleNamespace(year_net=np.array([100.0, 100.0]), later_net=np.array([90.0, 0.0]))
    >>> round(kept_share(known, 365.25), 2), round(kept_share(known, 730.5), 2)
    (0.45, 0.37)
    """
    before = np.maximum(facts.year_net, 0).sum() * days / 365.25
    if before <= 0:
        return None
    share = min(max(float(facts.later_net.sum() / before), 0.0), 1.0)
    return share ** (2 / (1 + days / 365.25))


def hold_out_ratios(facts, days, levels):
    """Quantiles of what came as a share of what the last-12-month rule expected, each customer by its expectation.

    The rule's own bias is taken out, so that the mean is 1 and lies between the low and the high one. None: no data.
    """
    sold = facts.year_net > 0
    came = np.maximum(facts.later_net[sold], 0)
    if sold.sum() < churn.MINIMUM_TRIED or not came.sum():
        return None
    ratios = came / facts.year_net[sold] * facts.year_net[sold].sum() / came.sum()
    order = np.argsort(ratios)
    reached = np.cumsum(facts.year_net[sold][order]) / facts.year_net[sold].sum()
    low, high = (float(ratios[order][min(np.searchsorted(reached, level), len(order) - 1)]) for level in levels)
    return min(low, 1.0), max(high, 1.0)
