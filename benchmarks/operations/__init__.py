"""What is measured: each operation of the suite beside its floor, with the proof that both give the same answer."""

from . import checks, churn, customers, dunning, facts, interest, jobs, lists, profit, value, watch, what_if
from .base import REGISTRY, Operation

__all__ = [
    "REGISTRY",
    "Operation",
    "checks",
    "churn",
    "customers",
    "dunning",
    "facts",
    "interest",
    "jobs",
    "lists",
    "profit",
    "value",
    "watch",
    "what_if",
]
