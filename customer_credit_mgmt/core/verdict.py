"""The verdict on a document: which rules of the policy it breaks, and what would make it pass.

Amounts are in the company's currency. A boundary belongs to the good side: a document that uses the limit exactly, or a
customer overdue by exactly the allowed days, passes.

>>> facts = Facts(limit_mode="limited", limit_amount=100.0, exposure_amount=70.0)
>>> over_limit = Rule(kind="over_limit", action="block")
>>> decide(facts, Document(30.0), [over_limit]).outcome
'pass'
>>> verdict = decide(facts, Document(45.0), [over_limit])
>>> verdict.outcome
'block'
>>> verdict.findings[0].figure, verdict.findings[0].threshold, verdict.findings[0].excess
(115.0, 100.0, 15.0)
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from .pot import Pot, exposed, room


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
    """What is known of a customer at the moment of the check."""

    limit_mode: str  # no_check, no_credit, limited
    limit_amount: float = 0.0
    exposure_amount: float = 0.0  # without the document that is checked; negative while cover is left over
    overdue_amount: float = 0.0
    overdue_days: int = 0
    manual_hold: bool = False
    rounding: float = 0.01  # of the company's currency
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


@dataclass(frozen=True, slots=True)
class Document:
    """What a document adds: its amount, and the part of it that the exposure holds already (its order)."""

    amount: float
    counted_amount: float = 0.0

    @property
    def added_amount(self):
        return max(self.amount - self.counted_amount, 0.0)


def counted_up_to(document, bound, facts):
    """The document, with no more counted already than ``bound``.

    >>> counted_up_to(Document(100.0, counted_amount=80.0), 30.0, Facts("limited"))
    Document(amount=100.0, counted_amount=30.0)
    >>> counted_up_to(Document(100.0, counted_amount=80.0), 79.999, Facts("limited")).counted_amount
    80.0
    """
    if facts.exceeds(document.counted_amount, bound):
        return replace(document, counted_amount=max(bound, 0.0))
    return document


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a policy. ``threshold`` is in days or in company currency, by kind."""

    kind: str
    action: str
    threshold: float = 0.0
    rule_id: int = 0


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

    def action_at(self, stage):
        return dict(self.actions).get(stage, "none")


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken rule, with the figure, the threshold it passed and by how much."""

    rule: Rule
    figure: float
    threshold: float
    subject: str = ""  # what else it is about: the name of the credit group

    @property
    def excess(self):
        return self.figure - self.threshold


@dataclass(frozen=True, slots=True)
class Verdict:
    outcome: str
    findings: tuple = ()


def _over_limit(rule, facts, document):
    total = facts.exposure_amount + document.added_amount
    if facts.limit_mode == "limited" and document.added_amount and facts.exceeds(total, facts.limit_amount):
        return Finding(rule, total, facts.limit_amount)


def _no_credit(rule, facts, document):
    if facts.limit_mode == "no_credit" and document.added_amount:
        return Finding(rule, document.added_amount, 0.0)


def _overdue_days(rule, facts, document):
    if facts.overdue_days > rule.threshold:
        return Finding(rule, float(facts.overdue_days), rule.threshold)


def _overdue_amount(rule, facts, document):
    if facts.exceeds(facts.overdue_amount, rule.threshold):
        return Finding(rule, facts.overdue_amount, rule.threshold)


def _document_amount(rule, facts, document):
    if facts.exceeds(document.amount, rule.threshold):
        return Finding(rule, document.amount, rule.threshold)


def _manual_hold(rule, facts, document):
    if facts.manual_hold:
        return Finding(rule, 1.0, 0.0)


RULE_KINDS = {
    "over_limit": _over_limit,
    "no_credit": _no_credit,
    "overdue_days": _overdue_days,
    "overdue_amount": _overdue_amount,
    "document_amount": _document_amount,
    "manual_hold": _manual_hold,
}


def _over_group(rule, facts, document):
    """A pot is passed by who pours into it, not by a document that the member's own cover takes up."""
    grown = facts.exposed(document.added_amount) - facts.exposed()
    total = facts.pot.others_amount + facts.exposed(document.added_amount)
    if facts.exceeds(grown, 0.0) and facts.exceeds(total, facts.pot.limit_amount):
        return Finding(replace(rule, kind="over_group"), total, facts.pot.limit_amount, facts.pot.name)


def _insurer_stop(facts):
    if 0 < facts.insurer_stop_days <= facts.overdue_days:
        return Finding(Rule("insurer_stop", "block"), float(facts.overdue_days), float(facts.insurer_stop_days))


