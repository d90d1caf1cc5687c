"""The cash forecast of everything open, and the dashboard that shows it."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields

from ..floors import cash as floors
from ..floors import ledger
from ..generator import end_date
from .base import Operation, total


class CashForecast(Operation):
    """No single statement gives the same answer: the floor reads how customers paid and what they owe, no more."""

    name = "cash_forecast"
    title = "Cash forecast of all open invoices, 13 weeks"
    models = ("receivable.cash.forecast",)
    bar = 4

    def run(self, env):
        return env["receivable.cash.forecast"]._all_weeks(env.company, end_date(env))

    def floor(self, env):
        env.execute_query(ledger.behaviour(env, end_date(env)))
        return env.execute_query(floors.open_after_credits(env, end_date(env)))

    def product_summary(self, env, answer):
        return round(sum(week["due"] for week in answer))

    def floor_summary(self, env, answer):
        return round(total(answer, 1) / 100)


class CollectionsDashboard(Operation):
    """As it is after a night: forecast and closed months are kept. The floor is its aging and its largest debtors."""

    name = "collections_dashboard"
    title = "Collections dashboard, first paint"
    models = ("collections.dashboard", "receivable.cash.forecast", "receivable.kpi", "collection.expectation")
    prepared = ("receivable_cash_forecast", "receivable_kpi", "collection_expectation")
    limit = 1.0

    def prepare(self, env):
        today = fields.Date.context_today(env["res.company"])
        env["receivable.cash.forecast"]._refresh(env.company, today - timedelta(days=1))
        env["collection.expectation"]._refresh(env.company, today)
        months = [today.replace(day=1) - relativedelta(months=number) for number in range(1, 13)]
        figures = {"company_id": env.company.id, "dimension": "company", "state": "closed", "dso": 50.0, "cei": 90.0}
        kpis = env["receivable.kpi"]
        known = kpis.search([("company_id", "=", env.company.id), ("dimension", "=", "company")]).mapped("month")
        kpis.create([{**figures, "month": month} for month in months if month not in known])

    def run(self, env):
        return env["collections.dashboard"].get_data()

    def floor(self, env):
        today = fields.Date.context_today(env["res.company"])
        return env.execute_query(floors.by_bucket(env, today)), env.execute_query(floors.most_overdue(env, today))

    def product_summary(self, env, answer):
        buckets = sum(bucket["amount"] for bucket in answer["aging"]["buckets"])
        return round(buckets), [(row["id"], round(row["overdue"])) for row in answer["top"]]

    def floor_summary(self, env, answer):
        buckets, top = answer
        return round(total(buckets, 1) / 100), [(partner, round(amount)) for partner, amount in top]
