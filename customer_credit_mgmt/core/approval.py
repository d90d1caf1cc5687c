"""Who signs a credit limit: rules by amount and rating, and what such a list of rules leaves open."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """Amounts from ``amount_from`` (included) to ``amount_to`` (excluded; ``None``: no end), in company currency.

    ``ratings`` are those of the customers it is for; empty: everybody, rated or not.
    """

    key: object
    amount_from: float = 0.0
    amount_to: float | None = None
    ratings: frozenset = frozenset()


@dataclass(frozen=True, slots=True)
class Span:
    """Amounts from ``start`` (included) to ``end`` (excluded; ``None``: no end)."""

    start: float
    end: float | None


def fits(rule, amount, rating=None):
    """Whether the rule is for a limit of ``amount`` of a customer with ``rating`` (``None``: without one).

    >>> small = Rule("small", 0, 10_000)
    >>> [fits(small, amount) for amount in (0, 9_999.99, 10_000)]
    [True, True, False]
    >>> poor = Rule("poor", ratings=frozenset({"C", "D"}))
    >>> [fits(poor, 10**9, rating) for rating in ("A", "C", None)]
    [False, True, False]
    """
    in_range = amount >= rule.amount_from and (rule.amount_to is None or amount < rule.amount_to)
    return in_range and (not rule.ratings or rating in rule.ratings)


def first_match(rules, amount, rating=None):
    """The first rule, in the given order, that is for the limit; ``None`` when no rule is.

    >>> poor, small = Rule("poor", ratings=frozenset("D")), Rule("small", 0, 10_000)
    >>> first_match([poor, small], 500, "D").key, first_match([poor, small], 500, "A").key
    ('poor', 'small')
    >>> first_match([poor, small], 10_000, "A") is None
    True
    """
    return next((rule for rule in rules if fits(rule, amount, rating)), None)


def intersection(first, second):
    """The amounts that two rules share, or ``None``.

    >>> intersection(Rule(1, 0, 100), Rule(2, 50))
    Span(start=50, end=100)
    >>> intersection(Rule(1, 0, 100), Rule(2, 100)) is None
    True
    """
    start = max(first.amount_from, second.amount_from)
    ends = [end for end in (first.amount_to, second.amount_to) if end is not None]
    end = min(ends, default=None)
    return Span(start, end) if end is None or start < end else None


def gaps(rules):
    """Amounts that no rule for all ratings is for. Without any rule nothing was forgotten.

    >>> gaps([Rule(1, 0, 10), Rule(2, 20, 30)])
    (Span(start=10, end=20), Span(start=30, end=None))
    >>> gaps([Rule(1, 5), Rule(2, 0, 1, frozenset("D"))])
    (Span(start=0.0, end=5),)
    >>> gaps([Rule(1, 0, 10), Rule(2, 5)]), gaps([])
    ((), ())
    """
    reached, found = 0.0, []
    for rule in sorted((rule for rule in rules if not rule.ratings), key=lambda rule: rule.amount_from):
        if rule.amount_from > reached:
            found.append(Span(reached, rule.amount_from))
        if rule.amount_to is None:
            return tuple(found)
        reached = max(reached, rule.amount_to)
    return (*found, Span(reached, None)) if rules else ()


def overlaps(rules):
    """``(first, second, span)``: amounts in which a rule never counts, since one before it is for them already.

    A rule for some ratings before a rule for all is an exception, and no overlap.

    >>> overlaps([Rule("a", 0, 100), Rule("b", 50, 200)])
    ((Rule(key='a', amount_from=0, amount_to=100, ratings=frozenset()), \
Rule(key='b', amount_from=50, amount_to=200, ratings=frozenset()), Span(start=50, end=100)),)
    >>> overlaps([Rule("poor", 0, 100, frozenset("D")), Rule("all")])
    ()
    >>> hidden = overlaps([Rule("all"), Rule("poor", 0, 9, frozenset("D"))])
    >>> [(first.key, second.key) for first, second, _span in hidden]
    [('all', 'poor')]
    """
    found = []
    for position, second in enumerate(rules):
        for first in rules[:position]:
            hidden = not first.ratings or (second.ratings and second.ratings <= first.ratings)
            span = intersection(first, second)
            if hidden and span:
                found.append((first, second, span))
    return tuple(found)
