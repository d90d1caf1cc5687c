"""Customer lifetime value: the discounted margin of the purchases to come, with an interval of 80 %."""

from typing import NamedTuple

import numpy as np
from scipy.special import gammaincinv

WEEKS = 365.25 / 7
#: Quarters are discounted from their middle.
STEPS_A_YEAR = 4
LOW, HIGH = 0.1, 0.9
#: Own margins count as so many purchases, the margin of all customers as this many more.
PRIOR_PURCHASES = 5


class Value(NamedTuple):
    """Revenue to come, discounted: mean and the bounds of the interval (nan: unknown)."""

    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray


def margin_rate(margin, revenue, count, portfolio):
    """A customer's margin as a share of revenue, drawn to that of all customers; between -1 and 1.

    >>> margin_rate(np.array([40.0, 40.0, 0.0]), np.array([100.0, 100.0, 0.0]), np.array([5, 95, 0]), 0.2).round(3)
    array([0.3 , 0.39, 0.2 ])
    """
    sold = revenue > 0
    own = np.where(sold, margin / np.where(sold, revenue, 1), portfolio)
    weight = np.where(sold, count / (count + PRIOR_PURCHASES), 0)
    return np.clip(weight * own + (1 - weight) * portfolio, -1, 1)


def from_models(bg_nbd, gamma_gamma, histories, spending, terms):
    """``Value`` by BG/NBD and Gamma-Gamma.

    ``spending``: purchases and mean value seen, for the Gamma-Gamma; ``terms``: (years, discount rate a year).
    """
    years, rate = terms
    expected = [
        bg_nbd.expected_purchases(histories, WEEKS * k / STEPS_A_YEAR) for k in range(1, years * STEPS_A_YEAR + 1)
    ]
    steps = np.diff(np.vstack([np.zeros_like(expected[0]), *expected]), axis=0)
    discounts = (1 + rate) ** -((np.arange(len(steps)) + 0.5) / STEPS_A_YEAR)
    discounted, total = discounts @ steps, np.maximum(expected[-1], 1e-12)
    value = gamma_gamma.expected_value(*spending)
    low, high = _interval(_moments(bg_nbd, histories, WEEKS * years, total), value, gamma_gamma.spread(*spending))
    factor = discounted / total
    return Value(discounted * value, low * factor, high * factor)


def _moments(bg_nbd, histories, weeks, expected):
    """Probability of any purchase; mean and mean square of their number where there are any.

    Given that the customer is alive, buys at rate l and leaves with probability p after each purchase, the mean number
    in time t is m = (1 - e^-u) / p with u = l p t, and the expected number of ordered pairs of purchases is R m^2 with
    R = 2 (1-p) (1 - e^-u (1+u)) / (1 - e^-u)^2. R is taken at the means of l and p given the history; their spread
    widens m^2 by the relative variance of m to first order, whose elasticities are g by l and g - 1 by p,
    g = u e^-u / (1 - e^-u).
    """
    any_chance = np.maximum(1 - bg_nbd.probability_of_none(histories, weeks), 1e-12)
    alive = bg_nbd.probability_alive(histories)
    shape, stays = bg_nbd.r + histories.x, bg_nbd.b + histories.x
    leaving = bg_nbd.a / (bg_nbd.a + stays)
    u = np.maximum(shape / (bg_nbd.alpha + histories.age) * leaving * weeks, 1e-4)
    pairs = 2 * (1 - leaving) * (1 - np.exp(-u) * (1 + u)) / np.expm1(-u) ** 2
    elasticity = u / np.expm1(u)
    spread = elasticity**2 / shape + (1 - elasticity) ** 2 * stays / (bg_nbd.a * (bg_nbd.a + stays + 1))
    square = alive * (expected / alive) ** 2 * pairs * (1 + spread) + expected
    return any_chance, expected / any_chance, square / any_chance


def _interval(moments, value, spread):
    """Bounds of a sum of N values: nothing with the chance that N is 0, else a gamma of the same mean and variance."""
    any_chance, mean_count, square_count = moments
    between, within = spread
    with np.errstate(invalid="ignore", over="ignore"):
        mean = mean_count * value
        variance = mean_count * within + square_count * (value**2 + between) - mean**2
        variance = np.maximum(variance, 1e-12 * mean**2)
        shape, scale = mean**2 / variance, variance / np.maximum(mean, 1e-12)
        return tuple(
            np.where(
                level <= 1 - any_chance,
                0.0,
                scale * gammaincinv(shape, np.clip((level - 1 + any_chance) / any_chance, 0, 1)),
            )
            for level in (LOW, HIGH)
        )


def from_last_year(revenue, kept, ratios, terms):
    """``Value`` when the last 12 months speak for the next: each later year keeps ``kept`` of the revenue before it.

    ``ratios``: below and above which one customer in ten came in the hold-out, as a share of the expectation.

    >>> [figure.tolist() for figure in from_last_year(np.array([100.0, -5.0]), 0.5, (0.0, 2.0), (2, 0.0))]
    [[150.0, 0.0], [0.0, 0.0], [300.0, 0.0]]
    """
    years, rate = terms
    factor = sum(kept**year / (1 + rate) ** (year + 0.5) for year in range(years))
    mean = np.maximum(revenue, 0.0) * factor
    return Value(mean, mean * ratios[0], mean * ratios[1])
