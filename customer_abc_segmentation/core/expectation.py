"""What is expected of customers from a day on, by the methods in force: risk, purchases, revenue, lifetime value."""

from typing import NamedTuple

import numpy as np

from . import churn, clv
from .churn_backtest import spending

WEEKS_A_YEAR = 365.25 / 7


class Methods(NamedTuple):
    """Methods in force, and what the last-12-month rule needs: ``kept`` share a year, ``ratios`` of the interval."""

    risk: str
    purchases: str
    revenue: str
    kept: float | None
    ratios: tuple | None


class Terms(NamedTuple):
    """``days``: within which no purchase counts as churn; ``years`` and yearly ``rate`` of the lifetime value."""

    days: int
    years: int
    rate: float


class Expectation(NamedTuple):
    """One place per customer; nan: not known. Revenue and its lifetime value are before margin, in company currency."""

    risk: np.ndarray
    purchases_3: np.ndarray
    purchases_12: np.ndarray
    revenue_3: np.ndarray
    revenue_12: np.ndarray
    value: clv.Value


def expect(fits, methods, facts, terms):
    """``Expectation`` of the customers of ``facts``.

    Without any model the last 12 months speak for the next; the risk and the lifetime value are unknown then:

    >>> facts = churn.Facts.of_rows([(7, 12, 334, 350, 30, 1200, 12, 1200, 0, 0)])
    >>> found = expect(churn.Fits(), Methods("none", "last_year", "last_year", None, None), facts, Terms(180, 3, 0.1))
    >>> found.purchases_3[0], found.revenue_12[0], found.risk[0], found.value.mean[0]
    (np.float64(3.0), np.float64(1200.0), np.float64(nan), np.float64(nan))
    """
    purchases = _purchases(fits, methods, facts)
    return Expectation(
        churn.risk(methods.risk, fits, facts, terms.days),
        *purchases,
        *_revenue(fits, methods, facts, purchases),
        _value(fits, methods, facts, terms),
    )


def _purchases(fits, methods, facts):
    if methods.purchases == churn.BG_NBD:
        return tuple(fits.bg_nbd.expected_purchases(facts.histories, WEEKS_A_YEAR * share) for share in (0.25, 1))
    return facts.year_count / 4, facts.year_count


def _revenue(fits, methods, facts, purchases):
    if methods.revenue == churn.BG_NBD:
        worth = spending(fits.gamma_gamma, facts)
        return tuple(count * worth for count in purchases)
    year = np.maximum(facts.year_net, 0)
    return year / 4, year


def _value(fits, methods, facts, terms):
    if methods.revenue == churn.BG_NBD:
        positive = facts.net > 0
        seen = np.where(positive, facts.count, 0), np.where(positive, facts.mean_value, 0)
        return clv.from_models(fits.bg_nbd, fits.gamma_gamma, facts.histories, seen, (terms.years, terms.rate))
    if methods.kept is None or methods.ratios is None:
        unknown = np.full(len(facts.count), np.nan)
        return clv.Value(unknown, unknown, unknown)
    return clv.from_last_year(facts.year_net, methods.kept, methods.ratios, (terms.years, terms.rate))
