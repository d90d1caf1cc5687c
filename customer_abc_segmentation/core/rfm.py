"""Recency, frequency, monetary: scores from 1 to 5, 5 is best."""

from bisect import bisect_right

SCORES = (1, 2, 3, 4, 5)


def quintiles(values):
    """Scores of values, larger is better, by cumulative distribution: ``ceil(5 x share of values up to this one)``.

    Equal values get equal scores, always: that of the last of them. So a score may stay empty.

    >>> quintiles([10, 20, 30, 40, 50])
    [1, 2, 3, 4, 5]
    >>> quintiles([1, 1, 1, 1, 7])
    [4, 4, 4, 4, 5]
    >>> quintiles([3, 3]), quintiles([3]), quintiles([])
    ([5, 5], [5], [])
    """
    ordered, count = sorted(values), len(values)
    return [-(-5 * bisect_right(ordered, value) // count) for value in values]


def by_cuts(value, cuts):
    """Score of a value, larger is better, by the least values of the scores 2 to 5.

    >>> [by_cuts(value, (2, 4, 7, 12)) for value in (1, 2, 3, 4, 11, 12, 500)]
    [1, 2, 2, 3, 4, 5, 5]
    """
    return 1 + bisect_right(cuts, value)


def by_days(days, cuts):
    """Score of a recency, fewer days are better, by the most days of the scores 5 to 2.

    >>> [by_days(days, (30, 60, 120, 240)) for days in (0, 30, 31, 60, 240, 241)]
    [5, 5, 4, 4, 2, 1]
    """
    return 5 - sum(days > cut for cut in cuts)
