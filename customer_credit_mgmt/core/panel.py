"""A panel of experts: everybody judges alone, the middle one counts, and strong disagreement asks for a second round.

The median is used because one extreme opinion does not move it (Delphi method, Dalkey and Helmer 1963).
"""

from dataclasses import dataclass
from statistics import median

#: Rounds a panel has at most: after the second one the median stands, whatever the spread.
LAST_ROUND = 2


@dataclass(frozen=True, slots=True)
class Result:
    """What a round said: ``None`` while somebody is missing. Points and spread are of 100."""

    median: float | None
    spread: float | None
    pending: int

    @property
    def is_complete(self):
        return self.median is not None


def close_round(points):
    """The result of a round; ``None`` stands for an expert who has not judged yet.

    >>> close_round([70, 40, 65])
    Result(median=65, spread=30, pending=0)
    >>> close_round([70, 40])
    Result(median=55.0, spread=30, pending=0)
    >>> close_round([70, None, 65])
    Result(median=None, spread=None, pending=1)
    >>> close_round([])
    Result(median=None, spread=None, pending=0)
    """
    given = [value for value in points if value is not None]
    if not given or len(given) < len(points):
        return Result(None, None, len(points) - len(given))
    return Result(median(given), max(given) - min(given), 0)


def needs_another_round(result, number, limit):
    """Whether the experts of round ``number`` are too far apart: a spread above ``limit`` points (0: never asked).

    >>> wide = close_round([20, 80])
    >>> [needs_another_round(wide, 1, limit) for limit in (59, 60, 0)]
    [True, False, False]
    >>> needs_another_round(wide, 2, 30)
    False
    >>> needs_another_round(close_round([20, None]), 1, 30)
    False
    """
    return bool(limit) and result.is_complete and number < LAST_ROUND and result.spread > limit
