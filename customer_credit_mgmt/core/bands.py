"""Bands: every value is in exactly one of them, and earns its points."""

from bisect import bisect_right
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Band:
    """Values from ``lower`` (inclusive, ``None``: no end) to the lower end of the next band (exclusive).

    ``key`` is how the outside knows the band.
    """

    lower: float | None
    points: float
    key: object = None


def find_band_problem(bands, allowed=(0, 100)):
    """What is wrong with the bands of a criterion: ``None``, ``empty``, ``closed``, ``twice`` or ``points``.

    :param allowed: the lowest and the highest points that a band may have

    >>> find_band_problem((Band(None, 100), Band(10, 50)))
    >>> find_band_problem(())
    'empty'
    >>> find_band_problem((Band(0, 100), Band(10, 50)))
    'closed'
    >>> find_band_problem((Band(None, 100), Band(10, 50), Band(10, 0)))
    'twice'
    >>> find_band_problem((Band(None, 101),))
    'points'
    >>> find_band_problem((Band(None, 101), Band(5, -20)), allowed=(-1000, 1000))
    """
    if not bands:
        return "empty"
    if [band.lower is None for band in bands] != [True] + [False] * (len(bands) - 1):
        return "closed"
    lowers = [band.lower for band in bands[1:]]
    if lowers != sorted(set(lowers)):
        return "twice"
    lowest, highest = allowed
    return None if all(lowest <= band.points <= highest for band in bands) else "points"


def band_index(bands, value):
    """Index of the band of a value: the lower end belongs to it, the upper one to the next.

    >>> bands = (Band(None, 100), Band(0, 80), Band(10, 20))
    >>> [band_index(bands, value) for value in (float("-inf"), -0.01, 0, 9.99, 10, float("inf"))]
    [0, 0, 1, 1, 2, 2]
    """
    return bisect_right([band.lower for band in bands[1:]], value)


def better_band(bands, index):
    """The nearest band with more points (of two equally near ones, the better), or ``None``.

    >>> bands = (Band(None, 60), Band(-3, 80), Band(3, 40), Band(10, 0))
    >>> [found and found.points for found in (better_band(bands, index) for index in range(4))]
    [80, None, 80, 40]
    """
    better = [(abs(i - index), -band.points, i) for i, band in enumerate(bands) if band.points > bands[index].points]
    return bands[min(better)[2]] if better else None
