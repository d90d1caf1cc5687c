"""The kinds of rules: each looks at the facts and the document, and returns a finding or None.

A boundary belongs to the good side: a document that uses the limit exactly, or a customer overdue by exactly the
allowed days, passes.
"""

from .facts import Finding


def over_limit(rule, facts, document):
    """Exposure with the document above the limit.

    What the exposure holds of the document already is asked about only where nobody did before:

    >>> from .facts import Document, Facts, Rule
    >>> rule, facts = Rule("over_limit", "block"), Facts("limited", 100.0, exposure_amount=150.0)
    >>> over_limit(rule, facts, Document(150.0, counted_amount=150.0))
    >>> over_limit(rule, facts, Document(150.0, counted_amount=150.0, is_granted=False)).excess
    50.0
    """
    total = facts.exposure_amount + document.added_amount
    if facts.limit_mode == "limited" and document.asks(facts) and facts.exceeds(total, facts.limit_amount):
        return Finding(rule, total, facts.limit_amount)


def no_credit(rule, facts, document):
    """A customer without credit owes more than nothing: what is paid in advance may pass.

    >>> from .facts import Document, Facts, Rule
    >>> rule = Rule("no_credit", "block")
    >>> no_credit(rule, Facts("no_credit", exposure_amount=-60.0), Document(100.0)).figure
    40.0
    >>> no_credit(rule, Facts("no_credit", exposure_amount=-100.0), Document(100.0))
    """
    total = facts.exposure_amount + document.added_amount
    if facts.limit_mode == "no_credit" and document.asks(facts) and facts.exceeds(total, 0.0):
        return Finding(rule, total, 0.0)


def overdue_days(rule, facts, document):
    if facts.overdue_days > rule.threshold:
        return Finding(rule, float(facts.overdue_days), rule.threshold)


def overdue_amount(rule, facts, document):
    if facts.exceeds(facts.overdue_amount, rule.threshold):
        return Finding(rule, facts.overdue_amount, rule.threshold)


def document_amount(rule, facts, document):
    if facts.exceeds(document.amount, rule.threshold):
        return Finding(rule, document.amount, rule.threshold)


def terms_longer(rule, facts, document):
    """Due later than agreed by more than the threshold; where nothing was agreed, nothing is longer.

    >>> from .facts import Document, Facts, Rule
    >>> rule, facts = Rule("terms_longer", "block", threshold=5), Facts("no_check")
    >>> terms_longer(rule, facts, Document(10.0, terms_days=35, agreed_days=30))
    >>> finding = terms_longer(rule, facts, Document(10.0, terms_days=36, agreed_days=30))
    >>> finding.figure, finding.threshold
    (36.0, 35.0)
    >>> terms_longer(rule, facts, Document(10.0, terms_days=90))
    """
    if document.terms_days is None or document.agreed_days is None:
        return None
    allowed = document.agreed_days + rule.threshold
    if document.terms_days > allowed:
        return Finding(rule, float(document.terms_days), float(allowed))


def limit_expired(rule, facts, document):
    """The limit of a limited customer ended (days ago), or there never was one (0)."""
    if facts.limit_mode == "limited" and facts.limit_ended_days is not None:
        return Finding(rule, float(facts.limit_ended_days), 0.0)


def review_overdue(rule, facts, document):
    if facts.review_late_days is not None and facts.review_late_days > rule.threshold:
        return Finding(rule, float(facts.review_late_days), rule.threshold)


def rating_below(rule, facts, document):
    """The customer's rating starts at a lower score than the rule's; without a rating nothing is known.

    >>> from .facts import Document, Facts, Rule
    >>> rule = Rule("rating_below", "block", threshold=60.0)
    >>> rating_below(rule, Facts("no_check", rating_score=60.0), Document(1.0))
    >>> rating_below(rule, Facts("no_check", rating_score=45.0), Document(1.0)).figure
    45.0
    >>> rating_below(rule, Facts("no_check"), Document(1.0))
    """
    if facts.rating_score is not None and facts.rating_score < rule.threshold:
        return Finding(rule, facts.rating_score, rule.threshold)


def partner_domain(rule, facts, document):
    if rule.rule_id in facts.fitting_rules:
        return Finding(rule, 1.0, 0.0)


def manual_hold(rule, facts, document):
    if facts.manual_hold:
        return Finding(rule, 1.0, 0.0)


RULE_KINDS = {
    "over_limit": over_limit,
    "no_credit": no_credit,
    "overdue_days": overdue_days,
    "overdue_amount": overdue_amount,
    "document_amount": document_amount,
    "terms_longer": terms_longer,
    "limit_expired": limit_expired,
    "review_overdue": review_overdue,
    "rating_below": rating_below,
    "partner_domain": partner_domain,
    "manual_hold": manual_hold,
}
