import io
from datetime import date, timedelta

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from ..core import cash_forecast as core
from ..report.cash_forecast_xlsx import CashForecastWorkbook
from .cash_common import FOUR, CashForecastCommon


@tagged("post_install", "-at_install")
class TestCashForecast(CashForecastCommon):
    # ------------------------------------------------------------------
    # WEEKS
    # ------------------------------------------------------------------

    def test_weeks_are_calendar_weeks_and_the_first_one_is_the_rest_of_the_current(self):
        self._open(self.AS_OF)
        weeks = self._weeks(date(2024, 6, 27))
        self.assertEqual(len(weeks), core.WEEKS)
        self.assertEqual((weeks[0]["week_start"], weeks[0]["week_end"]), (date(2024, 6, 28), date(2024, 6, 30)))
        self.assertEqual((weeks[1]["week_start"], weeks[1]["week_end"]), (date(2024, 7, 1), date(2024, 7, 7)))

    def test_four_weeks_add_up_to_what_the_prediction_says_of_each_invoice(self):
        for days in (-40, -5, 0, 10, 25):
            self._open(self.AS_OF + timedelta(days=days), 100 + days)
        sums = self.forecasts._sums(self.company, self.AS_OF, FOUR)
        found = sum(row["expected"] for number, row in sums.items() if number <= 4)
        rows = self.env.execute_query_dict(self.ledger._predictions_sql(self.AS_OF, self.company))
        self.assertEqual(len(rows), 5)
        self.assertAlmostEqual(found, sum(float(row["amount"]) * (row["paid_within"] or 0) for row in rows), 6)
        self.assertGreater(found, 0)

    def test_habit_says_when_the_money_comes(self):
        """Due on Monday 1 July, usually ten days after the next business day: most of it in the second week."""
        self._open(date(2024, 7, 1), 1000)
        weeks = self._weeks()
        self.assertGreater(weeks[1]["expected"], 800)
        self.assertEqual(weeks[0]["due"], 1000)
        self.assertAlmostEqual(sum(week["expected"] for week in weeks), 1000, 2)

    def test_due_dates_put_what_is_overdue_at_once(self):
        self._open(date(2024, 6, 10), 30)
        self._open(date(2024, 7, 10), 50)
        self.assertEqual([week["due"] for week in self._weeks()[:3]], [30, 50, 0])

    def test_variance_is_that_of_independent_payments(self):
        self._open(date(2024, 7, 8), 1000)
        weeks = self._weeks()
        for week in weeks:
            chance = week["expected"] / 1000
            self.assertAlmostEqual(week["variance"], 1000**2 * chance * (1 - chance), 2)
            self.assertLessEqual(week["low"], week["expected"])
            self.assertGreaterEqual(week["high"], week["expected"])

    def test_credits_pay_the_oldest_invoice_first(self):
        self._open(date(2024, 6, 10), 100)
        later = self._open(date(2024, 7, 10), 100)
        self._invoice(self.customer, 130, date(2024, 6, 12), move_type="out_refund")
        items = self._items().search([])
        self.assertEqual(items.move_id, later)
        self.assertEqual(set(items.mapped("part")), {70})
        self.assertEqual(sum(week["due"] for week in self._weeks()), 70)

    def test_customer_in_credit_is_expected_to_pay_nothing(self):
        self._open(date(2024, 6, 10), 100)
        self._invoice(self.customer, 200, date(2024, 6, 12), move_type="out_refund")
        self.assertFalse(self._items().search([]))

    def test_what_is_later_overdue_than_anything_paid_has_no_date(self):
        old = self._open(date(2022, 1, 10), 400)
        self._open(date(2024, 7, 10), 100)
        rows = self._items().search([("basis", "=", "unknown")])
        self.assertRecordValues(
            rows, [{"move_id": old.id, "part": 400, "expected": 0, "week_start": False, "expected_date": False}]
        )
        weeks = self.forecasts._all_weeks(self.company, self.AS_OF)
        self.assertAlmostEqual(sum(week["expected"] for week in weeks), 100, 2)

    def test_due_date_rule_in_force_is_followed(self):
        self._open(date(2024, 7, 10), 100)
        self.company.sudo().credit_cash_method = "due_date"
        weeks = self._weeks()
        self.assertEqual([week["expected"] for week in weeks], [week["due"] for week in weeks])

    def test_document_in_foreign_currency_counts_in_both(self):
        currency = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        self._open(date(2024, 7, 10), 100, currency_id=currency.id)
        items = self._items().search([])
        self.assertEqual(items.currency_id, currency)
        self.assertAlmostEqual(sum(items.mapped("expected")), 50, 2)
        self.assertAlmostEqual(sum(items.mapped("expected_currency")), 100, 1)

    def test_nothing_paid_yet_says_nothing(self):
        """Without a single payment there is no habit: what is open has no date, and is not 0 for sure."""
        other = self.setup_other_company()["company"]
        self.assertEqual({week["expected"] for week in self.forecasts._weeks(other, self.AS_OF)}, {0})

    # ------------------------------------------------------------------
    # KEPT
    # ------------------------------------------------------------------

    def test_refresh_writes_over_the_weeks_before(self):
        self._open(date(2024, 7, 10), 100)
        self.forecasts._refresh(self.company, self.AS_OF)
        self.forecasts._refresh(self.company, self.AS_OF + timedelta(days=1))
        rows = self.forecasts.search([("company_id", "=", self.company.id)])
        self.assertEqual(len(rows), core.WEEKS + 1)
        self.assertEqual(set(rows.mapped("as_of")), {self.AS_OF + timedelta(days=1)})
        self.assertEqual(rows.mapped("is_later"), [False] * core.WEEKS + [True])

    def test_job_keeps_what_was_known_at_the_end_of_yesterday(self):
        self._overdue(5, 100)
        with self.enter_registry_test_mode():
            self.env.ref("receivable_dunning.ir_cron_refresh_cash_forecast").method_direct_trigger()
        rows = self.forecasts.search([("company_id", "=", self.company.id)])
        self.assertEqual(set(rows.mapped("as_of")), {self.today - timedelta(days=1)})

    def test_job_computes_again_what_was_refreshed_during_yesterday(self):
        self._overdue(5, 100)
        yesterday = self.today - timedelta(days=1)
        self.forecasts._refresh(self.company, yesterday)
        self.env.cr.execute("UPDATE receivable_cash_forecast SET write_date = %s, due = 0", [yesterday])
        self.env.invalidate_all()
        with self.enter_registry_test_mode():
            self.env.ref("receivable_dunning.ir_cron_refresh_cash_forecast").method_direct_trigger()
        self.env.invalidate_all()
        rows = self.forecasts.search([("company_id", "=", self.company.id)])
        self.assertEqual(sum(rows.mapped("due")), 100)

    def test_old_forecast_is_not_shown(self):
        self.forecasts._refresh(self.company, self.today - timedelta(days=8))
        self.assertFalse(self.forecasts._newest(self.company, self.today))
        self.forecasts._refresh(self.company, self.today - timedelta(days=1))
        self.assertEqual(len(self.forecasts._newest(self.company, self.today)), core.WEEKS + 1)

    def test_week_opens_the_invoices_that_make_it_up(self):
        self._open(date(2024, 7, 1), 1000)
        self.forecasts._refresh(self.company, self.AS_OF)
        week = self.forecasts.search([("company_id", "=", self.company.id), ("number", "=", 2)])
        action = week.action_open_items()
        items = self.env[action["res_model"]].with_context(**action["context"]).search(action["domain"])
        self.assertAlmostEqual(sum(items.mapped("expected")), week.expected, 2)
        self.assertEqual(items[0].action_open_invoice()["res_id"], items[0].move_id.id)
        clerk = self._user("cash_why", "receivable_dunning.group_collections_user")
        why = items[0].with_user(clerk).action_explain()
        prediction = self.env[why["res_model"]].with_user(clerk).with_context(**why["context"]).browse(why["res_id"])
        self.assertIn("Customer", prediction.explanation)

    def test_number_of_statements_does_not_grow_with_the_invoices(self):
        def queries():
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self._weeks()
            return self.env.cr.sql_log_count - before

        self._open(date(2024, 7, 10), 100)
        queries()
        few = queries()
        for number in range(5):
            self._open(date(2024, 7, 10), 100, partner=self._customer(f"C{number}"))
        self.assertEqual(queries(), few)

    # ------------------------------------------------------------------
    # RIGHTS AND SCREENS
    # ------------------------------------------------------------------

    def test_forecast_belongs_to_its_company(self):
        self._open(date(2024, 7, 10), 100)
        self.forecasts._refresh(self.company, self.AS_OF)
        other = self.setup_other_company()["company"]
        stranger = self._user("cash_stranger", "receivable_dunning.group_collections_user", other)
        self.assertFalse(self.env(user=stranger, context={})["receivable.cash.forecast"].search([]))
        own = self._user("cash_own", "receivable_dunning.group_collections_user")
        rows = self.env(user=own, context={})["receivable.cash.forecast"].search([])
        self.assertEqual(rows.company_id, self.company)
        with self.assertRaises(AccessError):
            rows[0].expected = 5
        items = self.env["receivable.cash.item"].with_user(stranger).with_context(as_of=self.AS_OF)
        self.assertFalse(items.with_context(allowed_company_ids=other.ids).search([]))

    def test_only_the_team_refreshes_and_only_accountants_measure(self):
        nobody = self._user("cash_nobody", "base.group_user")
        with self.assertRaises(AccessError):
            self.forecasts.with_user(nobody).action_refresh()
        clerk = self._user("cash_clerk", "receivable_dunning.group_collections_user")
        self.forecasts.with_user(clerk).action_refresh()
        rows = self.forecasts.search([("company_id", "=", self.company.id)])
        self.assertEqual(set(rows.mapped("as_of")), {self.today})
        with self.assertRaises(AccessError):
            self.env["receivable.cash.backtest"].with_user(clerk).action_measure()

    def test_wrong_day_is_refused_in_words(self):
        with self.assertRaises(UserError):
            self.env["receivable.cash.item"].with_context(as_of="soon").search([])

    def test_all_views_load(self):
        for model in ("receivable.cash.forecast", "receivable.cash.item", "receivable.cash.backtest"):
            kinds = ["list", "graph", "pivot", "search"] + ["form"] * (model == "receivable.cash.backtest")
            self.env[model].get_views([(False, kind) for kind in kinds])

    def test_spreadsheet_has_the_weeks_and_every_invoice(self):
        self._open(date(2024, 7, 1), 1000)
        self._open(date(2024, 7, 20), 50)
        self.forecasts._refresh(self.company, self.AS_OF)
        file = io.BytesIO()
        CashForecastWorkbook(self.forecasts.search([("company_id", "=", self.company.id)]), file).save()
        weeks, invoices = openpyxl.load_workbook(file).worksheets
        expected = [row[4].value for row in weeks.iter_rows(min_row=5, max_row=5 + core.WEEKS)]
        self.assertAlmostEqual(sum(expected), 1050, 1)
        rows = list(invoices.iter_rows(min_row=5, values_only=True))
        self.assertEqual(len(rows), 2)
        self.assertAlmostEqual(sum(row[7] for row in rows), 1050, 1)
        self.assertAlmostEqual(sum(amount or 0 for amount in rows[0][8:]), rows[0][7], 2)
        self.assertAlmostEqual(sum(row[9] or 0 for row in rows), expected[1], 2)


@tagged("post_install", "-at_install")
class TestCashForecastDownload(CashForecastCommon, HttpCase):
    def test_spreadsheet_is_only_for_the_own_companies(self):
        self._open(date(2024, 7, 1), 1000)
        self.forecasts._refresh(self.company, self.AS_OF)
        user = self._user("cash_http", "receivable_dunning.group_collections_user")
        other = self.setup_other_company()["company"]
        self.forecasts.with_context(allowed_company_ids=other.ids)._refresh(other, self.AS_OF)
        self.authenticate(user.login, user.login)
        answer = self.url_open(f"/receivable_dunning/cash_forecast.xlsx?companies={self.company.id}")
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.content[:2], b"PK")
        for ids in (str(other.id), "", "x", "0", "²", "9" * 23):
            answer = self.url_open(f"/receivable_dunning/cash_forecast.xlsx?companies={ids}")
            self.assertIn(answer.status_code, (403, 404))
