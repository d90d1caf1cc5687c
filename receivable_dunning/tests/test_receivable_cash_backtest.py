from datetime import date, timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .cash_common import CashForecastCommon


@tagged("post_install", "-at_install")
class TestCashBacktest(CashForecastCommon):
    def _measure(self, month, judged_on):
        return self.env["receivable.cash.backtest"]._measure_months(self.company, [month], judged_on)

    def test_what_came_is_held_against_what_was_expected(self):
        invoice = self._open(date(2024, 6, 24), 1000)
        self._pay(invoice, 600, date(2024, 7, 9))
        self._pay(invoice, 400, date(2024, 8, 20))
        row = self._measure(date(2024, 7, 1), date(2024, 10, 31))
        self.assertRecordValues(row, [{"actual": 600, "due": 1000, "week_count": 13, "band_count": 0}])
        self.assertEqual([week.actual for week in row.week_ids][:2], [0, 600])
        self.assertEqual(sum(row.week_ids.mapped("actual")), 1000)
        self.assertAlmostEqual(row.error_due, 400 / 600, 3)
        self.assertIsNone(row.band_share, "not measured is not 0")
        self.assertIn("by due dates", row.conclusion.lower())

    def test_only_weeks_that_are_over_are_measured(self):
        self._pay(self._open(date(2024, 6, 24), 1000), 1000, date(2024, 7, 9))
        row = self._measure(date(2024, 7, 1), date(2024, 7, 29))
        self.assertEqual(row.week_count, 4)
        row = self._measure(date(2024, 7, 1), date(2024, 8, 6))
        self.assertEqual(row.week_count, 5)
        self.assertEqual(self.env["receivable.cash.backtest"].search_count([("company_id", "=", self.company.id)]), 1)

    def test_nothing_that_came_leaves_the_errors_empty(self):
        row = self._measure(date(2022, 3, 1), date(2024, 7, 29))
        self.assertEqual((row.error, row.week_error, row.actual), (None, None, 0))
        self.assertFalse(row.is_better)

    def test_invoices_of_the_month_itself_are_not_in_it(self):
        self._pay(self._invoice(self.customer, 500, date(2024, 7, 2), due=date(2024, 7, 2)), 500, date(2024, 7, 12))
        row = self._measure(date(2024, 7, 1), date(2024, 10, 31))
        self.assertEqual((row.actual, row.expected), (0, 0))

    def test_band_needs_months_before_and_uses_no_later_ones(self):
        for number in range(1, 10):
            day = date(2024, number, 1) + timedelta(days=20)
            self._pay(
                self._invoice(self.customer, 300, day, due=day + timedelta(days=20)), 300, day + timedelta(days=33)
            )
        backtests = self.env["receivable.cash.backtest"]
        months = [date(2024, number, 1) for number in range(2, 9)]
        rows = backtests._measure_months(self.company, months, date(2024, 12, 31))
        self.assertFalse(rows[0].band_count)
        self.assertTrue(rows[-1].band_count)
        bands = rows[-2].week_ids.mapped("high")
        backtests._measure_months(self.company, months[-2:], date(2024, 12, 31))
        self.assertEqual(rows[-2].week_ids.mapped("high"), bands, "later months teach nothing about an earlier one")

    def test_within_the_band_all_weeks_count_the_same(self):
        values = {"company_id": self.company.id, "judged_on": date(2024, 7, 1)}
        backtests = self.env["receivable.cash.backtest"].sudo()
        backtests.create({**values, "month": date(2024, 1, 1), "band_count": 1, "within_count": 1})
        backtests.create({**values, "month": date(2024, 2, 1), "band_count": 9, "within_count": 4})
        [(share,)] = backtests._read_group([("company_id", "=", self.company.id)], [], ["band_share:avg"])
        self.assertEqual(share, 0.5)

    def test_job_measures_what_is_missing(self):
        self._pay(self._overdue(80, 100), 100, self.today - timedelta(days=40))
        with self.enter_registry_test_mode():
            self.env.ref("receivable_dunning.ir_cron_backtest_cash_forecast").method_direct_trigger()
        rows = self.env["receivable.cash.backtest"].search([("company_id", "=", self.company.id)])
        self.assertEqual(len(rows), 12)
        self.assertEqual(sum(rows.mapped("actual")) > 0, True)

    def test_rows_are_written_by_nobody(self):
        row = self._measure(date(2024, 7, 1), date(2024, 10, 31))
        user = self._user("cash_manager", "receivable_dunning.group_collections_manager")
        with self.assertRaises(AccessError):
            row.with_user(user).error = 0
        with self.assertRaises(AccessError):
            row.with_user(user).unlink()
