"""Altman's Z-scores for firms that are not listed: five ratios of a statement, weighted into one warning figure.

* **Z'** (private manufacturers) = 0.717 X1 + 0.847 X2 + 3.107 X3 + 0.420 X4 + 0.998 X5; distress below 1.23, safe above
  2.90. Altman, *Predicting financial distress of companies: revisiting the Z-score and ZETA models* (2000).
* **Z''** (private firms of any trade) = 6.56 X1 + 3.26 X2 + 6.72 X3 + 1.05 X4; distress below 1.10, safe above 2.60.
  Altman 2000; Altman, *A fifty-year retrospective on credit risk models*, IJFS 6(3), 70 (2018).

X4 is **book** equity over total liabilities (the listed firms' Z takes market value). Beware of pages that print Z''
with the limits of Z' or with 6.5. The version for emerging markets adds 3.25 to Z'' and to its limits: the same zones.

On real private firms Z'' separates better than Z', yet a few of a hundred "safe" ones failed within a year: it is one
criterion of limited weight, never a veto.
"""

from dataclasses import dataclass

DISTRESS, GREY, SAFE = "distress", "grey", "safe"
#: Zones from the worst to the best.
ZONES = (DISTRESS, GREY, SAFE)


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of X1 to X5, and the limits of the zones."""

    weights: tuple[float, ...]
    distress_below: float
    safe_above: float

    def score(self, factors):
        """The Z of the factors X1 ... X5 (``None``: not known); ``None`` when one that counts is not known."""
        pairs = [(weight, factor) for weight, factor in zip(self.weights, factors, strict=True) if weight]
        if any(factor is None for _weight, factor in pairs):
            return None
        return sum(weight * factor for weight, factor in pairs)

    def zone(self, score):
        """Where a score lies; both limits belong to the grey zone.

        >>> [Z2.zone(score) for score in (1.09, 1.10, 2.60, 2.61, None)]
        ['distress', 'grey', 'grey', 'safe', None]
        >>> [Z1.zone(score) for score in (1.22, 1.23, 2.90, 2.91)]
        ['distress', 'grey', 'grey', 'safe']
        """
        if score is None:
            return None
        return DISTRESS if score < self.distress_below else SAFE if score > self.safe_above else GREY


Z1 = Model((0.717, 0.847, 3.107, 0.420, 0.998), 1.23, 2.90)
Z2 = Model((6.56, 3.26, 6.72, 1.05, 0.0), 1.10, 2.60)


def factors(figures, months=12):
    """X1 to X5 of ``{item: amount or None}``; what was earned in other than twelve months is scaled to a year.

    >>> from .ratios import EXAMPLE
    >>> [round(factor, 4) for factor in factors(EXAMPLE)]
    [0.2, 0.15, 0.1, 0.6667, 1.5]
    >>> round(Z1.score(factors(EXAMPLE)), 4), round(Z2.score(factors(EXAMPLE)), 4)
    (2.3582, 3.173)
    >>> without_sales = {**EXAMPLE, "sales": None}
    >>> Z1.score(factors(without_sales)) is None, round(Z2.score(factors(without_sales)), 4)
    (True, 3.173)
    """
    assets, liabilities = figures.get("total_assets"), figures.get("total_liabilities")
    current, due = figures.get("current_assets"), figures.get("current_liabilities")
    working = None if current is None or due is None else current - due
    year = 12 / months
    return (
        _share(working, assets),
        _share(figures.get("retained_earnings"), assets),
        _share(figures.get("ebit"), assets, year),
        _share(figures.get("equity"), liabilities),
        _share(figures.get("sales"), assets, year),
    )


def _share(amount, whole, scale=1.0):
    """``None`` when one of them is not known, or the whole is not positive: a share of nothing has no meaning."""
    if amount is None or whole is None or whole <= 0:
        return None
    return amount * scale / whole
