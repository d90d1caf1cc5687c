"""Who is reminded of what, and why not, as a pure function of plain facts.

An *item* is one open receivable item (an instalment, a credit note, an unallocated payment: credits are negative).
A customer gets at most one notice per run. It lists every overdue item that may be claimed and every credit, and it
speaks at the highest level of the items that the credits leave unpaid. All amounts are in company currency.
"""

from dataclasses import replace
from datetime import date

from .ladder import TOLERANCE, Claim, Customer, Item, Level, Plan, SkipReason, Verdict, item_obstacle, next_level


def decide(customer: Customer, items: list[Item], plan: Plan, as_of: date) -> Verdict:
    """The notice of one customer, or the reasons why there is none.

    Items reminded before are listed again, at the level they have, whenever the customer gets a notice.

    >>> plan = Plan((Level(1, 7, wait=7), Level(2, 21, wait=7)), minimum_customer=10.0)
    >>> items = [Item(1, date(2024, 1, 1), 100.0, level=1), Item(2, date(2024, 1, 10), 50.0)]
    >>> items.append(Item(3, date(2024, 1, 20), -30.0))
    >>> verdict = decide(Customer(), items, plan, date(2024, 1, 31))
    >>> verdict.level, [(claim.item.key, claim.level) for claim in verdict.claims], verdict.total
    (2, [(1, 2), (2, 1)], 120.0)
    >>> decide(Customer(last_contact=date(2024, 1, 30)), items, plan, date(2024, 1, 31)).reason
    <SkipReason.TOO_SOON: 'too_soon'>
    >>> decide(Customer(), [*items, Item(4, date(2024, 1, 30), -120.0)], plan, date(2024, 1, 31)).reason
    <SkipReason.NET_CREDIT: 'net_credit'>
    """
    claims, idle, skipped = _sort_out(items, plan, as_of)
    if not claims:
        return Verdict(skipped=(*skipped, *((claim.item, reason) for claim, reason in idle)))
    advancing = frozenset(claim.item.key for claim in claims)
    listed = sorted([*claims, *(claim for claim, _reason in idle)], key=lambda claim: (claim.item.due, claim.item.key))
    verdict = conclude(customer, cover(listed, items), [item for item in items if item.residual < 0], plan)
    reason = SkipReason.OPEN_NOTICE if customer.has_open_notice else verdict.reason
    if not reason and all(claim.covered for claim in verdict.claims if claim.item.key in advancing):
        reason = SkipReason.NET_CREDIT
    if not reason and _is_too_soon(customer, plan.levels[verdict.level - 1], as_of):
        reason = SkipReason.TOO_SOON
    if not reason and customer.holdout:
        reason = SkipReason.HOLDOUT
    if reason:
        refused = ((claim.item, reason) for claim in claims)
        return Verdict(skipped=(*skipped, *refused, *((claim.item, why) for claim, why in idle)), reason=reason)
    return replace(verdict, skipped=tuple(skipped))


def _sort_out(items, plan, as_of):
    """``(claims, idle, skipped)``: what climbs, what is listed again beside it, and what may not be claimed."""
    claims, idle, skipped = [], [], []
    steps = _steps(items, plan, as_of)
    for item in items:
        if item.residual <= 0:
            continue
        level = steps[item.key]
        if not isinstance(level, SkipReason):
            claims.append(Claim(item, item.claimable, level))
        elif level in (SkipReason.WAITING, SkipReason.LAST_LEVEL):
            idle.append((Claim(item, item.claimable, min(item.level, len(plan.levels))), level))
        else:
            skipped.append((item, level))
    return claims, idle, skipped


def _steps(items, plan, as_of):
    """``{key: level number or reason}`` of the items that are owed.

    >>> items = [Item(1, date(2024, 1, 1), 9.0, level=1), Item(2, date(2024, 1, 20), 9.0)]
    >>> items.append(Item(3, date(2024, 1, 28), 9.0))
    >>> plan = Plan((Level(1, 7), Level(2, 21)))
    >>> [str(step) for step in _steps(items, plan, date(2024, 1, 31)).values()]
    ['2', '1', 'not_due']
    >>> [str(step) for step in _steps(items, replace(plan, by_customer=True), date(2024, 1, 31)).values()]
    ['2', '2', 'not_due']
    """
    steps = {}
    for item in items:
        if item.residual > 0:
            small = item.claimable < plan.minimum_item and SkipReason.BELOW_MINIMUM
            steps[item.key] = item_obstacle(item) or small or next_level(item, plan, as_of)
    if plan.by_customer:
        steps |= _customer_steps([item for item in items if item.key in steps], steps, plan, as_of)
    return steps


