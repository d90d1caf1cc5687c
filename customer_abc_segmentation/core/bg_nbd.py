"""BG/NBD: how often customers will buy again, from x repeat purchases, t_x (age at the last one) and T (age).

While alive a customer buys at random with an own rate; after any purchase the customer may leave for good with an own
probability. Rates vary by Gamma(r, alpha), probabilities by Beta(a, b). Source: Fader, Hardie, Lee, Marketing Science
24(2) 275-284 (2005), numerical form of their note 027. Times are in weeks.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import digamma, gammaln, hyp2f1

#: Bounds of the logarithms of the parameters; an optimum on a bound is no optimum.
BOUNDS = ((-9.0, 7.0), (-7.0, 12.0), (-9.0, 7.0), (-9.0, 9.0))
#: An optimum is where the mean log-likelihood is this flat, whatever the optimiser thinks of its last step.
FLAT = 1e-4
#: How near the removable singularities of the expectation the mean of both sides is taken.
NEAR = 1e-4
#: From this third parameter on the hypergeometric series is summed here; and the most terms of it.
LARGE, TERMS = 20.0, 5000


class Histories(NamedTuple):
    """Arrays of one length: repeat purchases, age at the last one, age, and how many customers are alike."""

    x: np.ndarray
    t_x: np.ndarray
    age: np.ndarray
    weight: np.ndarray

    @classmethod
    def group(cls, x, t_x, age):
        """Equal histories as one with a weight: they have equal likelihoods.

        >>> Histories.group([0, 2, 0], [0, 5, 0], [9, 9, 9]).weight
        array([2, 1])
        """
        rows, weight = np.unique(np.column_stack([x, t_x, age]).astype(float), axis=0, return_counts=True)
        return cls(rows[:, 0], rows[:, 1], rows[:, 2], weight)


@dataclass(frozen=True, slots=True)
class BgNbd:
    """Parameters, the log-likelihood at them, and whether the optimiser found an optimum inside its bounds."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float | None = None
    converged: bool = True

    @property
    def stay_share(self):
        """Mean probability to stay after a purchase: b / (a + b)."""
        return self.b / (self.a + self.b)

    def expected_purchases(self, histories, t):
        """Purchases expected in the next ``t`` weeks, given the history.

        A customer of CDNOW with x = 2, t_x = 30.43, T = 38.86 (Fader, Hardie, Lee: 1.226 in the next 39 weeks):

        >>> cdnow, customer = BgNbd(0.243, 4.414, 0.793, 2.426), Histories.group([2], [30.43], [38.86])
        >>> round(float(cdnow.expected_purchases(customer, 39)[0]), 3)
        1.226

        a = 1 is no exception:

        >>> models = [BgNbd(0.243, 4.414, a, 2.426) for a in (0.999, 1, 1.001)]
        >>> [float(model.expected_purchases(customer, 39)[0].round(2)) for model in models]
        [1.1, 1.1, 1.1]
        """
        if abs(self.a - 1) < NEAR or abs(self.a + self.b - 1) < NEAR:
            return sum(self._expected(histories, t, self.a + step) for step in (-2 * NEAR, 2 * NEAR)) / 2
        return self._expected(histories, t, self.a)

    def _expected(self, histories, t, a):
        """Euler's transformation takes the power of x out of the series, so that large x neither over- nor underflow:
        (1-z)^(r+x) 2F1(r+x, b+x; c; z) = (1-z)^(a-1) 2F1(c-r-x, a-1; c; z) with c = a+b+x-1 and c-r-x = a+b-1-r.
        """
        z = t / (self.alpha + histories.age + t)
        c = a + self.b + histories.x - 1
        series = np.exp((a - 1) * np.log1p(-z)) * _hypergeometric(a + self.b - 1 - self.r, a - 1, c, z)
        return np.maximum(c / (a - 1) * (1 - series), 0) * self.probability_alive(histories)

    def probability_alive(self, histories):
        """1 for who bought once: no purchase after which to leave. So it ranks repeat buyers only.

        >>> cdnow = BgNbd(0.243, 4.414, 0.793, 2.426)
        >>> cdnow.probability_alive(Histories.group([0, 2, 26], [0, 30.43, 30.86], [38.86, 38.86, 31])).round(3)
        array([1.   , 0.727, 0.969])
        """
        shape = self.r + histories.x
        odds = np.log(self.a) - np.log(self.b + np.maximum(histories.x, 1) - 1)
        odds = odds + shape * (np.log(self.alpha + histories.age) - np.log(self.alpha + histories.t_x))
        return np.where(histories.x > 0, 1 / (1 + np.exp(np.minimum(odds, 700))), 1.0)

    def probability_of_none(self, histories, t):
        """Probability of no purchase in the next ``t`` weeks: gone, or alive and waiting longer.

        >>> cdnow = BgNbd(0.243, 4.414, 0.793, 2.426)
        >>> cdnow.probability_of_none(Histories.group([0, 2, 26], [0, 30.43, 30.86], [38.86, 38.86, 31]), 39).round(3)
        array([0.855, 0.445, 0.031])
        """
        shape, start = self.r + histories.x, self.alpha + histories.age
        waits = np.exp(shape * (np.log(start) - np.log(start + t)))
        return 1 - self.probability_alive(histories) * (1 - waits)