def implied_findings(facts, document, rules):
    """What needs no rule of its own: a pot counts where the rule 'over limit' does, an insurer's stop everywhere.

    >>> facts = Facts("no_check", exposure_amount=20.0, pot=Pot(1, "Holding", limit_amount=100.0, others_amount=60.0))
    >>> finding, = implied_findings(facts, Document(25.0), [Rule("over_limit", "warn")])
    >>> finding.rule.kind, finding.rule.action, finding.figure, finding.threshold, finding.subject
    ('over_group', 'warn', 105.0, 100.0, 'Holding')
    >>> implied_findings(facts, Document(20.0), [Rule("over_limit", "warn")])
    ()
    >>> [finding.rule.kind for finding in implied_findings(
    ...     Facts("no_check", overdue_days=60, insurer_stop_days=60), Document(1.0), [])]
    ['insurer_stop']
    """
    pots = (_over_group(rule, facts, document) for rule in rules if facts.pot and rule.kind == "over_limit")
    return tuple(finding for finding in (*pots, _insurer_stop(facts)) if finding)


def decide(facts, document, rules, stage_action=Outcome.BLOCK):
    """Verdict on a document under the rules of a policy.

    ``stage_action`` caps the severity: a policy that only warns at a stage never blocks there.

    >>> late = Facts("no_check", overdue_days=31, overdue_amount=50.0)
    >>> rules = [Rule("overdue_days", "block", 30), Rule("overdue_amount", "warn", 20)]
    >>> verdict = decide(late, Document(10.0), rules)
    >>> verdict.outcome, [finding.rule.kind for finding in verdict.findings]
    ('block', ['overdue_days', 'overdue_amount'])
    >>> decide(late, Document(10.0), rules, stage_action="warn").outcome
    'warn'
    >>> decide(late, Document(10.0), rules, stage_action="none").outcome
    'pass'

    A document that asks for nothing (a credit note, a zero amount) always passes:

    >>> decide(late, Document(0.0), rules).outcome
    'pass'
    """
    if stage_action == "none" or document.amount <= 0:
        return Verdict(Outcome.PASS.value)
    findings = tuple(finding for rule in rules if (finding := RULE_KINDS[rule.kind](rule, facts, document)))
    findings += implied_findings(facts, document, rules)
    worst = max((Outcome(finding.rule.action).severity for finding in findings), default=0)
    severity = min(worst, Outcome(stage_action).severity)
    return Verdict(list(Outcome)[severity].value, findings)


@dataclass(frozen=True, slots=True)
class CounterOffer:
    """What would clear the block. ``reduce_to`` is None where no smaller document would pass."""

    pay: float  # to be paid first, company currency
    reduce_to: float | None


def counter_offer(facts, document, verdict):
    """The counter-offer to a blocked document, solved from each broken rule; None when only a person can decide.

    ``pay`` clears all blocking rules at once: overdue items first, which also frees the limit.

    >>> facts = Facts("limited", limit_amount=100.0, exposure_amount=70.0)
    >>> document = Document(45.0)
    >>> counter_offer(facts, document, decide(facts, document, [Rule("over_limit", "block")]))
    CounterOffer(pay=15.0, reduce_to=30.0)
    >>> facts = Facts("limited", 100.0, exposure_amount=120.0, overdue_amount=40.0, overdue_days=50)
    >>> rules = [Rule("over_limit", "block"), Rule("overdue_days", "block", 30)]
    >>> counter_offer(facts, document, decide(facts, document, rules))
    CounterOffer(pay=65.0, reduce_to=None)
    >>> pot = Pot(1, "Holding", limit_amount=100.0, others_amount=60.0)
    >>> facts = Facts("limited", limit_amount=100.0, exposure_amount=70.0, pot=pot)
    >>> counter_offer(facts, document, decide(facts, document, [Rule("over_limit", "block")]))
    CounterOffer(pay=75.0, reduce_to=None)
    >>> counter_offer(Facts("no_check", manual_hold=True), document,
    ...               decide(Facts("no_check", manual_hold=True), document, [Rule("manual_hold", "block")]))
    """
    blocking = {finding.rule.kind: finding for finding in verdict.findings if finding.rule.action == Outcome.BLOCK}
    if not blocking or "manual_hold" in blocking:
        return None
    payments, sizes = [0.0], []
    for kind, finding in blocking.items():
        if kind == "over_limit":
            payments.append(finding.excess)
            sizes.append(document.counted_amount + facts.limit_amount - facts.exposure_amount)
        elif kind == "over_group":
            left = room(facts.pot, facts.exposure_amount, facts.cover_amount)
            payments.append(document.added_amount - left)
            sizes.append(document.counted_amount + left)
        elif kind in ("overdue_days", "insurer_stop"):
            payments.append(facts.overdue_amount)
            sizes.append(0.0)
        elif kind == "overdue_amount":
            payments.append(finding.excess)
            sizes.append(0.0)
        elif kind == "no_credit":
            payments.append(document.added_amount)
            sizes.append(0.0)
        elif kind == "document_amount":
            sizes.append(finding.threshold)
    smallest = min(sizes)
    return CounterOffer(max(payments), smallest if smallest > 0 else None)
