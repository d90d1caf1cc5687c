"""The dunning ladder: levels, what an item has reached, why nothing is due. Amounts in company currency."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

# Sums of amounts with two or three decimals differ from zero by less than this when they are equal.
TOLERANCE = 1e-6


class SkipReason(StrEnum):
    """Why an item or a customer is not reminded. One meaning each."""

    NO_FOLLOWUP = "no_followup"  # somebody took the item out of follow-up
    BLOCKED = "blocked"  # payment of the invoice is blocked, or reminders of it or of the customer are
    REPLIED = "replied"  # the customer answered a notice; somebody looks into it
    LEGAL = "legal"  # claimed in a legal case
    AGENCY = "agency"  # with a collection agency
    DISPUTED = "disputed"  # the customer says that it is not owed; somebody looks into it
    PROMISED = "promised"  # the customer has promised to pay it, and the day has not passed
    IN_PLAN = "in_plan"  # an instalment plan is agreed for it, and kept so far
    IN_PAYMENT = "in_payment"  # a payment is under way that has no journal entry yet
    NOT_DUE = "not_due"  # overdue, but the first level is not reached (days and grace days)
    WAITING = "waiting"  # reminded before; the next level is not reached
    LAST_LEVEL = "last_level"  # reminded at the last level of the plan
    BELOW_MINIMUM = "below_minimum"  # item or customer total below the plan's minimum
    TOO_SOON = "too_soon"  # the customer was contacted fewer days ago than the level asks for
    NET_CREDIT = "net_credit"  # credits of the customer cover what is overdue
    OPEN_CREDIT = "open_credit"  # the customer has credits, and the plan waits until they are allocated
    HOLDOUT = "holdout"  # an experiment leaves the customer out, to see what reminders are worth
    NO_ADDRESS = "no_address"  # no e-mail or postal address for any channel of the level
    OPEN_NOTICE = "open_notice"  # the customer is on another notice that is not sent yet
    NO_PLAN = "no_plan"  # no active plan applies to the customer
    PAID = "paid"  # settled between the proposal and the sending
    EXCLUDED = "excluded"  # taken off by hand
    ASSIGNED = "assigned"  # a factor holds the item


class CatchUp(StrEnum):
    """What happens to an item for which more than one level is reached."""

    NEXT = "next"  # one level per notice
    HIGHEST = "highest"  # straight to the highest level reached


@dataclass(frozen=True, slots=True)
class Level:
    """A step of the ladder. ``days`` after the due date (negative: before), ``wait`` days since the last contact.

    ``task``: somebody calls or visits, which needs no address.
    """

    number: int
    days: int
    wait: int = 0
    email: bool = True
    letter: bool = False
    task: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A ladder and its limits; ``grace_days`` defer the levels that follow the due date.

    ``by_customer``: all items that are late enough for the first level go along at the customer's level.
    ``stops_at_credit``: a customer with unallocated credits gets no notice at all.
    """

    levels: tuple[Level, ...]
    grace_days: int = 0
    minimum_item: float = 0.0
    minimum_customer: float = 0.0
    catch_up: str = CatchUp.NEXT
    by_customer: bool = False
    stops_at_credit: bool = False

    def reached(self, age):
        """Number of the highest level that an item of this age (days after the due date) has reached, else 0.

        >>> plan = Plan((Level(1, -3), Level(2, 7), Level(3, 21)), grace_days=2)
        >>> [plan.reached(age) for age in (-4, -3, 8, 9, 22, 23)]
        [0, 1, 1, 2, 2, 3]
        """
        for level in reversed(self.levels):
            if age >= self.days_of(level):
                return level.number
        return 0

    def days_of(self, level):
        """Days after the due date from which a level is reached."""
        return level.days + self.grace_days if level.days >= 0 else level.days


