"""A pot is a limit that several customers share. Amounts are in the company's currency.

What a customer takes of the pot is his exposure, and cover that reduces it never makes it negative by itself: cover of
one member that is not used does not make room for the others.

>>> exposed(checked_amount=-400.0, cover_amount=1000.0)  # 600 are open
0.0
>>> exposed(checked_amount=200.0, cover_amount=1000.0)  # 1,200 are open
200.0

A credit balance of a member does make room:

>>> exposed(checked_amount=-1050.0, cover_amount=1000.0)
-50.0
"""

from collections import defaultdict
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Pot:
    group_id: int
    name: str
    limit_amount: float
    others_amount: float  # exposure of the other members


def exposed(checked_amount, cover_amount):
    """The exposure of a customer: what is open less the cover of it.

    :param checked_amount: what is open less all cover; negative while cover is left over
    """
    return max(checked_amount, min(checked_amount + cover_amount, 0.0))


def room(pot, checked_amount, cover_amount):
    """By how much a member may grow before the pot is passed; negative when it is passed already.

    >>> pot = Pot(1, "Holding", limit_amount=1000.0, others_amount=700.0)
    >>> room(pot, checked_amount=200.0, cover_amount=0.0)
    100.0
    >>> room(pot, checked_amount=-400.0, cover_amount=1000.0)
    700.0

    When the others alone pass it, only a credit balance of the member would help, which no cover replaces:

    >>> room(replace(pot, others_amount=1200.0), checked_amount=-400.0, cover_amount=1000.0)
    -800.0
    """
    left = pot.limit_amount - pot.others_amount
    return left - checked_amount - (cover_amount if left < 0 else 0.0)


class Tally:
    """What the documents of one batch pour into the pots, so that documents of several members add up."""

    def __init__(self):
        self._of_group = defaultdict(float)
        self._of_member = defaultdict(float)

    def known(self, facts, member):
        """The facts, with what the other members poured in before."""
        if facts.pot is None:
            return facts
        poured = self._of_group[facts.pot.group_id] - self._of_member[member]
        return replace(facts, pot=replace(facts.pot, others_amount=facts.pot.others_amount + poured))

    def pour(self, facts, document, member):
        self._grow(facts, document.added_amount, member)

    def take_back(self, facts, included_amount, member):
        """What documents to be checked again are counted with already: the others know it only once they pass again."""
        self._grow(facts, -included_amount, member)

    def _grow(self, facts, amount, member):
        if facts.pot is not None:
            grown = facts.exposed(amount) - facts.exposed()
            self._of_group[facts.pot.group_id] += grown
            self._of_member[member] += grown
