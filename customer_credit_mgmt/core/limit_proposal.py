"""Proposals for a credit limit side by side. The smallest of those that are known binds.

Each proposal answers another question: what does the customer need (purchases), what did they prove (peak), what can
they bear (equity), how good are they (rating), what would somebody else pay (insured)? A proposal without enough data
is ``None``, never 0: a 0 says that there should be no limit.
"""

from dataclasses import dataclass, field

#: A month of payment terms.
DAYS_PER_MONTH = 30
#: With fewer purchases, or fewer invoices paid on time, nothing is said.
MIN_HISTORY = 3
#: Purchases of a new customer are spread over at least so many months.
MIN_MONTHS, MAX_MONTHS = 3.0, 12.0


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a customer, amounts in company currency; ``None``: not known.

    :ivar turnover: invoices less credit notes of 12 months, tax included
    :ivar months: since the first invoice of the last 24 months
    :ivar terms_days: agreed days from invoice to due date, weighted by amount
    :ivar peak: highest balance that consisted only of items that were then paid on time
    """

    purchase_count: int = 0
    turnover: float | None = None
    months: float | None = None
    terms_days: float | None = None
    paid_count: int = 0
    peak: float | None = None
    equity: float | None = None
    rating: str | None = None
    rating_factor: float | None = None
    insured: float | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """``factor``: the k of *k x monthly purchases x terms*; ``equity_share``: part of the equity (0.1: a tenth)."""

    factor: float = 2.0
    equity_share: float = 0.1


@dataclass(frozen=True, slots=True)
class Proposal:
    """``figures`` are those of its formula, by name; ``sentence`` says it with numbers in the reader's language."""

    key: str
    amount: float | None
    figures: dict = field(default_factory=dict)
    is_binding: bool = False
    sentence: str = ""


def monthly_purchases(facts):
    """Average purchases of a month, or ``None``.

    >>> monthly_purchases(Facts(12, 24_000, 20.0))
    2000.0
    >>> monthly_purchases(Facts(3, 24_000, 0.5))  # three invoices in the first two weeks
    8000.0
    >>> monthly_purchases(Facts(2, 24_000, 20.0)) is None
    True
    """
    if facts.purchase_count < MIN_HISTORY or facts.turnover is None or facts.months is None or facts.turnover <= 0:
        return None
    return facts.turnover / min(max(facts.months, MIN_MONTHS), MAX_MONTHS)


def of_purchases(facts, policy):
    """``k x average monthly purchases x terms in months``: the balance that the agreed terms lead to.

    >>> of_purchases(Facts(12, 24_000, 20.0, 45.0), Policy(2.0)).amount
    6000.0
    >>> of_purchases(Facts(12, 24_000, 20.0, 0.0), Policy(2.0)).amount is None  # pays at once: no terms to multiply
    True
    """
    monthly = monthly_purchases(facts)
    figures = {"factor": policy.factor, "monthly": monthly, "days": facts.terms_days}
    if monthly is None or not facts.terms_days or facts.terms_days < 0:
        return Proposal("purchases", None, figures)
    return Proposal("purchases", policy.factor * monthly * facts.terms_days / DAYS_PER_MONTH, figures)


def of_peak(facts, _policy):
    """The own peak balance paid on time.

    >>> of_peak(Facts(paid_count=3, peak=500.0), Policy()).amount
    500.0
    >>> of_peak(Facts(paid_count=2, peak=500.0), Policy()).amount is None
    True
    """
    known = facts.paid_count >= MIN_HISTORY
    return Proposal("peak", facts.peak if known else None, {"count": facts.paid_count})


def of_equity(facts, policy):
    """A share of the equity; nothing can be borne by an equity that is used up.

    >>> of_equity(Facts(equity=90_000.0), Policy(equity_share=0.1)).amount
    9000.0
    >>> of_equity(Facts(equity=-5.0), Policy()).amount, of_equity(Facts(), Policy()).amount
    (0.0, None)
    """
    amount = None if facts.equity is None else max(facts.equity, 0.0) * policy.equity_share
    return Proposal("equity", amount, {"share": policy.equity_share, "equity": facts.equity})


def of_rating(facts, policy):
    """What the customer needs, times the limit factor of the rating.

    >>> of_rating(Facts(12, 24_000, 20.0, 45.0, rating="B", rating_factor=0.4), Policy(2.0)).amount
    2400.0
    >>> of_rating(Facts(rating="D", rating_factor=0.0), Policy()).amount  # whatever the need
    0.0
    >>> of_rating(Facts(12, 24_000, 20.0, 45.0), Policy()).amount is None
    True
    """
    need = of_purchases(facts, policy).amount
    figures = {"rating": facts.rating, "factor": facts.rating_factor, "need": need}
    if facts.rating_factor is None or (need is None and facts.rating_factor):
        return Proposal("rating", None, figures)
    return Proposal("rating", facts.rating_factor * (need or 0.0), figures)


def of_insured(facts, _policy):
    """What the credit insurer covers.

    >>> of_insured(Facts(insured=700.0), Policy()).amount
    700.0
    """
    return Proposal("insured", facts.insured)


def proposals(facts, policy):
    """All proposals, the binding one marked: the smallest known amount (the first of equals).

    >>> found = proposals(Facts(12, 24_000, 20.0, 45.0, 9, 8_000.0, rating="B", rating_factor=0.4), Policy(2.0))
    >>> [(proposal.key, proposal.amount) for proposal in found if proposal.is_binding]
    [('rating', 2400.0)]
    >>> [proposal.key for proposal in found if proposal.amount is None]
    ['equity', 'insured']
    >>> any(proposal.is_binding for proposal in proposals(Facts(), Policy()))
    False
    """
    found = [make(facts, policy) for make in (of_purchases, of_peak, of_equity, of_rating, of_insured)]
    smallest = min((it for it in found if it.amount is not None), key=lambda it: it.amount, default=None)
    return tuple(Proposal(it.key, it.amount, it.figures, is_binding=True) if it is smallest else it for it in found)


def binding(found):
    """The proposal that binds, or ``None`` when nothing is known.

    >>> binding(proposals(Facts(insured=700.0), Policy())).key
    'insured'
    >>> binding(proposals(Facts(), Policy())) is None
    True
    """
    return next((proposal for proposal in found if proposal.is_binding), None)
