"""The figures of a year of a real ledger are those that plain Python computes from the file."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from .common import LedgerCase, ledger_items, open_on

MONTHS = [date(2013, month, 1) for month in range(1, 13)]


def end_of(month):
    return month + relativedelta(months=1, days=-1)


def total(items):
    return sum((item.amount for item in items), Decimal(0))


def invoiced(first, last):
    return [item for item in ledger_items() if first <= item.date <= last]


def amounts_of(month):
    """The sums of money of a month, from the lines of the file."""
    last = end_of(month)
    opening, closing = open_on(month - timedelta(days=1)), open_on(last)
    sales = invoiced(month, last)
    overdue = [item for item in closing if item.due < last]
    due = [item for item in [*opening, *sales] if item.due < last]
    return {
        "opening_amount": total(opening),
        "sales_amount": total(sales),
        "collected_amount": total(item for item in ledger_items() if month <= item.paid_on <= last),
        "closing_amount": total(closing),
        "current_amount": total(item for item in closing if item.due >= last),
        "overdue_amount": total(overdue),
        "over_90_amount": total(item for item in closing if (last - item.due).days > 90),
        "due_amount": total(due),
        "remaining_amount": total(overdue),
    }


def days_counted_back(month):
    rest, days = total(open_on(end_of(month))), Decimal(0)
    while True:
        sales, length = total(invoiced(month, end_of(month))), end_of(month).day
        if rest < sales:
            return days + rest / sales * length
        rest, days, month = rest - sales, days + length, month - relativedelta(months=1)


def shares_of(month):
    """Share of the ten and twenty largest debtors, and the sum of the squared shares."""
    owed = defaultdict(Decimal)
    for item in open_on(end_of(month)):
        owed[item.customer] += item.amount
    whole, largest = sum(owed.values()), sorted(owed.values(), reverse=True)
    squares = sum((amount / whole) ** 2 for amount in largest)
    return sum(largest[:10]) / whole, sum(largest[:20]) / whole, squares


def figures_of(month):
    found = amounts_of(month)
    opening, sales, closing, current = (found[f"{name}_amount"] for name in ("opening", "sales", "closing", "current"))
    days = end_of(month).day
    top_10, top_20, hhi = shares_of(month)
    return {
        "dso": closing / sales * days,
        "dso_countback": days_counted_back(month),
        "dso_best": current / sales * days,
        "days_delinquent": (closing - current) / sales * days,
        "cei": (opening + sales - closing) / (opening + sales - current) * 100,
        "overdue_share": found["overdue_amount"] / closing,
        "current_share": current / closing,
        "over_90_share": found["over_90_amount"] / closing,
        "turnover": sales / ((opening + closing) / 2),
        "top_10_share": top_10,
        "top_20_share": top_20,
        "hhi": hhi,
        "collection_progress": (found["due_amount"] - found["remaining_amount"]) / found["due_amount"],
    }


class TestRealLedgerFigures(LedgerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rows = cls.env["receivable.kpi"]._await(cls.company, MONTHS[0], MONTHS[-1])
        cls.rows._compute_months()

    def test_amounts_of_every_month_of_2013_are_those_of_the_file_to_the_cent(self):
        self.assertEqual(sorted(self.rows.mapped("month")), MONTHS)
        for row in self.rows:
            for name, amount in amounts_of(row.month).items():
                with self.subTest(month=row.month, name=name):
                    self.assertEqual(round(Decimal(str(row[name])), 2), amount)

    def test_figures_of_every_month_of_2013_are_those_of_the_file_to_eight_digits(self):
        for row in self.rows:
            for name, figure in figures_of(row.month).items():
                with self.subTest(month=row.month, name=name):
                    self.assertAlmostEqual(row[name], float(figure), 8)

    def test_effectiveness_of_the_year_is_the_mean_of_its_months(self):
        found = self.env["receivable.kpi"]._figures(self.company, MONTHS[0], end_of(MONTHS[-1]))
        months = [figures_of(month)["cei"] for month in MONTHS]
        self.assertAlmostEqual(found["cei"], float(sum(months) / 12), 8)
        year = invoiced(MONTHS[0], end_of(MONTHS[-1]))
        self.assertEqual(round(Decimal(str(found["sales_amount"])), 2), total(year))

    def test_customers_of_every_month_add_up_to_the_company(self):
        names = ("opening_amount", "sales_amount", "collected_amount", "closing_amount", "overdue_amount")
        for row in self.rows:
            action = row.action_open_customers()
            customers = self.env["receivable.kpi.customer"].with_context(**action["context"])
            [sums] = customers._read_group(action["domain"], [], [f"{name}:sum" for name in names])
            with self.subTest(month=row.month):
                self.assertEqual([round(amount, 2) for amount in sums], [row[name] for name in names])

    def test_a_day_in_the_middle_of_a_month_is_read_as_well(self):
        first, last = date(2013, 5, 11), date(2013, 5, 23)
        found = self.env["receivable.kpi"]._figures(self.company, first, last)
        closing, sales = total(open_on(last)), total(invoiced(first, last))
        self.assertAlmostEqual(found["dso"], float(closing / sales * 13), 8)
        self.assertAlmostEqual(found["closing_amount"], float(closing), 2)


class TestRealLedgerMoney(LedgerCase):
    """Some customers of a month paid less, and what was missing was written off, taken as a discount or as a charge."""

    MONTH = MONTHS[4]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accounts = cls.env["account.account"].create(
            [
                {"code": f"9900{number}", "name": name, "account_type": "expense", "company_ids": cls.company.ids}
                for number, name in enumerate(("Bad debt", "Discount", "Charge"))
            ]
        )
        cls.company.bad_debt_account_ids = cls.accounts[0]

    def _paid_in_month(self):
        return sorted(
            (item for item in ledger_items() if self.MONTH <= item.paid_on <= end_of(self.MONTH)),
            key=lambda item: item.number,
        )

    def _pay_less(self, item, kept, account):
        """The invoice of the file is paid again, with what is missing on an account."""
        invoice = self.env["account.move"].search([("company_id", "=", self.company.id), ("ref", "=", item.number)])
        line = invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        payment = line.matched_credit_ids.credit_move_id.move_id.origin_payment_id
        line.remove_move_reconcile()
        payment.action_draft()
        payment.action_cancel()
        wizard = self.env["account.payment.register"].with_context(active_model="account.move", active_ids=invoice.ids)
        wizard.create(
            {
                "amount": float(kept),
                "payment_date": item.paid_on,
                "payment_difference_handling": "reconcile",
                "writeoff_account_id": account.id,
            }
        )._create_payments()

    def test_money_of_a_month_is_that_of_the_file_less_what_was_settled_without_money(self):
        paid = self._paid_in_month()
        lost = defaultdict(Decimal)
        for number, item in enumerate(paid[:12]):
            missing = round(item.amount * (number + 1) / 40, 2)
            self._pay_less(item, item.amount - missing, self.accounts[number % 3])
            lost[number % 3] += missing
        found = self.env["receivable.kpi"]._figures(self.company, self.MONTH, end_of(self.MONTH))
        amounts = amounts_of(self.MONTH)
        rounded = {
            name: round(Decimal(str(found[f"{name}_amount"])), 2) for name in ("collected", "written_off", "other")
        }
        self.assertEqual(rounded["collected"], total(paid) - sum(lost.values()))
        self.assertEqual((rounded["written_off"], rounded["other"]), (lost[0], -sum(lost.values())))
        for name in ("opening", "closing", "sales"):
            self.assertEqual(round(Decimal(str(found[f"{name}_amount"])), 2), amounts[f"{name}_amount"])

    def test_money_of_every_month_is_what_the_entries_of_the_bank_debited(self):
        """Read record by record: of each entry with a receivable, what its other accounts took that are no result."""
        lines = self.env["account.move.line"].search(
            [("company_id", "=", self.company.id), ("journal_id.type", "in", ("bank", "cash", "credit"))]
        )
        came = defaultdict(Decimal)
        for line in lines.filtered(lambda line: line.parent_state == "posted"):
            if line.account_type != "asset_receivable" and line.account_id.internal_group not in ("income", "expense"):
                came[line.date.replace(day=1)] += Decimal(str(line.balance))
        for month in MONTHS[::4]:
            found = self.env["receivable.kpi"]._figures(self.company, month, end_of(month))
            self.assertEqual(round(Decimal(str(found["collected_amount"])), 2), round(came[month], 2))
