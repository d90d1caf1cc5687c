"""Expected credit loss on a real ledger: what SQL says of months, migrations and cohorts is counted from the file."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.tools import SQL

from .common import LedgerCase, ledger_items
from .test_real_ledger import cents

BOUNDS = (10, 20, 30)
AS_OF = date(2013, 12, 31)
WRITTEN_OFF = 40  # so many of the items paid late are written off instead, on the day of their payment


def bucket_of(age):
    return 0 if age <= 0 else next((place for place, bound in enumerate(BOUNDS, 1) if age <= bound), len(BOUNDS) + 1)


def month_ends(last, count):
    return [last + relativedelta(months=-number, day=31) for number in range(count - 1, -1, -1)]


class TestRealLedgerEcl(LedgerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        lines = [(0, 0, {"name": "Not due", "is_not_due": True}), (0, 0, {"name": "Above", "is_open": True})]
        lines += [(0, 0, {"name": f"<= {bound}", "upper_bound": bound}) for bound in BOUNDS]
        cls.scheme = cls.env["receivable.bucket.scheme"].create({"name": "Ten days", "bucket_ids": lines})
        cls.method = cls.env["ecl.method"].create(
            {
                "name": "Cohorts",
                "company_id": cls.company.id,
                "method": "cohort",
                "scheme_id": cls.scheme.id,
                "years": 1,
                "min_months": 6,
            }
        )
        cls.items = ledger_items()
        cls.bad_debt = cls.env["account.account"].create(
            {
                "code": "BD77",
                "name": "Bad debt",
                "account_type": "expense",
                "company_ids": [Command.set(cls.company.ids)],
            }
        )
        cls.company.writeoff_account_id = cls.bad_debt

    def _run(self, as_of=AS_OF, **values):
        return self.env["ecl.run"].create(
            {"company_id": self.company.id, "date": as_of, "method_id": self.method.id, **values}
        )

    def _with_write_offs(self):
        """Some late payers never paid: their payment becomes a write-off of the same day, in file and ledger alike."""
        late = [item for item in self.items if item.paid_on > item.due and item.paid_on < AS_OF]
        chosen = {item.number for item in late[:: len(late) // WRITTEN_OFF]}
        moves = self.env["account.move"].search([("company_id", "=", self.company.id), ("ref", "in", list(chosen))])
        payments = moves.line_ids.matched_credit_ids.credit_move_id
        others = payments.move_id.line_ids - payments
        # the other side of the payment becomes the loss: the shortest way to as many write-offs
        self.env.flush_all()
        self.env.cr.execute(
            SQL("UPDATE account_move_line SET account_id = %s WHERE id = ANY(%s)", self.bad_debt.id, others.ids)
        )
        self.env.invalidate_all()
        return chosen

    # ------------------------------------------------------------------
    # COUNTED FROM THE FILE
    # ------------------------------------------------------------------

    def _count_balances(self, days):
        balances = defaultdict(lambda: [Decimal(0)] * (len(BOUNDS) + 2))
        for item in self.items:
            for day in days:
                if item.date <= day < item.paid_on:
                    balances[day][bucket_of((day - item.due).days)] += item.amount
        return balances

    def _count_written_off(self, days, chosen):
        lost = defaultdict(lambda: [Decimal(0)] * (len(BOUNDS) + 2))
        for item in self.items:
            for begin, end in zip(days, days[1:], strict=False):
                if item.number in chosen and item.date <= begin < item.paid_on <= end:
                    lost[end][bucket_of((begin - item.due).days)] += item.amount
        return lost

    def test_balances_and_migrations_of_every_month_are_those_of_the_file(self):
        chosen = self._with_write_offs()
        self.method.write({"years": 2})
        run = self._run()
        days = month_ends(AS_OF, 25)
        self.assertEqual(list(run._history(AS_OF).month_ends), days)
        balances, lost = self._count_balances(days), self._count_written_off(days, chosen)
        self.assertTrue(any(any(amounts) for amounts in lost.values()))

        history = run._history(AS_OF)
        found = defaultdict(lambda: [Decimal(0)] * (len(BOUNDS) + 2))
        for _segment, month, bucket, amount in self.env.execute_query(self.ledger._monthly_balances_sql(history)):
            found[days[month]][bucket] += cents(amount)
        for day in days:
            with self.subTest(balance=day):
                self.assertEqual(found[day], balances[day])

        ((segment, observed),) = run._observe_roll(AS_OF).items()
        self.assertEqual(segment, "")
        compared = 0
        for bucket, migrations in enumerate(observed):
            for step, begin in zip(migrations, days, strict=False):
                end = step.period
                with self.subTest(bucket=bucket, month=end):
                    expected = (balances[begin][bucket], balances[end][bucket + 1], lost[end][bucket])
                    self.assertEqual((cents(step.before), cents(step.after), cents(step.written_off)), expected)
                    compared += 1
        self.assertEqual(compared, 24 * (len(BOUNDS) + 1))

    def test_cohorts_are_those_of_the_file(self):
        chosen = self._with_write_offs()
        run = self._run()
        reached = defaultdict(lambda: [Decimal(0)] * (len(BOUNDS) + 2))
        last = (AS_OF - timedelta(days=BOUNDS[-1])).replace(day=1) - timedelta(days=1)
        first = last + relativedelta(years=-1, day=31)
        for item in self.items:
            if first < item.due <= last:
                amounts = reached[item.due.replace(day=1)]
                for bucket, bound in enumerate((None, 0, *BOUNDS)):
                    if bound is None or item.number in chosen or item.paid_on > item.due + timedelta(days=bound):
                        amounts[bucket] += item.amount
        ((_segment, months),) = run._observe_cohorts(AS_OF).items()
        self.assertEqual(len(months), 12)
        found = {month: [cents(amount) for amount in amounts] for month, amounts in months.items()}
        self.assertEqual(found, dict(reached))
        estimates = run._rating(AS_OF).of("")
        lost = sum(amounts[-1] for amounts in reached.values())
        for bucket in range(len(BOUNDS) + 1):
            base = sum(amounts[bucket] for amounts in reached.values())
            self.assertAlmostEqual(estimates[bucket].rate, float(lost / base), 9)

    def test_segments_add_up_to_the_whole(self):
        tags = self.env["res.partner.category"].search([("name", "like", "Country code")])
        self.method.write(
            {
                "segmentation": "domain",
                "segment_ids": [
                    Command.create({"name": tag.name, "domain": repr([("category_id", "in", tag.ids)])})
                    for tag in tags[:3]
                ],
            }
        )
        run = self._run()
        by_segment = run._observe_cohorts(AS_OF)
        self.assertEqual(len(by_segment), 4)
        self.method.write({"segmentation": "none"})
        ((_all, whole),) = run._observe_cohorts(AS_OF).items()
        for month, amounts in whole.items():
            parts = [months[month] for months in by_segment.values() if month in months]
            self.assertEqual([cents(sum(column)) for column in zip(*parts, strict=True)], [cents(a) for a in amounts])

    # ------------------------------------------------------------------
    # LAWS
    # ------------------------------------------------------------------

    def test_buckets_add_up_to_the_general_ledger_at_any_month_end(self):
        for day in month_ends(date(2013, 12, 31), 12):
            with self.subTest(day=day):
                run = self._run(day)
                run.action_compute()
                ledger = run._receivable_in_ledger()
                self.assertEqual(cents(run.receivable), cents(ledger))
                total = sum(run.line_ids.mapped("balance")) - run.credit - run.credit_left
                self.assertEqual(cents(total), cents(ledger))
                self.assertEqual(cents(sum(run.line_ids.mapped("exposure"))), cents(run.exposure))
                for line in run.line_ids:
                    self.assertTrue(line.allowance is None or 0 <= line.allowance <= line.balance + 0.005)
