from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .loss_common import WriteoffCommon


@tagged("post_install", "-at_install")
class TestWriteoffRecovery(WriteoffCommon):
    # ------------------------------------------------------------------
    # UNDO AND RECOVERY
    # ------------------------------------------------------------------

    def _take_back(self, writeoff, user=None):
        wizard = self.env["receivable.loss.reversal"].with_user(user or self.boss)
        return wizard.create(
            {"writeoff_id": writeoff.id, "date": date(2024, 7, 2), "reason": "Paid after all"}
        ).action_apply()

    def test_undoing_opens_the_items_again(self):
        invoice = self._old(100)
        writeoff = self._posted(invoice)
        with self.assertRaises(AccessError):
            self._take_back(writeoff, self.clerk)
        self._take_back(writeoff)
        self.assertEqual((writeoff.state, invoice.amount_residual), ("undone", 100))
        self.assertEqual(self._balance(self.bad_debt), 0)
        self.assertEqual(writeoff.undo_move_id.date, date(2024, 7, 2))
        self.assertFalse(self.env.execute_query(self.ledger._written_off_sql(self.company)))

    def test_undoing_in_foreign_currency_takes_the_exchange_difference_back(self):
        currency = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0), ("2024-01-01", 4.0)])
        invoice = self._old(100, currency_id=currency.id)
        item = self._item(invoice)
        writeoff = self._posted(invoice)
        exchange = item.matched_credit_ids.exchange_move_id
        self.assertTrue(exchange)
        self._take_back(writeoff)
        self.assertEqual((item.amount_residual_currency, item.amount_residual), (100, 50))
        self.assertEqual(self._balance(self.bad_debt), 0)
        self.assertTrue(exchange.reversal_move_ids)

    def _money(self, amount, **values):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.partner_a.id,
                "amount": amount,
                "date": date(2024, 7, 5),
                "journal_id": self.company_data["default_journal_bank"].id,
                **values,
            }
        )
        payment.action_post()
        return payment.move_id.line_ids.filtered(lambda line: line.account_type == "asset_receivable")

    def _recover(self, writeoff, credit, **values):
        wizard = (
            self.env["receivable.recovery.wizard"]
            .with_user(self.clerk)
            .create({"writeoff_id": writeoff.id, "credit_id": credit.id, "date": date(2024, 7, 5), **values})
        )
        wizard.action_apply()
        return wizard

    def test_money_for_a_written_off_debt_is_income(self):
        writeoff = self._posted(self._old(100))
        self.assertFalse(writeoff.has_credit)
        credit = self._money(130)
        writeoff.invalidate_recordset()
        self.assertTrue(writeoff.has_credit)
        self.assertEqual(self.partner_a.writeoff_amount, 100)
        self._recover(writeoff, credit)
        self.assertEqual(self._balance(self.recovery), -100)
        self.assertEqual(credit.amount_residual, -30)
        self.assertEqual((writeoff.amount_recovered, writeoff.line_ids.left_currency), (100, 0))
        self.partner_a.invalidate_recordset(["writeoff_amount"])
        self.assertEqual(self.partner_a.writeoff_amount, 0)
        with self.assertRaisesRegex(UserError, "At most"):
            self._recover(writeoff, credit, line_id=writeoff.line_ids.id, amount=1)
        with self.assertRaisesRegex(UserError, "recovered"):
            self._take_back(writeoff)

    def test_a_recovery_whose_entry_is_reversed_was_none(self):
        writeoff = self._posted(self._old(100))
        credit = self._money(100)
        self._recover(writeoff, credit, amount=60)
        self.assertEqual(writeoff.amount_recovered, 60)
        writeoff.line_ids.recovery_ids.move_id._reverse_moves([{"date": date(2024, 7, 6)}], cancel=True)
        self.assertEqual((writeoff.amount_recovered, credit.amount_residual), (0, -100))
        self._take_back(writeoff)

    def test_only_the_customers_own_payments_count(self):
        writeoff = self._posted(self._old(100))
        credit = self._money(100, partner_id=self.partner_b.id)
        with self.assertRaisesRegex(UserError, "customer who owed"):
            self._recover(writeoff, credit, amount=10)
