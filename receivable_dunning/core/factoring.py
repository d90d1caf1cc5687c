"""Which items an agreement with a factor takes, and what the factor pays. Amounts in the currency of the agreement."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .ladder import TOLERANCE


class Refusal(StrEnum):
    """Why an item is not assigned. One meaning each, in the order in which they are asked."""

    HELD = "held"  # disputed, promised, blocked or otherwise not to be claimed now
    IN_PAYMENT = "in_payment"  # a payment is under way that has no journal entry yet
    NOT_YET_DUE = "not_yet_due"  # due later than the agreement takes
    TOO_LATE = "too_late"  # overdue for longer than the agreement takes
    TOO_SMALL = "too_small"  # below the smallest amount of the agreement
    CUSTOMER_LIMIT = "customer_limit"  # with it, the customer would exceed what the factor takes of one customer
    TOTAL_LIMIT = "total_limit"  # with it, the batch would exceed what the factor takes in all
    PAID = "paid"  # settled between the proposal and the assignment


@dataclass(frozen=True, slots=True)
class Terms:
    """What a factor takes and pays; ``None`` is no bound. Rates in percent of the amount assigned."""

    days_to_due: int | None = None
    days_overdue: int = 0
    minimum: float = 0.0
    customer_limit: float | None = None
    total_limit: float | None = None
    advance_rate: float = 80.0
    fee_rate: float = 0.0


@dataclass(frozen=True, slots=True)
class Item:
    """An open item; ``held``: a part of it must not be claimed now."""

    key: int
    partner: int
    due: date
    amount: float
    held: bool = False
    in_payment: bool = False


def obstacle(item, terms, day):
    """Why the item by itself is not taken, else ``None``. Bounds are inclusive.

    >>> terms, day = Terms(days_to_due=30, days_overdue=10, minimum=50.0), date(2026, 3, 31)
    >>> [obstacle(Item(1, 1, due, 50.0), terms, day) for due in (date(2026, 4, 30), date(2026, 3, 21))]
    [None, None]
    >>> [str(obstacle(Item(1, 1, due, 50.0), terms, day)) for due in (date(2026, 5, 1), date(2026, 3, 20))]
    ['not_yet_due', 'too_late']
    >>> str(obstacle(Item(1, 1, day, 49.99), terms, day))
    'too_small'
    """
    if item.held:
        return Refusal.HELD
    if item.in_payment:
        return Refusal.IN_PAYMENT
    days_left = (item.due - day).days
    if terms.days_to_due is not None and days_left > terms.days_to_due:
        return Refusal.NOT_YET_DUE
    if -days_left > terms.days_overdue:
        return Refusal.TOO_LATE
    return Refusal.TOO_SMALL if item.amount < terms.minimum - TOLERANCE else None


def select(items, terms, day, assigned=None):
    """Pairs of item and refusal (``None``: taken), soonest due first; no limit is ever passed.

    :param assigned: amounts that the factor holds of each customer already

    An item that does not fit a limit is left out, a smaller one after it may fit.

    >>> items = [Item(key, 1, date(2026, 4, key), amount) for key, amount in ((1, 60.0), (2, 50.0), (3, 40.0))]
    >>> [(item.key, refusal and str(refusal)) for item, refusal in select(
    ...     items, Terms(customer_limit=100.0), date(2026, 3, 31))]
    [(1, None), (2, 'customer_limit'), (3, None)]
    >>> [refusal and str(refusal) for _item, refusal in select(
    ...     items, Terms(total_limit=100.0), date(2026, 3, 31), {2: 30.0})]
    [None, 'total_limit', 'total_limit']
    """
    held = defaultdict(float, assigned or {})
    total = sum(held.values())
    result = []
    for item in sorted(items, key=lambda it: (it.due, it.key)):
        refusal = obstacle(item, terms, day)
        if not refusal and _exceeds(held[item.partner] + item.amount, terms.customer_limit):
            refusal = Refusal.CUSTOMER_LIMIT
        if not refusal and _exceeds(total + item.amount, terms.total_limit):
            refusal = Refusal.TOTAL_LIMIT
        if not refusal:
            held[item.partner] += item.amount
            total += item.amount
        result.append((item, refusal))
    return result


def _exceeds(amount, limit):
    return limit is not None and amount > limit + TOLERANCE


def payout(amount, terms):
    """``(advance, fee, retention)`` of an amount, not rounded: what is paid at once, kept for good, and paid later.

    The fee comes out of the retention; a fee larger than that is owed by the seller (negative retention).

    >>> payout(1000.0, Terms(advance_rate=80.0, fee_rate=1.5))
    (800.0, 15.0, 185.0)
    """
    advance, fee = amount * terms.advance_rate / 100, amount * terms.fee_rate / 100
    return advance, fee, amount - advance - fee
