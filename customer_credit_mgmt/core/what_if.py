"""Policy what-if: which rules can be replayed over a ledger, and what two policies would have done to it.

The replay itself is one SQL statement (``credit.replay``): its running sums take the place of the facts of
``core/verdict.py``, and the tests prove that both come to the same verdict.

>>> rules = [ReplayRule(1, "in_force", 7, "overdue_days", 30.0, "block"), ReplayRule(2, "what_if", 0, "over_limit")]
>>> shifts(rules)
(0, 30)
>>> [rule.kind for rule in rules if rule.is_replayed], ReplayRule(3, "what_if", 0, "manual_hold").is_replayed
(['overdue_days', 'over_limit'], False)
"""

from dataclasses import dataclass
from datetime import date
from math import floor

SIDES = ("in_force", "what_if")

#: Kinds whose figures the ledger remembers. Holds by hand, conditions on the customer and the like are not dated.
REPLAYED = ("over_limit", "no_credit", "overdue_days", "overdue_amount", "document_amount")

#: What is open this many days after its due date counts as lost.
LOST_AFTER_DAYS = 90

#: A number of days that nothing is ever overdue: what is above it cannot be added to a date.
NEVER = 36_500


@dataclass(frozen=True, slots=True)
class Period:
    """The days whose documents are replayed, and the day up to which it is known what became of them."""

    date_from: date
    date_to: date
    today: date


@dataclass(frozen=True, slots=True)
class ReplayRule:
    """A rule of one side. ``policy`` is 0 for the one that is tried; ``number`` is its place among all rules."""

    number: int
    side: str
    policy: int
    kind: str
    threshold: float = 0.0
    action: str = "block"

    @property
    def is_replayed(self):
        return self.kind in REPLAYED

    @property
    def shift(self):
        """Whole days that an item may be overdue: 30.5 allows 30, since days are counted whole.

        >>> ReplayRule(1, "what_if", 0, "overdue_days", 30.5).shift, ReplayRule(1, "what_if", 0, "overdue_amount").shift
        (30, 0)
        """
        return min(floor(self.threshold), NEVER) if self.kind == "overdue_days" else 0

    @property
    def bound(self):
        """The amount that may be overdue by more than ``shift`` days."""
        return self.threshold if self.kind == "overdue_amount" else 0.0


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of the what-if: ``basis`` is as_were, scaled (by ``factor``), requested, or rating (``amounts``)."""

    basis: str = "as_were"
    factor: float = 1.0
    amounts: tuple = ()  # of (rating id, amount)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is replayed: the policies in force in their order against the same with ``tried`` put first.

    Policies are those of ``core/verdict.py``; the one that is tried holds, whatever its stages say.

    >>> from collections import namedtuple
    >>> Policy, Rule = namedtuple("Policy", "policy_id rules action_at"), namedtuple("Rule", "kind threshold action")
    >>> standard = Policy(7, (Rule("over_limit", 0, "block"),), lambda stage: "warn")
    >>> plan = Plan(None, (standard,), Policy(7, (Rule("overdue_days", 30, "block"),), None))
    >>> for rule in plan.rules:
    ...     print(rule.number, rule.side, rule.policy, rule.kind, rule.action)
    1 in_force 7 over_limit warn
    2 what_if 7 over_limit warn
    3 what_if 0 overdue_days block
    """

    period: Period
    in_force: tuple
    tried: object = None
    limits: Limits = Limits()
    stage: str = "invoice"

    @property
    def rules(self):
        """All rules of both sides, numbered. A policy that only warns at the stage lets its rules warn."""
        found = [
            (side, policy.policy_id, rule, "warn" if policy.action_at(self.stage) == "warn" else rule.action)
            for side in SIDES
            for policy in self.in_force
            if policy.action_at(self.stage) != "none"
            for rule in policy.rules
        ]
        if self.tried:
            found += [("what_if", 0, rule, rule.action) for rule in self.tried.rules]
        return tuple(
            ReplayRule(number, side, policy, rule.kind, rule.threshold, action)
            for number, (side, policy, rule, action) in enumerate(found, 1)
        )

    @property
    def shifts(self):
        return shifts(self.rules)


def shifts(rules):
    """Numbers of days after which overdue items have to be summed up; 0 is what is overdue at all."""
    return tuple(sorted({0} | {rule.shift for rule in rules if rule.kind == "overdue_days"}))


@dataclass(frozen=True, slots=True)
class Totals:
    """What one policy would have done. Amounts in company currency; ``amount_days`` are amounts times days overdue.

    >>> strict = Totals(documents=200, amount=1000.0, held=20, held_amount=250.0, cleared=15, wait_days=150, judged=16,
    ...                 false_alarms=4)
    >>> strict.held_share, strict.sales_share, strict.average_wait, strict.false_alarm_share
    (0.1, 0.25, 10.0, 0.25)

    What is not known is ``None``, never 0:

    >>> Totals().held_share, Totals().average_wait, Totals().false_alarm_share
    (None, None, None)
    """

    documents: int = 0
    amount: float = 0.0
    warned: int = 0
    held: int = 0
    held_amount: float = 0.0
    cleared: int = 0  # held, and the facts were good before the end
    wait_days: int = 0  # of those
    amount_days: float = 0.0
    lost_amount: float = 0.0
    judged: int = 0  # held, and it is known whether they were paid on time
    false_alarms: int = 0  # held, and paid on time all the same

    @property
    def held_share(self):
        return _share(self.held, self.documents)

    @property
    def sales_share(self):
        return _share(self.held_amount, self.amount)

    @property
    def average_wait(self):
        return _share(self.wait_days, self.cleared)

    @property
    def still_waiting(self):
        return self.held - self.cleared

    @property
    def false_alarm_share(self):
        return _share(self.false_alarms, self.judged)


def _share(part, whole):
    return part / whole if whole else None


def difference(what_if, in_force):
    """By how much the what-if is more; ``None`` where one of the two is not known.

    >>> difference(12.0, 15.0), difference(None, 15.0)
    (-3.0, None)
    """
    return None if what_if is None or in_force is None else what_if - in_force
