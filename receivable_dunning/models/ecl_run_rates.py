"""Gather what was observed, decide the rates."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import models

from ..core.ecl import HAND, NONE, Rated, cohort_rates, rolled_rates
from ..core.roll_rates import Estimate, Migration, average_rate, bucket_migrations, cohort_estimates
from .receivable_ledger_loss import LossHistory

NOTHING = Estimate(None, 0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Rating:
    """Rates by segment and bucket, with the observations that they rest on."""

    rates: dict[str, tuple[Rated, ...]]
    pooled: tuple[Rated, ...]
    observations: dict[str, tuple[tuple[Migration, ...], ...]]

    def of(self, segment):
        """The rates of a segment; of one without any history those of all."""
        return self.rates.get(segment, self.pooled)


class EclRun(models.Model):
    _inherit = "ecl.run"

    # ------------------------------------------------------------------
    # GATHER
    # ------------------------------------------------------------------

    def _history(self, as_of):
        """What history is asked for: the month ends up to a day, the first one ``years`` and a step before."""
        method = self.method_id
        last = as_of if (as_of + timedelta(days=1)).day == 1 else as_of.replace(day=1) - timedelta(days=1)
        count = 12 * method.years + method.step_months
        return LossHistory(
            self.company_id,
            method._bounds(),
            method._segment_sql(),
            tuple(last + relativedelta(months=-number, day=31) for number in range(count - 1, -1, -1)),
            method.step_months,
        )

    def _history_table(self, statement, size):
        """``{segment: {month: [amount by bucket]}}`` of rows ``segment, month, bucket, amount``."""
        table = defaultdict(lambda: defaultdict(lambda: [0.0] * size))
        for segment, month, bucket, amount in self.env.execute_query(statement):
            table[segment][month][bucket] += amount
        return table

    def _observe_roll(self, as_of):
        """``{segment: migrations by bucket}``, month by month; the periods are the month ends."""
        history, ledger = self._history(as_of), self.env["receivable.ledger"]
        size = len(history.bounds) + 2
        balances = self._history_table(ledger._monthly_balances_sql(history), size)
        written_off = self._history_table(ledger._monthly_written_off_sql(history), size)
        days = history.month_ends

        def by_day(table):
            return {days[number]: self._rounded(amounts) for number, amounts in table.items()}

        return {
            segment: bucket_migrations(days, by_day(months), by_day(written_off[segment]), history.step)
            for segment, months in list(balances.items())
        }

    def _observe_cohorts(self, as_of):
        """``{segment: {month of the due dates: amounts that reached each bucket}}``, of months that have grown old."""
        history = self._history(as_of)
        grown_old = as_of - timedelta(days=history.bounds[-1] if history.bounds else 0)
        due_to = grown_old.replace(day=1) - timedelta(days=1)
        due_from = due_to + relativedelta(years=-self.method_id.years, day=31)
        changes = self._history_table(
            self.env["receivable.ledger"]._cohorts_sql(history, due_from, due_to), len(history.bounds) + 2
        )
        return {
            segment: {month: self._summed_up(amounts) for month, amounts in sorted(months.items())}
            for segment, months in changes.items()
        }

    def _summed_up(self, changes):
        reached, total = [], 0.0
        for change in changes:
            total += change
            reached.append(total)
        return tuple(self._rounded(reached))

    def _rounded(self, amounts):
        """Sums of money are floats: what is less than a cent is nothing, also where a rate is measured on it."""
        return [self.currency_id.round(amount) + 0.0 for amount in amounts]

    # ------------------------------------------------------------------
    # DECIDE
    # ------------------------------------------------------------------

    def _rating(self, as_of):
        """Rates as of a day, from what was known on it."""
        return {"roll": self._rating_by_roll, "cohort": self._rating_by_cohort, "hand": self._rating_by_hand}[
            self.method_id.method
        ](as_of)

    def _rating_by_roll(self, as_of):
        observations = self._observe_roll(as_of)
        size = len(self.method_id._bounds()) + 1
        own = {
            segment: [average_rate(migrations) for migrations in buckets] for segment, buckets in observations.items()
        }
        pooled = [NOTHING] * size
        if observations:
            pooled = [average_rate(_added(migrations)) for migrations in zip(*observations.values(), strict=True)]
        return self._rated(rolled_rates, own, pooled, observations)

    def _rating_by_cohort(self, as_of):
        cohorts = self._observe_cohorts(as_of)
        last_rate = self.method_id.last_rate
        size = len(self.method_id._bounds()) + 2
        own = {segment: cohort_estimates(months.values(), last_rate) for segment, months in cohorts.items()}
        months = sorted({month for found in cohorts.values() for month in found})
        nothing = (0.0,) * size
        all_segments = [
            tuple(map(sum, zip(*(found.get(month, nothing) for found in cohorts.values()), strict=True)))
            for month in months
        ]
        pooled = cohort_estimates(all_segments, last_rate) or [NOTHING] * size
        observations = {
            segment: tuple(
                tuple(Migration(month, reached[bucket], reached[-1] * last_rate) for month, reached in found.items())
                for bucket in range(size)
            )
            for segment, found in cohorts.items()
        }
        return self._rated(cohort_rates, own, pooled, observations)

    def _rated(self, decide, own, pooled, observations):
        method = self.method_id
        credibility, last_rate = method._credibility(), method.last_rate
        return Rating(
            {segment: decide(mine, pooled, credibility, last_rate) for segment, mine in own.items()},
            decide([NOTHING] * len(pooled), pooled, credibility, last_rate),
            observations,
        )

    def _rating_by_hand(self, as_of):
        """Rates of the method; those of a segment before those of all."""
        given = self.method_id._hand_rates()
        buckets = self.method_id.scheme_id._ordered_buckets()

        def rated(key):
            rates = [given.get((key, bucket), given.get((None, bucket))) for bucket in buckets]
            return tuple(Rated(rate, NONE if rate is None else HAND, 1.0) for rate in rates)

        return Rating({key: rated(key) for key, _bucket in given if key}, rated(None), {})


def _added(migrations_by_segment):
    """The migrations of one bucket, all segments together."""
    return [
        Migration(
            steps[0].period,
            sum(step.before for step in steps),
            sum(step.after for step in steps),
            sum(step.written_off for step in steps),
        )
        for steps in zip(*migrations_by_segment, strict=True)
    ]
