"""What is measured: each operation of the suite beside its floor, with the proof that both give the same answer."""

from . import (
    cash,
    checks,
    churn,
    customers,
    dunning,
    ecl,
    facts,
    figures,
    interest,
    jobs,
    limitation,
    lists,
    profit,
    value,
    watch,
    what_if,
    worklist,
)
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
    "limitation",
    "lists",
    "profit",
    "value",
    "watch",
    "what_if",
    "worklist",
]