def _hypergeometric(one, other, third, z):
    """2F1 for arrays ``third`` and ``z`` (0 <= z < 1).

    scipy loses digits, or everything, near z = 1 with a large third parameter; there the plain series needs few terms.

    >>> _hypergeometric(-0.5, -0.25, np.array([103.25]), np.array([0.95])).round(6)
    array([1.001152])
    """
    found = np.where(third < LARGE, hyp2f1(one, other, np.minimum(third, LARGE), z), np.nan)
    missing = ~np.isfinite(found)
    found[missing] = _series(one, other, third[missing], z[missing])
    return found


def _series(one, other, third, z):
    """The sum of the series, term by term."""
    term, total = np.ones_like(z), np.ones_like(z)
    for n in range(TERMS):
        term = term * (one + n) * (other + n) / ((third + n) * (n + 1)) * z
        total = total + term
        if not (np.abs(term) > 1e-15 * np.abs(total)).any():
            break
    return total


def fit(histories):
    """The most likely ``BgNbd`` of grouped histories.

    Parameters are sought as logarithms, with the exact gradient. Starts at one purchase per mean age.
    """
    scale = max(float(np.average(histories.age, weights=histories.weight)), 1.0) / 10
    start = np.log([0.5, scale, 1.0, 2.5])
    total = float(histories.weight.sum())

    def target(logs):
        value, gradient = log_likelihood(np.exp(logs), histories)
        return -value / total, -gradient * np.exp(logs) / total

    found = minimize(target, start, jac=True, method="L-BFGS-B", bounds=BOUNDS, options={"ftol": 1e-13, "gtol": 1e-8})
    inside = all(low + 1e-3 < log < high - 1e-3 for log, (low, high) in zip(found.x, BOUNDS, strict=True))
    parameters = map(float, np.exp(found.x))
    return BgNbd(
        *parameters, log_likelihood=float(-found.fun * total), converged=bool(np.abs(found.jac).max() < FLAT and inside)
    )


def log_likelihood(parameters, histories):
    """Log-likelihood and its gradient by r, alpha, a, b; sums of logarithms, the two cases by log-sum-exp."""
    r, alpha, a, b = parameters
    x, t_x, age, weight = histories
    again = x > 0
    alive = -(r + x) * np.log(alpha + age)
    with np.errstate(divide="ignore"):
        gone = np.where(again, np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + t_x), -np.inf)
    either = np.logaddexp(alive, gone)
    left = np.exp(gone - either)
    stayed = 1 - left
    counts = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    leaving = gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
    by_r = digamma(r + x) - digamma(r) + np.log(alpha) - stayed * np.log(alpha + age) - left * np.log(alpha + t_x)
    by_alpha = r / alpha - (r + x) * (stayed / (alpha + age) + left / (alpha + t_x))
    common = digamma(a + b) - digamma(a + b + x)
    by_b = common + digamma(b + x) - digamma(b) - left / (b + np.maximum(x, 1) - 1)
    gradient = [float(weight @ part) for part in (by_r, by_alpha, common + left / a, by_b)]
    return float(weight @ (counts + leaving + either)), np.array(gradient)
