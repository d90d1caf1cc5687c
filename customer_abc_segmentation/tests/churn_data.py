"""The CDNOW sample, and simulated customers of whom the parameters are known."""

import csv
import os
from pathlib import Path
from unittest import SkipTest

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("CREDIT_SUITE_SHARED") or ROOT.parent / "shared")
SUMMARY = SHARED / "data" / "cdnow" / "cdnow_customers_summary_with_transactions.csv"
SAMPLE = SHARED / "data" / "cdnow" / "CDNOW_sample.txt"


def summary():
    """x, t_x, T (weeks) and mean value of the repeat purchases of 2,357 customers, as published."""
    if not SUMMARY.exists():
        raise SkipTest(f"the data set is not there: {SUMMARY}")
    with open(SUMMARY, newline="") as handle:
        rows = list(csv.reader(handle))[1:]
    return np.array([[float(cell) for cell in row] for row in rows])[:, 1:].T


def hold_out():
    """Purchases (days) of each customer in weeks 40-78, in the order of ``summary``."""
    if not SAMPLE.exists():
        raise SkipTest(f"the data set is not there: {SAMPLE}")
    with open(SAMPLE) as handle:
        rows = [line.split() for line in handle]
    counts = np.zeros(int(rows[-1][1]))
    for customer in {(row[1], row[2]) for row in rows if row[2] > "19970930"}:
        counts[int(customer[0]) - 1] += 1
    return counts


def simulate(parameters, count, seed, later=52.0):
    """``(x, t_x, T, purchases within ``later`` weeks after T)`` of customers who behave as BG/NBD says."""
    r, alpha, a, b = parameters
    draw = np.random.default_rng(seed)
    rates, leaving = draw.gamma(r, 1 / alpha, count), draw.beta(a, b, count)
    ages = draw.uniform(30, 110, count)
    rows = [_live(draw, rate, chance, age, age + later) for rate, chance, age in zip(rates, leaving, ages, strict=True)]
    return tuple(np.array(column) for column in zip(*rows, strict=True))


def _live(draw, rate, leaving, age, end):
    """One customer: purchases at random while alive; after each the customer may leave."""
    count, last, after, now = 0, 0.0, 0, 0.0
    while True:
        now += draw.exponential(1 / max(rate, 1e-12))
        if now > end:
            break
        if now <= age:
            count, last = count + 1, now
        else:
            after += 1
        if draw.random() < leaving:
            break
    return count, last, age, after
