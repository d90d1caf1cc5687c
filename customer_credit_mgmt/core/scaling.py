"""Points with a meaning: every so many points double the odds that a customer pays.

``score = offset + factor x ln(odds)``, with ``factor = PDO / ln 2`` (points to double the odds) and the offset such
that ``base_score`` means ``base_odds``. Odds are good : bad. Source: Siddiqi, Credit Risk Scorecards (2006).
"""

from dataclasses import dataclass
from math import exp, log


@dataclass(frozen=True, slots=True)
class Scaling:
    """How the odds of a card become points.

    >>> scaling = Scaling(base_score=600, base_odds=50, pdo=20)
    >>> round(scaling.factor, 4), round(scaling.offset, 4)
    (28.8539, 487.1229)
    >>> [round(scaling.score(odds)) for odds in (1, 50, 100)]
    [487, 600, 620]
    """

    base_score: float = 600.0
    base_odds: float = 50.0
    pdo: float = 20.0

    @property
    def factor(self):
        """Points that the natural logarithm of the odds is multiplied by."""
        return self.pdo / log(2)

    @property
    def offset(self):
        """The score of a customer who is as likely good as bad (odds 1:1)."""
        return self.base_score - self.factor * log(self.base_odds)

    def score(self, odds):
        """The score of somebody with the odds ``odds``:1."""
        return self.offset + self.factor * log(odds)

    def odds(self, score):
        """The odds that a score stands for.

        >>> scaling = Scaling()
        >>> [round(scaling.odds(score), 4) for score in (600, 620, scaling.offset)]
        [50.0, 100.0, 1.0]
        """
        return exp((score - self.offset) / self.factor)

    def probability_bad(self, score):
        """The probability of a bad outcome that a score stands for.

        >>> round(Scaling().probability_bad(600), 6)  # one of 51
        0.019608
        """
        return 1 / (1 + self.odds(score))

    def start(self, average_odds):
        """Score before any criterion has spoken: that of the average customer, four decimals.

        The points of the bands are added to it, so ``ln(odds) = ln(average odds) + sum of points / factor``.

        >>> Scaling().start(1), Scaling().start(50)
        (487.1229, 600.0)
        """
        return round(self.score(average_odds), 4)

    def points_of_evidence(self, evidence, coefficient=1.0):
        """Points of a band with the weight of evidence ``ln(% good / % bad)``: what it adds to the start.

        >>> from math import log
        >>> round(Scaling().points_of_evidence(log(2)), 9)  # twice the odds of the average
        20.0
        """
        return coefficient * evidence * self.factor
