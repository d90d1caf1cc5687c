"""Ratios of a financial statement. What is not known, or has no positive denominator, is ``None``: never 0.

A zero that was reported is a figure; an item that was not reported is ``None`` and makes every ratio that needs it
``None``. What was earned in other than twelve months is scaled to a year where it meets a balance.
"""

from dataclasses import dataclass

from . import altman

#: What can be entered, in the order of a balance sheet and an income statement.
ITEMS = (
    "current_assets",
    "inventories",
    "receivables",
    "cash",
    "total_assets",
    "current_liabilities",
    "total_liabilities",
    "equity",
    "retained_earnings",
    "sales",
    "cost_of_sales",
    "ebit",
    "interest_expense",
    "net_profit",
    "operating_cash_flow",
)

#: Items that grow with the length of the period; the others are balances of a day.
FLOWS = frozenset(ITEMS[ITEMS.index("sales") :])

#: A balance sheet for examples: 1,000 of assets, 400 of equity.
EXAMPLE = {
    "current_assets": 500.0,
    "inventories": 150.0,
    "receivables": 250.0,
    "cash": 60.0,
    "total_assets": 1000.0,
    "current_liabilities": 300.0,
    "total_liabilities": 600.0,
    "equity": 400.0,
    "retained_earnings": 150.0,
    "sales": 1500.0,
    "cost_of_sales": 900.0,
    "ebit": 100.0,
    "interest_expense": 20.0,
    "net_profit": 60.0,
    "operating_cash_flow": 90.0,
}


@dataclass(frozen=True, slots=True)
class Ratio:
    """``upper`` (the items added, those behind a minus taken off) / ``lower``; ``per_year`` scales the flow to a year.

    ``higher_is_better`` says which way is good news.
    """

    key: str
    upper: tuple[str, ...]
    lower: str
    higher_is_better: bool
    digits: int = 2
    factor: float = 1.0
    per_year: int = 0

    def value(self, figures, months=12):
        """The ratio, rounded as it is shown; ``None`` when it cannot be known.

        >>> RATIOS["current_ratio"].value({"current_assets": 500.0, "current_liabilities": 300.0})
        1.67
        >>> RATIOS["current_ratio"].value({"current_assets": 500.0, "current_liabilities": 0.0}) is None
        True
        >>> RATIOS["debt_equity"].value({"total_liabilities": 500.0, "equity": -10.0}) is None
        True
        >>> [RATIOS["asset_turnover"].value(EXAMPLE, months) for months in (12, 6)]
        [1.5, 3.0]
        """
        upper = _sum(figures, self.upper)
        lower = figures.get(self.lower)
        if upper is None or lower is None or lower <= 0:
            return None
        return round(upper / lower * self.factor * (12 / months) ** self.per_year, self.digits)


def _sum(figures, names):
    amounts = [figures.get(name.lstrip("-")) for name in names]
    if any(amount is None for amount in amounts):
        return None
    return sum(-amount if name.startswith("-") else amount for name, amount in zip(names, amounts, strict=True))


RATIOS = {
    ratio.key: ratio
    for ratio in (
        Ratio("current_ratio", ("current_assets",), "current_liabilities", True),
        Ratio("quick_ratio", ("current_assets", "-inventories"), "current_liabilities", True),
        Ratio("equity_ratio", ("equity",), "total_assets", True, 4),
        Ratio("debt_equity", ("total_liabilities",), "equity", False),
        Ratio("cash_debt", ("operating_cash_flow",), "total_liabilities", True, 4, per_year=1),
        Ratio("asset_turnover", ("sales",), "total_assets", True, per_year=1),
        Ratio("gross_margin", ("sales", "-cost_of_sales"), "sales", True, 4),
        Ratio("net_margin", ("net_profit",), "sales", True, 4),
        Ratio("interest_cover", ("ebit",), "interest_expense", True),
        Ratio("receivable_days", ("receivables",), "sales", False, 1, 365.0, per_year=-1),
        Ratio("inventory_days", ("inventories",), "cost_of_sales", False, 1, 365.0, per_year=-1),
    )
}

#: Ratios of a statement and its Z-scores, with their digits: what a scorecard can judge.
MEASURES = {**{key: ratio.digits for key, ratio in RATIOS.items()}, "altman_z1": 2, "altman_z2": 2}


def compute(figures, months=12):
    """Every ratio, the working capital and both Z-scores with their zones.

    >>> result = compute(EXAMPLE)
    >>> [result[key] for key in ("current_ratio", "quick_ratio", "equity_ratio", "debt_equity", "cash_debt")]
    [1.67, 1.17, 0.4, 1.5, 0.15]
    >>> [result[key] for key in ("asset_turnover", "gross_margin", "net_margin", "interest_cover")]
    [1.5, 0.4, 0.04, 5.0]
    >>> [result[key] for key in ("receivable_days", "inventory_days", "working_capital")]
    [60.8, 60.8, 200.0]
    >>> [result[key] for key in ("altman_z1", "altman_z1_zone", "altman_z2", "altman_z2_zone")]
    [2.36, 'grey', 3.17, 'safe']
    >>> set(compute({}).values())
    {None}
    """
    result = {key: ratio.value(figures, months) for key, ratio in RATIOS.items()}
    result["working_capital"] = _sum(figures, ("current_assets", "-current_liabilities"))
    factors = altman.factors(figures, months)
    for key, model in (("altman_z1", altman.Z1), ("altman_z2", altman.Z2)):
        score = model.score(factors)
        result[key] = None if score is None else round(score, 2)
        result[f"{key}_zone"] = model.zone(result[key])
    return result
