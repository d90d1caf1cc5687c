"""Logistic regression by iteratively reweighted least squares: who will not buy, by the figures of the past."""

from dataclasses import dataclass

import numpy as np

STEPS, TOLERANCE = 50, 1e-9
#: Keeps coefficients of figures that say the same from running away; in units of standardised figures.
RIDGE = 1.0
#: Ten cases of the rarer outcome for each of the five coefficients.
MINIMUM_CASES = 50


@dataclass(frozen=True, slots=True)
class Logistic:
    """``weights`` of the constant and of the standardised figures; ``means`` and ``deviations`` standardise them."""

    weights: tuple
    means: tuple
    deviations: tuple
    log_likelihood: float | None = None

    def probability(self, figures):
        """Probability of the event for each row of figures.

        >>> even = Logistic((0.0, 1.0), (5.0,), (2.0,))
        >>> even.probability(np.array([[5.0], [7.0], [1.0]])).round(3)
        array([0.5  , 0.731, 0.119])
        """
        return 1 / (
            1 + np.exp(-np.clip(_design(figures, self.means, self.deviations) @ np.array(self.weights), -30, 30))
        )


def customer_figures(recency_days, count, money, tenure_days):
    """Logarithms of days since the last purchase, purchases, money and days since the first, one row per customer.

    >>> customer_figures(np.array([0]), np.array([1]), np.array([-5.0]), np.array([0])).tolist()
    [[0.0, 0.0, 0.0, 0.0]]
    """
    columns = (1 + recency_days, np.maximum(count, 1), 1 + np.maximum(money, 0), 1 + tenure_days)
    return np.log(np.column_stack(columns))


def fit(figures, events):
    """The most likely ``Logistic`` of events (True / False) given figures, or None with too few of either kind.

    >>> fit(np.zeros((10, 1)), np.zeros(10, bool)) is None
    True
    """
    events = np.asarray(events, float)
    if min(events.sum(), (1 - events).sum()) < MINIMUM_CASES:
        return None
    means, deviations = figures.mean(axis=0), figures.std(axis=0)
    deviations[deviations < 1e-12] = 1.0
    design = _design(figures, means, deviations)
    penalty = np.diag([0.0, *[RIDGE] * figures.shape[1]])
    weights = np.zeros(design.shape[1])
    for _step in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(design @ weights, -30, 30)))
        curvature = design.T @ (design * np.maximum(chance * (1 - chance), 1e-10)[:, None]) + penalty
        change = np.linalg.solve(curvature, design.T @ (events - chance) - penalty @ weights)
        weights = weights + change
        if np.abs(change).max() < TOLERANCE:
            break
    chance = np.clip(1 / (1 + np.exp(-np.clip(design @ weights, -30, 30))), 1e-12, 1 - 1e-12)
    likelihood = float((events * np.log(chance) + (1 - events) * np.log(1 - chance)).sum())
    return Logistic(*(tuple(map(float, part)) for part in (weights, means, deviations)), likelihood)


def _design(figures, means, deviations):
    return np.column_stack([np.ones(len(figures)), (figures - np.array(means)) / np.array(deviations)])
