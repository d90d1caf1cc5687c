"""The facts and results of charging interest: rules, customers, items, charges. Amounts in document currency."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from .interest import Segment, Settlement, Terms, round_to
from .interest_dispute import Charged, Dispute, DisputedDays
from .interest_rates import Rate, Reference


class Refusal(StrEnum):
    """Why an item is charged nothing, or not all of its days. One meaning each."""

    NO_RULE = "no_rule"  # no rule is for this customer, company and day of contract
    EXEMPT = "exempt"  # no interest is agreed with the customer
    NO_RATE = "no_rate"  # the reference rate of some of the days is not entered
    BELOW_MINIMUM = "below_minimum"  # the customer's interest under the rule is below its minimum
    GRACE = "grace"  # late by no more days than the rule's days of grace
    CHARGED = "charged"  # all days are charged, claimed or waived already
    COVERED = "covered"  # credits of the customer that are not allocated yet pay the item
    DISPUTED = "disputed"  # all days that are not charged are in dispute
    NO_FOLLOWUP = "no_followup"  # somebody took the item out of follow-up
    BLOCKED = "blocked"  # payment of the invoice is blocked
    IN_PAYMENT = "in_payment"  # a payment is under way that has no journal entry yet
    CHANGED = "changed"  # the ledger changed between proposal and confirmation
    EXCLUDED = "excluded"  # taken off by hand


class Kind(StrEnum):
    """What is charged."""

    INTEREST = "interest"
    COMPENSATION = "compensation"
    FEE = "fee"


@dataclass(frozen=True, slots=True)
class Rule:
    """A law or contract; ``bands`` and ``minimum`` are in its ``currency``. ``floor`` is of agreed rates."""

    key: int
    rate: Rate
    terms: Terms = Terms()
    currency: str = ""
    bands: tuple[tuple[Decimal, Decimal], ...] = ()
    minimum: Decimal = Decimal(0)
    grace_days: int = 0
    contract_from: date | None = None
    contract_to: date | None = None
    takes_agreed: bool = True
    floor: Reference | None = None
    disputed: str = DisputedDays.SUSPENDED

    def is_for(self, contract):
        """Whether a contract of that day is under the rule."""
        return (self.contract_from or date.min) <= contract <= (self.contract_to or date.max)

    def with_agreed(self, agreed):
        """The rule at the rate agreed with the customer, which is not below the floor.

        >>> rule = Rule(1, Rate(margin=Decimal(8)), floor=Reference())
        >>> rule.with_agreed(Rate(fixed=Decimal(5))).rate == Rate(fixed=Decimal(5), floor=Reference())
        True
        """
        if agreed is None or not self.takes_agreed:
            return self
        return replace(self, rate=replace(agreed, floor=self.floor), terms=replace(self.terms, per=agreed.per))


@dataclass(frozen=True, slots=True)
class Customer:
    """The rules that may apply, first one first; the agreed rate, if any; whether no interest is agreed."""

    rules: tuple[Rule, ...] = ()
    agreed: Rate | None = None
    is_exempt: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """A receivable item, open or settled late, in its document currency.

    ``taken``: days that are charged, claimed or waived; ``compensated``: the lump sum of its invoice is. ``charged``:
    on which base, where there are ``disputes``.
    """

    key: int
    move: int
    due: date
    amount: Decimal
    contract: date
    currency: str = ""
    settlements: tuple[Settlement, ...] = ()
    taken: tuple[tuple[date, date], ...] = ()
    compensated: bool = False
    obstacle: Refusal | None = None
    disputes: tuple[Dispute, ...] = ()
    charged: tuple[Charged, ...] = ()


@dataclass(frozen=True, slots=True)
class Market:
    """Units and exchange rates of the currencies, as of the day of the computation."""

    units: dict[str, Decimal] = field(default_factory=dict)
    rates: dict[tuple[str, str], Fraction] = field(default_factory=dict)

    def money(self, currency):
        return round_to(self.units.get(currency, Decimal("0.01")))

    def convert(self, amount, source, target):
        """``amount`` of currency ``source`` in ``target``, exact."""
        return Fraction(amount) if source == target else Fraction(amount) * self.rates[source, target]


@dataclass(frozen=True, slots=True)
class Window:
    """The days that may be charged, both ends counted."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Charge:
    """An amount for an item: interest for the days of a segment, or the compensation of its invoice.

    ``dispute``: key of the dispute whose part is charged, after all.
    """

    item: Item
    rule: Rule
    kind: Kind
    amount: Decimal
    segment: Segment | None = None
    dispute: int | None = None


@dataclass(frozen=True, slots=True)
class Skip:
    """An item charged nothing, or nothing from ``day`` on."""

    item: Item
    reason: Refusal
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    charges: tuple[Charge, ...] = ()
    skips: tuple[Skip, ...] = ()
