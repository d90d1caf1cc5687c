"""Evening out the work of collectors: which customers go from whom to whom, proposed for a person to decide."""

from bisect import bisect_left
from dataclasses import dataclass

#: A load is even when it differs from the fair one by no more than this share.
TOLERATED = 0.10


@dataclass(frozen=True, slots=True)
class Customer:
    """``minutes`` a customer is expected to take; ``fixed``: assigned by hand, and left where it is."""

    key: int
    collector: int
    minutes: float
    fixed: bool = False


def fair_loads(total, capacities):
    """The minutes of each collector when all are equally busy: in proportion to the capacities.

    ``capacities`` are minutes a week; where one is not known (0), all count the same.

    >>> fair_loads(90.0, {1: 100, 2: 200})
    {1: 30.0, 2: 60.0}
    >>> fair_loads(90.0, {1: 100, 2: 0})
    {1: 45.0, 2: 45.0}
    """
    if not capacities:
        return {}
    if not all(capacities.values()):
        capacities = dict.fromkeys(capacities, 1)
    whole = sum(capacities.values())
    return {key: total * capacity / whole for key, capacity in capacities.items()}


def moves(customers, capacities):
    """``[(customer, collector)]``: the fewest moves, largest first, that bring all loads near the fair one.

    The customer that fits best goes from the one with most above his fair load to the one with most below. A move
    never makes the receiver busier than the giver was above.

    >>> crowd = [Customer(1, 1, 30.0), Customer(2, 1, 20.0), Customer(3, 1, 10.0), Customer(4, 2, 10.0)]
    >>> [(customer.key, to) for customer, to in moves(crowd, {1: 60, 2: 60})]
    [(2, 2)]
    >>> moves([Customer(1, 1, 30.0, fixed=True)], {1: 60, 2: 60})
    []
    """
    fair = fair_loads(sum(customer.minutes for customer in customers), capacities)
    excess = {key: -load for key, load in fair.items()}
    pools = {key: [] for key in fair}
    for customer in customers:
        if customer.collector in excess:
            excess[customer.collector] += customer.minutes
            if not customer.fixed and customer.minutes > 0:
                pools[customer.collector].append(customer)
    for pool in pools.values():
        pool.sort(key=lambda customer: (customer.minutes, customer.key))
    found = []
    while move := _best_move(excess, pools, fair):
        place, giver, taker = move
        customer = pools[giver].pop(place)
        excess[giver] -= customer.minutes
        excess[taker] += customer.minutes
        found.append((customer, taker))
    return found


def _best_move(excess, pools, fair):
    """``(place in the pool, giver, taker)``: from the busiest who can give to the one with most time."""
    taker = min(excess, key=excess.get, default=None)
    for giver in sorted(excess, key=excess.get, reverse=True):
        gap = excess[giver] - excess[taker]
        uneven = excess[giver] > TOLERATED * fair[giver] or -excess[taker] > TOLERATED * fair[taker]
        place = _best_place(pools[giver], min(max(excess[giver], 0.0), -excess[taker]), gap)
        if uneven and gap > 0 and place is not None:
            return place, giver, taker
    return None


def _best_place(pool, wanted, gap):
    """Where the customer is whose minutes come nearest to those wanted; of two as near the smaller. One that would
    leave the two further apart than before does not fit."""
    above = bisect_left(pool, wanted, key=lambda customer: customer.minutes)
    fitting = [place for place in (above - 1, above) if 0 <= place < len(pool) and pool[place].minutes < gap]
    return min(fitting, key=lambda place: (abs(pool[place].minutes - wanted), place), default=None)
