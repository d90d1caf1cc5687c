"""The expected credit loss of a company: matrix, back-test and all."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from ..floors import ecl as floors
from ..generator import end_date
from .base import Operation


class EclRun(Operation):
    """Cohorts of three years, twice (for today and for the back-test), and the exposure of every customer."""

    name = "ecl_run"
    title = "Expected credit loss: matrix, back-test, exposure by customer (`ecl.run`)"
    models = ("ecl.run",)
    bar = 3
    years = 3

    def before(self, env):
        scheme = env.ref("receivable_dunning.bucket_scheme_default")
        method = env["ecl.method"].create(
            {
                "name": "Benchmark",
                "company_id": env.company.id,
                "method": "cohort",
                "scheme_id": scheme.id,
                "years": self.years,
            }
        )
        run = env["ecl.run"].create({"company_id": env.company.id, "date": end_date(env), "method_id": method.id})
        env.flush_all()
        self.run_id = run.id

    def _run(self, env):
        return env["ecl.run"].browse(self.run_id)

    def run(self, env):
        self._run(env).action_compute()
        env.flush_all()

    def _periods(self, env):
        for as_of in (end_date(env), end_date(env) - relativedelta(years=1)):
            due_to = (as_of - timedelta(days=floors.BOUNDS[-1])).replace(day=1) - timedelta(days=1)
            yield due_to + relativedelta(years=-self.years, day=31), due_to

    def floor(self, env):
        exposed = env.execute_query(floors.exposures(env, self._run(env)))
        estimates = [env.execute_query(floors.cohorts(env, *period)) for period in self._periods(env)]
        return exposed, estimates[0][0]

    def product_summary(self, env, answer):
        """Cents exposed and observed by bucket."""
        lines = self._run(env).line_ids.sorted("bucket_place")
        return [[round(100 * line.exposure), round(100 * line.base)] for line in lines]

    def floor_summary(self, env, answer):
        exposed, reached = dict(answer[0]), answer[1]
        buckets = self._run(env).method_id.scheme_id._ordered_buckets()
        return [
            [round(100 * (exposed.get(bucket.id) or 0)), round(100 * (amount or 0))]
            for bucket, amount in zip(buckets, reached, strict=True)
        ]
