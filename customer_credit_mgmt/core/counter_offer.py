"""The counter-offer to a blocked document: what would make it pass, solved from the slack of each broken rule.

Amounts are exact: one unit of the currency less paid or guaranteed, or one more asked for, and it does not pass.

>>> from dataclasses import asdict
>>> from .facts import Document, Facts, Rule
>>> from .pot import Pot
>>> facts = Facts("limited", limit_amount=100.0, exposure_amount=70.0)
>>> def offer(facts, document, *rules):
...     found = counter_offer(facts, document, decide(facts, document, rules))
...     for option in found.options if found else ():
...         print({name: value for name, value in asdict(option).items() if value})
>>> offer(facts, Document(45.0), Rule("over_limit", "block"))
{'kind': 'pay', 'pay': 15.0}
{'kind': 'reduce', 'amount': 30.0}
{'kind': 'split', 'pay': 15.0, 'amount': 30.0, 'rest': 15.0}
{'kind': 'guarantee', 'guarantee': 15.0}

Payments cover what is overdue first, which frees the limit as well:

>>> late = Facts("limited", 100.0, exposure_amount=120.0, overdue_amount=40.0, overdue_days=50)
>>> offer(late, Document(45.0), Rule("over_limit", "block"), Rule("overdue_days", "block", 30))
{'kind': 'pay', 'pay': 65.0}

A pot that is shared is passed like a limit; the larger need counts:

>>> pot = Pot(1, "Holding", limit_amount=100.0, others_amount=60.0)
>>> shared = Facts("limited", 100.0, exposure_amount=70.0, pot=pot)
>>> offer(shared, Document(45.0), Rule("over_limit", "block"))
{'kind': 'pay', 'pay': 75.0}

What no figure can clear (a hold by hand, a rating, a review, an ended limit) is left to a person:

>>> offer(Facts("limited", manual_hold=True), Document(45.0), Rule("over_limit", "block"), Rule("manual_hold", "block"))
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from math import floor

from .facts import Document, Outcome
from .pot import room
from .verdict import decide

BY_PAYMENT = {"over_limit", "over_group", "no_credit", "overdue_days", "overdue_amount", "insurer_stop"}
BY_SIZE = {"over_limit", "over_group", "no_credit", "document_amount"}
BY_TERMS = {"terms_longer"}


@dataclass(frozen=True, slots=True)
class Option:
    """One way to make the document pass; all that it names is needed."""

    kind: str  # pay, reduce, split, guarantee, terms
    pay: float = 0.0  # to be paid first; of a split: before the rest
    amount: float | None = None  # the document is to be no larger; of a split: its first part
    rest: float = 0.0  # of a split
    guarantee: float = 0.0  # raises the limit
    terms_days: int | None = None  # due no later


@dataclass(frozen=True, slots=True)
class CounterOffer:
    options: tuple


def counter_offer(facts, document, verdict):
    """The options that clear a block; None when only a person can decide."""
    blocking = [finding for finding in verdict.findings if finding.rule.action == Outcome.BLOCK]
    if verdict.outcome != Outcome.BLOCK or not {it.rule.kind for it in blocking} <= BY_PAYMENT | BY_SIZE | BY_TERMS:
        return None
    options = tuple(_Solver(facts, document, blocking).options())
    return CounterOffer(options) if options else None


def _rules_behind(findings):
    """The rules that the findings come from: a pot counts where 'over limit' does, an insurer's stop needs none."""
    rules = {}
    for finding in findings:
        if finding.rule.kind != "insurer_stop":
            kind = "over_limit" if finding.rule.kind == "over_group" else finding.rule.kind
            rules.setdefault(replace(finding.rule, kind=kind, label=""))
    return list(rules)


