"""What becomes of a promise, by what is matched with its items."""

from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import DunningCommon


class PromiseCommon(DunningCommon):
    """A customer with an invoice of 100 that is ten days overdue."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls._invoice(cls.customer, 100, cls.today - timedelta(days=40), cls.today - timedelta(days=10))
        cls.item = cls._items(cls.invoice)

    @classmethod
    def _items(cls, invoices):
        return invoices.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")

    def _promise(self, amount=100, days=5, items=None, **values):
        items = self.item if items is None else items
        return self.env["receivable.promise"]._make(items, amount, self.today + timedelta(days=days), values)

    def _settle(self):
        """The end of a transaction: what was matched decides the promises."""
        self.env.cr.precommit.run()

    def _paid(self, amount, days=0, invoice=None):
        payment = self._pay(invoice or self.invoice, amount, self.today + timedelta(days=days))
        self._settle()
        return payment

    def _credited(self, amount, invoice=None):
        invoice = invoice or self.invoice
        credit_note = self._invoice(self.customer, amount, self.today, move_type="out_refund")
        (self._items(invoice) + self._items(credit_note)).reconcile()
        self._settle()
        return credit_note

    def _state(self, promise, days):
        """The state as the nightly job finds it so many days from now."""
        promise.sudo()._decide(self.today + timedelta(days=days))
        return promise.state

    def _broken_activities(self, promise):
        activity_type = self.env.ref("receivable_dunning.mail_activity_type_promise")
        return promise.activity_ids.filtered(lambda activity: activity.activity_type_id == activity_type)


@tagged("post_install", "-at_install")
class TestPromiseDecision(PromiseCommon):
    def test_promise_is_open_until_its_day_has_passed(self):
        promise = self._promise()
        self.assertEqual(self._state(promise, 5), "open")
        self.assertEqual(self._state(promise, 6), "broken")
        self.assertEqual(promise.date_decided, self.today + timedelta(days=6))

    def test_payment_keeps_the_promise_at_once(self):
        promise = self._promise()
        self._paid(100)
        self.assertEqual(promise.state, "kept")
        self.assertEqual(promise.amount_kept, 100)
        self.assertEqual(promise.date_decided, self.today)

    def test_part_of_the_payment_keeps_a_part(self):
        promise = self._promise()
        self._paid(30)
        self.assertRecordValues(promise, [{"state": "open", "amount_kept": 30}])
        self.assertEqual(self._state(promise, 6), "partly")
        self.assertEqual(promise.progress, 30)

    def test_payments_in_several_parts_keep_it_together(self):
        promise = self._promise()
        for amount in (30, 50, 20):
            self.assertEqual(promise.state, "open")
            self._paid(amount)
        self.assertEqual(promise.state, "kept")

    def test_payment_dated_in_time_counts_however_late_it_is_booked(self):
        promise = self._promise(days=1)
        self.assertEqual(self._state(promise, 2), "broken")
        self.assertTrue(self._broken_activities(promise))
        # the bank had it yesterday; it is booked and matched now
        self._paid(100, days=-1)
        self.assertEqual(self._state(promise, 2), "kept")
        self.assertFalse(self._broken_activities(promise))

    def test_payment_after_the_day_does_not_keep_it(self):
        promise = self._promise(days=0)
        self._pay(self.invoice, 100, self.today + timedelta(days=1))
        self._settle()
        self.assertEqual(self._state(promise, 3), "broken")
        self.assertEqual(promise.amount_kept, 0)

    def test_undoing_the_matching_undoes_the_promise_kept(self):
        promise = self._promise()
        self._paid(100)
        self.item.remove_move_reconcile()
        self._settle()
        self.assertRecordValues(promise, [{"state": "open", "amount_kept": 0, "date_decided": False}])
        self.assertEqual(self._state(promise, 6), "broken")

    def test_reset_of_the_payment_undoes_the_promise_kept(self):
        promise = self._promise()
        payment = self._paid(100)
        payment.action_draft()
        self._settle()
        self.assertEqual(promise.state, "open")

    def test_document_reset_to_draft_and_posted_again_brings_its_promise_back(self):
        promise = self._promise()
        self.invoice.button_draft()
        self._settle()
        self.assertEqual(promise.state, "cancelled")
        self.invoice.action_post()
        self._settle()
        self.assertEqual(promise.state, "open")

    def test_what_was_paid_before_is_not_paid_for_the_promise(self):
        self._paid(40)
        promise = self._promise(60)
        self.assertEqual(promise.amount_kept, 0)
        self.assertEqual(self._state(promise, 6), "broken")

    def test_old_payment_matched_anew_does_not_count(self):
        payment = self._paid(40)
        promise = self._promise(60)
        self.item.remove_move_reconcile()
        self._settle()
        credit = self._items(payment.move_id)
        (self.item + credit).reconcile()
        self._settle()
        self.assertRecordValues(promise, [{"state": "open", "amount_kept": 0}])

    def test_old_payment_that_fails_does_not_take_the_new_one(self):
        payment = self._paid(40)
        promise = self._promise(60)
        self._paid(60)
        payment.action_draft()
        self._settle()
        self.assertRecordValues(promise, [{"state": "kept", "amount_kept": 60}])

    def test_credit_found_after_the_promise_counts(self):
        """Money that was there, and was not matched when the promise was given, is money for it."""
        payment = self._pay(self._overdue(5, 100), 100, self.today)
        credit = self._items(payment.move_id)
        credit.remove_move_reconcile()
        promise = self._promise()
        (self.item + credit).reconcile()
        self._settle()
        self.assertEqual(promise.state, "kept")

    # ------------------------------------------------------------------
    # CREDIT NOTES
    # ------------------------------------------------------------------

    def test_credit_note_is_no_payment_and_no_breach(self):
        promise = self._promise()
        self._credited(100)
        self.assertRecordValues(promise, [{"state": "cancelled", "amount_kept": 0, "cancelled_on": False}])
        self.assertFalse(self._broken_activities(promise))

    def test_what_is_credited_need_not_be_paid(self):
        promise = self._promise()
        self._credited(30)
        self._paid(70)
        self.assertRecordValues(promise, [{"state": "kept", "amount_kept": 70}])

    def test_credit_note_beside_the_promised_part_changes_nothing(self):
        promise = self._promise(60)
        self._credited(40)
        self.assertEqual(promise.state, "open")
        self.assertEqual(self._state(promise, 6), "broken")

    def test_credit_note_undone_lets_the_promise_stand_again(self):
        promise = self._promise()
        self._credited(100)
        self.item.remove_move_reconcile()
        self._settle()
        self.assertEqual(promise.state, "open")

    def test_write_off_is_no_payment(self):
        loss = self.company_data["default_account_expense"].copy()
        self.company.bad_debt_account_ids = loss
        promise = self._promise()
        entry = self.env["account.move"].create(
            {
                "date": self.today,
                "line_ids": [
                    Command.create({"account_id": loss.id, "debit": 100}),
                    Command.create(
                        {"account_id": self.item.account_id.id, "credit": 100, "partner_id": self.customer.id}
                    ),
                ],
            }
        )
        entry.action_post()
        (self.item + self._items(entry)).reconcile()
        self._settle()
        self.assertEqual(promise.state, "cancelled")

    # ------------------------------------------------------------------
    # TOLERANCE, CURRENCY, SEVERAL ITEMS AND DAYS
    # ------------------------------------------------------------------

    def test_days_of_tolerance_are_those_of_the_day_of_the_promise(self):
        self.company.promise_tolerance_days = 3
        promise = self._promise()
        self.company.promise_tolerance_days = 0
        self.assertEqual(self._state(promise, 8), "open")
        self.assertEqual(self._state(promise, 9), "broken")

    def test_small_difference_is_tolerated_once_something_is_paid(self):
        self.company.promise_tolerance_amount = 2
        promise = self._promise()
        self._paid(98)
        self.assertEqual(promise.state, "kept")
        small = self._promise(2)
        self.assertEqual(self._state(small, 6), "broken")

    def test_tolerance_is_for_the_promise_not_for_each_item(self):
        self.company.promise_tolerance_amount = 2
        other = self._overdue(5, 100)
        promise = self._promise(200, items=self.item + self._items(other))
        self._paid(98.5)
        self._paid(98.5, invoice=other)
        self.assertEqual(self._state(promise, 6), "partly")

    def test_foreign_currency_is_judged_in_the_currency_of_the_item(self):
        euro = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        self.company.promise_tolerance_amount = 1
        invoice = self._overdue(5, 100, currency_id=euro.id)
        promise = self._promise(100, items=self._items(invoice))
        self.assertRecordValues(promise, [{"currency_id": euro.id, "tolerance_amount": 2, "amount": 100}])
        # paid in the currency of the company: 49.5 = 99 EUR
        self._pay(invoice, 49.5, self.today, currency_id=self.company.currency_id.id)
        self._settle()
        self.assertRecordValues(promise, [{"state": "kept", "amount_kept": 99}])

    def test_instalments_are_judged_on_their_days(self):
        day = self.today
        parts = [(self.item, 50, day), (self.item, 50, day + timedelta(days=10))]
        promise = self.env["receivable.promise"]._make_parts(parts, {})
        self._paid(50)
        self.assertEqual(self._state(promise, 5), "open")
        self.assertEqual(promise.date_next, day + timedelta(days=10))
        self._paid(50)
        self.assertEqual(promise.state, "kept")

    def test_missed_instalment_decides_the_promise_at_once(self):
        parts = [(self.item, 50, self.today), (self.item, 50, self.today + timedelta(days=10))]
        promise = self.env["receivable.promise"]._make_parts(parts, {})
        self.assertEqual(self._state(promise, 1), "broken")

    def test_payment_goes_to_the_promise_with_the_earlier_day(self):
        late, early = self._promise(50, days=9), self._promise(50, days=3)
        self._paid(60)
        self.assertEqual((early.amount_kept, late.amount_kept), (50, 10))
        self.assertEqual((early.state, late.state), ("kept", "open"))

    def test_cancelling_one_promise_gives_its_payment_to_the_other(self):
        early, late = self._promise(50, days=3), self._promise(50, days=9)
        self._paid(50)
        self.assertEqual((early.state, late.state), ("kept", "open"))
        early._cancel("Entered by mistake")
        self.assertEqual((early.state, late.state), ("cancelled", "kept"))
        with self.assertRaises(UserError):
            late._cancel(" ")

    # ------------------------------------------------------------------
    # WHO IS TOLD, AND WHEN
    # ------------------------------------------------------------------

    def test_owner_gets_one_activity_when_it_is_broken(self):
        promise = self._promise()
        self._state(promise, 6)
        self._state(promise, 7)
        activity = self._broken_activities(promise)
        self.assertEqual(activity.user_id, promise.user_id)
        self.assertIn("promised", activity.note)

    def test_nightly_job_decides_open_promises_and_recent_ones(self):
        promise = self._promise(days=0)
        promise.sudo().line_ids.date_promised = self.today - timedelta(days=1)
        with self.enter_registry_test_mode():
            self.env.ref("receivable_dunning.ir_cron_decide_promises").method_direct_trigger()
        self.assertEqual(promise.state, "broken")
        # a way of booking that tells nobody
        self._pay(self.invoice, 100, self.today - timedelta(days=1))
        self.env.cr.precommit.data.pop("commitments.touched")
        with self.enter_registry_test_mode():
            self.env.ref("receivable_dunning.ir_cron_decide_promises").method_direct_trigger()
        self.assertEqual(promise.state, "kept")

    def test_deciding_takes_the_same_queries_for_one_and_for_many(self):
        def decide(promises):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            promises.sudo()._decide(self.today)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        promises = self._promise(10)
        for number in range(6):
            promises += self._promise(10, items=self._items(self._overdue(number, 50)))
        decide(promises)
        self.assertEqual(decide(promises[:1]), decide(promises))

    def test_payment_of_other_items_decides_nothing(self):
        promise = self._promise()
        self._paid(50, invoice=self._overdue(3, 50))
        self.assertRecordValues(promise, [{"state": "open", "amount_kept": 0}])

    # ------------------------------------------------------------------
    # RELIABILITY
    # ------------------------------------------------------------------

    def test_reliability_of_customer_and_contact(self):
        anna = self.env["res.partner"].create({"name": "Anna", "parent_id": self.customer.id})
        self.assertEqual(self.customer.promise_reliability, "")
        for number, contact in enumerate((anna, anna, False, anna)):
            invoice = self._overdue(5, 10)
            promise = self._promise(10, items=self._items(invoice), contact_id=contact and contact.id)
            if number != 3:
                self._paid(10, invoice=invoice)
            self._state(promise, 6)
        found = (self.customer + anna)._promise_reliability()
        self.assertEqual((found[self.customer.id].kept, found[self.customer.id].decided), (3, 4))
        self.assertEqual(found[self.customer.id].share, 0.75)
        self.assertEqual((found[anna.id].kept, found[anna.id].decided), (2, 3))
        (self.customer + anna).invalidate_recordset()
        self.assertEqual(self.customer.promise_reliability, "3 of 4 (75 %)")
        self.assertEqual(anna.promise_reliability, "2 of 3 (67 %)")

    def test_fewer_than_three_decided_promises_are_not_enough_data(self):
        self._state(self._promise(), 6)
        self.assertEqual(self.customer.promise_reliability, "0 of 1: not enough data")
        self.assertIsNone(self.customer._promise_reliability()[self.customer.id].share)

    def test_cancelled_promises_do_not_count(self):
        promise = self._promise()
        self._state(promise, 6)
        promise._cancel("It was our mistake")
        self.assertEqual(self.customer._promise_reliability()[self.customer.id].decided, 0)

    # ------------------------------------------------------------------
    # WIZARD
    # ------------------------------------------------------------------

    def _wizard(self, action):
        return self.env[action["res_model"]].browse(action["res_id"])

    def test_wizard_of_the_customer_is_filled_in(self):
        self._overdue(50, 60)
        wizard = self._wizard(self.customer.action_promise())
        self.assertEqual(wizard.line_ids.mapped("amount"), [60, 100])
        self.assertRecordValues(wizard.date_ids, [{"amount": 160, "date_promised": self.today + timedelta(days=7)}])
        action = wizard.action_apply()
        promise = self.env["receivable.promise"].browse(action["res_id"])
        self.assertRecordValues(promise, [{"amount": 160, "partner_id": self.customer.id, "channel": "phone"}])

    def test_wizard_splits_over_several_days(self):
        self._overdue(50, 60)
        wizard = self._wizard(self.customer.action_promise())
        with Form(wizard) as form:
            with form.date_ids.edit(0) as day:
                day.amount = 80
            with form.date_ids.new() as day:
                day.date_promised = self.today + timedelta(days=20)
                day.amount = 50
        promise = self.env["receivable.promise"].browse(wizard.action_apply()["res_id"])
        days = [(line.date_promised - self.today).days for line in promise.line_ids]
        self.assertEqual(list(zip(days, promise.line_ids.mapped("amount"), strict=True)), [(7, 60), (7, 20), (20, 50)])

    def test_wizard_refuses_days_that_come_to_more_than_the_items(self):
        wizard = self._wizard(self.invoice.action_promise())
        wizard.date_ids.amount = 120
        with self.assertRaisesRegex(UserError, "come to more"):
            wizard.action_apply()

    def test_wizard_of_chosen_aging_rows_makes_one_promise_per_customer(self):
        other = self._customer("Other")
        lines = self.item + self._items(self._overdue(5, 70, other))
        wizard = self._wizard(self.env["receivable.aging"].browse(lines.ids).action_promise())
        self.assertTrue(wizard.is_bulk)
        promises = self.env["receivable.promise"].search(wizard.action_apply()["domain"])
        self.assertEqual({promise.partner_id: promise.amount for promise in promises}, {self.customer: 100, other: 70})

    def test_wizard_says_when_nothing_is_left_to_promise(self):
        self._promise()
        with self.assertRaisesRegex(UserError, "Nothing of this is open"):
            self.invoice.action_promise()
