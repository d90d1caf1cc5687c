"""Churn risk, expectations and lifetime value: the fit, and all customers at night."""

from odoo.tools import SQL

from ..floors import churn as floors
from ..generator import end_date
from .base import Operation


class ChurnOfAll(Operation):
    """The floor gathers the same facts and writes as many columns; it computes nothing."""

    name = "churn_first"
    title = "Churn and value of all customers, first time"
    models = ("customer.churn.model", "customer.value.expectation")
    prepared = ("customer_value",)
    bar = 4

    def prepare(self, env):
        policies = env["customer.value.policy"]
        policy = policies._get_for(env.company) or policies.create({"name": "Benchmark", "company_id": env.company.id})
        # margins join every invoice line: measured by the margin of ABC
        policy.clv_margin_source = "percentage"
        if policy.last_date != end_date(env):
            policy.last_date = False
            policy._refresh(end_date(env))

    def before(self, env):
        self.policy_id = env["customer.value.policy"]._get_for(env.company).id
        env.cr.execute("UPDATE customer_value SET churn_method = NULL, churn_risk = NULL, churn_reason = NULL")

    def run(self, env):
        policy = env["customer.value.policy"].browse(self.policy_id)
        env["customer.value.expectation"]._refresh(policy, end_date(env))

    def floor(self, env):
        env.cr.execute(floors.write(env, end_date(env)))

    def product_summary(self, env, answer):
        """Who has figures, and the facts they rest on."""
        return self._rounded(
            env.execute_query(
                SQL(
                    """
                    SELECT count(churn_method), sum((churn_reason ->> 'purchases')::float),
                           sum((churn_reason ->> 'recency')::float), sum((churn_reason ->> 'gap')::float),
                           sum((churn_reason ->> 'year_revenue')::float)
                      FROM customer_value WHERE company_id = %s
                    """,
                    env.company.id,
                )
            )[0]
        )

    def floor_summary(self, env, answer):
        return self.product_summary(env, answer)

    @staticmethod
    def _rounded(row):
        return [float(f"{float(figure or 0):.6g}") for figure in row]


class ChurnNightly(ChurnOfAll):
    name = "churn_nightly"
    title = "Churn and value of all customers, nightly without changes"

    def before(self, env):
        """Everything was computed and committed by ``prepare``."""
        self.policy_id = env["customer.value.policy"]._get_for(env.company).id

    def floor(self, env):
        return env.execute_query(floors.facts(env, end_date(env)))

    def floor_summary(self, env, answer):
        columns = ([row[1] for row in answer], [row[3] - row[2] for row in answer])
        columns += ([row[4] or 0 for row in answer], [row[7] for row in answer])
        return self._rounded([len(answer), *map(sum, columns)])


class ChurnFit(ChurnOfAll):
    """Three cuts, four fits and the test of each; the floor gathers the facts of the three cuts."""

    name = "churn_fit"
    title = "Fit and hold-out test of churn and value models"
    bar = 4

    def before(self, env):
        self.policy_id = env["customer.value.policy"]._get_for(env.company).id

    def run(self, env):
        return env["customer.churn.fitter"]._run(env["customer.value.policy"].browse(self.policy_id), end_date(env))

    def floor(self, env):
        return [env.execute_query(floors.facts(env, end_date(env))) for _cut in range(3)][0]

    def product_summary(self, env, answer):
        return [answer.customer_count, answer.repeat_count]

    def floor_summary(self, env, answer):
        return [len(answer), sum(row[1] > 1 for row in answer)]
