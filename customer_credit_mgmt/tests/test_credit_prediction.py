import random
from collections import defaultdict
from datetime import date, timedelta
from statistics import mean

from odoo.tests import tagged
from odoo.tools import SQL

from ..core import delay as core
from ..core.score import MIN_HISTORY
from ..core.shrinkage import is_late, next_business_day, weight
from .common import CreditCommon

TODAY = date(2024, 7, 1)


class PredictionCommon(CreditCommon):
    """Random ledgers, and the plainest way to say what the statement should answer of them."""

    @classmethod
    def _customers(cls, count):
        return cls.env["res.partner"].create([{"name": f"Payer {number}"} for number in range(count)])

    def _ledger(self, draw, partners, count=12):
        """``{partner: [(due, paid on or None)]}`` of booked invoices; nothing is paid after ``TODAY``."""
        booked = defaultdict(list)
        for partner in partners:
            habit = draw.choice([-5, 0, 4, 15, 40])
            for _number in range(draw.randint(0, count)):
                due = date(2023, 9, 1) + timedelta(days=draw.randint(0, 330))
                invoiced = min(due - timedelta(days=30), TODAY)
                invoice = self._invoice(partner, draw.choice([100, 250, 999]), invoiced, due=due)
                paid = max(due + timedelta(days=habit + draw.randint(-6, 12)), invoiced)
                if paid <= TODAY and draw.random() < 0.85:
                    self._pay(invoice, invoice.amount_total, paid)
                    booked[partner].append((due, paid))
                else:
                    booked[partner].append((due, None))
        return booked

    def _own(self, invoices):
        """``(pairs of delay and weight of the paid ones, weight of the open late ones, outcomes known)``."""
        paid = [((on - next_business_day(due)).days, weight(max((TODAY - due).days, 0))) for due, on in invoices if on]
        late = [weight((TODAY - due).days) for due, on in invoices if not on and is_late(due, None, TODAY)]
        return paid, sum(late), len(paid) + len(late)

    def _portfolio(self, booked):
        own = {partner: self._own(invoices) for partner, invoices in booked.items()}
        pairs = [pair for paid, _late, _known in own.values() for pair in paid]
        average = sum(d * w for d, w in pairs) / sum(w for _d, w in pairs)
        distances = []
        for paid, _late, known in own.values():
            usual = core.usual_delay(paid if known >= MIN_HISTORY else [], average)
            distances += [delay - usual for delay, _weight in paid]
        return core.Portfolio(average, tuple(core.spread(d for d, _w in pairs)), tuple(core.spread(distances)))

    def _predictions(self, as_of=TODAY, partners=None):
        rows = self.env.execute_query_dict(self.ledger._predictions_sql(as_of, self.company, partners))
        return {row["line_id"]: row for row in rows}


