"""What a domain on customer, month and row concerns at most: what a report over a whole ledger need not read."""

from dataclasses import dataclass
from datetime import date, timedelta

MONTH_BITS, PARTNER_BITS = 15, 26


@dataclass(frozen=True, slots=True)
class Slice:
    """Months (their first days, both inclusive) and customers; ``None``: no bound."""

    first: date | None = None
    last: date | None = None
    partners: frozenset | None = None

    def __and__(self, other):
        return Slice(
            _known(max, self.first, other.first),
            _known(min, self.last, other.last),
            _known(frozenset.intersection, self.partners, other.partners),
        )

    def __or__(self, other):
        return Slice(
            _both(min, self.first, other.first),
            _both(max, self.last, other.last),
            _both(frozenset.union, self.partners, other.partners),
        )


EVERYTHING = Slice()


def _known(choose, left, right):
    if left is None or right is None:
        return right if left is None else left
    return choose(left, right)


def _both(choose, left, right):
    return None if left is None or right is None else choose(left, right)


def month_of(day):
    """First day of the month.

    >>> month_of(date(2024, 2, 29))
    datetime.date(2024, 2, 1)
    """
    return day.replace(day=1)


def month_starts(first, last):
    """First days of the months from that of ``first`` to that of ``last``, and of the month after.

    >>> [str(day) for day in month_starts(date(2024, 11, 20), date(2025, 1, 3))]
    ['2024-11-01', '2024-12-01', '2025-01-01', '2025-02-01']
    """
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month + 1)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


def row_id(company_id, partner_id, month):
    """Number of the row of a customer and month, which JavaScript still holds exactly (below 2 ** 53).

    >>> row_id(1, 7, date(2024, 3, 1)) == ((1 << 26) + 7 << 15) + 2024 * 12 + 2
    True
    """
    return (((company_id << PARTNER_BITS) | partner_id) << MONTH_BITS) | (month.year * 12 + month.month - 1)


def slice_of_rows(numbers):
    """The slice of some rows.

    >>> slice_of_rows([row_id(1, 7, date(2024, 3, 1)), row_id(1, 9, date(2023, 12, 1))])
    Slice(first=datetime.date(2023, 12, 1), last=datetime.date(2024, 3, 1), partners=frozenset({9, 7}))
    """
    months = [number & ((1 << MONTH_BITS) - 1) for number in numbers]
    days = [date(month // 12, month % 12 + 1, 1) for month in months if month >= 12]
    partners = frozenset((number >> MONTH_BITS) & ((1 << PARTNER_BITS) - 1) for number in numbers)
    return Slice(min(days, default=None), max(days, default=None), partners)


def slice_of(domain):
    """The smallest slice that holds every row matching a domain in Polish notation; too large rather than too small.

    >>> january, march = date(2024, 1, 1), date(2024, 3, 31)
    >>> slice_of(["&", ("month", ">=", january), ("month", "<=", march)])
    Slice(first=datetime.date(2024, 1, 1), last=datetime.date(2024, 3, 1), partners=None)

    Alternatives: what holds both. What is not understood, or negated, bounds nothing:

    >>> slice_of(["|", ("month", "in", [january]), ("month", "in", [march]), ("partner_id", "in", [4])])
    Slice(first=datetime.date(2024, 1, 1), last=datetime.date(2024, 3, 1), partners=frozenset({4}))
    >>> slice_of(["|", ("month", ">=", january), ("profit", "<", 0)]) == slice_of(["!", ("month", "<", january)])
    True
    >>> slice_of([]) == EVERYTHING
    True
    """
    stack = []
    for term in reversed(domain):
        if term == "&":
            stack.append(stack.pop() & stack.pop())
        elif term == "|":
            stack.append(stack.pop() | stack.pop())
        elif term == "!":
            stack[-1] = EVERYTHING
        else:
            stack.append(_slice_of_condition(*term))
    whole = EVERYTHING
    for part in stack:
        whole = whole & part
    return whole


def _slice_of_condition(field, operator, value):
    if field == "month":
        return _slice_of_months(operator, value)
    numbers = _numbers(value) if operator in ("in", "=") else None
    if numbers is not None and field == "partner_id":
        return Slice(partners=numbers)
    if numbers is not None and field == "id":
        return slice_of_rows(numbers)
    return EVERYTHING


def _numbers(value):
    """The ids in a value, ``None`` when there is something else in it."""
    numbers = value if isinstance(value, (list, tuple, set, frozenset)) or hasattr(value, "discard") else [value]
    if any(type(number) is not int for number in numbers):
        return None
    return frozenset(numbers)


def _slice_of_months(operator, value):
    if operator in ("in", "=") and not isinstance(value, date):
        days = [day for day in value if isinstance(day, date)] if hasattr(value, "__iter__") else []
        return Slice(month_of(min(days)), month_of(max(days))) if days else EVERYTHING
    if not isinstance(value, date):
        return EVERYTHING
    if operator == "<":
        return Slice(last=month_of(value - timedelta(days=1)))
    month = month_of(value)
    bounds = {"=": Slice(month, month), ">=": Slice(first=month), ">": Slice(first=month), "<=": Slice(last=month)}
    return bounds.get(operator, EVERYTHING)
