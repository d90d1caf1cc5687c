"""The account that a customer sees: open items per currency, what is overdue, and what was agreed about them."""

from dataclasses import dataclass, field

from .ladder import TOLERANCE
from .statement import aging_strip


@dataclass(frozen=True, slots=True)
class Item:
    """An open item or a credit, in the currency of the document.

    ``amount`` is negative for credits, ``days`` is counted from the due date (negative: not due yet). ``in_payment``: a
    payment of the customer is under way. ``held`` are the parts that are not asked for now, by reason; an empty amount
    holds the whole item.
    """

    key: int
    currency: object
    days: int
    amount: float
    in_payment: bool = False
    held: dict = field(default_factory=dict)

    @property
    def is_credit(self):
        return self.amount < 0

    @property
    def is_overdue(self):
        """Late, and no payment is under way. The due date itself is not late.

        >>> [Item(1, "EUR", days, 10.0).is_overdue for days in (-1, 0, 1)]
        [False, False, True]
        >>> Item(1, "EUR", 5, 10.0, in_payment=True).is_overdue, Item(1, "EUR", 5, -10.0).is_overdue
        (False, False)
        """
        return self.days > 0 and not self.is_credit and not self.in_payment

    @property
    def is_not_due(self):
        """A claim that is neither late nor about to be paid.

        >>> [Item(1, "EUR", days, 10.0).is_not_due for days in (-1, 0, 1)]
        [True, True, False]
        >>> Item(1, "EUR", -5, 10.0, in_payment=True).is_not_due, Item(1, "EUR", -5, -10.0).is_not_due
        (False, False)
        """
        return not (self.is_overdue or self.is_credit or self.in_payment)

    def part(self, reason):
        """What is held for a reason, never more than is open.

        >>> item = Item(1, "EUR", 5, 100.0, held={"disputed": 30.0, "promised": None})
        >>> item.part("disputed"), item.part("promised"), item.part("in_plan")
        (30.0, 100.0, 0.0)
        """
        if reason not in self.held or self.is_credit:
            return 0.0
        amount = self.held[reason]
        return self.amount if amount is None else min(amount, self.amount)

    @property
    def is_agreed(self):
        """A part is disputed, promised or in a plan.

        >>> [Item(1, "EUR", 5, 9.0, held=held).is_agreed for held in ({}, {"blocked": None}, {"promised": 4.0})]
        [False, False, True]
        """
        return any(self.part(reason) for reason in ("disputed", "promised", "in_plan"))

    @property
    def free(self):
        """What nothing was agreed about yet.

        >>> Item(1, "EUR", 5, 100.0, held={"disputed": 30.0, "promised": 80.0}).free
        0.0
        >>> Item(1, "EUR", 5, 100.0, held={"disputed": 30.0}).free
        70.0
        """
        if self.is_credit or self.in_payment:
            return 0.0
        return max(self.amount - sum(self.part(reason) for reason in self.held), 0.0)


def spread(available, wishes):
    """Amounts for days put on items, both in their order; what is above what is available is left out.

    :param available: ``[(key, amount)]``, the item that is to be paid first in front
    :param wishes: ``[(amount, day)]``, the first day in front
    :return: ``[(key, amount, day)]``

    >>> spread([("a", 100.0), ("b", 50.0)], [(120.0, 1), (30.0, 2)])
    [('a', 100.0, 1), ('b', 20.0, 1), ('b', 30.0, 2)]
    >>> spread([("a", 10.0)], [(25.0, 1)])
    [('a', 10.0, 1)]
    """
    parts, left = [], [[key, amount] for key, amount in available]
    for wish, day in wishes:
        for place in left:
            part = min(wish, place[1])
            if part > TOLERANCE:
                parts.append((place[0], part, day))
                place[1] -= part
                wish -= part
    return parts


@dataclass(frozen=True, slots=True)
class Balance:
    """The account in one currency: ``overdue + not_due + in_payment + credits = total``, as does the strip."""

    currency: object
    items: tuple[Item, ...]
    overdue: float
    not_due: float
    in_payment: float
    credits: float
    total: float
    strip: tuple[float, ...]


def balances(items, scheme, rounded):
    """The account per currency, in the order in which the currencies come; the oldest due item first.

    ``rounded(currency, amount)`` rounds a sum: amounts of money are floats here.

    >>> from .aging import BucketScheme
    >>> items = [Item(1, "EUR", 40, 100.0), Item(2, "EUR", -5, 50.0), Item(3, "EUR", 2, -30.0), Item(4, "USD", 1, 7.0)]
    >>> euros, dollars = balances(items, BucketScheme((30, 60)), lambda currency, amount: round(amount, 2))
    >>> (euros.overdue, euros.not_due, euros.credits, euros.total, euros.strip)
    (100.0, 50.0, -30.0, 120.0, (50.0, -30.0, 100.0, 0.0))
    >>> (dollars.currency, dollars.total, [item.key for item in euros.items])
    ('USD', 7.0, [1, 2, 3])
    """
    by_currency = {}
    for item in items:
        by_currency.setdefault(item.currency, []).append(item)
    return [_balance(currency, own, scheme, rounded) for currency, own in by_currency.items()]


def _balance(currency, items, scheme, rounded):
    def total(chosen):
        # adding zero turns a rounded -0.0 into 0.0
        return rounded(currency, sum((item.amount for item in chosen), 0.0)) + 0.0

    claims = [item for item in items if not item.is_credit]
    return Balance(
        currency,
        tuple(sorted(items, key=lambda item: (item.is_credit, -item.days, item.key))),
        overdue=total(item for item in claims if item.is_overdue),
        not_due=total(item for item in claims if item.is_not_due),
        in_payment=total(item for item in claims if item.in_payment),
        credits=total(item for item in items if item.is_credit),
        total=total(items),
        strip=aging_strip(
            [(item.days, item.amount) for item in items], scheme, lambda amount: rounded(currency, amount) + 0.0
        ),
    )
