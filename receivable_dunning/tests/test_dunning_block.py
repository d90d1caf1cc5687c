from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestDunningBlock(DunningCommon):
    def _block(self, **values):
        if "move_id" not in values:
            values["partner_id"] = self.customer.id
        return self.env["dunning.block"].create({"reason": "goods came back", **values})

    def test_blocked_customer_is_skipped_with_the_reason(self):
        self._overdue(30)
        self._block()
        run = self._run()
        self.assertFalse(run.notice_ids)
        self.assertEqual(self._reasons(run), ["blocked"])

    def test_block_of_a_document_leaves_the_others(self):
        blocked, other = self._overdue(30, 70), self._overdue(30, 100)
        block = self._block(move_id=blocked.id)
        self.assertEqual(block.partner_id, self.customer)
        run = self._run()
        self.assertEqual(self._notice(run)._claims().move_id, other)
        self.assertEqual(self._reasons(run), ["blocked"])

    def test_block_of_one_instalment_leaves_the_other(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "two",
                "line_ids": [
                    (0, 0, {"value": "percent", "value_amount": 30, "nb_days": 0}),
                    (0, 0, {"value": "percent", "value_amount": 70, "nb_days": 1}),
                ],
            }
        )
        invoice = self._overdue(20, 100, invoice_payment_term_id=term.id, invoice_date_due=False)
        first = invoice.line_ids.filtered("date_maturity").sorted("date_maturity")[0]
        self._block(move_id=invoice.id, move_line_id=first.id)
        self.assertEqual(self._notice(self._run())._claims().residual, 70)

    def test_block_lifts_itself_by_date(self):
        self._overdue(30)
        self._block(date_from=self.today - timedelta(days=9), date_until=self.today)
        self.assertFalse(self._run().notice_ids)
        self.assertTrue(self._run(date=self.today + timedelta(days=1)).notice_ids)

    def test_block_that_has_not_begun_does_not_count(self):
        self._overdue(30)
        block = self._block(date_from=self.today + timedelta(days=1))
        self.assertEqual(block.state, "planned")
        self.assertTrue(self._run().notice_ids)

    def test_block_set_after_confirmation_suppresses(self):
        self._overdue(30)
        run = self._run()
        run.action_confirm()
        self._block()
        self._deliver(run)
        self.assertRecordValues(self._notice(run), [{"state": "suppressed", "reason": "blocked"}])

    def test_lifted_block_is_history(self):
        self._overdue(30)
        block = self._block()
        block.action_lift()
        self.assertRecordValues(
            block, [{"state": "lifted", "lifted_by": self.env.uid, "lifted_on": self.today, "user_id": self.env.uid}]
        )
        self.assertTrue(self._run().notice_ids)
        with self.assertRaises(UserError):
            block.date_until = self.today

    def test_states_can_be_searched(self):
        day = timedelta(days=1)
        blocks = {
            "active": self._block(),
            "planned": self._block(date_from=self.today + day),
            "expired": self._block(date_from=self.today - 2 * day, date_until=self.today - day),
            "lifted": self._block(),
        }
        blocks["lifted"].action_lift()
        for state, block in blocks.items():
            with self.subTest(state=state):
                domain = [("state", "=", state), ("partner_id", "=", self.customer.id)]
                self.assertEqual(self.env["dunning.block"].search(domain), block)
                self.assertEqual(block.state, state)
        self.assertEqual(self.customer.dunning_block_count, 1)

    def test_document_belongs_to_the_customer(self):
        invoice = self._overdue(30, partner=self._customer("Other"))
        with self.assertRaises(ValidationError):
            self._block(move_id=invoice.id, partner_id=self.customer.id)

    def test_who_blocked_is_not_written_by_hand(self):
        user = new_test_user(
            self.env, "dun_blocker", "receivable_dunning.group_collections_user",
            company_ids=[(6, 0, self.company.ids)], company_id=self.company.id,
        )  # fmt: skip
        blocks = self.env["dunning.block"].with_user(user)
        values = {"partner_id": self.customer.id, "reason": "x"}
        block = blocks.create(values)
        for change in ({"user_id": self.env.uid}, {"kind": "reply"}, {"lifted_by": user.id}):
            with self.subTest(change=change):
                with self.assertRaises(AccessError):
                    block.write(change)
                with self.assertRaises(AccessError), self.cr.savepoint():
                    blocks.create({**values, **change})
        with self.assertRaises(AccessError), self.cr.savepoint():
            blocks.with_context(default_kind="reply").create(values)

    def test_buttons_open_what_is_blocked(self):
        invoice = self._overdue(30)
        block = self._block(move_id=invoice.id)
        for record in (invoice, self.customer):
            action = record.action_dunning_blocks()
            self.assertIn(block, self.env["dunning.block"].search(action["domain"]))
            with Form(self.env["dunning.block"].with_context(**action["context"])) as form:
                form.reason = "again"
            self.assertEqual(form.record.partner_id, self.customer)
        invoice.invalidate_recordset(["dunning_block_count"])
        self.assertEqual(invoice.dunning_block_count, 2)
