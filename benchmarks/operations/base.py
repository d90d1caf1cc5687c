"""What an operation is, and how its answer is compared with that of its floor."""

REGISTRY = {}


class Operation:
    """One operation. ``run`` and ``floor`` are timed; everything else is not.

    ``models`` must exist for it to be measured; ``prepared`` are the tables that ``prepare`` fills. ``bar`` is the
    highest ratio to the floor, ``limit`` the most seconds that are acceptable whatever the floor, ``excess_limit`` the
    most seconds above the floor. ``samples`` multiplies the repetitions of what is short.
    """

    name = title = ""
    models = ("receivable.ledger",)
    prepared = ()
    bar = limit = excess_limit = None
    samples = 1

    def __init_subclass__(cls):
        if cls.name:
            REGISTRY[cls.name] = cls

    def prepare(self, env):
        """What must be in the database once, committed: policies, profiles."""

    def before(self, env):
        """What must happen in the transaction before each timed run."""

    def run(self, env):
        """The product's way; returns its answer."""
        raise NotImplementedError

    def floor(self, env):
        """The floor's rows."""
        raise NotImplementedError

    def product_summary(self, env, answer):
        """The part of the product's answer that the floor must give too; read in the transaction of the run."""
        return summary(answer)

    def floor_summary(self, env, answer):
        return summary(answer)


def summary(rows):
    """Rows ``(key ..., amount)`` as a mapping without zeros, in cents."""
    totals = {}
    for *key, amount in rows:
        totals[tuple(key)] = totals.get(tuple(key), 0) + round(float(amount or 0) * 100)
    return {key: amount for key, amount in totals.items() if amount}


def total(rows, column):
    """Sum of a column in cents."""
    return round(sum(float(row[column] or 0) for row in rows) * 100)
