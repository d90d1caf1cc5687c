"""Roll rates (迁徙率): how much of a bucket moves on to the next one, and what is lost of it in the end."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Migration:
    """What became of a bucket in one step of time: its balance ``before``, and after the step the balance ``after`` of
    the next bucket; what was ``written_off`` meanwhile has moved on too, it is lost already.

    >>> Migration("2026-01", before=100, after=50, written_off=20).rate
    0.7
    >>> Migration("2026-01", before=0, after=0, written_off=0).rate is None
    True
    """

    period: object
    before: float
    after: float
    written_off: float = 0.0

    @property
    def moved(self):
        return self.after + self.written_off

    @property
    def rate(self):
        """Share that moved on; more than 1 when a step is longer than the bucket is wide. None: there was nothing."""
        return self.moved / self.before if self.before > 0 else None


@dataclass(frozen=True, slots=True)
class Estimate:
    """A rate with what it rests on: ``observations`` periods in which there was something, and the amounts."""

    rate: float | None
    observations: int
    base: float
    lost: float


def bucket_migrations(periods, balances, written_off, step=1):
    """Migrations of every bucket but the last, as ``((Migration, ...), ...)``.

    :param periods: the periods in order, at whose ends the balances are
    :param balances: ``{period: amounts by bucket}``
    :param written_off: ``{period: amounts by bucket}``, written off in the ``step`` periods up to the end of this one,
        in the bucket of its item at their beginning
    :param step: periods between the two balances: as long as a bucket is wide

    >>> balances = {"Jan": (100, 40, 10), "Feb": (90, 50, 10)}
    >>> for steps in bucket_migrations(("Jan", "Feb"), balances, {"Feb": (20, 0, 0)}):
    ...     print([(step.period, step.before, step.moved, step.rate) for step in steps])
    [('Feb', 100, 70, 0.7)]
    [('Feb', 40, 10, 0.25)]
    """
    size = max((len(amounts) for amounts in balances.values()), default=0)
    nothing = (0.0,) * size
    return tuple(
        tuple(
            Migration(
                period,
                balances.get(start, nothing)[bucket],
                balances.get(period, nothing)[bucket + 1],
                written_off.get(period, nothing)[bucket],
            )
            for start, period in zip(periods, periods[step:], strict=False)
        )
        for bucket in range(size - 1)
    )


def average_rate(migrations):
    """The migrations of one bucket over time: their average, each weighted by its amount, between 0 and 1.

    >>> average_rate([Migration(1, 100, 50), Migration(2, 300, 30), Migration(3, 0, 0)])
    Estimate(rate=0.2, observations=2, base=400, lost=80.0)
    >>> average_rate([Migration(1, 100, 130)]).rate
    1.0
    >>> average_rate([Migration(1, 0, 0)])
    Estimate(rate=None, observations=0, base=0, lost=0)
    """
    observed = [migration for migration in migrations if migration.before > 0]
    base, moved = sum(step.before for step in observed), sum(step.moved for step in observed)
    return Estimate(share(moved, base), len(observed), base, moved)


def share(part, whole):
    """A share between 0 and 1; None of nothing.

    >>> share(1, 4), share(5, 4), share(-1, 4), share(0, 0)
    (0.25, 1.0, 0.0, None)
    """
    return min(max(part / whole, 0.0), 1.0) if whole > 0 else None


def chained_loss_rates(migration_rates, last_rate):
    """Loss rate of every bucket: the product of the migrations after it and the loss rate of the last bucket.

    What never moves on is not lost, whatever would become of it; else an unknown rate makes those before it unknown.

    >>> [round(rate, 4) for rate in chained_loss_rates((0.5, 0.46, 8 / 23, 0.25), 1.0)]
    [0.02, 0.04, 0.087, 0.25, 1.0]
    >>> chained_loss_rates((0.5, 0.0, None), 1.0)
    (0.0, 0.0, None, 1.0)
    >>> chained_loss_rates((0.5, None), 0.8)
    (None, None, 0.8)
    """
    rates = [last_rate]
    for rate in reversed(migration_rates):
        following = rates[0]
        unknown = rate is None or following is None
        known_nothing = rate == 0 or following == 0
        rates.insert(0, 0.0 if known_nothing else None if unknown else rate * following)
    return tuple(rates)


def cohort_estimates(cohorts, last_rate):
    """Loss rates from cohorts that have grown old: what was lost of all that ever reached a bucket.

    :param cohorts: one tuple per month of due dates, by bucket: the amount that reached the bucket; the first is what
        was invoiced, the last what is lost but for ``last_rate`` of it. What was written off counts as having reached
        all later buckets.
    :return: an :class:`Estimate` per bucket; of the last one the rate is ``last_rate``

    >>> estimates = cohort_estimates([(100_000, 50_000, 23_000, 8_000, 2_000)], 1.0)
    >>> [round(100 * estimate.rate, 1) for estimate in estimates]
    [2.0, 4.0, 8.7, 25.0, 100.0]
    >>> balances = (300_000, 140_000, 60_000, 23_000, 5_000)
    >>> round(sum(balance * estimate.rate for balance, estimate in zip(balances, estimates)))
    27567
    >>> cohort_estimates([(100, 0, 0), (50, 0, 0)], 1.0)[:2]
    (Estimate(rate=0.0, observations=2, base=150, lost=0.0), Estimate(rate=None, observations=0, base=0, lost=0.0))
    """
    cohorts = list(cohorts)
    if not cohorts:
        return ()
    lost = sum(reached[-1] for reached in cohorts) * last_rate
    estimates = []
    for amounts in zip(*cohorts, strict=True):
        base = sum(amounts)
        estimates.append(Estimate(share(lost, base), sum(amount > 0 for amount in amounts), base, lost))
    last = estimates.pop()
    return (*estimates, Estimate(last_rate, last.observations, last.base, lost))
