"""The cash forecast on a real ledger, out of time: each month of 2013 forecast on its eve (docs/cash_forecast.md).

The bounds leave a margin to what was measured. Nothing was chosen on these months: the prediction's constants come from
2012 (see benchmarks/out_of_time.py), the band from the months before each month.
"""

from datetime import date
from statistics import mean

from dateutil.relativedelta import relativedelta

from .common import LedgerCase

#: The year that is judged; the band needs months before it.
FIRST, MONTHS, BEFORE = date(2013, 1, 1), 12, 6
JUDGED_ON = date(2014, 6, 30)


class TestCashForecastQuality(LedgerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        months = [FIRST + relativedelta(months=number) for number in range(-BEFORE, MONTHS)]
        backtests = cls.env["receivable.cash.backtest"]
        cls.rows = backtests._measure_months(cls.company, months, JUDGED_ON)
        cls.year = cls.rows.filtered(lambda row: row.month >= FIRST)

    def _mean(self, name):
        return mean(self.year.mapped(name))

    def test_every_month_of_the_year_is_measured_whole(self):
        self.assertEqual(len(self.year), MONTHS)
        self.assertEqual(set(self.year.mapped("week_count")), {13})

    def test_four_week_cash_is_at_most_half_as_wrong_as_by_due_dates(self):
        self.assertLess(self._mean("error"), 0.45 * self._mean("error_due"))

    def test_single_weeks_are_less_wrong_than_by_due_dates(self):
        self.assertLess(self._mean("week_error"), 0.65 * self._mean("week_error_due"))

    def test_band_holds_what_it_promises(self):
        within, count = sum(self.year.mapped("within_count")), sum(self.year.mapped("band_count"))
        self.assertGreater(count, 100)
        self.assertTrue(0.72 <= within / count <= 0.92, f"{within} of {count}")

    def test_the_past_is_forecast_the_same_whatever_came_later(self):
        month, judged_on = date(2013, 3, 1), date(2013, 3, 31)
        backtests = self.env["receivable.cash.backtest"]
        before = backtests._measure(self.company, month, judged_on)
        self.assertGreater(sum(week.actual for week in before), 0)
        later = self.env["account.move"].search(
            [("company_id", "=", self.company.id), ("move_type", "=", "out_invoice"), ("invoice_date", ">", judged_on)]
        )
        later.button_draft()
        later.button_cancel()
        self.assertEqual(backtests._measure(self.company, month, judged_on), before)

    def test_everything_open_is_in_the_weeks_later_or_of_unknown_date(self):
        as_of = date(2013, 6, 28)
        items = self.env["receivable.cash.item"].with_context(as_of=as_of)
        weeks = self.env["receivable.cash.forecast"]._all_weeks(self.company, as_of)
        by_week = {number: amount for number, amount in items._read_group([], ["number"], ["expected:sum"])}
        for week in weeks:
            self.assertAlmostEqual(by_week.get(week["number"], 0.0), week["expected"], 2)
        unknown = sum(items.search([("basis", "=", "unknown")]).mapped("part"))
        expected = sum(week["expected"] for week in weeks)
        self.assertAlmostEqual(expected + unknown, sum(week["due"] for week in weeks), 2)
        self.assertAlmostEqual(
            sum(week["due"] for week in weeks), sum(r["residual"] for r in self._open_items(as_of)), 2
        )
