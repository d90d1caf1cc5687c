"""What counts without a rule of its own: the pot that a customer shares, and the terms of the insurer."""

from dataclasses import replace

from .facts import Finding, Rule


def _over_group(rule, facts, document):
    """A pot is passed by who pours into it, not by a document that the member's own cover takes up."""
    grown = facts.exposed(document.added_amount) - facts.exposed()
    total = facts.pot.others_amount + facts.exposed(document.added_amount)
    if facts.exceeds(grown, 0.0) and facts.exceeds(total, facts.pot.limit_amount):
        return Finding(replace(rule, kind="over_group", label=facts.pot.name), total, facts.pot.limit_amount)


def _insurer_stop(facts):
    if 0 < facts.insurer_stop_days <= facts.overdue_days:
        return Finding(Rule("insurer_stop", "block"), float(facts.overdue_days), float(facts.insurer_stop_days))


def implied_findings(facts, document, rules):
    """What needs no rule of its own: a pot counts where the rule 'over limit' does, an insurer's stop everywhere.

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
    """
    pots = (_over_group(rule, facts, document) for rule in rules if facts.pot and rule.kind == "over_limit")
    return tuple(finding for finding in (*pots, _insurer_stop(facts)) if finding)
