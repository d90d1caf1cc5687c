"""The order of the worklist on a real ledger, out of time: docs/worklist.md, "Does it pay?"."""

from collections import defaultdict
from statistics import mean

from dateutil.relativedelta import relativedelta

from benchmarks import out_of_time
from odoo.addons.customer_credit_mgmt.core.backtest import WORKLIST
from odoo.addons.receivable_dunning.core.worklist import Item, Rates, cost_of_waiting

from .common import LedgerCase


class TestWorklistQuality(LedgerCase):
    def _months(self, first, count):
        """The items open on the eve of each month, with what was known then and when they were settled."""
        for number in range(count):
            month = first + relativedelta(months=number)
            eve, until = month - relativedelta(days=1), month + relativedelta(months=1, days=-1)
            statement = self.env["receivable.ledger"]._backtest_sql(eve, until, out_of_time.JUDGED_ON, self.company)
            yield [row for row in self.env.execute_query_dict(statement) if row["kind"] == "open"]

    def _captures(self, rows):
        """Share of the amount-days of delay to come that the first customers hold, by each order."""
        to_come, largest, items = defaultdict(float), defaultdict(float), defaultdict(list)
        for row in rows:
            customer, amount = row["partner_id"], float(row["amount"])
            begin = max(row["seen_on"], row["due"])
            to_come[customer] += amount * max(((row["settled_on"] or out_of_time.JUDGED_ON) - begin).days, 0)
            largest[customer] += amount
            days = (row["seen_on"] - row["due"]).days
            items[customer].append(Item(row["due"], amount, days, amount, row["further_days"]))
        worth = {customer: cost_of_waiting(theirs, Rates()) for customer, theirs in items.items()}
        total = sum(to_come.values())
        return {
            name: sum(to_come[customer] for customer in sorted(rank, key=lambda c: (-rank[c], c))[:WORKLIST]) / total
            for name, rank in (("worklist", worth), ("amount", largest), ("oracle", to_come))
        }

    def test_first_twenty_hold_more_of_the_delay_to_come_than_the_largest_amounts(self):
        found = [self._captures(rows) for rows in self._months(*out_of_time.TEST)]
        ours, largest, best = (mean(month[name] for month in found) for name in ("worklist", "amount", "oracle"))
        self.assertGreater(ours, 1.14 * largest)
        self.assertGreater(ours, 0.87 * best)

    def test_tuning_window_reaches_the_goal(self):
        found = [self._captures(rows) for rows in self._months(*out_of_time.TUNING)]
        self.assertGreater(mean(m["worklist"] for m in found), 1.2 * mean(m["amount"] for m in found))
