"""A scorecard of weights of evidence on the Statlog German credit data: 5 x 5-fold AUC (known answer about 0.78).

The bins and their weights are the product's (core/woe.py); the logistic regression on them is fitted here.
"""

import csv
import random
from bisect import bisect_right
from math import exp
from statistics import mean

from odoo.addons.customer_credit_mgmt.core import quality
from odoo.addons.customer_credit_mgmt.core.woe import Bin, pool_monotone, weights_of_evidence

FOLDS, REPEATS, STEPS = 5, 5, 25
#: Numbers are cut into so many parts before bins of the same direction are pooled.
PARTS = 10
#: Keeps coefficients of figures that say the same from running away.
RIDGE = 1.0


def measure(path):
    """Mean AUC over the repeats, of risks given to rows that were not used for fitting."""
    with open(path, newline="") as handle:
        rows = list(csv.DictReader(handle))
    bad = [row.pop("creditability") == "bad" for row in rows]
    return mean(_cross_validate(rows, bad, random.Random(repeat)) for repeat in range(REPEATS))


def _cross_validate(rows, bad, draw):
    order = list(range(len(rows)))
    draw.shuffle(order)
    risks = {}
    for fold in range(FOLDS):
        held = set(order[fold::FOLDS])
        kept = [number for number in order if number not in held]
        card = _fit([rows[number] for number in kept], [bad[number] for number in kept])
        risks.update((number, card(rows[number])) for number in held)
    return quality.auc([risks[number] for number in range(len(rows))], bad)


def _fit(rows, bad):
    """A function that gives a row its log odds of being bad."""
    encoders = [_encoder(name, [row[name] for row in rows], bad) for name in rows[0]]
    coefficients = _regress([[1.0, *(encode(row) for encode in encoders)] for row in rows], bad)
    return lambda row: sum(b * x for b, x in zip(coefficients, [1.0, *(e(row) for e in encoders)], strict=True))


def _encoder(name, values, bad):
    """The weight of evidence of a column's value in a row."""
    if all(value.replace(".", "", 1).isdigit() for value in values) and len(set(values)) > PARTS:
        return _number_encoder(name, [float(value) for value in values], bad)
    counts = {value: [0, 0] for value in sorted(set(values))}
    for value, is_bad in zip(values, bad, strict=True):
        counts[value][is_bad] += 1
    weights = dict(zip(counts, weights_of_evidence([Bin(None, *pair) for pair in counts.values()]), strict=True))
    return lambda row: weights.get(row[name], 0.0)


def _number_encoder(name, numbers, bad):
    ordered = sorted(numbers)
    edges = sorted({ordered[len(ordered) * part // PARTS] for part in range(1, PARTS)})
    counts = [[0, 0] for _part in range(len(edges) + 1)]
    for number, is_bad in zip(numbers, bad, strict=True):
        counts[bisect_right(edges, number)][is_bad] += 1
    bins = pool_monotone([Bin(low, *pair) for low, pair in zip([None, *edges], counts, strict=True) if sum(pair)])
    weights, lowers = weights_of_evidence(bins), [each.lower for each in bins[1:]]
    return lambda row: weights[bisect_right(lowers, float(row[name]))]


def _regress(rows, bad):
    """Coefficients of the logistic regression, by Newton's method."""
    size = len(rows[0])
    found = [0.0] * size
    for _step in range(STEPS):
        gradient = [-RIDGE * value if column else 0.0 for column, value in enumerate(found)]
        hessian = [[RIDGE if i == j and i else 0.0 for j in range(size)] for i in range(size)]
        for row, is_bad in zip(rows, bad, strict=True):
            p = 1 / (1 + exp(-sum(b * x for b, x in zip(found, row, strict=True))))
            for i, x in enumerate(row):
                gradient[i] += (is_bad - p) * x
                for j in range(size):
                    hessian[i][j] += p * (1 - p) * x * row[j]
        change = _solve(hessian, gradient)
        found = [value + step for value, step in zip(found, change, strict=True)]
        if max(map(abs, change)) < 1e-8:
            break
    return found


def _solve(matrix, right):
    """Gauss-Jordan with the largest pivot."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for column in range(len(rows)):
        pivot = max(range(column, len(rows)), key=lambda number: abs(rows[number][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        for number, row in enumerate(rows):
            if number != column:
                factor = row[column] / rows[column][column]
                rows[number] = [a - factor * b for a, b in zip(row, rows[column], strict=True)]
    return [row[-1] / row[number] for number, row in enumerate(rows)]
