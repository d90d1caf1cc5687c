"""The schedule of an instalment plan: down payment, instalments, interest on what is not paid yet."""

from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

DAYS_OF_A_YEAR = 365


class Rhythm(StrEnum):
    WEEK = "week"
    FORTNIGHT = "fortnight"
    MONTH = "month"
    QUARTER = "quarter"


@dataclass(frozen=True, slots=True)
class Terms:
    """What is agreed: ``rate`` is percent per year on what is not paid yet, actual days / 365, from ``start`` on."""

    start: date
    first: date
    count: int
    rhythm: str = Rhythm.MONTH
    down_payment: Decimal = Decimal(0)
    down_date: date | None = None
    rate: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Instalment:
    """``principal`` lowers the debt, ``interest`` is for the days since the instalment before."""

    due: date
    principal: Decimal
    interest: Decimal = Decimal(0)
    days: int = 0
    balance: Decimal = Decimal(0)

    @property
    def amount(self):
        return self.principal + self.interest


def step(first: date, rhythm: str, number: int) -> date:
    """The day of an instalment; the end of a month where the day does not exist in it.

    >>> [str(step(date(2024, 1, 31), Rhythm.MONTH, number)) for number in range(3)]
    ['2024-01-31', '2024-02-29', '2024-03-31']
    >>> str(step(date(2024, 12, 1), Rhythm.FORTNIGHT, 2)), str(step(date(2024, 12, 1), Rhythm.QUARTER, 1))
    ('2024-12-29', '2025-03-01')
    """
    if rhythm in (Rhythm.WEEK, Rhythm.FORTNIGHT):
        return first + timedelta(days=(7 if rhythm == Rhythm.WEEK else 14) * number)
    months = first.year * 12 + first.month - 1 + number * (3 if rhythm == Rhythm.QUARTER else 1)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))


def schedule(total: Decimal, terms: Terms, money: Callable) -> list[Instalment]:
    """Down payment and equal instalments of the debt, rounded by ``money``; the last one takes the rest.

    >>> from .interest import round_to
    >>> cents = round_to(Decimal("0.01"))
    >>> terms = Terms(date(2024, 1, 1), date(2024, 2, 1), 3)
    >>> [(str(part.due), str(part.amount)) for part in schedule(Decimal(100), terms, cents)]
    [('2024-02-01', '33.33'), ('2024-03-01', '33.33'), ('2024-04-01', '33.34')]
    >>> terms = Terms(date(2024, 1, 1), date(2024, 2, 1), 2, Rhythm.MONTH, Decimal(400), date(2024, 1, 11), Decimal(10))
    >>> [(part.days, str(part.balance), str(part.interest)) for part in schedule(Decimal(1000), terms, cents)]
    [(10, '1000.00', '2.74'), (21, '600.00', '3.45'), (29, '300.00', '2.38')]
    """
    total = money(Fraction(total))
    down = min(money(Fraction(terms.down_payment)), total)
    parts = [(terms.down_date or terms.start, down)] if down else []
    each = money(Fraction(total - down) / terms.count)
    days = [step(terms.first, terms.rhythm, number) for number in range(terms.count)]
    last = total - down - each * (terms.count - 1)
    parts += [*((day, each) for day in days[:-1]), (days[-1], last)]
    return with_interest(sorted(parts), terms, money)


def with_interest(parts: Sequence[tuple[date, Decimal]], terms: Terms, money: Callable) -> list[Instalment]:
    """The parts with the interest of their days: on what of the debt the plan leaves unpaid until then.

    >>> from .interest import round_to
    >>> terms = Terms(date(2024, 1, 1), date(2024, 2, 1), 1, rate=Decimal("3.65"))
    >>> parts = [(date(2024, 1, 11), Decimal(1000))]
    >>> [str(part.interest) for part in with_interest(parts, terms, round_to(Decimal(1)))]
    ['1']
    """
    balance, day, result = sum((amount for _day, amount in parts), Decimal(0)), terms.start, []
    for due, principal in parts:
        days = max((due - day).days, 0)
        interest = money(Fraction(balance) * Fraction(terms.rate) * days / (100 * DAYS_OF_A_YEAR))
        result.append(Instalment(due, principal, interest, days, balance))
        balance, day = balance - principal, max(due, day)
    return result
