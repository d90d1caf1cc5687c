"""What collectors and lawyers open to see which claims run out."""

from ..floors import limitation as floors
from .base import Operation


class LimitationList(Operation):
    """The page as the web client asks for it: 80 rows with names, soonest first, and the number of all up to 10,000."""

    name = "limitation_list"
    title = "Limitation of open items, first page with the number of all (`collection.limitation`)"
    models = ("collection.limitation",)
    prepared = ("limitation_term",)
    limit = 1.0
    names = ("partner_id", "move_id", "case_id", "currency_id", "company_currency_id")
    figures = ("date_limit", "amount_residual", "amount_residual_currency", "date_maturity", "days_left", "status",
               "last_kind")  # fmt: skip

    def prepare(self, env):
        rules, company = env["limitation.rule"], env.company
        if not rules._default_of(company):
            country = company.account_fiscal_country_id or company.country_id
            rules.create({"name": "Three years", "country_id": country.id, "period_years": 3})
        env["limitation.term"]._refresh(company)

    def run(self, env):
        specification = {
            **{name: {"fields": {"display_name": {}}} for name in self.names},
            **{name: {} for name in self.figures},
        }
        return env["collection.limitation"].web_search_read([], specification, limit=80, count_limit=10_001)

    def floor(self, env):
        return env.execute_query(floors.first_page(env))

    def product_summary(self, env, answer):
        rows = [
            (row["id"], row["move_id"]["display_name"], row["date_limit"], round(row["amount_residual"] * 100))
            for row in answer["records"]
        ]
        return answer["length"], rows

    def floor_summary(self, env, answer):
        rows = [(line_id, name, day, round(float(amount) * 100)) for line_id, name, day, amount, _count in answer]
        return answer[0][-1], rows
