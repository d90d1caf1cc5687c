"""What a policy would have meant: waiting, losses and false alarms."""

from odoo import Command
from odoo.tests import tagged

from .test_credit_what_if import WhatIfCommon


@tagged("post_install", "-at_install")
class TestCreditWhatIfOutcome(WhatIfCommon):
    def test_held_document_waits_until_payments_make_room(self):
        self._limit_since(self.partner_a, 1000, 300)
        first = self._invoice(self.partner_a, 700, self._day(100), due=self._day(70))
        self._invoice(self.partner_a, 500, self._day(90), due=self._day(60))
        self._pay(first, 150, self._day(85))
        self._pay(first, 50, self._day(80))
        line = self._what_if("over_limit").line_ids
        self.assertEqual((line.amount, line.what_if_days, line.what_if_waits), (500, 10, False))

    def test_held_document_waits_until_nothing_is_overdue_too_long(self):
        old = self._invoice(self.partner_a, 700, self._day(200), due=self._day(170))
        self._invoice(self.partner_a, 500, self._day(90), due=self._day(60))
        self._pay(old, 700, self._day(75))
        line = self._what_if(("overdue_days", 30)).line_ids
        self.assertEqual((line.amount, line.overdue_days, line.what_if_days), (500, 80, 15))

    def test_customer_without_credit_waits_until_he_has_paid_in_advance(self):
        profile = self.env["credit.profile"]._get_or_create(self.partner_a, self.company).sudo(False)
        first = self._invoice(self.partner_a, 300, self._day(90))
        self._pay(first, 300, self._day(70))
        profile.limit_mode = "no_credit"
        line = self._what_if("no_credit").line_ids
        self.assertEqual((line.amount, line.what_if_days), (300, 20))
        self.assertIn("300", line.what_if_reason)

    def test_guarantees_of_the_day_count(self):
        self._limit_since(self.partner_a, 1000, 300)
        profile = self.env["credit.profile"]._get_or_create(self.partner_a, self.company).sudo(False)
        for effect, amount, start, end in (("raise_limit", 200, 150, 100), ("reduce_exposure", 50, 95, 80)):
            guarantee = {
                "profile_id": profile.id,
                "kind": "bank_guarantee",
                "effect": effect,
                "amount": amount,
                "date_from": self._day(start),
                "date_to": self._day(end),
            }
            self.env["credit.guarantee"].create(guarantee)._write({"state": "active"})
        self.env.invalidate_all()
        self._invoice(self.partner_a, 900, self._day(200))
        covered = self._invoice(self.partner_a, 300, self._day(100))
        reduced = self._invoice(self.partner_a, 10, self._day(90))
        lines = {line.move_id: line for line in self._what_if("over_limit").line_ids}
        self.assertNotIn(covered, lines, "1,200 of 1,200")
        self.assertEqual((lines[reduced].receivable_amount, lines[reduced].what_if_limit), (1150, 1000))

    def test_what_only_a_person_can_decide_is_still_waiting(self):
        invoice = self._invoice(self.partner_a, 500, self._day(90))
        self._pay(invoice, 500, self._day(80))
        backtest = self._what_if(("document_amount", 100))
        self.assertTrue(backtest.line_ids.what_if_waits)
        self.assertEqual(self._side(backtest).still_waiting, 1)
        self.assertIsNone(self._side(backtest).average_wait)

    def test_paid_on_time_is_a_false_alarm_and_late_is_avoided(self):
        good = self._invoice(self.partner_a, 500, self._day(200), due=self._day(170))
        bad = self._invoice(self.partner_a, 600, self._day(200), due=self._day(170))
        fresh = self._invoice(self.partner_a, 700, self._day(5), due=self.today)
        self._pay(good, 500, self._day(170))
        self._pay(bad, 600, self._day(120))
        backtest = self._what_if(("document_amount", 100))
        results = {line.move_id: line.result for line in backtest.line_ids}
        self.assertEqual(results, {good: "on_time", bad: "late", fresh: "open"})
        totals = self._side(backtest)
        self.assertEqual((totals.judged, totals.false_alarms, totals.amount_days), (2, 1, 600 * 50))

    def test_part_payments_count_with_their_own_days(self):
        invoice = self._invoice(self.partner_a, 100, self._day(200), due=self._day(100))
        self._pay(invoice, 40, self._day(90))
        self._pay(invoice, 35, self._day(80))
        backtest = self._what_if(("document_amount", 10))
        self.assertEqual(self._side(backtest).amount_days, 40 * 10 + 35 * 20 + 25 * 100)
        self.assertEqual(backtest.line_ids.lost_amount, 25)

    def test_what_was_written_off_is_a_loss_and_a_payment_is_none(self):
        lost = self._invoice(self.partner_a, 500, self._day(60), due=self._day(50))
        paid = self._invoice(self.partner_a, 400, self._day(60), due=self._day(50))
        self._pay(paid, 400, self._day(40))
        expense = self.company_data["default_account_expense"]
        receivable = self.company_data["default_account_receivable"]
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": self._day(10),
                "line_ids": [
                    Command.create({"account_id": expense.id, "balance": 500}),
                    Command.create({"account_id": receivable.id, "balance": -500, "partner_id": self.partner_a.id}),
                ],
            }
        )
        entry.action_post()
        (lost + entry).line_ids.filtered(lambda line: line.account_id == receivable).reconcile()
        lines = self._what_if(("document_amount", 100)).line_ids
        self.assertEqual({line.move_id: line.lost_amount for line in lines}, {lost: 500, paid: 0})

    def test_rules_are_counted_one_by_one(self):
        self._invoice(self.partner_a, 500, self._day(200), due=self._day(170))
        self._invoice(self.partner_a, 50, self._day(100), due=self._day(70))
        self._invoice(self.partner_a, 500, self._day(90), due=self._day(60))
        findings = self._what_if(("document_amount", 100), ("overdue_days", 30)).finding_ids
        counts = {finding.kind: (finding.broken_count, finding.only_count) for finding in findings}
        self.assertEqual(counts, {"document_amount": (2, 1), "overdue_days": (2, 1)})

    def test_months_add_up_to_the_comparison(self):
        for days in (300, 200, 100):
            self._invoice(self.partner_a, 500, self._day(days))
        backtest = self._what_if(("document_amount", 100))
        months = backtest.month_ids.filtered(lambda month: month.side == "what_if")
        self.assertEqual(len(months), 3)
        self.assertEqual(sum(months.mapped("held_count")), backtest.held_count)
        self.assertIn("1,500.00", backtest.comparison)
        row = backtest.comparison.split('data-figure="amount_days"')[1].split("</tr>")[0]
        self.assertNotIn(backtest.currency_id.symbol, row, "amount x days is no money")
