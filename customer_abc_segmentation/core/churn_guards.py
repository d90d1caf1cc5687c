"""When BG/NBD and Gamma-Gamma may be trusted on B2B data, and which method is in force."""

from dataclasses import dataclass

import numpy as np

from . import churn

MINIMUM_MONTHS, MINIMUM_REPEATS = 18, 300
#: Purchases of the last three months by the quarterly average of the last 12: above, the ledger is cut at a peak.
MAXIMUM_SEASON = 1.25
#: Above, practically nobody ever leaves: the model found no drop-out in the data.
MAXIMUM_STAY = 0.98
MINIMUM_Q, MAXIMUM_P = 1.0, 100.0
#: Correlation of number and mean value of purchases that still counts as small.
MAXIMUM_CORRELATION = 0.3

RISK_GUARDS = ("history", "repeats", "season", "optimum", "stay")
VALUE_GUARDS = (*RISK_GUARDS, "value_optimum", "q", "p", "correlation")


@dataclass(frozen=True, slots=True)
class Guard:
    """One condition: the figure found (None: there is none) and the limit it must keep."""

    key: str
    passed: bool
    value: float | None
    limit: float | None


def check(fits, facts, recent_share):
    """All guards at the cut of ``facts``; ``recent_share``: see ``MAXIMUM_SEASON`` (None: no purchase in a year)."""
    months = float(facts.age.max()) / churn.DAYS_A_MONTH if len(facts.age) else 0.0
    repeats = int(facts.repeats.sum())
    model, value = fits.bg_nbd, fits.gamma_gamma
    related = _correlation(facts)
    return (
        _at_least("history", months, MINIMUM_MONTHS),
        _at_least("repeats", repeats, MINIMUM_REPEATS),
        _at_most("season", recent_share, MAXIMUM_SEASON),
        Guard("optimum", bool(model and model.converged), None, None),
        _at_most("stay", model and model.stay_share, MAXIMUM_STAY),
        Guard("value_optimum", bool(value and value.converged), None, None),
        Guard("q", bool(value and value.q > MINIMUM_Q), value and value.q, MINIMUM_Q),
        _at_most("p", value and value.p, MAXIMUM_P),
        Guard("correlation", related is not None and abs(related) <= MAXIMUM_CORRELATION, related, MAXIMUM_CORRELATION),
    )


def _at_least(key, value, limit):
    """
    >>> _at_least("history", 18, 18).passed, _at_least("history", 17.9, 18).passed
    (True, False)
    """
    return Guard(key, value >= limit, value, limit)


def _at_most(key, value, limit):
    """
    >>> _at_most("stay", 0.98, 0.98).passed, _at_most("stay", 0.981, 0.98).passed, _at_most("stay", None, 0.98).passed
    (True, False, False)
    """
    return Guard(key, value is not None and value <= limit, value, limit)


def _correlation(facts):
    valued = facts.repeats & (facts.net > 0)
    count, mean = facts.count[valued], facts.mean_value[valued]
    if len(count) < 3 or not count.std() or not mean.std():
        return None
    return float(np.corrcoef(count, mean)[0, 1])


@dataclass(frozen=True, slots=True)
class Choice:
    """What is in force for the risk of churn, for purchases and for revenue, and why (keys of sentences)."""

    risk: str
    purchases: str
    revenue: str
    reason: str


def choose(fits, guards, results):
    """``Choice``: BG/NBD, else the logistic regression, else the own rhythm, else none.

    The two that are fitted must rank repeat buyers at least as well as the best naive rule did in the hold-out. What is
    expected comes from BG/NBD (and Gamma-Gamma) where these hold and their squared error in the hold-out is not larger
    than that of the last 12 months.
    """
    passed = {guard.key for guard in guards if guard.passed}
    guarded = passed.issuperset(RISK_GUARDS)
    method, reason = _choose_risk(fits, guarded, results)
    purchases = revenue = churn.LAST_YEAR
    tested, naive = results.get(churn.BG_NBD), results.get(churn.LAST_YEAR)
    if guarded and tested and _not_worse(tested.rmse, naive.rmse):
        purchases = churn.BG_NBD
        if passed.issuperset(VALUE_GUARDS) and _not_worse(tested.revenue_rmse, naive.revenue_rmse):
            revenue = churn.BG_NBD
    return Choice(method, purchases, revenue, reason)


def _choose_risk(fits, guarded, results):
    naive = [results[rule].auc for rule in (churn.LAST_YEAR, churn.RECENCY, churn.RECENCY_FREQUENCY) if rule in results]
    bar = max((area for area in naive if area is not None), default=None)

    def beats(method):
        found = results.get(method)
        return bar is not None and found is not None and found.auc is not None and found.auc >= bar

    if fits.bg_nbd and guarded and beats(churn.BG_NBD):
        return churn.BG_NBD, "bg_nbd"
    why = "guards" if not guarded else "untested" if bar is None else "beaten"
    if fits.logistic and beats(churn.LOGISTIC):
        return churn.LOGISTIC, f"logistic_{why}"
    if fits.rhythm:
        return churn.RHYTHM, f"rhythm_{why}"
    return churn.NONE, "none"


def _not_worse(error, naive):
    return error is not None and naive is not None and error <= naive
