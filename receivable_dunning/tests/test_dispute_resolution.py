from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import DisputeCommon


class ResolutionCommon(DisputeCommon):
    def _resolve(self, dispute, decision="accept", **values):
        """Through the wizard, as people do; returns the credit note, if one is made."""
        wizard = self.env["receivable.dispute.resolve.wizard"].with_context(default_dispute_id=dispute.id)
        action = wizard.create({"decision": decision, "cause_id": self.cause.id, **values}).action_apply()
        return self.env["account.move"].browse(action.get("res_id") or [])

    def _follow(self):
        """As the scheduled action does every day."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("receivable_dunning.ir_cron_follow_disputes").sudo().method_direct_trigger()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestDisputeResolution(ResolutionCommon):
    def test_a_rejected_dispute_is_claimed_again(self):
        dispute = self._dispute(100)
        self._resolve(dispute, "reject", answer="The price list says 100.")
        self.assertRecordValues(
            dispute,
            [
                {
                    "state": "rejected",
                    "amount": 0,
                    "amount_accepted": 0,
                    "closed_on": self.today,
                    "closed_how": "decision",
                    "cause_id": self.cause.id,
                    "decided_by": self.env.uid,
                    "answer": "The price list says 100.",
                    "days_to_resolve": 0,
                }
            ],
        )
        self.assertEqual(self._notice(self._run()).amount_total, 100)

    def test_the_answer_is_sent_to_the_contact(self):
        person = self.env["res.partner"].create(
            {"name": "Ann", "parent_id": self.customer.id, "email": "ann@example.com"}
        )
        dispute = self._dispute(100, contact_id=person.id)
        self._resolve(dispute, "reject", answer="As agreed on the phone.")
        message = dispute.message_ids.filtered(lambda message: "As agreed" in (message.body or ""))
        self.assertEqual(message.partner_ids, person)
        self.assertEqual(dispute.answered_on, self.today)

    def test_what_is_accepted_stays_in_dispute_until_its_credit_note_is_posted(self):
        dispute = self._dispute(40)
        credit_note = self._resolve(dispute, amount_accepted=40)
        self.assertEqual((credit_note.state, credit_note.move_type), ("draft", "out_refund"))
        self.assertEqual((credit_note.amount_total, credit_note.reversed_entry_id), (40, self.invoice))
        self.assertEqual((dispute.state, dispute.decision, dispute.is_to_credit), ("open", "accepted", True))
        self.assertEqual(self._notice(self._run()).amount_total, 60)
        credit_note.action_post()
        self.assertRecordValues(
            dispute, [{"state": "accepted", "amount_accepted": 40, "closed_how": "credit_note", "amount": 0}]
        )
        self.assertEqual(self.invoice.amount_residual, 60)

    def test_a_part_that_is_accepted_leaves_the_rest_claimed(self):
        dispute = self._dispute(40)
        credit_note = self._resolve(dispute, amount_accepted=15)
        credit_note.action_post()
        self.assertRecordValues(dispute, [{"state": "partly", "amount_accepted": 15, "accepted_company": 15}])
        self.assertEqual(self._notice(self._run()).amount_total, 85)

    def test_the_credit_note_has_the_accounts_and_taxes_of_the_invoice_to_the_cent(self):
        tax = self.tax_sale_a
        account = self.company_data["default_account_revenue"].copy()
        lines = [
            Command.create({"name": "a", "quantity": 3, "price_unit": 33.33, "tax_ids": [Command.set(tax.ids)]}),
            Command.create(
                {"name": "b", "quantity": 7, "price_unit": 9.99, "account_id": account.id, "tax_ids": False}
            ),
        ]
        for accepted in (10, 33.33, 99.99, 150.01):
            with self.subTest(accepted):
                invoice = self._overdue_invoice(9, partner=self._customer(f"C{accepted}"), invoice_line_ids=lines)
                credit_note = self._resolve(self._dispute(accepted, invoice=invoice), amount_accepted=accepted)
                self.assertEqual(credit_note.amount_total, accepted)
                self.assertEqual(credit_note.invoice_line_ids.account_id, invoice.invoice_line_ids.account_id)
                self.assertEqual(credit_note.invoice_line_ids.tax_ids, tax)

    def test_the_whole_invoice_is_credited_line_by_line(self):
        dispute = self._dispute(100)
        credit_note = self._resolve(dispute, amount_accepted=100)
        self.assertEqual(credit_note.invoice_line_ids.name, "goods")
        credit_note.action_post()
        self.assertEqual(dispute.state, "accepted")
        self.assertEqual(self.invoice.payment_state, "reversed")

    def test_lines_are_credited_by_quantity_and_price(self):
        lines = [
            Command.create({"name": "box", "quantity": 10, "price_unit": 8, "tax_ids": False}),
            Command.create({"name": "freight", "quantity": 1, "price_unit": 20, "tax_ids": False}),
        ]
        invoice = self._overdue_invoice(9, invoice_line_ids=lines)
        dispute = self._dispute(50, invoice=invoice)
        wizard = (
            self.env["receivable.dispute.resolve.wizard"]
            .with_context(default_dispute_id=dispute.id)
            .create({"cause_id": self.cause.id, "credit_by": "lines"})
        )
        with self.assertRaisesRegex(UserError, "at least one line"):
            wizard.action_apply()
        wizard.line_ids[0].write({"quantity_credited": 10, "price_credited": 1.5})
        self.assertEqual(wizard.amount_lines, 15)
        credit_note = self.env["account.move"].browse(wizard.action_apply()["res_id"])
        self.assertRecordValues(credit_note.invoice_line_ids, [{"name": "box", "quantity": 10, "price_unit": 1.5}])
        self.assertEqual((dispute.decision, dispute.amount_accepted), ("partly", 15))

    def test_lines_that_come_to_more_than_is_disputed_are_refused(self):
        dispute = self._dispute(50)
        wizard = (
            self.env["receivable.dispute.resolve.wizard"]
            .with_context(default_dispute_id=dispute.id)
            .create({"cause_id": self.cause.id, "credit_by": "lines"})
        )
        wizard.line_ids.quantity_credited = 1
        with self.assertRaisesRegex(UserError, "more than"):
            wizard.action_apply()

    def test_no_more_is_accepted_than_is_in_dispute(self):
        dispute = self._dispute(40)
        for amount in (40.01, 0, -1):
            with self.assertRaises(UserError), self.cr.savepoint():
                self._resolve(dispute, amount_accepted=amount)
        self.assertFalse(dispute.credit_note_ids)

    def test_a_payment_that_is_allocated_ends_an_accepted_dispute(self):
        dispute = self._dispute(40)
        self._resolve(dispute, amount_accepted=40, credit_by="none")
        self._follow()
        self.assertEqual(dispute.state, "open")
        self._pay(self.invoice, 30, self.today)
        self._follow()
        self.assertEqual(dispute.state, "open")
        self._pay(self.invoice, 10, self.today)
        self._follow()
        self.assertRecordValues(dispute, [{"state": "accepted", "closed_how": "settled", "amount_accepted": 40}])

    def test_a_fully_paid_item_ends_the_dispute(self):
        dispute = self._dispute(40)
        self._pay(self.invoice, 100, self.today)
        self._follow()
        self.assertRecordValues(dispute, [{"state": "withdrawn", "closed_how": "paid", "closed_on": self.today}])

    def test_a_cancelled_document_ends_the_dispute_as_accepted(self):
        dispute = self._dispute(40)
        self.invoice.button_draft()
        self.invoice.button_cancel()
        self._follow()
        self.assertRecordValues(dispute, [{"state": "accepted", "closed_how": "settled"}])

    def test_a_credit_note_that_is_reset_opens_the_dispute_again(self):
        dispute = self._dispute(40)
        credit_note = self._resolve(dispute, amount_accepted=40)
        credit_note.action_post()
        credit_note.button_draft()
        self.assertRecordValues(dispute, [{"state": "open", "amount": 40, "is_to_credit": True, "closed_on": False}])
        credit_note.action_post()
        self.assertEqual(dispute.state, "accepted")

    def test_a_decision_is_taken_back_as_long_as_nothing_is_credited(self):
        dispute = self._dispute(40)
        credit_note = self._resolve(dispute, amount_accepted=40)
        with self.assertRaisesRegex(UserError, "decided already"):
            self._resolve(dispute, "reject")
        with self.assertRaisesRegex(UserError, "credit note first"):
            dispute.action_take_back()
        with self.assertRaisesRegex(UserError, "decided already"):
            dispute.amount_opened = 60
        credit_note.unlink()
        dispute.action_take_back()
        self.assertRecordValues(dispute, [{"decision": False, "is_to_credit": False}])
        self.assertIsNone(dispute.amount_accepted)

    def test_a_deleted_credit_note_can_be_made_again(self):
        dispute = self._dispute(40)
        self._resolve(dispute, amount_accepted=30).unlink()
        action = dispute.action_make_credit_note()
        self.assertEqual(self.env["account.move"].browse(action["res_id"]).amount_total, 30)
        with self.assertRaisesRegex(UserError, "draft credit note already"):
            dispute.action_make_credit_note()

    def test_what_was_rejected_can_be_reopened_while_something_is_open(self):
        dispute = self._dispute(40)
        self._resolve(dispute, "reject")
        dispute.action_reopen()
        self.assertRecordValues(dispute, [{"state": "open", "amount": 40, "closed_on": False, "decision": False}])
        dispute.action_withdraw()
        self._pay(self.invoice, 100, self.today)
        with self.assertRaisesRegex(UserError, "is settled"):
            dispute.action_reopen()

    def test_a_closed_dispute_is_not_changed_or_decided_again(self):
        dispute = self._dispute(40)
        self._resolve(dispute, "reject")
        with self.assertRaises(UserError):
            dispute.amount_opened = 50
        with self.assertRaises(UserError):
            dispute.action_resolve()
        dispute.cause_id = self.env.ref("receivable_dunning.dispute_cause_order")

    def test_only_who_makes_credit_notes_accepts(self):
        dispute = self._dispute(40)
        user = self._user("clerk", "receivable_dunning.group_collections_user")
        values = {"dispute_id": dispute.id, "cause_id": self.cause.id}
        wizards = (
            self.env["receivable.dispute.resolve.wizard"].with_user(user).with_context(default_dispute_id=dispute.id)
        )
        for credit_by in ("amount", "none"):
            with self.assertRaisesRegex(AccessError, "ask an accountant"), self.cr.savepoint():
                wizards.create({**values, "credit_by": credit_by}).action_apply()
        self.assertEqual(dispute.state, "open")
        wizards.create({**values, "decision": "reject"}).action_apply()
        self.assertEqual(dispute.state, "rejected")

    def test_an_entry_is_accepted_without_a_credit_note(self):
        opening = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": self.today,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": self.company_data["default_account_receivable"].id,
                            "partner_id": self.customer.id,
                            "debit": 70,
                        }
                    ),
                    Command.create({"account_id": self.company_data["default_account_revenue"].id, "credit": 70}),
                ],
            }
        )
        opening.action_post()
        dispute = self._dispute(70, invoice=opening)
        wizard = self.env["receivable.dispute.resolve.wizard"].with_context(default_dispute_id=dispute.id)
        self.assertEqual(wizard.create({"cause_id": self.cause.id}).credit_by, "none")
        with self.assertRaisesRegex(UserError, "no posted invoice"):
            self._resolve(dispute, credit_by="amount", amount_accepted=70)


@tagged("post_install", "-at_install")
class TestDisputeClock(ResolutionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reason.sudo().write({"answer_days": 2, "resolution_days": 10})

    def _opened(self, days_ago, **values):
        """A dispute as if it had been opened some days ago."""
        dispute = self._dispute(10, **values)
        dispute.sudo().date = self.today - timedelta(days=days_ago)
        return dispute

    def _tasks(self, dispute):
        return dispute.activity_ids.mapped("summary")

    def _holiday(self, first, days):
        self.env["dunning.holiday"].create(
            {
                "name": "Closed",
                "company_id": self.company.id,
                "date_from": first,
                "date_to": first + timedelta(days=days),
            }
        )

    def test_deadlines_are_counted_in_working_days_of_the_company(self):
        dispute = self._dispute(10)
        self.assertLess(dispute.answer_deadline, dispute.deadline)
        self.assertEqual(dispute.next_deadline, dispute.answer_deadline)
        self.assertGreaterEqual((dispute.deadline - self.today).days, 12)
        self._holiday(self.today + timedelta(days=1), 30)
        later = self._dispute(10, invoice=self._overdue_invoice(3))
        self.assertGreater(later.answer_deadline, self.today + timedelta(days=31))

    def test_waiting_for_the_customer_stops_the_clock(self):
        dispute = self._opened(20)
        self.assertEqual(dispute.clock, "missed")
        before = dispute.deadline
        dispute.action_wait()
        self.assertEqual(dispute.clock, "waiting")
        dispute.sudo().waiting_since = self.today - timedelta(days=14)
        dispute.action_resume()
        self.assertEqual((dispute.paused_days, dispute.waiting_since), (10, False))
        self.assertEqual(dispute.deadline, before + timedelta(days=14))

    def test_a_message_to_the_customer_is_the_first_answer_and_a_note_is_not(self):
        dispute = self._dispute(10)
        dispute.message_post(body="internal", subtype_xmlid="mail.mt_note")
        self.assertFalse(dispute.answered_on)
        dispute.message_post(body="We look into it.", message_type="comment", subtype_xmlid="mail.mt_comment")
        self.assertEqual(dispute.answered_on, self.today)
        self.assertEqual(dispute.next_deadline, dispute.deadline)

    def test_the_customers_answer_ends_the_waiting_and_tells_the_owner(self):
        dispute = self._dispute(10)
        dispute.action_wait()
        dispute._say(self.customer, "Here is the delivery note.", [("note.pdf", b"%PDF-1.4")])
        self.assertFalse(dispute.waiting_since)
        self.assertEqual(dispute.activity_ids.user_id, dispute.user_id)
        self.assertIn("has answered", self._tasks(dispute)[0])
        self.assertEqual(dispute._attachments().name, "note.pdf")
        self.assertFalse(dispute.answered_on)

    def test_an_email_of_somebody_unknown_is_heard_and_is_no_answer_of_ours(self):
        dispute = self._dispute(10)
        dispute.action_wait()
        dispute.message_post(
            body="See attachment", message_type="email", subtype_xmlid="mail.mt_comment", author_id=False,
            email_from="who@example.com",
        )  # fmt: skip
        self.assertFalse(dispute.waiting_since)
        self.assertFalse(dispute.answered_on)

    def test_files_sent_later_count_with_those_sent_before(self):
        dispute = self._dispute(10, attachments=[("a.pdf", b"%PDF-1.4")] * 4)
        with self.assertRaisesRegex(UserError, "At most 5 files"):
            dispute._say(self.customer, "more", [("b.pdf", b"%PDF-1.4")] * 2)

    def test_the_owner_is_told_once_before_the_deadline_and_once_when_it_is_missed(self):
        dispute = self._dispute(10)
        dispute.sudo().answered_on = self.today
        self.env.flush_all()
        dispute.sudo().deadline = self.today + timedelta(days=1)
        for _day in range(2):
            self._follow()
            self.assertEqual(len(dispute.activity_ids), 1)
            self.assertIn("Due soon", self._tasks(dispute)[0])
        dispute.sudo().deadline = self.today - timedelta(days=1)
        for _day in range(2):
            self._follow()
            self.assertEqual(len(dispute.activity_ids), 1)
            self.assertIn("Missed", self._tasks(dispute)[0])
        dispute.activity_ids.action_feedback()
        self._follow()
        self.assertFalse(dispute.activity_ids)

    def test_nobody_is_told_while_the_clock_stands_still(self):
        dispute = self._opened(20)
        dispute.action_wait()
        self._follow()
        self.assertFalse(dispute.activity_ids)

    def test_a_closed_dispute_says_whether_it_was_in_time(self):
        late, in_time = self._opened(30), self._dispute(10, reason=self.other_reason)
        (late | in_time).action_withdraw()
        self.assertEqual((late.clock, in_time.clock), ("late", "kept"))
        self.assertEqual(late.days_to_resolve, 30)
        self.assertFalse(late.activity_ids)

    def test_following_many_disputes_asks_the_ledger_once(self):
        disputes = self.env["receivable.dispute"]
        for number in range(12):
            disputes |= self._dispute(10, invoice=self._overdue_invoice(3, partner=self._customer(f"N{number}")))
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(16):
            disputes._close_settled()


@tagged("post_install", "-at_install")
class TestDisputeScreens(ResolutionCommon):
    def _ask(self, model, records, **values):
        wizard = self.env["receivable.dispute.wizard"].with_context(active_model=model, active_ids=records.ids)
        with Form(wizard) as form:
            form.reason_id = self.reason
            for name, value in values.items():
                setattr(form, name, value)
        return form.record

    def test_a_dispute_is_opened_from_the_invoice(self):
        action = self.invoice.action_open_dispute()
        self.assertEqual(action["res_model"], "receivable.dispute.wizard")
        wizard = self._ask("account.move", self.invoice, note="10 boxes missing")
        self.assertEqual((wizard.line_ids.amount, wizard.partner_id), (100, self.customer))
        wizard.line_ids.amount = 35
        wizard.attachment_ids = self.env["ir.attachment"].create({"name": "x.pdf", "raw": b"%PDF-1.3"})
        action = wizard.action_open()
        dispute = self.env["receivable.dispute"].browse(action["res_id"])
        self.assertEqual((dispute.amount, dispute.note, dispute.channel), (35, "10 boxes missing", "phone"))
        self.assertEqual(dispute._attachments().raw, b"%PDF-1.3")
        self.assertEqual((self.invoice.dispute_open_count, self.customer.dispute_count), (1, 1))

    def test_disputes_are_opened_in_bulk_from_the_aged_receivables(self):
        other = self._overdue_invoice(3, 50, self._customer("Other"))
        self.env.flush_all()
        rows = self.env["receivable.aging"].search([("move_id", "in", (self.invoice | other).ids)])
        wizard = self._ask("receivable.aging", rows)
        self.assertFalse(wizard.partner_id)
        action = wizard.action_open()
        disputes = self.env["receivable.dispute"].search(action["domain"])
        self.assertEqual(sorted(disputes.mapped("amount")), [50, 100])

    def test_what_is_in_dispute_already_is_not_offered_again(self):
        self._dispute(30)
        self.assertEqual(self._ask("account.move", self.invoice).line_ids.amount, 70)
        self._dispute(70, reason=self.other_reason)
        with self.assertRaisesRegex(UserError, "left to dispute"):
            self._ask("account.move", self.invoice)

    def test_what_is_settled_is_said_to_be(self):
        self._pay(self.invoice, 100, self.today)
        with self.assertRaisesRegex(UserError, "settled"):
            self._ask("account.move", self.invoice)
        with self.assertRaisesRegex(UserError, "Choose invoices"):
            self._ask("res.partner", self.customer)

    def test_all_screens_open(self):
        dispute = self._dispute(40)
        with Form(dispute) as form:
            form.user_id = self.env.user
        models = ("receivable.dispute", "receivable.dispute.reason", "receivable.dispute.cause")
        for model in models:
            views = [(False, kind) for kind in ("list", "form", "search", "kanban", "pivot", "graph", "activity")]
            self.env[model].get_views(views if model == models[0] else views[:3])
        rows = self.env["receivable.dispute"].formatted_read_group(
            [], ["cause_id"], ["__count", "amount_company:sum", "accepted_company:sum", "days_to_resolve:avg"]
        )
        self.assertTrue(rows)
        self.customer.action_view_disputes()
        self.invoice.action_view_disputes()
        self.env["res.config.settings"].get_views([(False, "form")])
