from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestCreditDueDate(CreditCommon):
    """Nobody lifts an overdue hold by moving a due date."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls._strict_policy(("overdue_days", 10))
        cls.clerk = cls._user("due_clerk", "account.group_account_invoice")
        cls.controller = cls._user(
            "due_controller", "customer_credit_mgmt.group_credit_controller,account.group_account_invoice"
        )
        cls.controller.sudo().credit_release_amount = 10_000
        cls.long_ago, cls.later = cls.today - timedelta(days=60), cls.today + timedelta(days=30)
        cls.overdue = cls._invoice(cls.partner_a, 100, cls.long_ago)
        # as the web client has it, not as the fixture left it
        cls.env.flush_all()
        cls.env.invalidate_all()

    def _check(self, invoice):
        return self.env["credit.check"].sudo().search([("res_id", "=", invoice.id)], order="id desc", limit=1)

    def _taken_back(self, user=None, **values):
        """The overdue invoice, reset to draft and due later."""
        invoice = self.overdue.with_user(user or self.clerk)
        invoice.button_draft()
        invoice.write(values or {"invoice_date_due": self.later})
        return invoice

    # ------------------------------------------------------------------
    # POSTED
    # ------------------------------------------------------------------

    def test_clerk_gives_no_more_time_for_what_is_overdue(self):
        invoice = self.overdue.with_user(self.clerk)
        for record in (invoice, invoice.line_ids.filtered("date_maturity")):
            name = "invoice_date_due" if record == invoice else "date_maturity"
            with self.assertRaisesRegex(UserError, "is overdue: ask a credit controller"), self.cr.savepoint():
                record.write({name: self.later})
        self.assertEqual(self.overdue.invoice_date_due, self.long_ago)

    def test_controller_gives_more_time_and_it_is_noted(self):
        self.overdue.with_user(self.controller).invoice_date_due = self.later
        self.assertEqual(self.overdue.line_ids.filtered("date_maturity").date_maturity, self.later)
        self.assertIn("gave 90 days more", self.overdue.message_ids.sorted("id")[-1].body)

    def test_first_instalment_is_not_postponed_below_the_last_one(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Two parts",
                "line_ids": [
                    Command.create({"value_amount": 50, "nb_days": 0}),
                    Command.create({"value_amount": 50, "nb_days": 90}),
                ],
            }
        )
        invoice = self._draft(200, invoice_payment_term_id=term.id, invoice_date_due=False)
        invoice.write({"invoice_date": self.long_ago, "date": self.long_ago})
        self.policy.invoice_action = "none"
        invoice.action_post()
        self.policy.invoice_action = "block"
        first = invoice.line_ids.filtered("date_maturity").sorted("date_maturity")[0]
        self.assertEqual(first.date_maturity, self.long_ago)
        with self.assertRaisesRegex(UserError, "is overdue"), self.cr.savepoint():
            first.with_user(self.clerk).date_maturity = self.today

    def test_what_is_not_overdue_may_be_moved(self):
        self.policy.rule_ids.threshold = 100
        invoice = self._draft(50)
        invoice.action_post()
        invoice.with_user(self.clerk).invoice_date_due = self.later
        self.assertEqual(invoice.invoice_date_due, self.later)

    def test_without_an_overdue_rule_a_due_date_moves_freely(self):
        self.policy.rule_ids.kind = "over_limit"
        self.overdue.with_user(self.clerk).invoice_date_due = self.later
        self.assertEqual(self.overdue.invoice_date_due, self.later)

    # ------------------------------------------------------------------
    # THROUGH DRAFT
    # ------------------------------------------------------------------

    def test_later_due_date_through_draft_is_held_with_its_reason(self):
        invoice = self._taken_back()
        invoice.action_post()
        self.assertEqual((invoice.state, invoice.credit_state), ("draft", "held"))
        self.assertIn("is now due 90 days later", self._check(invoice).reason_text)
        with self.assertRaisesRegex(UserError, "90 days later"), self.cr.savepoint():
            invoice.with_context(disable_abnormal_invoice_detection=True)._post()

    def test_terms_that_keep_a_cent_due_are_later_too(self):
        invoice = self._taken_back()
        due = invoice.line_ids.filtered("date_maturity")
        due.with_context(check_move_validity=False).write({"balance": 0.01, "amount_currency": 0.01})
        due.with_context(check_move_validity=False).write({"date_maturity": self.long_ago})
        rest = {"balance": 99.99, "amount_currency": 99.99, "date_maturity": self.later, "name": "rest"}
        due.copy({**rest, "move_id": invoice.id})
        self.assertEqual(invoice.sudo()._credit_document().postponed_days, 90)

    def test_invoice_posted_again_as_it_was_passes(self):
        invoice = self._taken_back(ref="corrected")
        invoice.action_post()
        self.assertEqual(invoice.state, "posted")
        self.assertFalse(invoice.credit_overdue_date)

    def test_release_lets_it_pass_with_the_reason_of_the_controller(self):
        invoice = self._taken_back()
        invoice.action_post()
        check = self._check(invoice)
        check.with_user(self.controller)._release(100, self.today, "Delivery was late")
        self.assertEqual((invoice.state, check.decision_reason), ("posted", "Delivery was late"))
        self.assertFalse(invoice.credit_overdue_date)

    def test_release_is_for_the_time_that_was_asked_for(self):
        invoice = self._taken_back()
        invoice.action_post()
        self._check(invoice).sudo().write(
            {"state": "released", "released_amount": 100, "valid_until": self.today, "decided_by": self.controller.id}
        )
        more = self.later + timedelta(days=20)
        invoice.write({"invoice_date": self.long_ago + timedelta(days=20), "invoice_date_due": more})
        invoice.action_post()
        self.assertEqual(invoice.state, "draft")

    def test_paid_invoice_is_corrected_freely(self):
        self._pay(self.overdue, 100, self.today)
        invoice = self._taken_back()
        invoice.action_post()
        self.assertEqual(invoice.state, "posted")

    def test_detour_over_cancelling_is_remembered(self):
        invoice = self.overdue.with_user(self.clerk)
        invoice.button_draft()
        invoice.button_cancel()
        self._taken_back()
        invoice.action_post()
        self.assertEqual(invoice.state, "draft")

    def test_nobody_writes_what_is_remembered(self):
        invoice = self._taken_back()
        with self.assertRaises(AccessError):
            invoice.credit_overdue_date = False

    def test_no_policy_remembers_nothing(self):
        self.policy.active = False
        invoice = self._taken_back()
        self.assertFalse(invoice.credit_overdue_date)
        invoice.action_post()
        self.assertEqual(invoice.state, "posted")