@dataclass(frozen=True, slots=True)
class Item:
    """An open item; ``level`` is the highest it was reminded at (0: never).

    ``held`` is the part that must not be claimed now, for ``held_reason``.
    """

    key: int
    due: date
    residual: float
    level: int = 0
    no_followup: bool = False
    blocked: bool = False
    in_payment: bool = False
    held: float = 0.0
    held_reason: str | None = None

    @property
    def claimable(self):
        """What of the residual may be claimed.

        >>> [Item(1, date(2024, 1, 31), residual, held=30.0).claimable for residual in (100.0, 20.0)]
        [70.0, 0.0]
        """
        return max(self.residual - self.held, 0.0)


@dataclass(frozen=True, slots=True)
class Customer:
    """What matters of the customer beside the items. ``holdout``: an experiment leaves it alone."""

    last_contact: date | None = None
    has_email: bool = True
    has_address: bool = True
    has_open_notice: bool = False
    holdout: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """An item on a notice. ``covered``: the customer's credits pay it, so it does not climb."""

    item: Item
    amount: float
    level: int
    covered: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """``level`` 0: no notice. ``skipped`` are pairs of item and reason."""

    level: int = 0
    claims: tuple[Claim, ...] = ()
    credits: tuple[Item, ...] = ()
    skipped: tuple[tuple[Item, SkipReason], ...] = ()
    total: float = 0.0
    email: bool = False
    letter: bool = False
    reason: SkipReason | None = None


def item_obstacle(item):
    """Why an item may never be claimed, whatever its age.

    >>> item_obstacle(Item(1, date(2024, 1, 31), 100.0, no_followup=True))
    <SkipReason.NO_FOLLOWUP: 'no_followup'>
    >>> item_obstacle(Item(1, date(2024, 1, 31), 100.0, held=100.0, held_reason="replied"))
    <SkipReason.REPLIED: 'replied'>
    >>> item_obstacle(Item(1, date(2024, 1, 31), 100.0, held=99.0, held_reason="replied"))
    """
    if item.no_followup:
        return SkipReason.NO_FOLLOWUP
    if item.blocked:
        return SkipReason.BLOCKED
    if item.held_reason and item.claimable <= TOLERANCE:
        return SkipReason(item.held_reason)
    return SkipReason.IN_PAYMENT if item.in_payment else None


def next_level(item, plan, as_of):
    """Level number that the item gets now, or the reason why it gets none.

    A level before the due date is passed over once the item is overdue: it no longer says anything true.

    >>> plan = Plan((Level(1, 7), Level(2, 21), Level(3, 35)))
    >>> [next_level(Item(1, date(2024, 1, 1), 9.0, level), plan, date(2024, 3, 1)) for level in (0, 1, 2)]
    [1, 2, 3]
    >>> next_level(Item(1, date(2024, 1, 1), 9.0, 3), plan, date(2024, 3, 1))
    <SkipReason.LAST_LEVEL: 'last_level'>
    >>> next_level(Item(1, date(2024, 1, 1), 9.0, 1), plan, date(2024, 1, 21))
    <SkipReason.WAITING: 'waiting'>
    >>> next_level(Item(1, date(2024, 1, 1), 9.0), plan, date(2024, 1, 7))
    <SkipReason.NOT_DUE: 'not_due'>
    >>> highest = Plan(plan.levels, catch_up=CatchUp.HIGHEST)
    >>> next_level(Item(1, date(2024, 1, 1), 9.0), highest, date(2024, 3, 1))
    3
    """
    age = (as_of - item.due).days
    reached = plan.reached(age)
    if item.level >= len(plan.levels):
        return SkipReason.LAST_LEVEL
    if reached <= item.level:
        return SkipReason.WAITING if item.level else SkipReason.NOT_DUE
    if plan.catch_up == CatchUp.HIGHEST:
        return reached
    steps = plan.levels[item.level : reached]
    apt = (level.number for level in steps if age <= 0 or level.days >= 0)
    return next(apt, SkipReason.WAITING if item.level else SkipReason.NOT_DUE)
