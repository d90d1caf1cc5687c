"""The five Cs of credit, and the picture of a score along them."""

from dataclasses import dataclass

DIMENSIONS = ("character", "capacity", "capital", "collateral", "conditions")


@dataclass(frozen=True, slots=True)
class Subscore:
    """Weighted mean of the points of a dimension; ``None`` when nothing in it counts. ``share`` of the whole score."""

    dimension: str
    value: float | None
    share: float


def subscores(rows):
    """Subscore per dimension of ``(dimension, points or None, share)``; all five, in their order.

    >>> rows = [("character", 80, 0.25), ("character", 40, 0.25), ("capacity", 60, 0.5), ("capital", None, 0)]
    >>> [(sub.value, sub.share) for sub in subscores(rows)]
    [(60.0, 0.5), (60.0, 0.5), (None, 0), (None, 0), (None, 0)]
    """
    result = []
    for dimension in DIMENSIONS:
        counted = [(points, share) for name, points, share in rows if name == dimension and points is not None]
        total = sum(share for _points, share in counted)
        mean = sum(points * share for points, share in counted) / total if total else None
        result.append(Subscore(dimension, mean, total))
    return result


def step_line(points, width, height):
    """Corners ``(x, y)`` of a step line of ``(days since the first, value 0 to 100 or None)`` in a box, and its gaps.

    A score holds until the next one; ``None`` breaks the line. Returns a list of polylines.

    >>> step_line([(0, 50), (5, 100), (10, None), (20, 0)], 100, 50)
    [[(0.0, 25.0), (25.0, 25.0), (25.0, 0.0), (50.0, 0.0)], [(100.0, 50.0), (100.0, 50.0)]]
    >>> step_line([(0, 50)], 100, 50)
    [[(0.0, 25.0), (100.0, 25.0)]]
    """
    span = points[-1][0] if points else 0
    lines, current = [], []
    for number, (day, value) in enumerate(points):
        end = points[number + 1][0] if number + 1 < len(points) else span
        if value is None:
            lines, current = (lines + [current] if current else lines), []
            continue
        y = height - value / 100 * height
        right = end / span * width if span else width
        current += [(day / span * width if span else 0.0, y), (float(right), y)]
    return lines + [current] if current else lines
