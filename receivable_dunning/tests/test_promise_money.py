"""Money that came in and is not matched yet keeps no promise, but whoever would call the customer is told."""

from datetime import timedelta

from odoo import Command
from odoo.tests import tagged

from .collection_common import CollectionCommon
from .test_promise_decision import PromiseCommon


@tagged("post_install", "-at_install")
class TestPromiseMoney(PromiseCommon, CollectionCommon):
    def _missed(self, amount=100, items=None, given=20, promised=5):
        """A promise given and missed some days ago."""
        promise = self._promise(amount, items=items)
        promise.sudo().date = self.today - timedelta(days=given)
        promise.sudo().line_ids.date_promised = self.today - timedelta(days=promised)
        promise.sudo()._decide(self.today)
        self.assertEqual(promise.state, "broken")
        return promise

    def _money(self, amount, days_ago=2, partner=None):
        payment = self.env["account.payment"].create(
            {
                "partner_id": (partner or self.customer).id,
                "amount": amount,
                "payment_type": "inbound",
                "date": self.today - timedelta(days=days_ago),
            }
        )
        payment.action_post()
        return payment

    def _receipt(self, amount, days_ago=2):
        return self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "partner_id": self.customer.id,
                "payment_ref": "transfer",
                "amount": amount,
                "date": self.today - timedelta(days=days_ago),
            }
        )

    def _without_entry(self, amount, days_ago=2):
        payment = self._money(amount, days_ago)
        payment.action_draft()
        payment.outstanding_account_id = False
        payment.move_id = False
        payment.action_post()
        return payment

    def _entry(self, amount, journal):
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": self.company_data[journal].id,
                "date": self.today - timedelta(days=2),
                "line_ids": [
                    Command.create({"account_id": account.id, "balance": balance, "partner_id": self.customer.id})
                    for account, balance in (
                        (self.company_data["default_account_assets"], amount),
                        (self.item.account_id, -amount),
                    )
                ],
            }
        )
        entry.action_post()

    def _message(self, promise):
        self.env.invalidate_all()
        return promise.money_message

    # ------------------------------------------------------------------
    # SAID, NOT DECIDED
    # ------------------------------------------------------------------

    def test_customer_who_paid_is_not_called_but_matched(self):
        promise = self._missed()
        row = self._row()
        self.assertEqual((row.action, row.reason, row.money_amount), ("promise", "promise_broken", 0))
        self.assertFalse(promise.money_message)
        payment = self._money(100)
        row = self._row()
        day = self.today - timedelta(days=2)
        self.assertRecordValues(
            row, [{"action": "match", "why": "money", "reason": "money", "money_amount": 100, "money_date": day}]
        )
        self.assertIn("is not matched", row.sentence)
        self.assertIn("100.00", self._message(promise))
        self.assertEqual(promise.state, "broken", "only what is matched decides")
        action = row.action_next()
        self.assertEqual((action["res_model"], action["res_id"]), ("account.move", self.invoice.id))
        (self._items(payment.move_id) + self.item).reconcile()
        self._settle()
        self.assertFalse(self._message(promise))
        self.assertFalse(self._row())

    def test_who_owes_more_than_the_promised_money_is_called_for_it(self):
        self._missed()
        self._overdue(60, 100000)
        self._money(100)
        row = self._row()
        self.assertRecordValues(
            row, [{"claim_amount": 100000, "action": "call", "why": "worth_call", "reason": "overdue"}]
        )
        self.assertEqual(row.money_amount, 100)
        self.assertIn("is not matched", row.sentence)
        action = self.env["collection.worklist"]._open_next_call([], self._customer("Before"))
        self.assertEqual(action["context"]["default_partner_id"], self.customer.id)

    def test_promise_that_is_due_today_says_so_as_well(self):
        promise = self._promise()
        promise.sudo().line_ids.date_promised = self.today
        self.assertEqual(self._row().why, "promise_due")
        self._money(100, days_ago=0)
        self.assertEqual(self._row().why, "money")
        self.assertTrue(self._message(promise))

    def test_whatever_the_money_came_in_as(self):
        cases = {
            "payment": (self._money, True),
            "bank receipt": (self._receipt, True),
            "payment without entry": (self._without_entry, True),
            "credit note": (
                lambda amount, days_ago=2: self._invoice(
                    self.customer, amount, self.today - timedelta(days=days_ago), move_type="out_refund"
                ),
                False,
            ),
            "entry in the bank journal": (lambda amount: self._entry(amount, "default_journal_bank"), True),
            "rebate by entry": (lambda amount: self._entry(amount, "default_journal_misc"), False),
        }
        promise = self._missed()
        for label, (arrive, counts) in cases.items():
            with self.subTest(label), self.cr.savepoint() as attempt:
                arrive(100)
                self.assertEqual(bool(self._message(promise)), counts)
                self.assertEqual(self._row().why == "money", counts)
                attempt.rollback()

    def test_money_must_be_enough_and_have_come_since_the_promise(self):
        """(amount, days ago) of what came in after a promise of 100 that was given 20 days ago: said, and since when"""
        promise = self._missed()
        cases = [
            (((99.99, 2),), None),
            (((100, 2),), 2),
            (((100, 21),), None),
            (((100, 20),), 20),
            (((60, 9), (40, 3)), 3),
            (((60, 9), (40, 3), (500, 1)), 3),
            (((60, 21), (60, 3)), None),
            (((100, -1),), None),
            (((60, 3), (40, 0)), 0),
        ]
        for money, since in cases:
            with self.subTest(money=money), self.cr.savepoint() as attempt:
                for amount, days_ago in money:
                    self._money(amount, days_ago)
                self.env.invalidate_all()
                day = since is not None and self.today - timedelta(days=since)
                found = promise._money_of(self.company, self.today)
                self.assertEqual([row[2] for row in found], [day] if day else [])
                self.assertEqual(self._row().money_date, day)
                attempt.rollback()

    def test_money_is_for_one_promise_only_the_earlier_one(self):
        other = self._items(self._overdue(10, 100))
        later, earlier = self._missed(promised=3), self._missed(items=other, promised=5)
        self._money(100)
        self.assertTrue(self._message(earlier))
        self.assertFalse(later.money_message)
        self.assertEqual(self._row().reason, "promise_broken", "the other promise is still to be asked about")
        self._money(100)
        self.assertTrue(self._message(later))
        self.assertEqual(self._row().money_amount, 200)

    def test_what_was_promised_anew_counts_for_the_newer_promise(self):
        old = self._missed()
        new = self._promise()
        self._money(100, days_ago=0)
        self.assertTrue(self._message(new))
        self.assertFalse(old.money_message)

    def test_who_owns_the_promise_reads_it_in_the_task(self):
        promise = self._promise()
        promise.sudo().date = self.today - timedelta(days=20)
        self._money(100)
        promise.sudo().line_ids.date_promised = self.today - timedelta(days=5)
        promise.sudo()._decide(self.today)
        self.assertIn("is not matched yet", self._broken_activities(promise).note)

    def test_next_call_leaves_out_who_only_waits_to_be_matched(self):
        self._missed()
        self._money(100)
        self.assertEqual(self.env["collection.worklist"]._open_next_call([], self._customer("Before"))["tag"],
                         "display_notification")  # fmt: skip

    def test_number_of_queries_does_not_grow_with_the_promises(self):
        def queries(count):
            partners = [self._customer(f"Payer {count} {number}") for number in range(count)]
            promises = self.env["receivable.promise"]
            for partner in partners:
                promises += self._missed(items=self._items(self._overdue(30, 100, partner)))
                self._money(100, partner=partner)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.assertEqual(len([text for text in promises.mapped("money_message") if text]), count)
            return self.cr.sql_log_count - before

        queries(1)
        self.assertEqual(queries(2), queries(12))
