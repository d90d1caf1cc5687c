"""Instalment plans: kept or broken, by what was paid of their items. Amounts in one currency."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from .ladder import TOLERANCE
from .promise import Settlement


class PlanState(StrEnum):
    """What became of a plan that was accepted."""

    ACTIVE = "active"  # what is due so far was paid in time
    KEPT = "kept"  # everything is paid
    BROKEN = "broken"  # an instalment was not paid in time: the whole rest is due
    CANCELLED = "cancelled"  # nothing is owed any more, and nothing was paid: credit notes took it all back


class PartState(StrEnum):
    """What became of an instalment."""

    OPEN = "open"
    KEPT = "kept"
    PARTLY = "partly"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Due:
    """An instalment to be judged; in time until ``deadline``, the days of tolerance included."""

    key: int
    amount: float
    deadline: date


@dataclass(frozen=True, slots=True)
class PartOutcome:
    """``paid``: what of the instalment is paid by now, oldest instalments first, late payments too."""

    state: PartState
    paid: float = 0.0


@dataclass(frozen=True, slots=True)
class PlanOutcome:
    """``day``: of the last payment of a kept plan, of the break (the day after the deadline) of a broken one."""

    state: PlanState
    paid: float = 0.0
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Leniency:
    """``tolerance``: what may be missing; deadlines before ``pardoned`` were missed and forgiven."""

    tolerance: float = 0.0
    pardoned: date = date.min


def judge(dues: Sequence[Due], settlements: Sequence[Settlement], leniency: Leniency, as_of: date):
    """``(outcome of the plan, {key: outcome of the instalment})``.

    On each deadline, all that was paid by then has to reach all that was due by then, less the tolerance. Credit notes
    lower the debt: the last instalments fall away first.

    >>> dues = [Due(number, 100.0, date(2024, number, 28)) for number in (1, 2, 3)]
    >>> def state(*paid, as_of=date(2024, 3, 1), **values):
    ...     found = [Settlement(key, day, amount, **values) for key, (day, amount) in enumerate(paid)]
    ...     return str(judge(dues, found, Leniency(), as_of)[0].state)
    >>> state((date(2024, 1, 28), 100.0), (date(2024, 2, 28), 100.0)), state((date(2024, 1, 28), 200.0))
    ('active', 'active')
    >>> state((date(2024, 1, 29), 200.0)), state((date(2024, 1, 28), 99.0)), state((date(2024, 1, 2), 300.0))
    ('broken', 'broken', 'kept')
    >>> state((date(2024, 1, 2), 300.0), is_payment=False)
    'cancelled'
    """
    dues = sorted(dues, key=lambda due: (due.deadline, due.key))
    known = [part for part in settlements if part.day <= as_of]
    total, paid = sum(due.amount for due in dues), _sum(known, is_payment=True)
    owed = max(total - _sum(known, is_payment=False), 0.0)
    outcomes, missed, reached = {}, None, 0.0
    for due in dues:
        own = min(max(paid - reached, 0.0), due.amount)
        reached += due.amount
        is_missed = due.deadline >= leniency.pardoned and _is_missed(due, reached, known, (total, leniency), as_of)
        if is_missed and missed is None:
            missed = due.deadline + timedelta(days=1)
        is_done = paid >= min(reached, owed) - leniency.tolerance - TOLERANCE
        outcomes[due.key] = PartOutcome(_part_state(own, is_missed, is_done), own)
    return PlanOutcome(*_whole(known, (owed, paid), leniency.tolerance, missed)), outcomes


def _sum(settlements, is_payment):
    return sum(part.amount for part in settlements if part.is_payment == is_payment)


def _is_missed(due, reached, known, terms, as_of):
    if due.deadline >= as_of:
        return False
    total, leniency = terms
    in_time = [part for part in known if part.day <= due.deadline]
    owed = min(reached, max(total - _sum(in_time, is_payment=False), 0.0))
    return _sum(in_time, is_payment=True) < owed - leniency.tolerance - TOLERANCE


def _part_state(own, is_missed, is_done):
    if is_missed:
        return PartState.PARTLY if own > TOLERANCE else PartState.BROKEN
    return PartState.KEPT if is_done else PartState.OPEN


def _whole(known, sums, tolerance, missed):
    owed, paid = sums
    if missed:
        return PlanState.BROKEN, paid, missed
    if owed <= TOLERANCE and paid <= TOLERANCE:
        return PlanState.CANCELLED, 0.0, None
    if paid >= owed - tolerance - TOLERANCE and paid > TOLERANCE:
        return PlanState.KEPT, paid, max(part.day for part in known)
    return PlanState.ACTIVE, paid, None
