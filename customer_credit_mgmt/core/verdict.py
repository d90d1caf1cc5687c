"""The verdict on a document: which rules of the policy it breaks.

What a verdict is made of stands in ``facts``, the rules in ``rule_kinds``, the way out in ``counter_offer``.

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

from .facts import Document, Facts, Finding, Outcome, Policy, Rule, Verdict, counted_up_to
from .implied_rules import implied_findings
from .rule_kinds import RULE_KINDS

__all__ = ["Document", "Facts", "Finding", "Outcome", "Policy", "Rule", "Verdict", "counted_up_to", "decide"]


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
