"""What managers try: a year of documents under another policy."""

from ..floors import what_if as floors
from ..generator import end_date
from .lists import WithProfiles


class PolicyWhatIf(WithProfiles):
    """The floor knows the position before each document and counts; it keeps no line, no waiting time and no reason.

    Both try the limits of today at 80 % and 60 days overdue on the documents of the last twelve months.
    """

    name = "policy_what_if"
    title = "Policy what-if over twelve months"
    models = ("credit.policy.backtest", "credit.profile")
    bar = 4
    rules = (("over_limit", 0), ("overdue_days", floors.DAYS))

    def before(self, env):
        env["credit.policy"].search([("company_id", "=", env.company.id)]).active = False
        rules = [(0, 0, {"kind": kind, "threshold": threshold}) for kind, threshold in self.rules]
        self.backtest = env["credit.policy.backtest"].create(
            {
                "name": self.title,
                "date_from": floors.first_day(env),
                "date_to": end_date(env),
                "rule_ids": rules,
                "limit_basis": "scaled",
                "limit_factor": floors.FACTOR,
            }
        )

    def run(self, env):
        backtest = env["credit.policy.backtest"].browse(self.backtest.id)
        backtest._replay(backtest._prepare_plan(end_date(env)))
        return backtest

    def floor(self, env):
        return env.execute_query(floors.what_if(env))

    def product_summary(self, env, answer):
        totals = answer._totals()[answer]["what_if"]
        return [totals.documents, totals.held, round(float(totals.held_amount) * 100)]

    def floor_summary(self, env, answer):
        ((documents, held, amount),) = answer
        return [documents, held, round(float(amount or 0) * 100)]
