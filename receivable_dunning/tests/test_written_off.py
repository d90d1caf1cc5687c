from datetime import date

from odoo import Command
from odoo.tests import tagged

from .loss_common import BadDebtCommon


@tagged("post_install", "-at_install")
class TestWrittenOff(BadDebtCommon):
    def _written_off(self):
        rows = self.env.execute_query_dict(self.ledger._written_off_sql(self.company))
        return sorted((row["line_id"], row["date"], round(row["amount"], 2)) for row in rows)

    def test_an_entry_on_a_bad_debt_account_writes_the_matched_item_off(self):
        invoice = self._invoice(self.partner_a, 100, date(2024, 1, 10))
        other = self._invoice(self.partner_a, 50, date(2024, 1, 10))
        self._lose(invoice, 30, date(2024, 5, 2))
        self._pay(other, 50, date(2024, 5, 3))
        self.assertEqual(self._written_off(), [(self._item(invoice).id, date(2024, 5, 2), 30)])
        (row,) = self.env.execute_query_dict(self.ledger._written_off_sql(self.company))
        self.assertEqual((row["partner_id"], row["company_id"]), (self.partner_a.id, self.company.id))

    def test_of_a_payment_with_a_loss_only_the_loss_counts(self):
        invoice = self._invoice(self.partner_a, 100, date(2024, 1, 10))
        self._pay(
            invoice,
            90,
            date(2024, 2, 1),
            payment_difference_handling="reconcile",
            writeoff_account_id=self.bad_debt.id,
        )
        self.assertEqual(self._written_off(), [(self._item(invoice).id, date(2024, 2, 1), 10)])

    def test_in_an_entry_of_several_customers_each_bears_its_own_loss(self):
        """One line of a bank statement pays A in full and B less a loss, whose contact is named on the loss."""
        contact = self.env["res.partner"].create({"name": "Buyer", "parent_id": self.partner_b.id})
        items = [
            self._item(self._invoice(partner, amount, date(2024, 1, 10)))
            for partner, amount in ((self.partner_a, 300), (self.partner_b, 100))
        ]
        bank = self.company_data["default_journal_bank"].default_account_id
        cases = [
            ("of one", [(50, contact)], [50]),
            ("of nobody", [(40, None)], [30, 10]),
            ("of one, and of all", [(50, contact), (7, None)], [6, 51]),
            ("more than the customer owed", [(130, contact)], [30, 100]),
        ]
        for name, losses, expected in cases:
            with self.subTest(name):
                entry = self._entry(
                    date(2024, 2, 1),
                    (bank, 400 - sum(amount for amount, _partner in losses), None),
                    *((self.bad_debt, amount, partner) for amount, partner in losses),
                    *((item.account_id, -item.balance, item.partner_id) for item in items),
                )
                paid = self._item(entry).grouped("partner_id")
                for item in items:
                    (item | paid[item.partner_id]).reconcile()
                self.assertEqual([amount for _line_id, _day, amount in self._written_off()], expected)
                entry.line_ids.remove_move_reconcile()
                entry.button_draft()

    def test_a_write_off_that_was_taken_back_is_none(self):
        invoice = self._invoice(self.partner_a, 100, date(2024, 1, 10))
        entry = self._lose(invoice, 100, date(2024, 5, 2))
        entry._reverse_moves([{"date": date(2024, 5, 3)}], cancel=True)
        self.assertEqual(self._written_off(), [])

    def test_without_bad_debt_accounts_nothing_was_written_off(self):
        invoice = self._invoice(self.partner_a, 100, date(2024, 1, 10))
        self._lose(invoice, 100, date(2024, 5, 2))
        self.company.sudo().write({"writeoff_account_id": False, "bad_debt_account_ids": [Command.clear()]})
        self.assertEqual(self._written_off(), [])

    def test_tax_relief_belongs_to_what_was_written_off(self):
        relief = self._account("BD02", "Tax to claim back", "asset_current")
        self.company.sudo().bad_debt_tax_account_id = relief
        invoice = self._invoice(self.partner_a, 120, date(2024, 1, 10))
        item = self._item(invoice)
        entry = self._entry(
            date(2024, 5, 2),
            (self.bad_debt, 100, None),
            (relief, 20, None),
            (item.account_id, -120, self.partner_a),
        )
        (item | self._item(entry)).reconcile()
        self.assertEqual(self._written_off(), [(item.id, date(2024, 5, 2), 120)])

    def test_the_write_off_account_is_always_a_bad_debt_account(self):
        company = self.company.sudo()
        company.bad_debt_account_ids = [Command.clear()]
        self.assertEqual(company.bad_debt_account_ids, self.bad_debt)
