"""What interest a customer is charged, item by item, and why not, as a pure function of plain facts."""

from collections import defaultdict
from dataclasses import replace
from fractions import Fraction

from .interest import Settlement, base_steps, compensation, interest, segments
from .interest_case import Charge, Customer, Item, Kind, Market, Outcome, Refusal, Rule, Skip, Window
from .interest_days import DAY, free_intervals
from .interest_dispute import DisputedDays, owed, undisputed
from .interest_rates import rate_steps


def decide(customer: Customer, items: list[Item], credits: list, window: Window, market: Market) -> Outcome:
    """What a customer is charged for the days of the window.

    ``credits`` are ``(currency, Settlement)`` that are not allocated: they pay the oldest items of their currency.

    >>> from datetime import date
    >>> from decimal import Decimal
    >>> from .interest_rates import Rate
    >>> rule = Rule(1, Rate(fixed=Decimal("8.5")), bands=((Decimal(0), Decimal(40)),))
    >>> item = Item(1, 1, date(2024, 2, 29), Decimal(1000), date(2024, 1, 1))
    >>> window = Window(date(2024, 1, 1), date(2024, 4, 19))
    >>> outcome = decide(Customer((rule,)), [item], [], window, Market())
    >>> [(str(charge.kind), charge.segment and charge.segment.days, str(charge.amount)) for charge in outcome.charges]
    [('interest', 50, '11.64'), ('compensation', None, '40.00')]
    >>> paid = [("", Settlement(date(2024, 2, 20), Decimal(1000)))]
    >>> [str(skip.reason) for skip in decide(Customer((rule,)), [item], paid, window, Market()).skips]
    ['covered']
    """
    charges, skips, compensated = [], [], set()
    covering = allocate(items, credits)
    for item in sorted(items, key=lambda item: (item.due, item.key)):
        refusal = item.obstacle or (Refusal.EXEMPT if customer.is_exempt else None)
        rule = next((rule for rule in customer.rules if rule.is_for(item.contract)), None)
        if refusal or rule is None:
            skips.append(Skip(item, refusal or Refusal.NO_RULE))
            continue
        found = charge_item(item, rule.with_agreed(customer.agreed), covering[item.key], window, market)
        skips += found.skips
        if found.charges and item.move not in compensated:
            found = _with_compensation(found, market)
            compensated.add(item.move)
        charges += found.charges
    return _above_minimum(charges, skips, market)


def allocate(items: list[Item], credits: list) -> dict[int, tuple[Settlement, ...]]:
    """The parts of the customer's credits that pay each item, oldest due first, in the same currency.

    >>> from datetime import date
    >>> from decimal import Decimal
    >>> items = [Item(key, key, date(2024, key, 1), Decimal(100), date(2024, 1, 1)) for key in (2, 1)]
    >>> parts = allocate(items, [("", Settlement(date(2024, 3, 1), Decimal(130)))])
    >>> [(key, [int(part.amount) for part in parts[key]]) for key in (1, 2)]
    [(1, [100]), (2, [30])]
    """
    left = {item.key: item.amount - sum(part.amount for part in item.settlements) for item in items}
    ordered = sorted(items, key=lambda item: (item.due, item.key))
    result = defaultdict(tuple)
    for currency, credit in sorted(credits, key=lambda pair: pair[1].day):
        rest = credit.amount
        for item in ordered:
            part = min(rest, left[item.key]) if item.currency == currency else 0
            if part > 0:
                result[item.key] += (replace(credit, amount=part),)
                left[item.key] -= part
                rest -= part
    return result


