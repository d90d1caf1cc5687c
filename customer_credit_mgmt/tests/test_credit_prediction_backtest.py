import random
from datetime import date, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged

from ..core import backtest as core
from ..core import method_choice
from ..core.shrinkage import late_after, next_business_day
from .test_credit_prediction import TODAY, PredictionCommon

MONTH = date(2024, 2, 1)


@tagged("post_install", "-at_install")
class TestCreditPredictionBacktest(PredictionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.backtests = cls.env["credit.prediction.backtest"]

    def _history(self, partner, days, start, amount=100):
        for position, late in enumerate(days):
            due = start + timedelta(weeks=position)
            invoice = self._invoice(partner, amount, due - timedelta(days=30), due=due)
            self._pay(invoice, amount, due + timedelta(days=late))

    def _rows(self, eve=date(2024, 1, 31), until=date(2024, 2, 29), judged_on=TODAY):
        return self.env.execute_query_dict(self.ledger._backtest_sql(eve, until, judged_on, self.company))

    def test_rows_are_what_was_known_and_what_happened(self):
        draw = random.Random(11)
        partners = self._customers(4)
        booked = self._ledger(draw, partners, 10)
        invoices = self.env["account.move"].search(
            [("partner_id", "in", partners.ids), ("move_type", "=", "out_invoice")]
        )
        eve, until = date(2023, 12, 31), date(2024, 4, 30)
        paid = {}
        for partner in partners:
            mine = invoices.filtered(lambda move, partner=partner: move.partner_id == partner).sorted("id")
            paid.update(zip(mine.ids, (on for _due, on in booked[partner]), strict=True))
        rows = self._rows(eve, until)
        found = {
            kind: {row["move_id"]: row for row in rows if row["kind"] == kind}
            for kind in ("invoice", "overdue", "open")
        }
        month = {move.id for move in invoices if eve < move.invoice_date <= until}
        self.assertEqual(set(found["invoice"]), month)
        was_open = {
            move.id for move in invoices if move.invoice_date <= eve and not (paid[move.id] and paid[move.id] <= eve)
        }
        self.assertEqual(set(found["open"]), was_open)
        first_day = {
            move.id
            for move in invoices
            for day in [move.invoice_date_due + timedelta(days=1)]
            if eve < day <= until and not (paid[move.id] and paid[move.id] <= day)
        }
        self.assertEqual(set(found["overdue"]), first_day)
        for kind in found.values():
            for move_id, row in kind.items():
                self.assertEqual(row["settled_on"], paid[move_id])
        for move_id, row in found["open"].items():
            soon = paid[move_id] and paid[move_id] <= eve + timedelta(days=28)
            self.assertEqual(float(row["left"]), 0 if soon else float(row["amount"]))
        self.assertTrue(found["invoice"] and found["open"] and found["overdue"])

    def test_later_payments_do_not_change_a_past_measurement(self):
        partners = self._customers(4)
        self._ledger(random.Random(12), partners, 10)
        before = self.backtests._measure(self.company, MONTH, date(2024, 6, 1))
        self.assertGreater(before.invoice_count, 0)
        for invoice in self.env["account.move"].search(
            [("partner_id", "in", partners.ids), ("move_type", "=", "out_invoice"), ("payment_state", "=", "not_paid")]
        ):
            self._pay(invoice, invoice.amount_residual, date(2024, 6, 20))
        self._invoice(self.partner_a, 100, date(2024, 6, 20))
        self.assertEqual(self.backtests._measure(self.company, MONTH, date(2024, 6, 1)), before)

    def test_figures_are_those_of_the_rows(self):
        self._history(self.partner_a, [10] * 8, date(2023, 11, 6))
        self._history(self.partner_b, [0] * 8, date(2023, 11, 6))
        self._history(self.partner_a, [10] * 3, date(2024, 3, 4))
        self._history(self.partner_b, [0] * 3, date(2024, 3, 4))
        month = self.backtests._measure(self.company, MONTH, TODAY)
        self.assertEqual((month.invoice_count, month.late_count, month.open_count), (6, 3, 0))
        self.assertEqual((month.auc, month.auc_raw), (1.0, 1.0))
        self.assertEqual((month.mae_due, month.mae_mean), (5.0, 0.0))
        self.assertLess(month.mae, 2)
        self.assertLess(month.brier, 0.1)

    def test_month_without_invoices_is_not_enough_data(self):
        [row] = self.backtests._measure_months(self.company, [MONTH], TODAY)
        self.assertEqual(row.invoice_count, 0)
        self.assertIn("Not enough data", row.conclusion)
        [month] = self.backtests._months_measured(self.company)
        self.assertIsNone(month.mae, "what is not known is not 0")
        self.assertFalse(self.company.credit_date_since, "nothing is decided on nothing")

    def test_a_month_is_measured_once_and_again_when_asked(self):
        self._history(self.partner_a, [10] * 20, date(2023, 11, 6))
        [row] = self.backtests._measure_months(self.company, [MONTH], date(2024, 6, 1))
        [again] = self.backtests._measure_months(self.company, [MONTH], TODAY)
        self.assertEqual(again, row)
        self.assertEqual(row.judged_on, TODAY)
        self.assertIn("The payment date was wrong by", row.conclusion)
        self.assertIn("Distribution of delays; not yet decided", row.conclusion)
        self.company.credit_date_since = TODAY
        row.invalidate_recordset(["conclusion"])
        self.assertIn("Distribution of delays, since 07/01/2024", row.conclusion)

    # ------------------------------------------------------------------
    # WHICH RULE IS IN FORCE
    # ------------------------------------------------------------------

    def _choose(self, *months):
        with patch.object(self.env.registry[self.backtests._name], "_months_measured", lambda *_args: list(months)):
            self.backtests._choose_methods(self.company, TODAY)

    def test_naive_rule_is_used_until_the_model_beats_it_again(self):
        good = {
            "invoice_count": 60,
            "brier": 0.1,
            "brier_raw": 0.2,
            "brier_weekday": 0.11,
            "mae_mean": 5.0,
            "cash_error": 0.1,
            "cash_error_due": 0.3,
        }
        worse = core.Month(**good, mae=6.0, mae_due=7.0)
        self._choose(worse, worse)
        self.assertFalse(self.company.credit_date_since, "two months decide nothing")
        self._choose(worse, worse, worse)
        self.assertEqual(self.company.credit_date_method, "customer_mean")
        self.assertEqual((self.company.credit_late_method, self.company.credit_cash_method), ("distribution",) * 2)
        self.assertEqual(self.company.credit_date_since, TODAY)
        better = core.Month(**good, mae=1.0, mae_due=7.0)
        self._choose(worse, better, better)
        self.assertEqual(self.company.credit_date_method, "distribution")

    def test_habit_is_split_by_weekday_while_that_gains(self):
        known = {"invoice_count": 60, "brier": 0.12, "brier_raw": 0.2}
        gain, loss = core.Month(**known, brier_weekday=0.1), core.Month(**known, brier_weekday=0.13)
        self._choose(gain, gain, loss)
        self.assertEqual(self.company.credit_late_method, "distribution", "a gain like this may be chance")
        self._choose(gain, gain, gain)
        self.assertEqual(self.company.credit_late_method, "weekday")
        self._choose(gain, *[loss] * 3)
        self.assertEqual(self.company.credit_late_method, "distribution")

    def test_rankings_that_lose_against_the_naive_one_are_not_in_force(self):
        known = {"invoice_count": 60, "serious_count": 40}
        ahead = core.Month(**known, capture=0.8, capture_amount=0.6, serious_auc=0.7, serious_auc_mean=0.6)
        behind = core.Month(**known, capture=0.6, capture_amount=0.7, serious_auc=0.6, serious_auc_mean=0.7)
        self._choose(behind, behind, behind)
        self.assertEqual(self.company.credit_worklist_method, "amount")
        self.assertEqual(self.company.credit_overdue_method, "customer_mean")
        self.assertEqual((self.company.credit_worklist_since, self.company.credit_overdue_since), (TODAY, TODAY))
        self._choose(behind, ahead, ahead)
        self.assertEqual(self.company.credit_worklist_method, "distribution")
        self.assertEqual(self.company.credit_overdue_method, "distribution")

    def test_few_newly_overdue_invoices_decide_nothing(self):
        few = core.Month(invoice_count=500, serious_count=30, serious_auc=0.9, serious_auc_mean=0.5)
        self._choose(few, few, few)
        self.assertFalse(self.company.credit_overdue_since)
        self.assertEqual(self.company.credit_overdue_method, "customer_mean")

    def test_due_date_wins_where_everybody_pays_on_it_but_one(self):
        with patch.object(method_choice, "MIN_INVOICES", 10):
            for number, partner in enumerate(self._customers(3)):
                self._history(partner, [0, 30, 0, 0, 31, 0, 0, 0, 29, 0] if number else [0] * 10, date(2023, 8, 7))
            for partner in self.env["res.partner"].search([("name", "=like", "Payer %")]):
                for start in (date(2023, 12, 18), date(2024, 1, 15), date(2024, 2, 12)):
                    self._history(partner, [0] * 3, start)
            months = [date(2023, 11, 1) + timedelta(days=31 * number) for number in range(4)]
            rows = self.backtests._measure_months(self.company, [day.replace(day=1) for day in months], TODAY)
        self.assertGreater(sum(rows.mapped("invoice_count")), 10)
        self.assertEqual(self.company.credit_date_since, TODAY)
        errors = {
            name: sum(row[field] * row.invoice_count for row in rows)
            for name, field in (("distribution", "mae"), ("customer_mean", "mae_mean"), ("due_date", "mae_due"))
        }
        self.assertEqual(self.company.credit_date_method, min(errors, key=errors.get))

    # ------------------------------------------------------------------
    # SCREENS, JOB AND RIGHTS
    # ------------------------------------------------------------------

    def test_newest_month_ended_ninety_days_ago(self):
        for day, month in (
            (date(2024, 7, 1), date(2024, 4, 1) - timedelta(days=31)),
            (date(2024, 7, 30), date(2024, 4, 1)),
        ):
            newest = self.backtests._newest_month(day)
            self.assertEqual(newest, month.replace(day=1))
            following = (newest + timedelta(days=32)).replace(day=1)
            self.assertGreaterEqual((day - following + timedelta(days=1)).days, core.MATURITY_DAYS)

    def test_wizard_measures_the_last_months(self):
        self.env["credit.prediction.backtest.wizard"].create({"months": 3}).action_measure()
        rows = self.backtests.search([("company_id", "=", self.company.id)])
        self.assertEqual(len(rows), 3)
        self.assertEqual(max(rows.mapped("month")), self.backtests._newest_month(self.today))
        with self.assertRaisesRegex(UserError, "between 1 and 60"):
            self.env["credit.prediction.backtest.wizard"].create({"months": 0}).action_measure()

    def test_screens_load_and_nobody_writes_by_hand(self):
        views = [(False, kind) for kind in ("list", "form", "graph", "pivot", "search")]
        self.assertEqual(len(self.backtests.get_views(views)["views"]), 5)
        # as the button of the list calls it: with ids, none of them chosen
        self.assertEqual(call_kw(self.backtests, "action_open_wizard", [[]], {})["target"], "new")
        self.env["credit.prediction.backtest.wizard"].get_views([(False, "form")])
        row = self.backtests._measure_months(self.company, [MONTH], TODAY)
        with self.assertRaises(AccessError):
            row.write({"mae": 0.1})
        with self.assertRaises(AccessError):
            self.backtests.create({"company_id": self.company.id, "month": MONTH})

    def test_job_measures_every_company_once(self):
        cron = self.env.ref("customer_credit_mgmt.ir_cron_backtest_prediction").sudo()
        for _ in range(2):
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
        self.env.invalidate_all()
        rows = self.backtests.sudo().search([("company_id", "=", self.company.id)])
        self.assertEqual(rows.mapped("month"), [self.backtests._newest_month(self.today)])

    def test_core_counts_the_lateness_of_the_plain_definition(self):
        partners = self._customers(3)
        booked = self._ledger(random.Random(13), partners, 8)
        month = self.backtests._measure(self.company, MONTH, TODAY)
        judged = [
            on is None or on > late_after(due)
            for invoices in booked.values()
            for due, on in invoices
            if MONTH <= due - timedelta(days=30) <= date(2024, 2, 29)
            and (on or next_business_day(due) + timedelta(days=3) < TODAY)
        ]
        self.assertEqual((month.invoice_count, month.late_count), (len(judged), sum(judged)))
