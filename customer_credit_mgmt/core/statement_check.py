"""What is odd about the figures of a financial statement: found before somebody relies on it."""

from dataclasses import dataclass

#: Assets may differ from liabilities and equity by this share: published figures are rounded.
BALANCE_TOLERANCE = 0.001
#: Items that cannot be negative; equity, profits and cash flow can.
NEVER_NEGATIVE = (
    "current_assets",
    "inventories",
    "receivables",
    "cash",
    "total_assets",
    "current_liabilities",
    "total_liabilities",
    "sales",
    "cost_of_sales",
    "interest_expense",
)
#: Parts and the whole that they belong to.
WHOLES = (
    (("inventories", "receivables", "cash"), "current_assets"),
    (("current_assets",), "total_assets"),
    (("current_liabilities",), "total_liabilities"),
)

EMPTY, UNBALANCED, NEGATIVE, TOO_LARGE = "empty", "unbalanced", "negative", "too_large"


@dataclass(frozen=True, slots=True)
class Problem:
    """``item`` is what is odd, ``amount`` what it says and ``limit`` what it should be, or at most be."""

    kind: str
    item: str | None = None
    amount: float | None = None
    limit: float | None = None


def find_problems(figures):
    """Everything that does not add up; items that were not reported are never odd.

    >>> find_problems({"total_assets": 1000.0, "total_liabilities": 600.0, "equity": 399.5})
    ()
    >>> find_problems({"total_assets": 1000.0, "total_liabilities": 600.0, "equity": 300.0})
    (Problem(kind='unbalanced', item='total_assets', amount=1000.0, limit=900.0),)
    >>> find_problems({"cash": 30.0, "receivables": 80.0, "current_assets": 100.0, "sales": -5.0})[0]
    Problem(kind='negative', item='sales', amount=-5.0, limit=0.0)
    >>> find_problems({"cash": 30.0, "receivables": 80.0, "current_assets": 100.0})
    (Problem(kind='too_large', item='current_assets', amount=110.0, limit=100.0),)
    >>> find_problems({})
    (Problem(kind='empty', item=None, amount=None, limit=None),)
    """
    known = {name: amount for name, amount in figures.items() if amount is not None}
    if not known:
        return (Problem(EMPTY),)
    return (*_unbalanced(known), *_negative(known), *_too_large(known))


def _unbalanced(known):
    if not {"total_assets", "total_liabilities", "equity"} <= known.keys():
        return
    assets, financed = known["total_assets"], known["total_liabilities"] + known["equity"]
    if abs(assets - financed) > BALANCE_TOLERANCE * max(abs(assets), abs(financed)):
        yield Problem(UNBALANCED, "total_assets", assets, financed)


def _negative(known):
    for name in NEVER_NEGATIVE:
        if known.get(name, 0.0) < 0:
            yield Problem(NEGATIVE, name, known[name], 0.0)


def _too_large(known):
    for parts, whole in WHOLES:
        total = sum(known.get(part, 0.0) for part in parts)
        if whole in known and total > known[whole] * (1 + BALANCE_TOLERANCE) + 1e-9:
            yield Problem(TOO_LARGE, whole, total, known[whole])
