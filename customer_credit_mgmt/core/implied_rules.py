"""What counts without a rule of its own: a shared pot, the terms of the insurer, more time for what was overdue."""

from dataclasses import replace

from .facts import Finding, Outcome, Rule

OVERDUE = {"overdue_days", "overdue_amount"}


def _over_group(rule, facts, document):
    """A pot is passed by who pours into it, not by a document that the member's own cover takes up."""
    grown = facts.exposed(document.added_amount) - facts.exposed()
    total = facts.pot.others_amount + facts.exposed(document.added_amount)
    if facts.exceeds(grown, 0.0) and facts.exceeds(total, facts.pot.limit_amount):
        return Finding(replace(rule, kind="over_group", label=facts.pot.name), total, facts.pot.limit_amount)


def _insurer_stop(facts):
    if 0 < facts.insurer_stop_days <= facts.overdue_days:
        return Finding(Rule("insurer_stop", "block"), float(facts.overdue_days), float(facts.insurer_stop_days))


def _postponed(facts, document, rules):
    """Who is stopped for what is overdue is not let go by a later due date: as severe as those rules are."""
    actions = [Outcome(rule.action) for rule in rules if rule.kind in OVERDUE]
    if facts.insurer_stop_days > 0:
        actions.append(Outcome.BLOCK)
    if document.postponed_days > 0 and actions:
        action = max(actions, key=lambda it: it.severity)
        return Finding(Rule("postponed", action.value), float(document.postponed_days), 0.0)


def implied_findings(facts, document, rules):
    """What needs no rule of its own.

    A pot counts where the rule 'over limit' does, an insurer's stop everywhere, more time where what is overdue counts.

    >>> from .facts import Document, Facts
    >>> from .pot import Pot
    >>> facts = Facts("no_check", exposure_amount=20.0, pot=Pot(1, "Holding", limit_amount=100.0, others_amount=60.0))
    >>> finding, = implied_findings(facts, Document(25.0), [Rule("over_limit", "warn")])
    >>> finding.rule.kind, finding.rule.action, finding.figure, finding.threshold, finding.rule.label
    ('over_group', 'warn', 105.0, 100.0, 'Holding')
    >>> implied_findings(facts, Document(20.0), [Rule("over_limit", "warn")])
    ()
    >>> [finding.rule.kind for finding in implied_findings(
    ...     Facts("no_check", overdue_days=60, insurer_stop_days=60), Document(1.0), [])]
    ['insurer_stop']
    >>> again = Document(1.0, postponed_days=30)
    >>> [(finding.rule.kind, finding.rule.action, finding.figure) for finding in implied_findings(
    ...     Facts("no_check"), again, [Rule("overdue_days", "warn", 60), Rule("overdue_amount", "block")])]
    [('postponed', 'block', 30.0)]
    >>> implied_findings(Facts("no_check"), again, [Rule("over_limit", "block")])
    ()
    """
    pots = (_over_group(rule, facts, document) for rule in rules if facts.pot and rule.kind == "over_limit")
    found = (*pots, _insurer_stop(facts), _postponed(facts, document, rules))
    return tuple(finding for finding in found if finding)
