"""The key-account sheet: its figures and how they are derived, compared and measured."""

from dataclasses import dataclass

SECTIONS = ("basic", "sales", "profit", "receivable", "turnover", "risk", "value")
AMOUNT, SHARE, DAYS, COUNT, NUMBER, DATE, TEXT = "amount", "share", "days", "count", "number", "date", "text"
MEASURABLE = (AMOUNT, SHARE, DAYS, COUNT, NUMBER)
REACHED, MISSED, PENDING, UNKNOWN = "reached", "missed", "pending", "unknown"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the sheet. ``better``: 1 the more the better, -1 the less the better, 0 neither."""

    code: str
    section: str
    unit: str
    better: int = 0


FIGURES = {
    figure.code: figure
    for figure in (
        Figure("class", "basic", TEXT),
        Figure("xyz", "basic", TEXT),
        Figure("stage", "basic", TEXT),
        Figure("segment", "basic", TEXT),
        Figure("since", "basic", DATE),
        Figure("last_invoice", "basic", DATE),
        Figure("payment_term", "basic", TEXT),
        Figure("salesperson", "basic", TEXT),
        Figure("country", "basic", TEXT),
        Figure("reference", "basic", TEXT),
        Figure("revenue", "sales", AMOUNT, 1),
        Figure("revenue_before", "sales", AMOUNT),
        Figure("growth_before", "sales", SHARE, 1),
        Figure("revenue_last_year", "sales", AMOUNT),
        Figure("growth_last_year", "sales", SHARE, 1),
        Figure("revenue_ytd", "sales", AMOUNT),
        Figure("growth_ytd", "sales", SHARE, 1),
        Figure("company_share", "sales", SHARE, 1),
        Figure("invoice_count", "sales", COUNT, 1),
        Figure("average_invoice", "sales", AMOUNT, 1),
        Figure("returns_share", "sales", SHARE, -1),
        Figure("budget", "sales", AMOUNT),
        Figure("budget_reached", "sales", SHARE, 1),
        Figure("margin", "profit", AMOUNT, 1),
        Figure("margin_rate", "profit", SHARE, 1),
        Figure("capital_cost", "profit", AMOUNT, -1),
        Figure("collection_cost", "profit", AMOUNT, -1),
        Figure("profit", "profit", AMOUNT, 1),
        Figure("profit_rate", "profit", SHARE, 1),
        Figure("receivable", "receivable", AMOUNT),
        Figure("overdue", "receivable", AMOUNT, -1),
        Figure("overdue_share", "receivable", SHARE, -1),
        Figure("overdue_days", "receivable", DAYS, -1),
        Figure("dso", "receivable", DAYS, -1),
        Figure("receivable_opening", "turnover", AMOUNT),
        Figure("sales_taxed", "turnover", AMOUNT),
        Figure("turnover", "turnover", NUMBER, 1),
        Figure("turnover_days", "turnover", DAYS, -1),
        Figure("churn_risk", "risk", SHARE, -1),
        Figure("churn_reason", "risk", TEXT),
        Figure("recency_days", "risk", DAYS, -1),
        Figure("value_at_risk", "risk", AMOUNT, -1),
        Figure("expected_purchases_12", "value", NUMBER, 1),
        Figure("expected_revenue_12", "value", AMOUNT, 1),
        Figure("clv", "value", AMOUNT, 1),
        Figure("clv_low", "value", AMOUNT),
        Figure("clv_high", "value", AMOUNT),
    )
}


def ratio(part, whole):
    """Share of a positive whole; None where there is no such whole or no part.

    >>> ratio(1, 4), ratio(1, 0), ratio(1, -4), ratio(None, 4)
    (0.25, None, None, None)
    """
    return None if part is None or whole is None or whole <= 0 else part / whole


def growth(now, before):
    """Relative change against a positive amount.

    >>> growth(150, 100), growth(50, 0), growth(0, 100)
    (0.5, None, -1.0)
    """
    return None if ratio(now, before) is None else now / before - 1


def derive(values, days):
    """Add what follows from the sums of a customer; see the help of each figure for its formula.

    :param days: of the period

    >>> sums = {"revenue": 300.0, "revenue_before": 200.0, "sales_taxed": 357.0, "receivable": 119.0,
    ...         "receivable_opening": 59.5, "overdue": 0.0, "company_revenue": 1000.0}
    >>> found = derive(sums, 91)
    >>> found["growth_before"], found["company_share"], round(found["dso"], 2), found["growth_last_year"]
    (0.5, 0.3, 30.33, None)
    >>> round(found["turnover"], 2), round(found["turnover_days"], 2)
    (16.04, 22.75)
    """
    get = values.get
    closing, opening, taxed = get("receivable") or 0.0, get("receivable_opening") or 0.0, get("sales_taxed")
    average = (opening + closing) / 2
    owed_days = ratio(closing, taxed)
    held = ratio(average, taxed)
    turned = ratio(taxed, average)
    return values | {
        "growth_before": growth(get("revenue"), get("revenue_before")),
        "growth_last_year": growth(get("revenue"), get("revenue_last_year")),
        "growth_ytd": growth(get("revenue_ytd"), get("revenue_ytd_last_year")),
        "company_share": ratio(get("revenue"), get("company_revenue")),
        "average_invoice": ratio(get("invoiced"), get("invoice_count")),
        "returns_share": ratio(get("returns"), get("invoiced")),
        "budget_reached": ratio(get("revenue"), get("budget")),
        "margin_rate": ratio(get("margin"), get("revenue")),
        "profit_rate": ratio(get("profit"), get("revenue")),
        "overdue_share": ratio(get("overdue"), closing),
        "dso": None if owed_days is None else owed_days * days,
        "turnover": None if turned is None else turned * 365 / days,
        "turnover_days": None if held is None or average < 0 else held * days,
    }


@dataclass(frozen=True, slots=True)
class Change:
    """How a figure moved: ``amount`` is now less before; ``verdict`` 1 better, -1 worse, 0 neither or not known."""

    amount: float | None
    verdict: int


def compare(figure, now, before):
    """Change of a figure against the previous review.

    >>> compare(FIGURES["dso"], 30.0, 40.0), compare(FIGURES["dso"], 30.0, None)
    (Change(amount=-10.0, verdict=1), Change(amount=None, verdict=0))
    """
    if figure.unit not in MEASURABLE or now is None or before is None:
        return Change(None, 0)
    amount = now - before
    return Change(amount, figure.better * ((amount > 0) - (amount < 0)))


def measure(target, value, direction, is_due):
    """Whether a target is reached; what is not due yet may still be.

    >>> measure(100, 120, "at_least", True), measure(30, 31, "at_most", True), measure(30, 31, "at_most", False)
    ('reached', 'missed', 'pending')
    >>> measure(30, 30, "at_most", False), measure(30, None, "at_most", True)
    ('reached', 'unknown')
    """
    if value is None:
        return UNKNOWN
    if value >= target if direction == "at_least" else value <= target:
        return REACHED
    return MISSED if is_due else PENDING
