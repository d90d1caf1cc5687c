"""What is measured: each operation of the suite beside its floor, with the proof that both give the same answer."""

from . import cash, checks, churn, customers, dunning, facts, interest, jobs, lists, profit, value, watch, what_if
from . import checks, churn, customers, dunning, facts, jobs, lists, profit, value, watch, what_if, worklist
from . import checks, churn, customers, dunning, ecl, facts, jobs, lists, profit, value, watch, what_if
from . import checks, churn, customers, dunning, facts, interest, jobs, lists, profit, value, watch, what_if
from . import checks, churn, customers, dunning, facts, figures, interest, jobs, lists, profit, value, watch, what_if
from .base import REGISTRY, Operation

__all__ = [
    "REGISTRY",
    "Operation",
    "cash",
    "checks",
    "churn",
    "customers",
    "dunning",
    "ecl",
    "facts",
    "figures",
    "interest",
    "jobs",
    "lists",
    "profit",
    "value",
    "watch",
    "what_if",
    "worklist",
]
