"""Customer value: scores, stage and rhythm of everybody."""

from odoo.tools import SQL

from ..floors import value as floors
from ..generator import end_date
from .base import Operation


class ValueFirst(Operation):
    """The floor finds scores, stage and rhythm; the product also the trend, prospects and the history."""

    name = "value_first"
    title = "RFM, stage and rhythm of all customers, first time"
    models = ("customer.value.policy",)
    bar = 4

    def prepare(self, env):
        policies = env["customer.value.policy"]
        policy = policies._get_for() or policies.create({"name": "Benchmark", "company_id": env.company.id})
        self.policy_id = policy.id

    def before(self, env):
        company = env.company.id
        for table in ("customer_value", "customer_stage_history", "customer_value_history"):
            env.cr.execute(SQL("DELETE FROM %s WHERE company_id = %s", SQL.identifier(table), company))
        self._policy(env).write({"last_date": False, "potential_date": False})

    def _policy(self, env):
        return env["customer.value.policy"].browse(self.policy_id)

    def run(self, env):
        env["customer.value.refresher"]._run(self._policy(env), end_date(env))
        env.flush_all()

    def floor(self, env):
        env.cr.execute(floors.insert_values(env, end_date(env), self._policy(env)))

    def product_summary(self, env, answer):
        rows = env.execute_query(
            SQL(
                "SELECT stage, rfm_r, rfm_f, rfm_m, count(*), sum(monetary), sum(gap_median) FROM customer_value"
                " WHERE company_id = %s AND stage IS DISTINCT FROM 'prospect' GROUP BY 1, 2, 3, 4",
                env.company.id,
            )
        )
        return self._by_place(rows)

    def floor_summary(self, env, answer):
        return self.product_summary(env, answer)

    @staticmethod
    def _by_place(rows):
        return {
            tuple(key): (count, round(float(amount), 2), round(float(gaps or 0), 3))
            for *key, count, amount, gaps in rows
        }


class ValueNightly(ValueFirst):
    name = "value_nightly"
    title = "RFM, stage and rhythm of all customers, nightly without changes"
    prepared = ("customer_value", "customer_stage_history")

    def prepare(self, env):
        super().prepare(env)
        env["customer.value.refresher"]._run(self._policy(env), end_date(env))

    def before(self, env):
        """Everything was refreshed and committed by ``prepare``."""

    def floor(self, env):
        return env.execute_query(floors.compared_values(env, end_date(env)))

    def floor_summary(self, env, answer):
        """None of the rows of the floor may differ from those that are there."""
        places = self._by_place(row[:7] for row in answer)
        changed = sum(row[7] for row in answer)
        return places | {"changed": changed} if changed else places


class Dashboard(ValueFirst):
    """All panels in one call; the floor counts the stages, which is one of them."""

    name = "segmentation_dashboard"
    title = "Segmentation dashboard, all panels"
    models = ("customer.dashboard",)
    prepared = ("customer_value", "customer_stage_history", "abc_classification")
    bar, limit = None, 1

    def prepare(self, env):
        super().prepare(env)
        env["customer.value.refresher"]._run(self._policy(env), end_date(env))
        classes = env["abc.policy"]._get_default()
        if classes and not classes.last_run_id:
            classes._classify(end_date(env))

    def before(self, env):
        """Everything was refreshed and committed by ``prepare``."""

    def run(self, env):
        return env["customer.dashboard"].get_data()

    def floor(self, env):
        return env.execute_query(
            SQL(
                "SELECT stage, count(*), sum(monetary) FROM customer_value WHERE policy_id = %s GROUP BY stage",
                self.policy_id,
            )
        )

    def product_summary(self, env, answer):
        stages = answer["rfm"]["stages"]
        return {row["key"]: (row["customers"], round(float(row["monetary"]))) for row in stages if row["customers"]}

    def floor_summary(self, env, answer):
        return {stage: (count, round(float(amount or 0))) for stage, count, amount in answer if stage}
