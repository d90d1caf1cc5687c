"""Probability that a customer pays late: the own share, shrunken to the share of all customers.

Empirical Bayes: ``p = (sum w y + k P) / (sum w + k)``. ``y`` is 1 for an invoice that was late, ``w`` its weight by
age, ``P`` the same share over all customers, and ``k`` says how many invoices of an average customer the prior is
worth. A customer with few invoices stays near the portfolio; many recent ones speak for themselves.
"""

from datetime import date, timedelta

#: The prior is worth this many recent invoices.
PRIOR_STRENGTH = 5.0
#: An invoice due this many days ago weighs half.
HALF_LIFE_DAYS = 180
#: Days after the next business day that are still on time, unless the company sets another number.
GRACE_DAYS = 3


def next_business_day(day: date) -> date:
    """The first day after ``day`` that is not a Saturday or Sunday (public holidays are not known).

    >>> next_business_day(date(2024, 5, 2))  # a Thursday
    datetime.date(2024, 5, 3)
    >>> next_business_day(date(2024, 5, 3)) == next_business_day(date(2024, 5, 5)) == date(2024, 5, 6)
    True
    """
    return day + timedelta(days={5: 3, 6: 2}.get(day.isoweekday(), 1))


def late_after(due: date, grace: int = GRACE_DAYS) -> date:
    """The last day on which a payment still counts as on time.

    "Paid after the due date" mostly measures the weekday of the due date; this does not.

    >>> late_after(date(2024, 5, 3))  # due on Friday: Monday and three days
    datetime.date(2024, 5, 9)
    """
    return next_business_day(due) + timedelta(days=grace)


def is_late(due: date, paid_on: date | None, as_of: date, grace: int = GRACE_DAYS) -> bool | None:
    """Whether an invoice was late, or ``None`` while its last day on time has not passed.

    Until that day the early payers would be known and their unpaid siblings not: counting them would flatter.

    >>> is_late(date(2024, 5, 3), date(2024, 5, 9), as_of=date(2024, 6, 1))
    False
    >>> is_late(date(2024, 5, 3), date(2024, 5, 10), as_of=date(2024, 6, 1))
    True
    >>> is_late(date(2024, 5, 3), None, as_of=date(2024, 5, 10))  # not paid, and too late by now
    True
    >>> is_late(date(2024, 5, 3), date(2024, 4, 20), as_of=date(2024, 5, 9)) is None
    True
    """
    last_day = late_after(due, grace)
    if as_of <= last_day:
        return None
    return paid_on is None or paid_on > last_day


def weight(age_days):
    """Weight of an invoice by the days since it was due.

    >>> [weight(age) for age in (0, 180, 360)]
    [1.0, 0.5, 0.25]
    """
    return 0.5 ** (age_days / HALF_LIFE_DAYS)


def shrunken_share(late_weight, total_weight, portfolio, strength=PRIOR_STRENGTH):
    """The probability of paying late, or ``None`` when nothing is known of anybody.

    >>> shrunken_share(0.0, 0.0, 0.2)
    0.2
    >>> shrunken_share(5.0, 5.0, 0.2)
    0.6
    >>> round(shrunken_share(95.0, 95.0, 0.2), 2)
    0.96
    >>> shrunken_share(0.0, 0.0, None) is None
    True
    """
    if portfolio is None:
        return None
    return (late_weight + strength * portfolio) / (total_weight + strength)
