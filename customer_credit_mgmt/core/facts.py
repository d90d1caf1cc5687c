"""What a verdict is made of: the facts of a customer, the document, the rules, and what breaks them.

Amounts are in the company's currency.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from .pot import Pot, exposed


class Outcome(StrEnum):
    """What a rule or a policy answers, from mild to severe."""

    PASS = "pass"
    WARN = "warn"
    BLOCK = "block"

    @property
    def severity(self):
        return list(Outcome).index(self)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a customer at the moment of the check. None: not known, which breaks no rule."""

    limit_mode: str  # no_check, no_credit, limited
    limit_amount: float = 0.0
    exposure_amount: float = 0.0  # without the document that is checked; negative while cover is left over
    overdue_amount: float = 0.0
    overdue_days: int = 0
    manual_hold: bool = False
    rounding: float = 0.01  # of the company's currency
    limit_ended_days: int | None = None  # since the last base limit ended; 0: there never was one; None: one is valid
    review_late_days: int | None = None  # since the day of the review; negative before it
    rating_score: float | None = None  # the score from which the customer's rating starts
    fitting_rules: tuple = ()  # ids of the rules whose condition the customer meets
    cover_amount: float = 0.0  # what was taken off the exposure for it
    pot: Pot | None = None  # the limit shared with others
    insurer_stop_days: int = 0  # from which days overdue on the insurer covers no further delivery; 0: no such term

    def exposed(self, added_amount=0.0):
        """The exposure once a document added so much: what is open less the cover of it."""
        return exposed(self.exposure_amount + added_amount, self.cover_amount)

    def exceeds(self, amount, bound):
        """Whether ``amount`` is above ``bound`` by at least half the smallest unit of the currency.

        >>> Facts("limited").exceeds(0.1 + 0.2, 0.3)
        False
        >>> Facts("limited").exceeds(0.31, 0.3)
        True
        """
        return amount - bound >= self.rounding / 2

    def after_payment(self, amount):
        """The facts when ``amount`` more was paid: it covers what is overdue first, and frees the limit.

        >>> Facts("limited", 100.0, 70.0, overdue_amount=20.0, overdue_days=5).after_payment(20.0)  # doctest: +ELLIPSIS
        Facts(limit_mode='limited', limit_amount=100.0, exposure_amount=50.0, overdue_amount=0.0, overdue_days=0, ...)
        """
        overdue = max(self.overdue_amount - amount, 0.0)
        return replace(
            self,
            exposure_amount=self.exposure_amount - amount,
            overdue_amount=overdue,
            overdue_days=self.overdue_days if self.exceeds(overdue, 0.0) else 0,
        )

    def after_delivery(self, amount):
        """The facts when a document of ``amount`` has passed."""
        return replace(self, exposure_amount=self.exposure_amount + amount)

    def with_guarantee(self, amount):
        """The facts with a guarantee that raises the limit by ``amount``."""
        return replace(self, limit_amount=self.limit_amount + amount)


@dataclass(frozen=True, slots=True)
class Document:
    """What a document asks for."""

    amount: float
    counted_amount: float = 0.0  # the part that the exposure holds already (its order)
    increase: float | None = None  # of a document that passed before: what it asks for now on top of that
    included_amount: float = 0.0  # what the exposure holds of the increase already
    is_granted: bool = True  # whether the counted part was checked when it was counted
    terms_days: int | None = None  # from its date to its last instalment
    agreed_days: int | None = None  # the same under the terms agreed with the customer
    postponed_days: int = 0  # by which it is due later than before; it was overdue when it was taken back

    def asks(self, facts):
        """Whether it asks for credit that nobody has looked at yet."""
        return facts.exceeds(self.added_amount, 0.0) or (
            not self.is_granted and facts.exceeds(self.counted_amount, 0.0)
        )

    @property
    def added_amount(self):
        """What it adds to the exposure.

        >>> Document(100.0, counted_amount=80.0).added_amount, Document(100.0, increase=5.0).added_amount
        (20.0, 5.0)
        """
        if self.increase is not None:
            return max(self.increase, 0.0)
        return max(self.amount - self.counted_amount, 0.0)

    def reduced_to(self, amount):
        """The same document, smaller.

        >>> Document(100.0, increase=30.0).reduced_to(90.0)  # doctest: +ELLIPSIS
        Document(amount=90.0, counted_amount=0.0, increase=20.0, ...)
        """
        increase = self.increase and self.increase - (self.amount - amount)
        return replace(self, amount=amount, increase=increase)


def counted_up_to(document, bound, facts):
    """The document, with no more counted already than ``bound``.

    >>> counted_up_to(Document(100.0, counted_amount=80.0), 30.0, Facts("limited")).counted_amount
    30.0
    >>> counted_up_to(Document(100.0, counted_amount=80.0), 79.999, Facts("limited")).counted_amount
    80.0
    """
    if facts.exceeds(document.counted_amount, bound):
        return replace(document, counted_amount=max(bound, 0.0))
    return document


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a policy. ``threshold`` is in days, in company currency or a score, by kind."""

    kind: str
    action: str
    threshold: float = 0.0
    rule_id: int = 0
    partner_domain: str = "[]"
    label: str = ""  # what a reader calls it: the rating asked for, the condition, the shared pot


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy as the check reads it: who it is for, who is exempt, and how hard it is at each stage."""

    policy_id: int
    partner_domain: str
    exempt_domain: str
    exempt_intercompany: bool
    exempt_immediate: bool
    warn_utilization: float
    actions: tuple  # of (stage, action)
    rules: tuple
    default_limit_mode: str = "no_check"
    default_limit_amount: float = 0.0
    log_passes: bool = False

    def action_at(self, stage):
        return dict(self.actions).get(stage, "none")

    def has_rule(self, kind):
        return any(rule.kind == kind for rule in self.rules)


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken rule, with the figure, the threshold it passed and by how much."""

    rule: Rule
    figure: float
    threshold: float

    @property
    def excess(self):
        return self.figure - self.threshold


@dataclass(frozen=True, slots=True)
class Verdict:
    outcome: str
    findings: tuple = ()
