"""A change of many credit limits: by percent, by an amount, to a proposal or to a fixed amount; rounded, in bounds."""

from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

PERCENT, AMOUNT, FIXED, PROPOSAL = "percent", "amount", "fixed", "proposal"
#: Kinds that start from the limit in force: without one they have nothing to change.
RELATIVE = (PERCENT, AMOUNT)
DIRECTIONS = {"up": ROUND_CEILING, "down": ROUND_FLOOR, "nearest": ROUND_HALF_UP}


@dataclass(frozen=True, slots=True)
class Change:
    """``value``: percent (10 for ten percent more), or an amount. ``step`` 0 rounds nothing; ``None`` is no bound."""

    kind: str
    value: float = 0.0
    step: float = 0.0
    direction: str = "nearest"
    minimum: float | None = None
    maximum: float | None = None


def in_currency(change, rate):
    """The change with its amounts converted at ``rate``; percent and rounding step stay what they are.

    >>> in_currency(Change(AMOUNT, 500, 100, maximum=1000), 2)
    Change(kind='amount', value=1000, step=100, direction='nearest', minimum=None, maximum=2000)
    >>> in_currency(Change(PERCENT, 10), 2).value
    10
    """

    def scaled(amount):
        return None if amount is None else amount * rate

    value = change.value if change.kind == PERCENT else scaled(change.value)
    return replace(change, value=value, minimum=scaled(change.minimum), maximum=scaled(change.maximum))


def rounded(amount, step, direction="nearest"):
    """``amount`` to a multiple of ``step``.

    >>> [rounded(1250, 500, direction) for direction in ("down", "nearest", "up")]
    [1000.0, 1500.0, 1500.0]
    >>> rounded(1249.99, 0), rounded(0.1 + 0.2, 0.1, "up")
    (1249.99, 0.3)
    """
    if not step:
        return amount
    exact, unit = Decimal(repr(round(amount, 6))), Decimal(repr(step))
    return float((exact / unit).quantize(Decimal(1), rounding=DIRECTIONS[direction]) * unit)


def bounded(amount, minimum=None, maximum=None):
    """``amount`` within the bounds, and never below 0.

    >>> bounded(50, 100, 200), bounded(500, 100, 200), bounded(-5), bounded(150)
    (100, 200, 0.0, 150)
    """
    if maximum is not None:
        amount = min(amount, maximum)
    return max(amount, minimum or 0.0)


def new_limit(change, old, proposal=None):
    """The limit after the change, or ``None`` when it is not known what it should be. The bounds win over rounding.

    :param old: the limit in force, ``None`` without one
    :param proposal: the proposed limit, ``None`` when there is not enough data

    >>> new_limit(Change(PERCENT, -10, 100), 1234)
    1100.0
    >>> new_limit(Change(AMOUNT, -5000), 3000)
    0.0
    >>> new_limit(Change(FIXED, 800, 500, "up", maximum=900), None)
    900
    >>> new_limit(Change(PERCENT, 10), None) is None, new_limit(Change(PROPOSAL), 100, None) is None
    (True, True)
    >>> new_limit(Change(PROPOSAL, step=1000, direction="down"), None, 2999)
    2000.0
    """
    if change.kind in RELATIVE and old is None:
        return None
    raw = {
        PERCENT: lambda: old * (100 + change.value) / 100,
        AMOUNT: lambda: old + change.value,
        FIXED: lambda: change.value,
        PROPOSAL: lambda: proposal,
    }[change.kind]()
    if raw is None:
        return None
    return bounded(rounded(raw, change.step, change.direction), change.minimum, change.maximum)
