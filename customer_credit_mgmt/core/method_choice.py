"""Which rule is in force for a purpose: the one that did best in the back-tests of the company."""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from statistics import mean, stdev

#: A rule is changed on this much evidence only, of the months measured last.
MIN_INVOICES, MIN_MONTHS, MONTHS_COMPARED = 100, 3, 12
#: A gain of so many standard errors is hardly chance (5 of 100).
CLEAR = 2


@dataclass(frozen=True, slots=True)
class Question:
    """What the rules answer. ``figures``: ``{method: its figure in Month}``, the rule of the beginning first.

    ``best``: whether the smallest or the largest figure wins; ``count``: what a month weighs; ``finer``: methods that
    split what the first one takes together: they follow noise first, so their gain has to be clear.
    """

    figures: dict[str, str]
    best: Callable = min
    count: str = "invoice_count"
    finer: tuple[str, ...] = ()


#: For which purpose which rule is in force, and what decides it.
QUESTIONS = {
    "late": Question(
        {"distribution": "brier", "weekday": "brier_weekday", "raw_share": "brier_raw"}, finer=("weekday",)
    ),
    "date": Question({"distribution": "mae", "customer_mean": "mae_mean", "due_date": "mae_due"}),
    "cash": Question({"distribution": "cash_error", "due_date": "cash_error_due"}),
    "worklist": Question({"distribution": "capture", "amount": "capture_amount"}, max),
    # the mean ranked better in the tuning window of docs/scoring.md
    "overdue": Question({"customer_mean": "serious_auc_mean", "distribution": "serious_auc"}, max, "serious_count"),
}


def best_method(months, question):
    """The method with the best figure over the months, weighted by their invoices; the first one wins a tie.

    :param months: ``Month`` (or anything with its figures), the newest last
    :return: the method, or ``None`` without enough evidence

    >>> from .backtest import Month
    >>> good, bad = Month(invoice_count=60, mae=3.0, mae_due=5.0), Month(invoice_count=40, mae=9.0, mae_due=8.0)
    >>> errors = Question({"distribution": "mae", "due_date": "mae_due"})
    >>> best_method([good, bad, good], errors), best_method([bad, bad, bad], errors)
    ('distribution', 'due_date')
    >>> best_method([good, good], errors) is None  # two months are not enough
    True
    >>> best_method([Month(serious_count=40, serious_auc=0.7, serious_auc_mean=0.6)] * 3, QUESTIONS["overdue"])
    'distribution'
    >>> months = [Month(invoice_count=60, brier=0.14, brier_raw=0.2, brier_weekday=b) for b in (0.12, 0.13, 0.14, 0.15)]
    >>> best_method(months[:3], QUESTIONS["late"]), best_method(months[:2] * 2, QUESTIONS["late"])
    ('distribution', 'weekday')
    """
    usable = [m for m in months if all(getattr(m, name) is not None for name in question.figures.values())]
    usable = usable[-MONTHS_COMPARED:]
    weights = [getattr(month, question.count) for month in usable]
    if len(usable) < MIN_MONTHS or sum(weights) < MIN_INVOICES:
        return None
    totals = {
        method: sum(getattr(month, name) * weight for month, weight in zip(usable, weights, strict=True))
        for method, name in question.figures.items()
        if method not in question.finer or _is_clear_gain(usable, question, name)
    }
    return question.best(totals, key=totals.get)


def _is_clear_gain(months, question, name):
    """Whether the figure is better than that of the first method by more than ``CLEAR`` standard errors."""
    first = next(iter(question.figures.values()))
    sign = 1 if question.best is max else -1
    gains = [sign * (getattr(month, name) - getattr(month, first)) for month in months]
    return mean(gains) > CLEAR * stdev(gains) / sqrt(len(gains))
