"""Whom to contact now, what to do, and what it is worth, as pure functions of plain facts.

Every day that a customer lets us wait costs the interest on what he owes. A contact is worth the share of that cost
which it is likely to save; the list is ordered by what a minute of work is worth:

    cost of waiting  =  sum over open items of (uncovered amount x days still to wait x yearly cost of money / 365)
    chance           =  share of contacts that reach somebody  x  what a new contact adds to the last one
    worth            =  cost of waiting x chance                          (money that a contact is expected to save)
    order            =  worth / usual minutes of the next action

*Days still to wait* are the further days late that the payment prediction expects of the item, given how late it is
(see customer_credit_mgmt/core/delay.py). They are small for who pays soon by himself: a further discount for that
made the list worse in the back-test. ``collection.worklist`` says the same in SQL; a test proves that both agree.
Amounts in company currency.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .ladder import TOLERANCE

#: Of what nobody ever paid so late it is expected to take as long again, up to so many days.
LONGEST_DAYS = 365
#: The share of contacts that reach somebody leans on that of all customers as if that were so many contacts.
REACH_STRENGTH = 4.0
#: Share of contacts that reach somebody where none was ever made.
COMMON_REACH = 0.5
#: The usual minutes lean on those of the settings as if these were so many contacts.
MINUTES_STRENGTH = 10.0
#: So many broken promises of the last twelve months, and somebody else takes over.
BROKEN_PROMISES = 2


class Action(StrEnum):
    """What to do next."""

    CALL = "call"
    VISIT = "visit"
    EMAIL = "email"  # remind by e-mail or letter
    PROMISE = "promise"  # ask about the promise that is due or broken
    ESCALATE = "escalate"  # pass the customer on
    MATCH = "match"  # match the money that has come in
    DATA = "data"  # find out phone number or address
    NONE = "none"


class Why(StrEnum):
    """Why this action. One meaning each."""

    RESTING = "resting"  # snoozed, or to be called back on a later day
    NOTHING = "nothing"  # nothing to claim, nothing asks for a contact, and a call costs more than it saves
    MONEY = "money"  # what was promised has come in, but is not matched yet; nothing beyond it is to be claimed
    NO_ADDRESS = "no_address"  # neither phone number nor working e-mail address
    VISIT_TASK = "visit_task"  # the dunning level asks for a visit
    ESCALATION_TASK = "escalation_task"  # the dunning level passes the customer on
    BROKEN_TWICE = "broken_twice"  # two promises broken in twelve months
    LAST_LEVEL = "last_level"  # reminded at the last level of the plan
    PROMISE_BROKEN = "promise_broken"
    PROMISE_DUE = "promise_due"  # promised for today or before, and not there
    CALLBACK = "callback"  # the day agreed for calling back
    CALL_TASK = "call_task"  # the dunning level asks for a call
    DIFFERENCE = "difference"  # the customer named differences on a statement
    PLAN_BROKEN = "plan_broken"
    BOUNCED = "bounced"  # a reminder came back
    WORTH_CALL = "worth_call"  # a call saves more than it costs
    NO_PHONE = "no_phone"  # only an e-mail address
    SMALL = "small"  # a call costs more than it saves


@dataclass(frozen=True, slots=True)
class Item:
    """An open item, a credit (negative) or money at the bank (negative). ``days`` after the due date; ``free`` is the
    part that may be claimed; ``further_days`` still to wait, ``None`` where nothing is known."""

    due: date
    residual: float
    days: int = 0
    free: float = 0.0
    further_days: float | None = None


@dataclass(frozen=True, slots=True)
class Rates:
    """``cost_of_money`` a year (0.08: 8 %), cost of a working ``hour``, minutes of a call."""

    cost_of_money: float = 0.08
    hour: float = 30.0
    call_minutes: float = 8.0
    rest_days: float = 7.0


RATES = Rates()


@dataclass(frozen=True, slots=True)
class Situation:
    """What decides on the next action beside the money. ``signals`` are the reasons that ask for a contact."""

    claims: bool = True
    resting: bool = False
    has_phone: bool = True
    has_email: bool = True
    broken_promises: int = 0
    at_last_level: bool = False
    signals: frozenset[Why] = frozenset()
    worth: float = 0.0


def uncovered(items):
    """What of each item is left when credits pay the oldest first; credits themselves leave nothing.

    >>> day = date(2024, 1, 1).replace
    >>> items = [Item(day(month=2), 100.0, free=100.0), Item(day(), 50.0, free=30.0), Item(day(day=9), -40.0)]
    >>> [(item.due.month, left) for item, left in uncovered(items)]
    [(1, 0.0), (1, 0.0), (2, 90.0)]
    """
    ordered = sorted(items, key=lambda item: (item.residual >= 0, item.due))
    running, result = 0.0, []
    for item in ordered:
        amount = item.residual if item.residual < 0 else item.free
        running += amount
        result.append((item, 0.0 if item.residual < 0 else min(amount, max(running, 0.0))))
    return result


def days_to_wait(item):
    """Days that the payment is still expected to take; as long again where nothing is known.

    >>> day = date(2024, 1, 1)
    >>> [days_to_wait(Item(day, 1.0, days, 1.0, known)) for days, known in ((9, 4.5), (9, None), (-9, None))]
    [4.5, 9, 0]
    >>> days_to_wait(Item(date(2020, 1, 1), 1.0, days=900))
    365
    """
    if item.further_days is not None:
        return item.further_days
    return min(max(item.days, 0), LONGEST_DAYS)


def cost_of_waiting(items, rates):
    """Interest on what is not covered, for the days it is still expected to take.

    >>> round(cost_of_waiting([Item(date(2024, 1, 1), 36500.0, 5, 36500.0, 10.0)], Rates(0.10)), 2)
    100.0
    """
    amount_days = sum(left * days_to_wait(item) for item, left in uncovered(items))
    return amount_days * rates.cost_of_money / 365


def chance(tries, reached, common=COMMON_REACH, days_since=None, rest_days=7.0):
    """Probability that a contact helps: somebody is reached, and there is something new to say.

    ``days_since`` the last contact that reached somebody: after ``rest_days`` a new one adds half of what a first one
    does, after twice as many three quarters.

    >>> chance(0, 0, 0.6)
    0.6
    >>> chance(4, 4, 0.6)
    0.8
    >>> [chance(0, 0, 1.0, days) for days in (0, 7, 14)]
    [0.0, 0.5, 0.75]
    """
    reach = (reached + REACH_STRENGTH * common) / (tries + REACH_STRENGTH)
    return reach if days_since is None else reach * (1 - 0.5 ** (max(days_since, 0) / rest_days))


def usual_minutes(count, total, default):
    """Minutes of an action: the mean of those noted, drawn towards the setting.

    >>> usual_minutes(0, 0.0, 8.0), usual_minutes(10, 160.0, 8.0)
    (8.0, 12.0)
    """
    return (total + MINUTES_STRENGTH * default) / (count + MINUTES_STRENGTH)


#: Signals that a phone call answers, the most pressing first.
CALLS = (Why.PLAN_BROKEN, Why.CALLBACK, Why.CALL_TASK, Why.DIFFERENCE, Why.BOUNCED)


def next_action(situation, rates=RATES):
    """``(action, why)``: the first rule that applies.

    >>> str(next_action(Situation(worth=5.0))[1]), str(next_action(Situation(worth=3.0))[1])
    ('worth_call', 'small')
    >>> str(next_action(Situation(worth=50.0, signals=frozenset({Why.PROMISE_BROKEN})))[0])
    'promise'
    >>> paid = frozenset({Why.PROMISE_BROKEN, Why.MONEY})
    >>> [str(next_action(Situation(claims, worth=50.0, signals=paid))[0]) for claims in (False, True)]
    ['match', 'call']
    >>> [str(next_action(Situation(worth=50.0, **facts))[0]) for facts in (
    ...     {"has_phone": False}, {"has_phone": False, "has_email": False}, {"at_last_level": True}, {"resting": True})]
    ['email', 'data', 'escalate', 'none']
    >>> str(next_action(Situation(claims=False))[1])
    'nothing'
    """
    signals = situation.signals
    if situation.resting:
        return Action.NONE, Why.RESTING
    if not situation.claims and not signals and not _pays_a_call(situation, rates):
        return Action.NONE, Why.NOTHING
    if Why.MONEY in signals and not situation.claims:
        return Action.MATCH, Why.MONEY
    if not situation.has_phone and not situation.has_email:
        return Action.DATA, Why.NO_ADDRESS
    if Why.VISIT_TASK in signals:
        return Action.VISIT, Why.VISIT_TASK
    for why, applies in (
        (Why.ESCALATION_TASK, Why.ESCALATION_TASK in signals),
        (Why.BROKEN_TWICE, situation.claims and situation.broken_promises >= BROKEN_PROMISES),
        (Why.LAST_LEVEL, situation.claims and situation.at_last_level),
    ):
        if applies:
            return Action.ESCALATE, why
    for why in (Why.PROMISE_BROKEN, Why.PROMISE_DUE):
        if why in signals and Why.MONEY not in signals:
            return Action.PROMISE, why
    return _cheapest(situation, rates)


def _cheapest(situation, rates):
    """Call where it is asked for or worth it, else write."""
    if not situation.has_phone:
        return Action.EMAIL, Why.NO_PHONE
    for why in CALLS:
        if why in situation.signals:
            return Action.CALL, why
    if not situation.has_email or _pays_a_call(situation, rates):
        return Action.CALL, Why.WORTH_CALL
    return Action.EMAIL, Why.SMALL


def _pays_a_call(situation, rates):
    return situation.worth >= rates.hour * rates.call_minutes / 60 - TOLERANCE


def order(worth, minutes):
    """What a minute is expected to save.

    >>> order(90.0, 9.0)
    10.0
    """
    return worth / minutes
