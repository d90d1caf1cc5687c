"""Gamma-Gamma: what a customer's purchases are worth on average, from the mean seen so far.

The value of a purchase varies by Gamma(p, nu) around the customer's mean, and nu by Gamma(q, gamma) among customers.
Source: Fader & Hardie, note 025. It needs the number of purchases and their mean value to be unrelated, and q > 1.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import digamma, gammaln

from .bg_nbd import FLAT

BOUNDS = ((-9.0, 9.0), (-9.0, 9.0), (-12.0, 12.0))


@dataclass(frozen=True, slots=True)
class GammaGamma:
    """Parameters (``gamma`` in the currency of the values), log-likelihood and whether an optimum was found inside."""

    p: float
    q: float
    gamma: float
    log_likelihood: float | None = None
    converged: bool = True

    def expected_value(self, count, mean):
        """Mean value of the purchases to come: between the own mean and that of all, nearer the own the more there are.

        >>> cdnow = GammaGamma(6.25, 3.74, 15.44)
        >>> cdnow.expected_value(np.array([0, 1, 2, 50]), np.array([0, 22.35, 22.35, 22.35])).round(2)
        array([35.22, 26.27, 24.66, 22.46])
        """
        return self.p * (self.gamma + count * mean) / (self.p * count + self.q - 1)

    def spread(self, count, mean):
        """Variance of the customer's unknown mean, and of one purchase around it; infinite where nothing bounds it.

        >>> GammaGamma(6.25, 3.74, 15.44).spread(np.array([2]), np.array([22.35]))[0].round(2)
        array([42.72])
        """
        shape, rate = self.p * count + self.q, self.gamma + count * mean
        with np.errstate(divide="ignore"):
            square = np.where(shape > 2, rate**2 / ((shape - 1) * np.maximum(shape - 2, 0)), np.inf)
        return self.p**2 * square / (shape - 1), self.p * square


def fit(count, mean):
    """The most likely ``GammaGamma`` of repeat buyers: arrays of purchases (> 0) and of their mean value (> 0)."""
    count, mean = np.asarray(count, float), np.asarray(mean, float)
    scale = float(np.median(mean))
    values, total = mean / scale, len(mean)

    def target(logs):
        value, gradient = log_likelihood(np.exp(logs), count, values)
        return -value / total, -gradient * np.exp(logs) / total

    start = np.log([3.0, 3.0, 2.0])
    found = minimize(target, start, jac=True, method="L-BFGS-B", bounds=BOUNDS, options={"ftol": 1e-13, "gtol": 1e-8})
    inside = all(low + 1e-3 < log < high - 1e-3 for log, (low, high) in zip(found.x, BOUNDS, strict=True))
    p, q, gamma = map(float, np.exp(found.x))
    # densities of the values as they are, not of the scaled ones
    value = float(-found.fun * total - total * np.log(scale))
    return GammaGamma(p, q, gamma * scale, value, bool(np.abs(found.jac).max() < FLAT and inside))


def log_likelihood(parameters, count, mean):
    """Log-likelihood and its gradient by p, q, gamma."""
    p, q, gamma = parameters
    shape, rate = p * count + q, gamma + count * mean
    log_rate, log_total = np.log(rate), np.log(mean * count)
    value = gammaln(shape) - gammaln(p * count) - gammaln(q) + q * np.log(gamma) - np.log(mean)
    value = value + p * count * log_total - shape * log_rate
    by_p = count * (digamma(shape) - digamma(p * count) + log_total - log_rate)
    by_q = digamma(shape) - digamma(q) + np.log(gamma) - log_rate
    by_gamma = q / gamma - shape / rate
    return float(value.sum()), np.array([float(part.sum()) for part in (by_p, by_q, by_gamma)])
