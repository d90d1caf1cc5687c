"""How good the payment prediction was in a month: what was said with the knowledge of its eve, against what happened.

Rows are mappings as ``receivable.ledger._backtest_sql`` gives them. Every measure is taken for the model and for the
naive rule beside it; what cannot be measured is ``None``.
"""

from collections import defaultdict
from dataclasses import dataclass, fields
from datetime import timedelta

from . import quality
from .delay import HORIZON_DAYS

#: A month is judged when its last invoice is so old: by then nearly everything is paid.
MATURITY_DAYS = 90
#: What is later than this many days after the due date is seriously late.
SERIOUS_DAYS = 14
#: How many customers one calls.
WORKLIST = 20


@dataclass(frozen=True, slots=True)
class Month:
    """Figures of a month. ``*_raw``: customer's raw share of late invoices, ``*_mean``: his mean days late, ``*_due``:
    the due date, ``*_weekday``: the habit by weekday of the due date. Cash errors are shares of the cash that came;
    ``capture``: share of the days late to come, weighted by amount, that the first ``WORKLIST`` customers of the list
    hold; ``serious``: late by more than ``SERIOUS_DAYS`` of those one day overdue."""

    invoice_count: int = 0
    late_count: int = 0
    open_count: int = 0
    auc: float | None = None
    auc_raw: float | None = None
    brier: float | None = None
    brier_raw: float | None = None
    brier_weekday: float | None = None
    brier_skill: float | None = None
    slope: float | None = None
    mae: float | None = None
    mae_mean: float | None = None
    mae_due: float | None = None
    cash_actual: float | None = None
    cash_expected: float | None = None
    cash_due: float | None = None
    cash_error: float | None = None
    cash_error_due: float | None = None
    capture: float | None = None
    capture_amount: float | None = None
    serious_count: int = 0
    serious_auc: float | None = None
    serious_auc_mean: float | None = None

    def as_dict(self):
        return {field.name: getattr(self, field.name) for field in fields(self)}


def measure(rows, judged_on):
    """The figures of a month, of its rows of all kinds as known on ``judged_on``; see the doctests of the parts."""
    kinds = defaultdict(list)
    for row in rows:
        kinds[row["kind"]].append(row)
    values = measure_invoices(kinds["invoice"], judged_on) | measure_serious(kinds["overdue"], judged_on)
    return Month(**values, **measure_cash(kinds["open"]), **measure_worklist(kinds["open"], judged_on))


def measure_invoices(rows, judged_on):
    """Invoices of the month, on the day before each was written.

    An invoice that is still open is late when its days of grace are over, and counts with the days it has reached.

    >>> from datetime import date
    >>> row = {"due": date(2024, 5, 2), "next_day": date(2024, 5, 3), "grace": 3, "settled_on": date(2024, 5, 12),
    ...        "probability_late": 0.8, "late_by_weekday": 0.8, "raw_share": 0.5, "delay_median": 7,
    ...        "mean_days_late": 6.0}
    >>> found = measure_invoices([row, {**row, "settled_on": None}], date(2024, 5, 6))  # the other is not late yet
    >>> found["invoice_count"], found["late_count"], found["open_count"], found["mae"], found["mae_due"]
    (1, 1, 0, 2.0, 10.0)
    """
    known = [
        row for row in rows if row["probability_late"] is not None and (row["settled_on"] or judged_on > _last_day(row))
    ]
    late = [row["settled_on"] is None or row["settled_on"] > _last_day(row) for row in known]
    chances = [row["probability_late"] for row in known]
    shares = [row["raw_share"] for row in known]
    dated = [row for row in known if row["delay_median"] is not None]
    days = [_days_late(row, judged_on) for row in dated]
    slope = quality.calibration(chances, late) if known else None
    return {
        "invoice_count": len(known),
        "late_count": sum(late),
        "open_count": sum(row["settled_on"] is None for row in known),
        "auc": quality.auc(chances, late),
        "auc_raw": quality.auc(shares, late),
        "brier": quality.brier(chances, late),
        "brier_raw": quality.brier(shares, late),
        "brier_weekday": quality.brier([row["late_by_weekday"] for row in known], late),
        "brier_skill": quality.brier_skill(chances, late),
        "slope": slope and slope[0],
        "mae": quality.mean_absolute_error([_expected_days_late(row) for row in dated], days),
        "mae_mean": quality.mean_absolute_error([row["mean_days_late"] for row in dated], days),
        "mae_due": quality.mean_absolute_error([0] * len(dated), days),
    }


