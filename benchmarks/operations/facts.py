"""Ledger facts of everybody."""

from dateutil.relativedelta import relativedelta

from odoo.tools import SQL

from ..floors import ledger as floors
from ..generator import end_date
from .base import Operation, summary, total


class OpenItemsToday(Operation):
    name = "open_items_today"
    title = "Open items by customer and bucket, today"
    bar = 1.5
    months_back = 0

    def _as_of(self, env):
        return end_date(env) - relativedelta(months=self.months_back)

    def run(self, env):
        as_of = self._as_of(env)
        statement = SQL(
            "SELECT partner_id, %s, sum(residual) FROM (%s) item WHERE partner_id IS NOT NULL GROUP BY 1, 2",
            floors.bucket(as_of, SQL("date_maturity")),
            env["receivable.ledger"]._open_items_sql(as_of),
        )
        return env.execute_query(statement)

    def floor(self, env):
        statement = floors.aging_past if self.months_back else floors.aging_today
        return env.execute_query(statement(env, self._as_of(env)))


class OpenItemsYearAgo(OpenItemsToday):
    name = "open_items_year_ago"
    title = "Open items by customer and bucket, one year back"
    months_back = 12


class ExposureFacts(Operation):
    name = "exposure_facts"
    title = "Exposure components of all customers"
    bar = 2

    def run(self, env):
        return env.execute_query(env["receivable.ledger"]._exposure_sql(end_date(env)))

    def floor(self, env):
        return env.execute_query(floors.exposure(env, end_date(env)))

    def product_summary(self, env, answer):
        return [total(answer, column) for column in (2, 3, 5, 4)]

    def floor_summary(self, env, answer):
        return [total(answer, column) for column in (1, 2, 3, 4)]


class BehaviourFacts(Operation):
    name = "behaviour_facts"
    title = "Payment behaviour of all customers"
    bar = 1.5

    def run(self, env):
        return env.execute_query(env["receivable.ledger"]._payment_behaviour_sql(end_date(env)))

    def floor(self, env):
        return env.execute_query(floors.behaviour(env, end_date(env)))

    def product_summary(self, env, answer):
        return [total(answer, column) for column in (2, 3, 4, 5, 6, 15, 17, 18, 19)]

    def floor_summary(self, env, answer):
        return [total(answer, column) for column in (1, 2, 3, 4, 5, 10, 16, 17, 18)]


class AgingToday(OpenItemsToday):
    name = "aging_today"
    title = "Aging pivot: customer and bucket, today"
    models = ("receivable.aging",)

    def run(self, env):
        aging = env["receivable.aging"].with_context(as_of=self._as_of(env), date_basis="due")
        return aging._read_group([], ["commercial_partner_id", "bucket_id"], ["amount_residual:sum"])

    def product_summary(self, env, answer):
        return summary((partner.id, amount) for partner, _bucket, amount in answer if partner)

    def floor_summary(self, env, answer):
        return summary((partner, amount) for partner, _bucket, amount in answer)


class AgingYearAgo(AgingToday):
    name = "aging_year_ago"
    title = "Aging pivot: customer and bucket, one year back"
    months_back = 12


class PaymentPredictions(Operation):
    """No single statement gives the same answer: the floor reads what any prediction has to read, and predicts nothing."""

    name = "payment_predictions"
    title = "Payment prediction of all open invoices"
    bar = 4

    def run(self, env):
        statement = env["receivable.ledger"]._predictions_sql(end_date(env))
        return env.execute_query(SQL("SELECT line_id, probability_late, further_days, amount FROM (%s) one", statement))

    def floor(self, env):
        env.execute_query(floors.behaviour(env, end_date(env)))
        statement = env["receivable.ledger"]._open_invoices_sql(end_date(env))
        return env.execute_query(SQL("SELECT line_id, amount FROM (%s) one", statement))

    def product_summary(self, env, answer):
        return [len(answer), total(answer, 3)]

    def floor_summary(self, env, answer):
        return [len(answer), total(answer, 1)]
