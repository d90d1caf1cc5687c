from datetime import date, timedelta
from itertools import pairwise

from dateutil.relativedelta import relativedelta

from odoo.tests import tagged

from .test_written_off import BadDebtCommon

JUNE = (date(2024, 6, 1), date(2024, 6, 30))
JULY = (date(2024, 7, 1), date(2024, 7, 31))


class KpiCommon(BadDebtCommon):
    """June 2024: opening 6,200, sales 10,890, closing 6,340, of which 3,590 are not due."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer, cls.other = cls.partner_a, cls.partner_b
        old = cls._invoice(cls.customer, 6200, date(2024, 3, 1), due=date(2024, 5, 1))
        cls._pay(old, 3450, date(2024, 6, 10))
        new = cls._invoice(cls.other, 11000, date(2024, 6, 5), due=date(2024, 7, 5))
        cls._pay(new, 7300, date(2024, 6, 20))
        cls.refund = cls._invoice(cls.other, 110, date(2024, 6, 25), due=date(2024, 6, 30), move_type="out_refund")
        cls.old, cls.new = old, new

    def _figures(self, date_from=JUNE[0], date_to=JUNE[1]):
        return self.env["receivable.kpi"]._figures(self.company, date_from, date_to)

    def _month(self, month=JUNE[0]):
        """The computed row of the company."""
        rows = self.env["receivable.kpi"]._await(self.company, month, month)
        rows._compute_months()
        return rows.sudo(False)

    def _rows(self, dimension, month=JUNE[0]):
        domain = [("company_id", "=", self.company.id), ("month", "=", month), ("dimension", "=", dimension)]
        return self.env["receivable.kpi"].search(domain)

    def _line(self, row, name):
        return (row.figure_ids | row.amount_ids).filtered(lambda line: line.code == name)

    def _behind(self, action, measure):
        """Sum of a field over the records that an action opens."""
        model = self.env[action["res_model"]].with_context(
            **action.get("context", {}), allowed_company_ids=self.company.ids
        )
        return round(sum(model.search(action["domain"]).mapped(measure)), 2)


@tagged("post_install", "-at_install")
class TestReceivableKpi(KpiCommon):
    # ------------------------------------------------------------------
    # FIGURES
    # ------------------------------------------------------------------

    def test_figures_of_a_month_are_those_of_the_formulas(self):
        found = self._figures()
        names = ("opening", "sales", "collected", "closing", "current", "overdue", "over_90", "credit", "other")
        self.assertEqual(
            {name: found[f"{name}_amount"] for name in names},
            {
                "opening": 6200,
                "sales": 10890,
                "collected": 10750,
                "closing": 6340,
                "current": 3590,
                "overdue": 2750,
                "over_90": 0,
                "credit": -110,
                "other": 0,
            },
        )
        expected = {
            "cei": 1075000 / 13500,
            "dso": 6340 / 10890 * 30,
            "dso_best": 3590 / 10890 * 30,
            "days_delinquent": 2750 / 10890 * 30,
            "overdue_share": 2750 / 6340,
            "current_share": 3590 / 6340,
            "over_90_share": 0,
            "turnover": 10890 / 6270,
            "collection_progress": 3450 / 6200,
            "hhi": (2750**2 + 3590**2) / 6340**2,
            "top_10_share": 1,
        }
        for name, value in expected.items():
            with self.subTest(name):
                self.assertAlmostEqual(found[name], value, 8)

    def test_a_period_opens_with_what_the_one_before_left(self):
        """Also where payments were made again as drafts, matched late, before their invoice, or by credit notes."""
        account = self._item(self.old).account_id
        early = self._entry(date(2024, 3, 3), (self.bad_debt, 300, None), (account, -300, self.customer))
        for number, day in enumerate((date(2024, 4, 2), date(2024, 5, 31), date(2024, 6, 1), date(2024, 6, 30))):
            invoice = self._invoice(self.customer, 1000, day, due=date(2024, 6, 5))
            payment = self._pay(invoice, 100 * (number + 1), day if number % 2 else date(2024, 6, 15))
            if number == 2:
                payment.action_draft()
        credit = self._invoice(self.customer, 250, date(2024, 4, 9), move_type="out_refund")
        (self._item(invoice) | self._item(credit) | self._item(early)).reconcile()
        months = [(date(2024, month, 1), date(2024, month, 1) + relativedelta(day=31)) for month in range(3, 9)]
        found = [self._figures(*days) for days in months]
        self.assertTrue(all(each["closing_amount"] for each in found))
        for before, after in pairwise(found):
            self.assertAlmostEqual(after["opening_amount"], before["closing_amount"], 2)
            # what was due is what is not collected of it, and what was
            self.assertGreaterEqual(after["due_amount"], after["remaining_amount"])
        for first, last in months:
            items = self.env["receivable.aging"].with_context(
                as_of=first - timedelta(days=1), date_basis="due", allowed_company_ids=self.company.ids
            )
            rows = items.search([])
            opened = self._figures(first, last)
            self.assertAlmostEqual(opened["opening_amount"], sum(rows.mapped("amount_residual")), 2)
            invoiced = self.env["account.move.line"].search(
                [
                    ("account_id", "=", account.id), ("parent_state", "=", "posted"), ("date", ">=", first),
                    ("date", "<=", last), ("display_type", "=", "payment_term"), ("balance", ">", 0),
                    ("date_maturity", "<", last),
                ]
            )  # fmt: skip
            due = rows.filtered(lambda row, last=last: row.amount_residual > 0 and row.date_maturity < last)
            expected = sum(due.mapped("amount_residual")) + sum(invoiced.mapped("balance"))
            self.assertAlmostEqual(opened["due_amount"], expected, 2)

    def test_countback_takes_month_after_month_off_the_receivables(self):
        for month, amount in ((4, 70_000), (5, 80_000), (6, 100_000)):
            self._invoice(self.customer, amount, date(2024, month, 3), due=date(2024, 9, 1))
        self._pay(self.old, 2750, date(2024, 6, 10))
        self._pay(self.new, 3700, date(2024, 6, 20))
        closing = self._figures()["closing_amount"]
        self.assertEqual(closing, 250_000 - 110)
        rest = closing - (100_000 + 10_890) - 80_000
        self.assertAlmostEqual(self._figures()["dso_countback"], 30 + 31 + rest / 70_000 * 30, 8)

    def test_countback_reaches_back_beyond_half_a_year(self):
        self._invoice(self.customer, 100_000, date(2023, 1, 10), due=date(2023, 2, 10))
        found = self._figures()
        self.assertEqual(found["closing_amount"], 106_340)
        days = (JUNE[1] - date(2023, 1, 31)).days
        # June brought 10,890, March 6,200; the rest is a part of January of last year
        self.assertAlmostEqual(found["dso_countback"], days + (106_340 - 10_890 - 6200) / 100_000 * 31, 8)

    def test_receivables_older_than_three_years_of_sales_have_no_countback(self):
        self._invoice(self.customer, 100_000, date(2020, 1, 10), due=date(2020, 2, 10))
        self.assertIsNone(self._figures()["dso_countback"])
        self.assertIsNotNone(self._figures()["dso"])

    def test_without_sales_and_receivables_nothing_is_told(self):
        found = self._figures(date(2020, 1, 1), date(2020, 1, 31))
        names = ("dso", "dso_best", "days_delinquent", "cei", "overdue_share", "turnover", "hhi", "bad_debt_ratio")
        self.assertEqual({found[name] for name in names}, {None})
        self.assertEqual(found["closing_amount"], 0)

    def test_effectiveness_of_a_quarter_is_the_mean_of_its_months(self):
        quarter = self._figures(date(2024, 4, 1), JUNE[1])
        months = [
            self._figures(date(2024, month, 1), date(2024, month, last))["cei"]
            for month, last in ((4, 30), (5, 31), (6, 30))
        ]
        known = [value for value in months if value is not None]
        self.assertGreater(len(known), 1)
        self.assertAlmostEqual(quarter["cei"], sum(known) / len(known), 8)
        self.assertAlmostEqual(quarter["cei_crf"], (6200 + 3630 - 6340) / (6200 + 3630 - 3590) * 100, 8)

    def test_foreign_invoices_count_in_company_currency(self):
        euro = self.setup_other_currency("EUR", rates=[("1900-01-01", 0.5)])
        self._invoice(self.customer, 500, date(2024, 6, 7), due=date(2024, 6, 8), currency_id=euro.id)
        self.assertEqual(self._figures()["sales_amount"], 11_890)
        self.assertEqual(self._figures()["overdue_amount"], 3_750)

    def test_entries_by_hand_are_to_collect_as_far_as_they_are_open(self):
        account = self._item(self.old).account_id
        entry = self._entry(date(2024, 6, 3), (account, 20_000, self.customer), (self.bad_debt, -20_000, None))
        found = self._figures()
        self.assertEqual((found["due_amount"], found["remaining_amount"]), (6200 + 20_000, 2750 + 20_000))
        self.assertAlmostEqual(found["collection_progress"], 3450 / 26_200, 8)
        entry._reverse_moves([{"date": date(2024, 6, 4)}], cancel=True)
        self.assertAlmostEqual(self._figures()["collection_progress"], 3450 / 6200, 8)

    def test_taxes_are_in_sales_and_receivables(self):
        tax = self.company_data["default_tax_sale"]
        before = self._figures()
        lines = [(0, 0, {"name": "goods", "price_unit": 100, "tax_ids": [(6, 0, tax.ids)]})]
        invoice = self._invoice(self.customer, 0, date(2024, 6, 7), due=date(2024, 8, 1), invoice_line_ids=lines)
        self.assertGreater(invoice.amount_total, 100)
        for name in ("sales_amount", "closing_amount", "current_amount"):
            self.assertAlmostEqual(self._figures()[name] - before[name], invoice.amount_total, 2)

    def test_drafts_and_vendor_bills_do_not_count(self):
        before = self._figures()
        self._invoice(self.customer, 900, date(2024, 6, 7), post=False)
        self._invoice(self.customer, 900, date(2024, 6, 7), move_type="in_invoice")
        self.assertEqual(self._figures(), before)

    def test_branches_count_with_their_root(self):
        branch = self.env["res.company"].sudo().create({"name": "Branch", "parent_id": self.company.id})
        self.env.user.sudo().company_ids |= branch
        env = self.env(context={**self.env.context, "allowed_company_ids": [branch.id, self.company.id]})
        journal = env["account.journal"].sudo().create({"name": "Branch", "code": "BRS", "type": "sale"})
        account = self._account("BR01", "Receivable of the branch", "asset_receivable", company=branch)
        self.customer.with_company(branch).property_account_receivable_id = account
        revenue = self.company_data["default_account_revenue"].id
        lines = [(0, 0, {"name": "goods", "price_unit": 1000, "tax_ids": False, "account_id": revenue})]
        values = {"move_type": "out_invoice", "partner_id": self.customer.id, "invoice_date": date(2024, 6, 9)}
        invoice = env["account.move"].create({**values, "journal_id": journal.id, "invoice_line_ids": lines})
        invoice.action_post()
        self.assertEqual(invoice.company_id, branch)
        self.assertEqual(self._figures()["sales_amount"], 11_890)

    def test_other_companies_do_not_count(self):
        before = self._figures()
        other = self.setup_other_company()["company"]
        env = self.env(context={**self.env.context, "allowed_company_ids": other.ids})
        lines = [(0, 0, {"name": "goods", "price_unit": 7, "tax_ids": False})]
        values = {"move_type": "out_invoice", "partner_id": self.customer.id, "invoice_date": date(2024, 6, 9)}
        env["account.move"].create({**values, "invoice_line_ids": lines}).action_post()
        self.assertEqual(self._figures(), before)
        self.assertEqual(self.env["receivable.kpi"]._figures(other, *JUNE)["sales_amount"], 7)

    # ------------------------------------------------------------------
    # MONTHS
    # ------------------------------------------------------------------

    def test_a_computed_month_holds_figures_and_amounts(self):
        row = self._month()
        found = self._figures()
        for name in ("dso", "dso_countback", "dso_best", "cei", "overdue_share", "turnover", "hhi", "closing_amount"):
            self.assertAlmostEqual(row[name], found[name], 8)
        self.assertEqual((row.state, row.days, row.date_to), ("closed", 30, JUNE[1]))
        self.assertIn("June 2024", row.display_name)
        self.assertIsNone(row.promise_kept_rate)

    def test_rows_of_people_add_up_to_the_company(self):
        seller = self._user("seller", "account.group_account_invoice")
        self.customer.user_id = seller
        self.customer.with_company(self.company).collector_id = seller
        row = self._month()
        for dimension in ("salesperson", "collector"):
            people = self._rows(dimension)
            self.assertEqual(set(people.mapped("user_id")), {seller})
            self.assertEqual(len(people), 2)
            for name in ("opening_amount", "sales_amount", "closing_amount", "overdue_amount", "collected_amount"):
                self.assertAlmostEqual(sum(people.mapped(name)), row[name], 2)
            his = people.filtered("user_id")
            self.assertEqual((his.closing_amount, his.overdue_amount, his.overdue_share), (2750, 2750, 1))
            self.assertIsNone(his.dso)

    def test_computed_again_a_month_has_the_people_of_now(self):
        first, second = (self._user(name, "account.group_account_invoice") for name in ("first", "second"))
        self.customer.user_id = first
        row = self._month()
        row.comment = "A good month"
        self.customer.user_id = second
        self._month()
        self.assertEqual(self._rows("salesperson").user_id, second)
        self.assertEqual(self._rows("company"), row)
        self.assertEqual(row.comment, "A good month")

    def test_write_offs_and_promises_have_their_ratios(self):
        self._lose(self.old, 108.9, date(2024, 6, 12))
        promise = self.env["receivable.promise"]._make(self._item(self.old), 1000, date(2030, 6, 15), {})
        promise.line_ids.sudo().write({"date_promised": date(2024, 6, 15), "state": "partly", "amount_kept": 250})
        self.env.flush_all()
        row = self._month()
        self.assertAlmostEqual(row.bad_debt_ratio, 0.01, 8)
        self.assertAlmostEqual(row.promise_kept_rate, 0.25, 8)
        self.assertEqual(row.other_amount, -108.9)
        line = self._line(row, "bad_debt_ratio")
        self.assertEqual(self._behind(line.action_open_write_offs(), "amount"), 108.9)
        self.assertEqual(self._behind(self._line(row, "promise_kept_rate").action_open_promises(), "amount"), 1000)

    def test_back_dated_posting_marks_the_month_until_it_is_computed_again(self):
        row = self._month()
        row.action_check()
        self.assertFalse(row.is_different)
        self._invoice(self.customer, 1000, date(2024, 6, 20), due=date(2024, 7, 20))
        row.action_check()
        self.assertTrue(row.is_different)
        self.assertIn("Sales", row.difference)
        self.assertIn("11,890.00", row.difference)
        row.action_recompute()
        self.assertFalse(row.is_different)
        self.assertEqual(row.sales_amount, 11_890)
        self.assertFalse(row.difference)

    def test_payment_matched_with_the_past_marks_the_month(self):
        row = self._month()
        self._pay(self.old, 50, date(2024, 6, 28))
        row.action_check()
        self.assertTrue(row.is_different)
        self.assertEqual(row.difference_data["collected_amount"], 10_800)

    # ------------------------------------------------------------------
    # JOB
    # ------------------------------------------------------------------

    def _night(self, today):
        self.env["receivable.kpi"].sudo()._await_closed_months(today)
        return self._rows_waiting()

    def _rows_waiting(self):
        domain = [("company_id", "=", self.company.id), ("state", "=", "waiting")]
        return sorted(self.env["receivable.kpi"].search(domain).mapped("month"))

    def test_months_are_due_from_the_day_that_the_company_chose(self):
        self.company.sudo().receivable_kpi_close_day = 5
        self.assertEqual(self._night(date(2024, 7, 4)), [date(2024, month, 1) for month in (3, 4, 5)])
        self.assertEqual(self._night(date(2024, 7, 5)), [date(2024, month, 1) for month in (3, 4, 5, 6)])
        self.assertEqual(self._night(date(2024, 7, 30)), [date(2024, month, 1) for month in (3, 4, 5, 6)])

    def test_job_computes_what_is_waiting_and_compares_what_is_there(self):
        row = self._month()
        self._invoice(self.customer, 1000, date(2024, 6, 20), due=date(2024, 7, 20))
        row.sudo().checked_on = "2024-07-06 00:00:00"
        with self.enter_registry_test_mode():
            self.env.ref("receivable_dunning.ir_cron_close_figures").sudo().method_direct_trigger()
        self.env.invalidate_all()
        self.assertTrue(row.is_different)
        self.assertFalse(self._rows_waiting())
        newest = max(self._rows_of_company().mapped("month"))
        self.assertGreater(newest, JUNE[0])

    def _rows_of_company(self):
        return self.env["receivable.kpi"].search(
            [("company_id", "=", self.company.id), ("dimension", "=", "company"), ("state", "=", "closed")]
        )