def charge_item(item: Item, rule: Rule, covering: tuple[Settlement, ...], window: Window, market: Market) -> Outcome:
    """Interest of the free days of one item, and why some or all of its days bear none.

    >>> from datetime import date
    >>> from decimal import Decimal
    >>> from .interest_rates import Rate
    >>> rule = Rule(1, Rate(fixed=Decimal(10)), grace_days=5)
    >>> def reasons(item, last):
    ...     outcome = charge_item(item, rule, (), Window(date(2024, 1, 1), last), Market())
    ...     return [str(skip.reason) for skip in outcome.skips], [charge.segment.days for charge in outcome.charges]
    >>> item = Item(1, 1, date(2024, 1, 31), Decimal(100), date(2024, 1, 1))
    >>> reasons(item, date(2024, 2, 5)), reasons(item, date(2024, 2, 6))
    ((['grace'], []), ([], [6]))
    >>> reasons(replace(item, taken=((date(2024, 2, 1), date(2024, 2, 29)),)), date(2024, 2, 10))
    (['charged'], [])
    """
    start, last = item.due + DAY, window.last
    bases = base_steps(item.amount, (*item.settlements, *covering), start)
    late = segments(start, last, bases, ())
    if not late:
        return Outcome(skips=(Skip(item, Refusal.COVERED),) if covering else ())
    if (late[-1].last - item.due).days <= rule.grace_days:
        return Outcome(skips=(Skip(item, Refusal.GRACE),))
    rates = rate_steps(rule.rate, start, last, item.contract)
    first = max(start, window.first)
    free = _free_parts(item, rule, bases, rates, (first, last))
    if not free:
        refusal = _why_none_is_free(item, rule, segments(first, last, bases, ()))
        return Outcome(skips=(Skip(item, refusal),) if refusal else ())
    money = market.money(item.currency)
    amounts = [(key, part, interest(part, rule.terms, money)) for key, part in free if part.rate is not None]
    charges = tuple(Charge(item, rule, Kind.INTEREST, amount, part, key) for key, part, amount in amounts if amount > 0)
    unknown = next((Skip(item, Refusal.NO_RATE, part.first) for _key, part in free if part.rate is None), None)
    return Outcome(charges, (unknown,) if unknown else ())


def _free_parts(item, rule, bases, rates, days):
    """``[(key of the dispute or None, segment)]`` to be charged: the undisputed part, and what disputes owe."""
    disputes = () if rule.disputed == DisputedDays.CHARGED else item.disputes
    rest = undisputed(bases, disputes) if disputes else bases
    free = [(None, part) for span in free_intervals(*days, item.taken) for part in segments(*span, rest, rates)]
    if rule.disputed != DisputedDays.SUSPENDED:
        return free
    known = {(part.first, part.last) for part in item.charged}
    # days taken on no base, as by a payment plan, are taken for the whole item
    whole = [span for span in item.taken if span not in known]
    for dispute in disputes:
        if dispute.owed > 0:
            steps = owed(bases, disputes, item.charged, dispute)
            first, last = max(days[0], dispute.first), min(days[1], dispute.last or days[1])
            spans = free_intervals(first, last, (*dispute.taken, *whole)) if first <= last else []
            free += [(dispute.key, part) for span in spans for part in segments(*span, steps, rates)]
    return free


def _why_none_is_free(item, rule, late):
    """The reason why no day is charged of an item that was late within the window (else none is needed)."""
    if not late:
        return None
    in_dispute = rule.disputed != DisputedDays.CHARGED and any(dispute.last is None for dispute in item.disputes)
    return Refusal.DISPUTED if in_dispute else Refusal.CHARGED


def _with_compensation(found, market):
    """The charges of an item and the lump sum of its invoice, by the debt on the first day of delay."""
    first = found.charges[0]
    item, rule = first.item, first.rule
    if item.compensated:
        return found
    debt = base_steps(item.amount, item.settlements, item.due + DAY)[0].value
    debt = market.convert(debt, item.currency, rule.currency)
    lump = market.convert(compensation(debt, rule.bands), rule.currency, item.currency)
    amount = market.money(item.currency)(lump)
    extra = (Charge(item, rule, Kind.COMPENSATION, amount),) if amount > 0 else ()
    return Outcome((*found.charges, *extra), found.skips)


def _above_minimum(charges, skips, market):
    """Drop what stays below the minimum of its rule, for the customer as a whole; its days stay free."""
    sums = defaultdict(Fraction)
    for charge in charges:
        sums[charge.rule.key] += market.convert(charge.amount, charge.item.currency, charge.rule.currency)
    kept = tuple(charge for charge in charges if sums[charge.rule.key] >= charge.rule.minimum)
    dropped = {charge.item.key: charge.item for charge in charges if sums[charge.rule.key] < charge.rule.minimum}
    return Outcome(kept, (*skips, *(Skip(item, Refusal.BELOW_MINIMUM) for item in dropped.values())))