@tagged("post_install", "-at_install")
class TestCreditPrediction(PredictionCommon):
    # ------------------------------------------------------------------
    # SQL AND CORE
    # ------------------------------------------------------------------

    def _assert_row(self, row, expected):
        for name in ("delay_low", "delay_median", "delay_high"):
            self.assertEqual(row[name], getattr(expected, name), (name, row))
        for name in ("probability_late", "further_days", "paid_within"):
            value = getattr(expected, name)
            if value is None:
                self.assertIsNone(row[name])
            else:
                self.assertAlmostEqual(row[name], value, 9, (name, row))

    def test_statement_and_core_agree_on_random_ledgers(self):
        shifts = set()
        for seed in (1, 2):
            draw = random.Random(seed)
            partners = self._customers(8)
            booked = self._ledger(draw, partners)
            if seed == 2:
                booked.update(self.first)
            self.first = booked
            portfolio = self._portfolio(booked)
            rows = self._predictions()
            self.assertEqual(len(rows), sum(on is None for invoices in booked.values() for _due, on in invoices))
            for row in rows.values():
                partner = self.env["res.partner"].browse(row["partner_id"])
                paid, open_late, known = self._own(booked[partner])
                enough = known >= MIN_HISTORY
                points = core.habit(paid, portfolio, open_late) if enough else core.habit([], portfolio)
                next_day = next_business_day(row["due"])
                age = (TODAY - next_day).days
                self.assertEqual((row["next_day"], row["age"], row["has_history"]), (next_day, age, enough))
                self._assert_row(row, core.predict(points, age, (row["due"] - next_day).days))
                usual = core.usual_delay(paid, portfolio.mean)
                same = [
                    ((on - next_business_day(due)).days - usual, weight(max((TODAY - due).days, 0)))
                    for due, on in booked[partner]
                    if on and due.weekday() == row["due"].weekday()
                ]
                shift = core.weekday_shift(same) if enough else 0
                shifts.add(shift)
                self.assertEqual(row["weekday_shift"], shift)
                by_weekday = core.probability_late_by_weekday(points, age, shift)
                self.assertAlmostEqual(row["late_by_weekday"] or -1, by_weekday or -1, 9)
                self.assertEqual(row["outcome_count"], known)
                longer = sum(delay > age for delay, _w in paid) if enough else 0
                self.assertEqual(row["longer_count"], longer)
                if paid:
                    days = mean((on - due).days for due, on in booked[partner] if on)
                    self.assertAlmostEqual(row["mean_days_late"], days, 6)
        self.assertGreater(len(shifts), 2, "some customers pay later on some weekdays")

    def test_single_customers_are_predicted_like_everybody(self):
        partners = self._customers(4)
        self._ledger(random.Random(8), partners)
        everybody = self._predictions()
        self.assertGreater(len(everybody), 2)
        for _ in range(2):  # before and after the night that keeps the portfolio
            for partner in partners:
                expected = {line: row for line, row in everybody.items() if row["partner_id"] == partner.id}
                self.assertEqual(self._predictions(partners=partner), expected)
            self.company._refresh_credit_portfolio(TODAY)
        self.assertEqual(self.company.credit_portfolio_date, TODAY)

    # ------------------------------------------------------------------
    # LAWS
    # ------------------------------------------------------------------

    def test_nothing_is_expected_in_the_past_and_lateness_only_grows_likelier(self):
        partner, other = self._customers(2)
        self._ledger(random.Random(3), other, 20)
        for position, days in enumerate((-3, 0, 2, 9, 12, 30, 31)):
            due = date(2023, 10, 2) + timedelta(weeks=position)
            invoice = self._invoice(partner, 100, due - timedelta(days=30), due=due)
            self._pay(invoice, 100, due + timedelta(days=days))
        waiting = self._invoice(partner, 100, date(2023, 12, 1), due=date(2023, 12, 31))
        known = date(2023, 12, 31)
        previous, ends = 0.0, 0
        for age in range(-30, 90):
            seen = waiting.invoice_date_due + timedelta(days=age)
            line = waiting.line_ids.filtered(lambda item: item.display_type == "payment_term")
            invoices = SQL(
                "SELECT %s AS line_id, %s AS move_id, %s AS partner_id, %s AS company_id, %s::date AS date,"
                " %s::date AS due, 100 AS amount, %s::date AS seen_on",
                line.id,
                waiting.id,
                partner.id,
                self.company.id,
                waiting.invoice_date,
                waiting.invoice_date_due,
                seen,
            )
            [row] = self.env.execute_query_dict(self.ledger._predictions_sql(known, self.company, None, invoices))
            self.assertTrue(0 <= row["probability_late"] <= 1)
            self.assertGreaterEqual(row["probability_late"], previous - 1e-9)
            previous = row["probability_late"]
            if row["delay_median"] is None:
                ends += 1
                continue
            self.assertGreater(row["next_day"] + timedelta(days=row["delay_low"]), seen)
            self.assertTrue(row["delay_low"] <= row["delay_median"] <= row["delay_high"])
            self.assertTrue(0 <= row["paid_within"] <= 1)
            self.assertGreaterEqual(row["further_days"], -1e-9)
        self.assertEqual(previous, 1)
        self.assertTrue(ends, "nobody ever paid that late: nothing is expected")

    def test_later_payments_do_not_change_what_was_known(self):
        partners = self._customers(4)
        self._ledger(random.Random(5), partners)
        as_of = date(2024, 3, 1)
        before = self._predictions(as_of)
        self.assertTrue(before)
        for invoice in self.env["account.move"].search(
            [("partner_id", "in", partners.ids), ("move_type", "=", "out_invoice"), ("payment_state", "=", "not_paid")]
        ):
            self._pay(invoice, invoice.amount_residual, date(2024, 6, 30))
        self.assertEqual(self._predictions(as_of), before)

    # ------------------------------------------------------------------
    # WHAT PEOPLE SEE
    # ------------------------------------------------------------------

    def _history(self, partner, days, start=date(2023, 10, 2)):
        for position, late in enumerate(days):
            due = start + timedelta(weeks=position)
            invoice = self._invoice(partner, 100, due - timedelta(days=30), due=due)
            self._pay(invoice, 100, due + timedelta(days=late))

    def _shown(self, invoice, as_of=TODAY):
        # as a new request would read it
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["receivable.prediction"].with_context(as_of=as_of).search([("move_id", "=", invoice.id)])

    def test_prediction_says_what_it_rests_on(self):
        self._history(self.partner_a, [10] * 8)
        invoice = self._invoice(self.partner_a, 500, date(2024, 6, 14), due=date(2024, 7, 14))
        row = self._shown(invoice)
        self.assertEqual((row.basis, row.outcome_count, row.late_count), ("own", 8, 8))
        # due on a Sunday, next business day Monday 15; a delay of 10 days from a Monday is 9 from the Tuesday after
        self.assertEqual(row.expected_date, date(2024, 7, 24))
        self.assertEqual(row.delay_amount, row.amount * row.expected_delay)
        self.assertIn("paid 8 of 8 past invoices later than 3 days", row.explanation)
        self.assertIn("07/24/2024", row.explanation)

    def test_without_history_the_prediction_is_that_of_all_and_says_so(self):
        self._history(self.partner_a, [10] * 8)
        self._history(self.partner_b, [0] * 2)
        invoice = self._invoice(self.partner_b, 500, date(2024, 6, 14), due=date(2024, 7, 14))
        row = self._shown(invoice)
        self.assertEqual(row.basis, "portfolio")
        self.assertIn("Not enough history: the outcome of 2 of the 3 invoices", row.explanation)
        self.assertGreater(row.probability_late, 0.5, "two invoices of its own do not count yet")

    def test_what_was_never_seen_is_not_invented(self):
        invoice = self._invoice(self.partner_b, 500, date(2024, 6, 14), due=date(2024, 7, 14))
        row = self._shown(invoice)
        self.assertEqual((row.basis, row.expected_date), ("none", False))
        self.assertIn("nothing to go by", row.explanation)
        self._history(self.partner_a, [10] * 8)
        row = self._shown(invoice, TODAY + timedelta(days=400))
        self.assertEqual((row.basis, row.expected_date, row.probability_late), ("unknown", False, 1))

    def test_own_open_late_invoices_make_the_next_one_likelier_late(self):
        self._history(self.partner_a, [0] * 6)
        new = self._invoice(self.partner_a, 500, date(2024, 6, 14), due=date(2024, 7, 14))
        before = self._shown(new).probability_late
        for day in (1, 2, 3):
            self._invoice(self.partner_a, 500, date(2024, 4, day), due=date(2024, 5, day))
        self.assertLess(before, 0.05)
        self.assertGreater(self._shown(new).probability_late, 0.15)

    def test_grace_is_the_company_s(self):
        self._history(self.partner_a, [6] * 8)
        invoice = self._invoice(self.partner_a, 500, date(2024, 6, 14), due=date(2024, 7, 15))
        self.assertGreater(self._shown(invoice).probability_late, 0.9)
        self.company.credit_grace_days = 10
        self.assertLess(self._shown(invoice).probability_late, 0.1)

    def test_companies_with_other_days_of_grace_are_predicted_in_one_statement(self):
        self._history(self.partner_a, [6] * 8)
        invoice = self._invoice(self.partner_a, 500, date(2024, 6, 14), due=date(2024, 7, 15))
        other = self.setup_other_company()["company"]
        other.credit_grace_days = 10
        rows = self.env.execute_query_dict(self.ledger._predictions_sql(TODAY, self.company | other))
        self.assertEqual([row["move_id"] for row in rows], invoice.ids)
        self.assertEqual(rows[0]["grace"], 3)
        self.assertGreater(rows[0]["probability_late"], 0.9)

    def test_naive_rules_are_used_where_they_are_in_force(self):
        self._history(self.partner_a, [10, 20] * 4)
        invoice = self._invoice(self.partner_a, 500, date(2024, 6, 14), due=date(2024, 7, 15))
        self.company.credit_date_method = "customer_mean"
        row = self._shown(invoice)
        self.assertEqual((row.expected_date, row.date_low), (date(2024, 7, 30), False))
        self.assertIn("Customer's mean days late", row.explanation)
        self.company.credit_date_method = "due_date"
        self.assertEqual(self._shown(invoice).expected_date, date(2024, 7, 15))
        self.assertEqual(self._shown(invoice, date(2024, 8, 1)).expected_date, date(2024, 8, 2))
        self.company.credit_late_method = "raw_share"
        self.assertEqual(self._shown(invoice).probability_late, 1)
        self.company.credit_cash_method = "due_date"
        self.assertEqual(self._shown(invoice).cash_in_4_weeks, 500)

    def test_habit_is_split_by_weekday_only_where_that_is_in_force(self):
        monday = date(2024, 3, 4)
        for week in range(16):  # due on a Monday: paid five days after; due on a Thursday: on time
            for due, late in ((monday, 5), (monday + timedelta(days=3), 0)):
                self._history(self.partner_a, [late], due + timedelta(weeks=week))
        thursday = self._invoice(self.partner_a, 500, date(2024, 6, 14), due=date(2024, 7, 18))
        as_one = self._shown(thursday).probability_late
        self.company.credit_late_method = "weekday"
        row = self._shown(thursday)
        self.assertLess(row.weekday_shift, 0)
        self.assertLess(row.probability_late, as_one - 0.1)
        self.assertIn(f"later than its others by {row.weekday_shift} days", row.explanation)
        monday = self._invoice(self.partner_a, 500, date(2024, 6, 14), due=date(2024, 7, 15))
        self.assertGreaterEqual(self._shown(monday).probability_late, as_one)
        self.assertGreater(self._shown(monday).weekday_shift, 0)

    def test_worklist_begins_with_the_largest_amount_where_that_rule_is_in_force(self):
        self._history(self.partner_a, [0] * 8)
        self._history(self.partner_b, [30] * 8)
        punctual = self._invoice(self.partner_a, 900, date(2024, 6, 14), due=date(2024, 7, 15))
        late = self._invoice(self.partner_b, 500, date(2024, 6, 14), due=date(2024, 7, 15))
        self.env.flush_all()
        worklist = self.env["receivable.prediction"].with_context(as_of=TODAY)
        self.assertEqual(worklist.search([]).move_id.ids, [late.id, punctual.id])
        self.company.credit_worklist_method = "amount"
        self.env.flush_all()
        self.assertEqual(worklist.search([]).move_id.ids, [punctual.id, late.id])

    def test_newly_overdue_are_ranked_by_the_rule_in_force_and_the_reasons_say_so(self):
        self._history(self.partner_a, [10, 20] * 4)
        self._history(self.partner_b, [0] * 8)
        invoice = self._invoice(self.partner_a, 500, date(2024, 5, 28), due=date(2024, 6, 27))
        row = self._shown(invoice)
        self.assertEqual((row.overdue_days, row.overdue_method, row.ranking_days), (4, "customer_mean", 15.0))
        self.assertIn("ranked by 15.0 days (rule “Customer's mean days late”)", row.explanation)
        self.company.credit_overdue_method = "distribution"
        row = self._shown(invoice)
        self.assertAlmostEqual(row.ranking_days, 4 + row.expected_delay, 6)
        self.assertIn("(rule “Distribution of delays”)", row.explanation)
        newly = [("overdue_days", ">", 0), ("overdue_days", "<=", 14)]
        self.assertEqual(self.env["receivable.prediction"].with_context(as_of=TODAY).search(newly).move_id, invoice)
        self.assertNotIn("ranked by", self._shown(invoice, TODAY - timedelta(days=4)).explanation, "not overdue yet")

    def test_invoice_shows_its_prediction(self):
        today = self.today
        self._history(self.partner_a, [10] * 8, today - timedelta(days=120))
        invoice = self._invoice(self.partner_a, 500, today, due=today + timedelta(days=30))
        self.assertGreater(invoice.credit_expected_date, today + timedelta(days=30))
        self.assertIn("past invoices", invoice.credit_prediction)
        self._pay(invoice, 500, today)
        self.assertFalse(invoice.credit_expected_date)
        self.assertFalse(invoice.credit_prediction)
        profile = self.env["credit.profile"]._get_or_create(self.partner_a, self.company).sudo(False)
        self.assertIn("half of the invoices", profile.payment_habit)
        domain = profile.action_open_predictions()["domain"]
        self.assertEqual(domain, [("partner_id", "=", self.partner_a.id)])

    def test_screens_load_for_a_salesperson(self):
        user = self._user("prediction_sales", "base.group_user,customer_credit_mgmt.group_credit_user")
        self._history(self.partner_a, [10] * 8)
        self._invoice(self.partner_a, 500, date(2024, 6, 14), due=date(2024, 7, 14))
        model = self.env["receivable.prediction"].with_user(user).with_company(self.company)
        views = [(False, kind) for kind in ("list", "form", "pivot", "graph", "search")]
        self.assertEqual(set(model.get_views(views)["views"]), {"list", "form", "pivot", "graph", "search"})
        rows = model.with_context(as_of=TODAY).search([])
        self.assertEqual(len(rows), 1)
        rows.web_read({"partner_id": {"fields": {"display_name": {}}}, "explanation": {}, "move_id": {"fields": {}}})
        action = rows.action_explain()
        self.assertEqual((action["res_id"], action["target"]), (rows.id, "new"))
        by_week = model.with_context(as_of=TODAY)._read_group([], ["expected_date:week"], ["amount:sum"])
        self.assertEqual([amount for _week, amount in by_week], [500])

    def test_job_keeps_the_portfolio_of_every_company(self):
        self._history(self.partner_a, [10] * 8, self.today - timedelta(days=120))
        with self.enter_registry_test_mode():
            self.env.ref("customer_credit_mgmt.ir_cron_refresh_portfolio").sudo().method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.company.credit_portfolio_date, self.today)
        self.assertEqual(len(self.company.credit_portfolio["delays"]), core.SPREAD)
