"""What customers bring: the pivot of a year, the totals behind other reports, one customer's rows."""

from dateutil.relativedelta import relativedelta

from odoo.tools import SQL

from ..floors import profit as floors
from ..generator import end_date
from .base import Operation, total

FIGURES = ("revenue", "margin", "money_days")


def year(env):
    """First and last day of the twelve months up to the last day of the ledger, which are whole ones."""
    last = end_date(env)
    return last.replace(day=1) - relativedelta(months=11), last


class ProfitPivot(Operation):
    name = "profit_pivot"
    title = "Customer profit of twelve months, pivot by customer (`customer.profit`)"
    models = ("customer.profit",)
    bar = 2

    def run(self, env):
        first, last = year(env)
        domain = [("month", ">=", first), ("month", "<=", last)]
        names = [f"{name}:sum" for name in (*FIGURES, "capital_cost", "collection_cost", "profit")]
        groups = env["customer.profit"]._read_group(domain, ["partner_id"], names)
        return [dict(zip(FIGURES, sums, strict=False)) for _partner, *sums in groups]

    def floor(self, env):
        names = ("partner_id", *FIGURES)
        return [dict(zip(names, row, strict=True)) for row in env.execute_query(floors.profit(env, *year(env)))]

    def product_summary(self, env, answer):
        return [total(answer, name) for name in FIGURES]

    floor_summary = product_summary


class ProfitTotals(ProfitPivot):
    name = "profit_totals"
    title = "Customer profit of twelve months, totals of all customers"
    bar = 2

    def run(self, env):
        return list(env["customer.profit"]._totals(env.company, None, *year(env)).values())


class ProfitOfOne(ProfitPivot):
    """The largest customer, month by month."""

    name = "profit_one"
    title = "Customer profit of the largest customer, all its months"
    bar = None
    limit = 0.5

    def prepare(self, env):
        [(self.partner_id,)] = env.execute_query(
            SQL("SELECT commercial_partner_id FROM account_move GROUP BY 1 ORDER BY count(*) DESC LIMIT 1")
        )

    def run(self, env):
        names = [*FIGURES, "month"]
        rows = env["customer.profit"].search_fetch([("partner_id", "=", self.partner_id)], names)
        first, last = year(env)
        return [row for row in rows.read(names) if first <= row["month"] <= last]

    def floor(self, env):
        return [row for row in super().floor(env) if row["partner_id"] == self.partner_id]
