"""Aging: which bucket an open item is in, and the table that buckets and customers make."""

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from itertools import islice, pairwise

# A hundred years: above it a bound is a typing error.
MAX_BOUND = 36_500


@dataclass(frozen=True, slots=True)
class BucketScheme:
    """Buckets by age in days. ``bounds`` are the upper bounds, inclusive, of all buckets but first and last.

    Bucket 0 is "not due" (age 0 or less), bucket ``i`` ends with ``bounds[i - 1]``, the last one is open. Every age
    has exactly one bucket, so that the buckets of any items add up to their total.

    >>> scheme = BucketScheme((30, 60, 90))
    >>> [scheme.bucket_of(age) for age in (-5, 0, 1, 30, 31, 60, 61, 90, 91, 10_000)]
    [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    >>> scheme.labels()
    ('0', '1-30', '31-60', '61-90', '> 90')
    >>> BucketScheme(()).bucket_of(1)
    1
    >>> BucketScheme((30, 30))
    Traceback (most recent call last):
    ValueError: bounds must be positive and strictly increasing
    """

    bounds: tuple[int, ...]

    def __post_init__(self):
        if any(before >= after for before, after in pairwise((0, *self.bounds))):
            raise ValueError("bounds must be positive and strictly increasing")

    @property
    def size(self):
        """Number of buckets, "not due" and the open one included."""
        return len(self.bounds) + 2

    def bucket_of(self, age):
        """Index of the bucket of an age in days, for any integer."""
        return 0 if age <= 0 else 1 + bisect_left(self.bounds, age)

    def labels(self):
        """Names of the buckets in figures: days from-to.

        >>> BucketScheme((7,)).labels()
        ('0', '1-7', '> 7')
        """
        middle = (f"{low + 1}-{high}" for low, high in pairwise((0, *self.bounds)))
        return ("0", *middle, f"> {self.bounds[-1] if self.bounds else 0}")


@dataclass(frozen=True, slots=True)
class AgedRow:
    """One customer: its amount per bucket and their sum, in the company's currency."""

    key: object
    amounts: tuple[float, ...]
    total: float


@dataclass(frozen=True, slots=True)
class AgedTable:
    """Customers by buckets, with the sums of the columns."""

    rows: tuple[AgedRow, ...]
    sums: AgedRow


def aged_table(cells, size, rounded):
    """Arrange ``(key, bucket index, amount)`` cells in a table with ``size`` buckets; keys keep their first order.

    ``rounded`` rounds a sum to the currency: amounts of money are floats here.

    >>> table = aged_table([("b", 0, 10.1), ("a", 2, 5.0), ("b", 2, 0.2)], 3, lambda amount: round(amount, 2))
    >>> [(row.key, row.amounts, row.total) for row in table.rows]
    [('b', (10.1, 0.0, 0.2), 10.3), ('a', (0.0, 0.0, 5.0), 5.0)]
    >>> table.sums.amounts, table.sums.total
    ((10.1, 0.0, 5.2), 15.3)
    """
    by_key = defaultdict(lambda: [0.0] * size)
    sums = [0.0] * size
    for key, bucket, amount in cells:
        by_key[key][bucket] += amount
        sums[bucket] += amount

    def row(key, amounts):
        return AgedRow(key, tuple(rounded(amount) for amount in amounts), rounded(sum(amounts)))

    return AgedTable(tuple(row(key, amounts) for key, amounts in by_key.items()), row(None, sums))


def paginate(rows, first, following):
    """Cut rows into pages: renderers without repeated table heads need a head of our own on each.

    >>> paginate("abcdefg", 2, 3)
    [('a', 'b'), ('c', 'd', 'e'), ('f', 'g')]
    >>> paginate("", 2, 3)
    [()]
    """
    rest = iter(rows)
    pages = [tuple(islice(rest, first))]
    while page := tuple(islice(rest, following)):
        pages.append(page)
    return pages