def measure_cash(rows):
    """Cash of the four weeks after the eve, of the invoices open then. ``left``: what is open four weeks later.

    >>> from datetime import date
    >>> row = {"amount": 100.0, "left": 0.0, "paid_within": 0.9, "due": date(2024, 7, 1), "seen_on": date(2024, 5, 31)}
    >>> found = measure_cash([row, {**row, "left": 50.0, "paid_within": 0.4, "due": date(2024, 6, 28)}])
    >>> [round(found[name], 4) for name in ("cash_actual", "cash_expected", "cash_due", "cash_error", "cash_error_due")]
    [150.0, 130.0, 100.0, 0.1333, 0.3333]
    """
    actual = sum(row["amount"] - row["left"] for row in rows)
    if not actual:
        return {}
    expected = sum(row["amount"] * (row["paid_within"] or 0.0) for row in rows)
    by_due = sum(row["amount"] for row in rows if row["due"] <= row["seen_on"] + timedelta(days=HORIZON_DAYS))
    return {
        "cash_actual": actual,
        "cash_expected": expected,
        "cash_due": by_due,
        "cash_error": abs(expected - actual) / actual,
        "cash_error_due": abs(by_due - actual) / actual,
    }


def measure_worklist(rows, judged_on):
    """Of the amount-days of delay still to come, the share held by the customers one would have called.

    >>> from datetime import date
    >>> row = {"partner_id": 1, "amount": 100.0, "further_days": 2.0, "due": date(2024, 5, 2),
    ...        "seen_on": date(2024, 5, 31), "settled_on": date(2024, 6, 10)}
    >>> measure_worklist([row], date(2024, 9, 1))
    {'capture': 1.0, 'capture_amount': 1.0}
    """
    delay, expected, amounts = defaultdict(float), defaultdict(float), defaultdict(float)
    for row in rows:
        customer = row["partner_id"]
        begin = max(row["seen_on"], row["due"])
        delay[customer] += row["amount"] * max(((row["settled_on"] or judged_on) - begin).days, 0)
        expected[customer] += row["amount"] * (row["further_days"] or 0.0)
        amounts[customer] += row["amount"]
    total = sum(delay.values())
    if not total:
        return {}
    return {
        name: sum(delay[customer] for customer in _first(ranking)) / total
        for name, ranking in (("capture", expected), ("capture_amount", amounts))
    }


def _first(ranking):
    return sorted(ranking, key=lambda customer: (-ranking[customer], customer))[:WORKLIST]


def measure_serious(rows, judged_on):
    """Invoices on their first day overdue: which of them become seriously late.

    >>> from datetime import date
    >>> row = {"due": date(2024, 5, 2), "settled_on": date(2024, 5, 12), "further_days": 4.0, "mean_days_late": 6.0}
    >>> later = {**row, "settled_on": date(2024, 6, 12), "further_days": 3.0, "mean_days_late": 20.0}
    >>> measure_serious([row, later], date(2024, 9, 1))
    {'serious_count': 2, 'serious_auc': 0.0, 'serious_auc_mean': 1.0}
    """
    known = [row for row in rows if row["further_days"] is not None]
    serious = [_days_late(row, judged_on) > SERIOUS_DAYS for row in known]
    return {
        "serious_count": len(known),
        "serious_auc": quality.auc([row["further_days"] for row in known], serious),
        "serious_auc_mean": quality.auc([row["mean_days_late"] for row in known], serious),
    }


def _last_day(row):
    return row["next_day"] + timedelta(days=row["grace"])


def _expected_days_late(row):
    return (row["next_day"] - row["due"]).days + row["delay_median"]


def _days_late(row, judged_on):
    return ((row["settled_on"] or judged_on) - row["due"]).days
