"""What collectors open in the morning."""

from ..floors import worklist as floors
from ..generator import end_date
from .base import Operation


class Worklist(Operation):
    """The page as the web client asks for it: 80 rows with names and reasons, and the number of all."""

    name = "worklist"
    title = "Worklist, first page with the number of all (`collection.worklist`)"
    models = ("collection.worklist",)
    prepared = ("collection_expectation",)
    limit = 1.0
    fields = ("phone", "claim_amount", "oldest_days", "hint", "action", "minute_value", "last_contact")

    def prepare(self, env):
        env["collection.expectation"]._refresh(env.company, end_date(env))

    def run(self, env):
        names = {"partner_id": {"fields": {"display_name": {}}}, **{name: {} for name in self.fields}}
        worklist = env["collection.worklist"].with_context(as_of=end_date(env), allowed_company_ids=env.company.ids)
        return worklist.web_search_read([], names, limit=80, count_limit=10001)

    def floor(self, env):
        return env.execute_query(floors.first_page(env, end_date(env)))

    def product_summary(self, env, answer):
        rows = [(row["partner_id"]["id"], round(row["claim_amount"] * 100)) for row in answer["records"]]
        return answer["length"], sorted(rows)

    def floor_summary(self, env, answer):
        return answer[0][1], sorted((partner_id, round((claim or 0) * 100)) for partner_id, _count, claim in answer)
