from datetime import date

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .loss_common import AS_OF, EclCommon


@tagged("post_install", "-at_install")
class TestEclPosting(EclCommon):
    # ------------------------------------------------------------------
    # BOOKING
    # ------------------------------------------------------------------

    def test_only_the_difference_is_booked(self):
        self._standard_debts()
        first = self._posted()
        self.assertEqual(self._balance(self.allowance), -460.5)
        self.assertEqual(self._balance(self.impairment), 460.5)
        self.hand.rate_ids[0].rate = 0.01
        second = self._posted(day=date(2024, 7, 1))
        self.assertEqual(second.previous_run_id, first)
        self.assertEqual(second.booked, 460.5)
        self.assertEqual(second.move_id.amount_total, second.change)
        self.assertEqual(self._balance(self.allowance), -second.allowance)

    def test_what_is_released_goes_to_the_release_account(self):
        self._standard_debts()
        release = self._account("RE01", "Release", "income_other")
        self.company.sudo().ecl_release_account_id = release
        self._posted()
        self.hand.rate_ids.rate = 0
        self._posted(day=date(2024, 7, 1))
        self.assertEqual((self._balance(self.allowance), self._balance(release)), (0, -460.5))

    def test_the_whole_allowance_takes_the_entry_before_back(self):
        self._standard_debts()
        self.company.sudo().ecl_posting = "full"
        first = self._posted()
        second = self._posted(day=date(2024, 7, 1))
        self.assertEqual(second.reversed_move_id.reversed_entry_id, first.move_id)
        self.assertEqual(second.move_id.amount_total, second.allowance)
        self.assertEqual(self._balance(self.allowance), -second.allowance)

    def test_reversal_gives_the_accounts_back_and_needs_the_newest_run(self):
        self._standard_debts()
        first = self._posted()
        second = self._posted(day=date(2024, 7, 1))
        with self.assertRaisesRegex(UserError, "newest"):
            self._take_back(first, date(2024, 7, 2))
        self._take_back(second, date(2024, 7, 2))
        self.assertEqual(second.state, "reversed")
        self.assertEqual(self._balance(self.allowance), -460.5)
        self._take_back(first, date(2024, 7, 2))
        self.assertEqual(self._balance(self.allowance), 0)

    def _take_back(self, run, day, reason="Wrong rates"):
        self.env["receivable.loss.reversal"].create({"run_id": run.id, "date": day, "reason": reason}).action_apply()

    def test_nothing_is_booked_when_the_account_shows_the_loss_already(self):
        self._standard_debts()
        self.hand.rate_ids.rate = 0
        run = self._posted()
        self.assertFalse(run.move_id)
        self.assertEqual(run.state, "posted")

    def test_locked_books_refuse_the_entry_instead_of_moving_it(self):
        self._standard_debts()
        run = self._ecl()
        run.action_approve()
        self.company.sudo().fiscalyear_lock_date = AS_OF
        with self.assertRaisesRegex(UserError, "locked"):
            run.action_post()

    def test_receivables_that_changed_since_are_computed_again(self):
        self._standard_debts()
        run = self._ecl()
        run.action_approve()
        self._invoice(self.partner_b, 100, date(2024, 6, 1))
        with self.assertRaisesRegex(UserError, "compute it again"):
            run.action_post()

    def test_a_day_is_booked_once_and_in_order(self):
        self._standard_debts()
        self._posted()
        again = self._ecl()
        again.action_approve()
        with self.assertRaisesRegex(UserError, "same or a later day"):
            again.action_post()

    def test_write_offs_that_use_the_allowance_do_not_go_with_the_whole_entry(self):
        self.company.sudo().writeoff_account_id = self.allowance
        with self.assertRaises(ValidationError):
            self.company.sudo().ecl_posting = "full"

    # ------------------------------------------------------------------
    # MOVEMENT, COMPARISON, BACK-TEST
    # ------------------------------------------------------------------

    def _movement(self, run):
        return {row.kind: row.amount for row in run.movement_ids if row.amount}

    def test_movement_adds_up_to_the_allowance_account(self):
        self.company.sudo().writeoff_account_id = self.allowance
        self._standard_debts()
        self._posted(day=date(2024, 6, 29))
        old = self.env["account.move"].search([("amount_total", "=", 2500), ("company_id", "=", self.company.id)])
        item = self._item(old)
        entry = self._entry(AS_OF, (self.allowance, 100, None), (item.account_id, -100, self.partner_a))
        (item | self._item(entry)).reconcile()
        self._entry(AS_OF, (self.allowance, -7, None), (self.impairment, 7, None))
        self.hand.rate_ids[0].rate = 0.01
        run = self._posted()
        movement = self._movement(run)
        self.assertEqual(movement["used"], -100)
        self.assertEqual(movement["other"], 7)
        self.assertEqual(movement["closing"], run.allowance)
        self.assertEqual(movement["closing"], -self._balance(self.allowance, AS_OF))
        parts = sum(amount for kind, amount in movement.items() if kind != "closing")
        self.assertAlmostEqual(parts, movement["closing"], 6)
        used = run.movement_ids.filtered(lambda row: row.kind == "used")
        self.assertEqual(used.action_view_entries()["domain"], [("id", "in", entry.line_ids[0].ids)])

    def test_run_before_stands_beside_each_figure(self):
        self._standard_debts()
        first = self._posted()
        self.hand.rate_ids[0].rate = 0.01
        run = self._ecl(day=date(2024, 7, 1))
        self.assertEqual(run.previous_run_id, first)
        self.assertEqual(run.line_ids[0].previous_rate, 0.5)
        self.assertEqual(run.line_ids[0].previous_allowance, 75)
        self.assertAlmostEqual(run.change, run.allowance - 460.5, 6)

    def test_backtest_holds_last_years_rates_against_what_was_lost_since(self):
        lost = self._invoice(self.partner_a, 1000, date(2023, 1, 1), due=date(2023, 6, 20))
        stuck = self._invoice(self.partner_a, 500, date(2023, 1, 1), due=date(2023, 7, 20))
        self._invoice(self.partner_b, 1500, date(2023, 1, 1), due=date(2023, 7, 20))
        self._pay(
            self.env["account.move"].search([("amount_total", "=", 1500), ("partner_id", "=", self.partner_b.id)]),
            1500,
            date(2023, 8, 1),
        )
        self._lose(lost, 400, date(2023, 12, 1))
        self._pay(lost, 600, date(2023, 12, 2))
        self.assertEqual(stuck.amount_residual, 500)
        run = self._ecl()
        not_due, recent = run.line_ids[0], run.line_ids[1]
        self.assertEqual((not_due.backtest_balance, not_due.backtest_lost), (2000, 500))
        self.assertAlmostEqual(not_due.backtest_error, 0.5 - 25, 6)
        self.assertEqual((recent.backtest_balance, recent.backtest_lost), (1000, 400))
        self.assertEqual(run.backtest_lost, 900)
        self.assertAlmostEqual(run.backtest_predicted, 2000 * 0.005 + 1000 * 0.022, 6)
        self.assertAlmostEqual(run.backtest_error, 32 - 900, 6)

    def test_individual_assessments_are_taken_over(self):
        individual = {"partner_id": self.partner_b.id, "rate": 0.8, "note": "Insolvency opened"}
        self._posted(individual_ids=[Command.create(individual)])
        run = self.env["ecl.run"].create(
            {"company_id": self.company.id, "date": date(2024, 7, 1), "method_id": self.hand.id}
        )
        run.action_carry_over()
        self.assertEqual(run.individual_ids.partner_id, self.partner_b)
        with self.assertRaises(UserError):
            run.action_carry_over()

    def test_customers_with_legal_cases_are_suggested(self):
        invoice = self._invoice(self.partner_b, 1000, date(2024, 1, 1))
        case = (
            self.env["collection.case"]
            .sudo()
            .create(
                {
                    "partner_id": self.partner_b.id,
                    "company_id": self.company.id,
                    "line_ids": [Command.create({"move_line_id": self._item(invoice).id})],
                }
            )
        )
        run = self.env["ecl.run"].create({"company_id": self.company.id, "date": AS_OF, "method_id": self.hand.id})
        with self.assertRaisesRegex(UserError, "legal case"):
            run.action_suggest()
        case.state = "demand"
        run.action_suggest()
        self.assertEqual((run.individual_ids.partner_id, run.individual_ids.reason), (self.partner_b, "legal"))
        self.assertIn(case.name, run.individual_ids.note)
