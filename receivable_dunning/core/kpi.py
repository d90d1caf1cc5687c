"""Figures of a portfolio of receivables. What cannot be told (no sales, nothing open) is ``None``, never 0.

Sales and receivables are both with tax, credit notes deducted. Sources: Credit Research Foundation (DSO, CEI),
creditguru.com (best-possible DSO, average days delinquent), Upflow (countback), Hirschman (HHI).
"""

from dataclasses import dataclass
from statistics import fmean


def ratio(part, whole):
    """``part / whole``; a whole of nothing or less has no parts.

    >>> ratio(30, 120), ratio(5, 0), ratio(5, -1), ratio(-5, 10)
    (0.25, None, None, -0.5)
    """
    return part / whole if whole > 0 else None


def dso(receivables, sales, days):
    """Days sales outstanding: receivables / sales of the period x days of the period.

    The best-possible DSO is the same of the receivables that are not due yet.

    >>> dso(15_000, 10_000, 30), dso(4_000, 10_000, 30)
    (45.0, 12.0)
    >>> dso(15_000, 0, 30) is None
    True
    >>> dso(0, 10_000, 30)
    0.0

    Customers who are in credit on the whole have nothing outstanding:

    >>> dso(-1, 10_000, 30) is None
    True
    """
    return receivables / sales * days if sales > 0 and receivables >= 0 else None


def countback(receivables, months):
    """DSO by counting back: months of sales are taken off the receivables, each adding its days.

    :param months: ``(sales, days)`` from the latest month backwards; a month without sales adds its days too
    :return: days; ``None`` without any sales, and where those of all months do not cover the receivables

    >>> round(countback(212_000, [(100_000, 30), (80_000, 30), (70_000, 30)]), 1)
    73.7
    >>> countback(180_000, [(100_000, 31), (80_000, 30), (70_000, 31)])
    61.0
    >>> countback(50_000, [(0, 30), (100_000, 30)])
    45.0
    >>> countback(0, [(100_000, 30)])
    0.0
    >>> countback(0, []) is None and countback(0, [(0, 30)]) is None
    True
    >>> countback(10, [(5, 30)]) is None and countback(-1, [(5, 30)]) is None
    True
    """
    if receivables < 0 or not any(sales > 0 for sales, _days in months):
        return None
    rest, counted = receivables, 0.0
    for sales, days in months:
        if rest == 0:
            break
        if rest < sales:
            return counted + rest / sales * days
        rest, counted = rest - sales, counted + days
    return None if rest else counted


def months_taken(receivables, months):
    """The months that the countback takes, the last one included of which only a part is needed.

    >>> months_taken(212_000, [(100_000, 30), (80_000, 30), (70_000, 30), (9, 30)])
    [(100000, 30), (80000, 30), (70000, 30)]
    >>> months_taken(0, [(100_000, 30)])
    []
    """
    taken, rest = [], receivables
    for sales, days in months:
        if rest <= 0:
            break
        taken.append((sales, days))
        rest -= sales
    return taken


def days_delinquent(simple, best_possible):
    """Average days delinquent (ADD): how much of the DSO is delay.

    >>> days_delinquent(dso(15_000, 10_000, 30), dso(4_000, 10_000, 30))
    33.0
    >>> days_delinquent(None, 12) is None
    True
    """
    return None if simple is None or best_possible is None else simple - best_possible


@dataclass(frozen=True, slots=True)
class Collectable:
    """What the collection effectiveness of a period is made of."""

    opening: float
    sales: float
    closing: float
    current: float


def cei(period, divisor=1):
    """Collection effectiveness index in percent: what was collected of what could be.

    (opening + sales - closing) / (opening + sales - closing not due) x 100. ``divisor`` is the N of "CRF with N": the
    months of the period, by which its sales are divided.

    >>> quarter = Collectable(opening=6_200, sales=10_890, closing=6_340, current=3_590)
    >>> round(cei(quarter), 2), round(cei(quarter, 3), 2)
    (79.63, 55.93)
    >>> cei(Collectable(0, 100, 100, 100)) is None
    True
    """
    begun = period.opening + period.sales / divisor
    share = ratio(begun - period.closing, begun - period.current)
    return None if share is None else share * 100


def monthly_cei(months):
    """The mean of the months of a longer period: those in which nothing could be collected do not count.

    >>> monthly_cei([Collectable(100, 100, 50, 50), Collectable(50, 50, 100, 20), Collectable(0, 9, 9, 9)])
    50.0
    >>> monthly_cei([]) is None
    True
    """
    found = [value for value in map(cei, months) if value is not None]
    return fmean(found) if found else None


def turnover(sales, opening, closing):
    """How often the receivables were turned over in the period: sales / mean of opening and closing.

    >>> turnover(300, 80, 120)
    3.0
    >>> turnover(300, 0, 0) is None
    True
    """
    return ratio(sales, (opening + closing) / 2)


def progress(due, remaining):
    """Collection progress: how much of what was or fell due in the period is settled at its end.

    >>> progress(200, 50), progress(0, 0)
    (0.75, None)
    """
    return ratio(due - remaining, due)


@dataclass(frozen=True, slots=True)
class Concentration:
    """How much of the receivables few customers owe: shares of the largest, sum of the squared shares."""

    total: float
    top_10: float | None
    top_20: float | None
    hhi: float | None


def concentration(balances):
    """Of the customers' balances; who is in credit owes nothing and does not count.

    >>> concentration([50, 30, 20, -10])
    Concentration(total=100, top_10=1.0, top_20=1.0, hhi=0.38)
    >>> concentration([1] * 40)
    Concentration(total=40, top_10=0.25, top_20=0.5, hhi=0.025)
    >>> concentration([-5])
    Concentration(total=0, top_10=None, top_20=None, hhi=None)
    """
    owed = sorted((balance for balance in balances if balance > 0), reverse=True)
    total = sum(owed)
    squares = ratio(sum(balance * balance for balance in owed), total * total)
    hhi = None if squares is None else round(squares, 12)
    return Concentration(total, ratio(sum(owed[:10]), total), ratio(sum(owed[:20]), total), hhi)
