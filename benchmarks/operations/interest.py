"""Late interest of a month for everybody."""

from datetime import timedelta

from ..floors import interest
from ..generator import end_date
from .base import Operation

MONTH = timedelta(days=29)


class InterestProposal(Operation):
    """One contract rule, the last 30 days: what is open and what was paid late within them."""

    name = "interest_proposal"
    title = "Interest run: proposal of a month for everybody"
    models = ("late.interest.run", "late.interest.rule")
    bar = 4

    def before(self, env):
        env["late.interest.rule"].search([]).active = False
        rule = env["late.interest.rule"].create(
            {
                "name": "Benchmark",
                "company_id": env.company.id,
                "currency_id": env.company.currency_id.id,
                "product_id": env.ref("receivable_dunning.product_late_interest").id,
                "fixed_rate": 8.5,
            }
        )
        last = end_date(env)
        run = env["late.interest.run"].create(
            {"company_id": env.company.id, "date": last, "date_from": last - MONTH, "posting": "claim"}
        )
        env.flush_all()
        self.rule_id, self.run_id = rule.id, run.id

    def run(self, env):
        env["late.interest.run"].browse(self.run_id).action_propose()
        env.flush_all()

    def floor(self, env):
        run, rule = env["late.interest.run"].browse(self.run_id), env["late.interest.rule"].browse(self.rule_id)
        env.cr.execute(interest.charges(env, run, rule))

    def product_summary(self, env, answer):
        return [[round(float(figure or 0) * 100) for figure in row] for row in interest.written(env, self.run_id)]

    def floor_summary(self, env, answer):
        return self.product_summary(env, answer)
