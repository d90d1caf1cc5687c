"""What is measured: each operation of the suite beside its floor, with the proof that both give the same answer."""

from . import checks, customers, facts, jobs, lists, value, watch, what_if
from .base import REGISTRY, Operation

__all__ = ["REGISTRY", "Operation", "checks", "customers", "facts", "jobs", "lists", "value", "watch", "what_if"]
from . import checks, customers, facts, jobs, lists, profit, watch, what_if
from . import checks, churn, customers, facts, jobs, lists, profit, watch, what_if
from .base import REGISTRY, Operation

__all__ = ["REGISTRY", "Operation", "checks", "churn", "customers", "facts", "jobs", "lists", "profit", "watch", "what_if"]
from . import checks, customers, dunning, facts, jobs, lists, watch, what_if
from .base import REGISTRY, Operation

__all__ = ["REGISTRY", "Operation", "checks", "customers", "dunning", "facts", "jobs", "lists", "watch", "what_if"]