def _customer_steps(items, steps, plan, as_of):
    """The step of the customer for all its items that take part: from the highest level so far, by the oldest item."""
    free = {SkipReason.WAITING, SkipReason.LAST_LEVEL}
    partakers = [item for item in items if not isinstance(steps[item.key], SkipReason) or steps[item.key] in free]
    if not partakers:
        return {}
    oldest = min(partakers, key=lambda item: item.due)
    level = next_level(replace(oldest, level=max(item.level for item in partakers)), plan, as_of)
    return {item.key: level for item in partakers}


def review(customer: Customer, claims: list[Claim], items: list[Item], plan: Plan) -> Verdict:
    """What of a confirmed notice may still be sent: the guard at the instant of sending.

    ``claims`` as confirmed, ``items`` everything open now. Amounts only shrink; credits are taken as they are now.

    >>> plan = Plan((Level(1, 7), Level(2, 21)))
    >>> old, new = Item(1, date(2024, 1, 1), 100.0), Item(1, date(2024, 1, 1), 40.0)
    >>> review(Customer(), [Claim(old, 100.0, 1)], [new], plan).total
    40.0
    >>> review(Customer(), [Claim(old, 100.0, 1)], [], plan).reason
    <SkipReason.PAID: 'paid'>
    >>> review(Customer(), [Claim(old, 100.0, 1)], [old, Item(2, date(2024, 2, 1), -100.0)], plan).reason
    <SkipReason.NET_CREDIT: 'net_credit'>
    """
    now = {item.key: item for item in items if item.residual > 0}
    kept, skipped = [], []
    for claim in claims:
        item = now.get(claim.item.key)
        reason = SkipReason.PAID if item is None else item_obstacle(item)
        if reason:
            skipped.append((claim.item, reason))
        else:
            kept.append(Claim(item, min(claim.amount, item.claimable), min(claim.level, len(plan.levels))))
    if not kept:
        return Verdict(skipped=tuple(skipped), reason=skipped[0][1] if skipped else SkipReason.PAID)
    kept.sort(key=lambda claim: (claim.item.due, claim.item.key))
    verdict = conclude(customer, cover(kept, items), [item for item in items if item.residual < 0], plan)
    return replace(verdict, skipped=tuple(skipped))


def cover(claims: list[Claim], items: list[Item]) -> tuple[Claim, ...]:
    """The claims, oldest first, marked where the customer's credits pay them in full.

    >>> claims = [Claim(Item(1, date(2024, 1, 1), 50.0), 50.0, 2), Claim(Item(2, date(2024, 2, 1), 90.0), 90.0, 1)]
    >>> [claim.covered for claim in cover(claims, [Item(3, date(2024, 2, 2), -60.0)])]
    [True, False]
    """
    credit = -sum(item.residual for item in items if item.residual < 0)
    result = []
    for claim in claims:
        covered = credit >= claim.amount - TOLERANCE
        credit = credit - claim.amount if covered else 0.0
        result.append(replace(claim, covered=True) if covered else claim)
    return tuple(result)


def conclude(customer: Customer, claims: tuple[Claim, ...], credits: list[Item], plan: Plan) -> Verdict:
    """The notice that these claims and credits make, by the tests that are about the customer."""
    total = sum(claim.amount for claim in claims) + sum(item.residual for item in credits)
    if total <= TOLERANCE:
        return Verdict(claims=claims, credits=tuple(credits), total=total, reason=SkipReason.NET_CREDIT)
    number = max(claim.level for claim in claims if not claim.covered)
    level = plan.levels[number - 1]
    email, letter = level.email and customer.has_email, level.letter and customer.has_address
    reason = None if email or letter or level.task else SkipReason.NO_ADDRESS
    if credits and plan.stops_at_credit:
        reason = SkipReason.OPEN_CREDIT
    if total < plan.minimum_customer - TOLERANCE:
        reason = SkipReason.BELOW_MINIMUM
    return Verdict(number, claims, tuple(credits), (), total, email, letter, reason)


def _is_too_soon(customer: Customer, level: Level, as_of: date) -> bool:
    """Whether the last contact is more recent than the level wants it; it is never of the same day.

    >>> level, day = Level(1, 7), date(2024, 1, 31)
    >>> [_is_too_soon(Customer(last_contact=date(2024, 1, last)), level, day) for last in (30, 31)]
    [False, True]
    """
    return customer.last_contact is not None and (as_of - customer.last_contact).days < max(level.wait, 1)
