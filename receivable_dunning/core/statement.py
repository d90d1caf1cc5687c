"""Statement of account: that it adds up in every currency, and a fingerprint of what the customer agreed to."""

import hashlib
import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CurrencyBalance:
    """What a statement says in one currency. ``opening + movement + elsewhere + handed = closing``, and ``closing`` is
    the sum of the open items and of the aging strip.

    ``elsewhere``: settled against documents of another currency (a payment in dollars pays an invoice in euros). Such
    a matching moves what is open in both currencies without a movement in either.
    ``handed``: what came to be owed to a factor instead of us; positive where it came back or was paid there.
    """

    opening: float
    movement: float
    elsewhere: float
    handed: float
    closing: float


def balance(opening_items, movements, closing_items, rounded, handed=0.0):
    """The balance of one currency from amounts open before, moved in between, and open at the end.

    ``rounded`` rounds a sum to the currency: amounts of money are floats here. Items that are owed to a factor are
    not among those open; ``handed`` is by how much they became more, negative.

    >>> cents = lambda amount: round(amount, 2)
    >>> balance([100.0], [50.1, -100.0], [50.1], cents)
    CurrencyBalance(opening=100.0, movement=-49.9, elsewhere=0.0, handed=0.0, closing=50.1)

    The invoice of 100 was paid in another currency:

    >>> balance([100.0], [], [], cents)
    CurrencyBalance(opening=100.0, movement=0.0, elsewhere=-100.0, handed=0.0, closing=0.0)

    It was assigned to a factor, and the customer was told so:

    >>> balance([100.0], [], [], cents, handed=-100.0)
    CurrencyBalance(opening=100.0, movement=0.0, elsewhere=0.0, handed=-100.0, closing=0.0)
    """
    opening, movement, closing = (rounded(sum(amounts, 0.0)) for amounts in (opening_items, movements, closing_items))
    handed = rounded(handed) + 0.0
    # adding zero turns a rounded -0.0 into 0.0
    return CurrencyBalance(opening, movement, rounded(closing - opening - movement - handed) + 0.0, handed, closing)


def aging_strip(items, scheme, rounded):
    """Amounts of ``(age, amount)`` items per bucket of a :class:`~.aging.BucketScheme`; they add up to the total.

    >>> from .aging import BucketScheme
    >>> aging_strip([(-3, 10.0), (30, 5.0), (31, 1.0), (400, 2.5)], BucketScheme((30, 60)), lambda it: round(it, 2))
    (10.0, 5.0, 1.0, 2.5)
    """
    amounts = [0.0] * scheme.size
    for age, amount in items:
        amounts[scheme.bucket_of(age)] += amount
    return tuple(rounded(amount) for amount in amounts)


def fingerprint(content):
    """SHA-256 of a content of plain values (dicts, lists, strings, numbers), whatever the order of its keys.

    >>> fingerprint({"b": 1, "a": ["x", 2.5]}) == fingerprint({"a": ["x", 2.5], "b": 1})
    True
    >>> fingerprint({"a": 1}) == fingerprint({"a": 2})
    False
    >>> len(fingerprint({}))
    64
    """
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