class _Solver:
    """The options for one document and its broken rules."""

    def __init__(self, facts, document, blocking):
        self.facts = facts
        self.rules = _rules_behind(blocking)
        self.kinds = {finding.rule.kind for finding in blocking}
        self.terms_days = min((floor(it.threshold) for it in blocking if it.rule.kind in BY_TERMS), default=None)
        if self.terms_days is not None:
            document = replace(document, terms_days=self.terms_days)
        self.document = document

    def options(self):
        if self.kinds <= BY_TERMS:
            return [Option("terms", terms_days=self.terms_days)]
        found = (self._pay(), self._reduce(), self._split(), self._guarantee())
        return [option for option in found if option]

    def _pay(self):
        document, amount = self._within_the_document_rule()
        if self.kinds & BY_PAYMENT and document.amount > 0:
            limits = self._slack(document, "over_limit", "over_group", "no_credit", "overdue_amount")
            slack = max(limits, self._to_clear_the_overdue())
            pay = self._least(slack, lambda it: self._passes(self.facts.after_payment(it), document))
            return pay and Option("pay", pay=pay, amount=amount, terms_days=self.terms_days)

    def _guarantee(self):
        document, amount = self._within_the_document_rule()
        if self.kinds & BY_PAYMENT == {"over_limit"} and document.amount > 0:
            slack = self._slack(document, "over_limit")
            cover = self._least(slack, lambda it: self._passes(self.facts.with_guarantee(it), document))
            return cover and Option("guarantee", guarantee=cover, amount=amount, terms_days=self.terms_days)

    def _reduce(self):
        if not self.kinds <= BY_SIZE | BY_TERMS:
            return None
        kept = self.document.amount - self.document.added_amount
        findings = decide(self.facts, self.document, self.rules).findings
        size = min(self._size_within(finding) for finding in findings if finding.rule.kind in BY_SIZE)
        amount = self._most(size, lambda it: self._passes(self.facts, self.document.reduced_to(it)))
        unchanged = self.document.increase is not None and not self.facts.exceeds(amount or 0.0, kept)
        if amount and not unchanged:
            return Option("reduce", amount=amount, terms_days=self.terms_days)

    def _split(self):
        first = self._reduce()
        if not first or self.kinds - BY_TERMS != {"over_limit"} or self.document.increase is not None:
            return None
        rest = self._money(self.document.amount - first.amount)
        then = self.facts.after_delivery(self.document.reduced_to(first.amount).added_amount)
        second = Document(rest, terms_days=self.document.terms_days, agreed_days=self.document.agreed_days)
        slack = then.exposure_amount + rest - then.limit_amount
        pay = self._least(slack, lambda it: self._passes(then.after_payment(it), second))
        return pay and Option("split", pay=pay, amount=first.amount, rest=rest, terms_days=self.terms_days)

    # ------------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------------

    def _passes(self, facts, document):
        return decide(facts, document, self.rules).outcome != Outcome.BLOCK

    def _slack(self, document, *kinds):
        """By how much the document passes the worst of these rules."""
        findings = decide(self.facts, document, self.rules).findings
        return max((self._excess(finding, document) for finding in findings if finding.rule.kind in kinds), default=0.0)

    def _excess(self, finding, document):
        if finding.rule.kind == "over_group":
            return document.added_amount - room(self.facts.pot, self.facts.exposure_amount, self.facts.cover_amount)
        return finding.excess

    def _size_within(self, finding):
        """The largest size of the document that does not break this rule: what it adds nothing for always passes."""
        size = self.document.amount - self._excess(finding, self.document)
        if finding.rule.kind == "document_amount":
            return size
        kept = self.document.amount - self.document.added_amount
        unused_cover = max(-self.facts.exposure_amount, 0.0) if finding.rule.kind == "over_group" else 0.0
        return max(size, kept + unused_cover)

    def _to_clear_the_overdue(self):
        return self.facts.overdue_amount if self.kinds & {"overdue_days", "insurer_stop"} else 0.0

    def _within_the_document_rule(self):
        """The document as a payment or guarantee could clear it, and its amount if that is smaller."""
        if "document_amount" not in self.kinds:
            return self.document, None
        rules = [rule for rule in self.rules if rule.kind == "document_amount"]
        amount = self._most(
            self.document.amount - self._slack(self.document, "document_amount"),
            lambda it: decide(self.facts, self.document.reduced_to(it), rules).outcome != Outcome.BLOCK,
        )
        return self.document.reduced_to(amount or 0.0), amount

    def _money(self, amount):
        """``amount`` in whole units of the currency."""
        return self._units(amount)[2]

    def _units(self, amount):
        """The amounts in whole units of the currency next to ``amount``, ascending."""
        unit = Decimal(str(self.facts.rounding))
        nearest = round(Decimal(amount) / unit)
        return [float((nearest + step) * unit) for step in (-2, -1, 0, 1, 2)]

    def _least(self, guess, passes):
        if passes(0.0):
            return None
        return next((amount for amount in self._units(guess) if amount > 0 and passes(amount)), None)

    def _most(self, guess, passes):
        return next((amount for amount in reversed(self._units(guess)) if amount > 0 and passes(amount)), None)
