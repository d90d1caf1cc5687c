"""Late interest for everybody: proposed, and confirmed."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from ..floors import interest
from ..generator import end_date
from .base import Operation

MONTH = timedelta(days=29)
RULE = "Benchmark"


def contract_rule(env):
    """The only rule there is: one rate for everybody."""
    env["late.interest.rule"].search([]).active = False
    return env["late.interest.rule"].create(
        {
            "name": RULE,
            "company_id": env.company.id,
            "currency_id": env.company.currency_id.id,
            "product_id": env.ref("receivable_dunning.product_late_interest").id,
            "fixed_rate": 8.5,
        }
    )


class InterestProposal(Operation):
    """One contract rule, the last 30 days: what is open and what was paid late within them."""

    name = "interest_proposal"
    title = "Interest run: proposal of a month for everybody"
    models = ("late.interest.run", "late.interest.rule")
    bar = 4

    def before(self, env):
        rule = contract_rule(env)
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


class InterestConfirmation(Operation):
    """A proposal of three years, some charge for every late invoice, is looked at anew and claimed."""

    name = "interest_confirmation"
    title = "Interest run: confirmation of three years for everybody"
    models = ("late.interest.run", "late.interest.rule")
    bar = 8

    def prepare(self, env):
        """Proposed once, and proposed anew before it is measured; its rule is for nobody else."""
        run, rule = self._run_and_rule(env)
        if not run:
            rule, last = contract_rule(env), end_date(env)
            run = env["late.interest.run"].create(
                {
                    "company_id": env.company.id,
                    "date": last,
                    "date_from": last - relativedelta(years=3),
                    "posting": "claim",
                }
            )
        others = env["late.interest.rule"].search([]) - rule
        others.active, rule.active = False, True
        run.action_propose()
        others.active, rule.active = True, False

    def _run_and_rule(self, env):
        rules = env["late.interest.rule"].with_context(active_test=False)
        first = end_date(env) - relativedelta(years=3)
        run = env["late.interest.run"].search([("date_from", "=", first), ("state", "=", "proposed")], limit=1)
        return run, rules.search([("name", "=", RULE)], limit=1)

    def before(self, env):
        run, rule = self._run_and_rule(env)
        env["late.interest.rule"].search([]).active, rule.active = False, True
        self.run_id, self.rule_id = run.id, rule.id

    def run(self, env):
        env["late.interest.run"].browse(self.run_id).action_confirm()
        env.flush_all()

    def floor(self, env):
        run, rule = env["late.interest.run"].browse(self.run_id), env["late.interest.rule"].browse(self.rule_id)
        env.cr.execute(interest.confirmation(env, run, rule))

    def product_summary(self, env, answer):
        claimed = interest.written(env, self.run_id, "claimed")
        return [[round(float(figure or 0) * 100) for figure in row] for row in claimed]

    def floor_summary(self, env, answer):
        return self.product_summary(env, answer)
