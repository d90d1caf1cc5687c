"""Figures of a closed month."""

from datetime import timedelta

from ..floors import figures
from ..generator import end_date
from .base import Operation

NAMES = ("opening", "closing", "current", "sales", "collected")


class KpiMonth(Operation):
    """Amounts and figures of the company, of every salesperson and collector; what is written is few rows."""

    name = "kpi_month"
    title = "Receivables figures of a month, all salespeople and collectors"
    models = ("receivable.kpi",)
    bar = 3

    def _period(self, env):
        from odoo.addons.receivable_dunning.models.receivable_kpi_facts import Period

        last = end_date(env).replace(day=1) - timedelta(days=1)
        return Period(env.company.root_id, last.replace(day=1), last)

    def run(self, env):
        return env["receivable.kpi"]._computed(self._period(env), ("company", "salesperson", "collector"))

    def floor(self, env):
        period = self._period(env)
        *_months, first = period.months_back(6)
        env.execute_query(figures.sales(env, first.date_from, period.date_to))
        return env.execute_query(figures.month(env, period))

    def product_summary(self, env, answer):
        found = {key: row for key, row in answer.items() if key[0] != "collector"}
        return {key: self._cents(row[f"{name}_amount"] for name in NAMES) for key, row in found.items()}

    def floor_summary(self, env, answer):
        return {("company" if is_all else "salesperson", user): self._cents(row) for is_all, user, *row in answer}

    @staticmethod
    def _cents(amounts):
        return [round(float(amount or 0) * 100) for amount in amounts]
