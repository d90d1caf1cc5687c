"""Which bank receipts are money that the ledger has already: registered payments that still wait for their bank line.

Of equal amounts of one customer in one bank journal and currency, n receipts cover n payments; the (n+1)-th is new
money. A receipt that cannot be the payment, or says that it is for something else, is new money: what has come in is
never claimed, so where there is doubt nobody is reminded.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

# A payment registered so many days before or after a bank receipt of its amount may be that receipt.
DAYS_TO_THE_BANK = 10
# Shorter references, or references without a digit, occur in any text.
SHORTEST_NAME = 4


class Evidence(IntEnum):
    """Whether a receipt is a payment: it cannot be, nothing speaks against it, it says so."""

    AGAINST = 0
    SILENT = 1
    NAMED = 2


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money on the bank account: its day, and what its label says. ``booked``: allocated, but to no payment."""

    key: int
    day: date
    text: str = ""
    booked: bool = False


@dataclass(frozen=True, slots=True)
class Payment:
    """A registered payment that waits for its bank line: its day, its memo and the documents it is for."""

    key: int
    day: date
    names: frozenset[str] = frozenset()


def names(text: str, name: str) -> bool:
    """Whether a text names a document, however it writes the separators; never a part of a longer number.

    >>> [names("Rent inv 2024 00012, thanks", name) for name in ("INV/2024/00012", "INV/2024/0001", "2024/00012")]
    [True, False, True]
    >>> [names("paid 100 now", name) for name in ("100", "now", "")]
    [False, False, False]
    """
    runs = re.findall(r"[^\W_]+", name.upper())
    if sum(map(len, runs)) < SHORTEST_NAME or not any(character.isdigit() for character in name):
        return False
    pattern = r"(?<![^\W_])" + r"[\W_]*".join(map(re.escape, runs)) + r"(?!\d)"
    return re.search(pattern, text.upper()) is not None


def evidence(receipt: Receipt, payment: Payment, open_names: Iterable[str]) -> Evidence:
    """What speaks for the receipt being the payment; ``open_names``: documents of the customer that are not paid.

    >>> payment = Payment(1, date(2024, 5, 1), frozenset({"INV/1001"}))
    >>> said = ("INV 1001", "transfer", "INV 1002", "INV 1001 and 1002")
    >>> [evidence(Receipt(2, date(2024, 5, 3), text), payment, {"INV/1001", "INV/1002", "1002"}).name for text in said]
    ['NAMED', 'SILENT', 'AGAINST', 'AGAINST']
    >>> evidence(Receipt(2, date(2024, 5, 12), "INV 1001"), payment, ()).name
    'AGAINST'
    >>> written = Payment(1, date(2024, 5, 1), frozenset({"Payment INV/1002"}))
    >>> [evidence(Receipt(2, date(2024, 5, 3), text), written, {"INV/1001", "INV/1002", "1002"}).name for text in said]
    ['AGAINST', 'SILENT', 'NAMED', 'AGAINST']
    """
    if abs((receipt.day - payment.day).days) > DAYS_TO_THE_BANK:
        return Evidence.AGAINST
    # a memo names documents in the middle of a text
    meant = {name for name in open_names if any(names(text, name) for text in payment.names)}
    if any(names(receipt.text, name) for name in set(open_names) - meant):
        return Evidence.AGAINST
    return Evidence.NAMED if any(names(receipt.text, name) for name in payment.names | meant) else Evidence.SILENT


def pair(receipts: list[Receipt], payments: list[Payment], open_names: Iterable[str] = ()) -> dict[int, int]:
    """``{receipt: payment}`` by key, of one customer, journal, currency and amount: each is used once.

    First the receipts that name their payment; then the others by day, each the earliest payment it can be. What is
    allocated already without a payment may have been the payment's as well: it goes before what is not.

    >>> first, later = date(2024, 5, 1), date(2024, 5, 4)
    >>> pair([Receipt(1, first), Receipt(2, later)], [Payment(8, first)])
    {1: 8}
    >>> pair([Receipt(1, first), Receipt(2, later, "INV/1001")], [Payment(8, first, frozenset({"INV/1001"}))])
    {2: 8}
    >>> pair([Receipt(1, first), Receipt(2, later, booked=True)], [Payment(8, first)])
    {2: 8}
    """
    result, waiting = {}, sorted(payments, key=lambda payment: (payment.day, payment.key))
    ordered = sorted(receipts, key=lambda receipt: (not receipt.booked, receipt.day, receipt.key))
    for wanted in (Evidence.NAMED, Evidence.SILENT):
        for receipt in ordered:
            fits = (p for p in waiting if receipt.key not in result and evidence(receipt, p, open_names) == wanted)
            payment = next(fits, None)
            if payment:
                result[receipt.key] = payment.key
                waiting.remove(payment)
    return result
