from datetime import date, timedelta

from odoo import Command
from odoo.tests import tagged

from .loss_common import BadDebtCommon

DAY = date(2024, 6, 12)
JUNE = (date(2024, 6, 1), date(2024, 6, 30))


@tagged("post_install", "-at_install")
class TestMoneyCollected(BadDebtCommon):
    """Collected is what came in: what a payment settles along with it is a loss, a discount, a charge."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls.partner_a
        cls.discount = cls._account("DI01", "Cash discounts", "expense")
        cls.charges = cls._account("BC01", "Bank charges", "expense_direct_cost")
        cls.revenue = cls.company_data["default_account_revenue"]
        cls.surplus = cls._account("SU01", "Small differences", "income_other")
        cls.invoice = cls._invoice(cls.customer, 100, date(2024, 5, 2), due=date(2024, 5, 20))

    def _found(self, *names):
        found = self.env["receivable.kpi"]._figures(self.company, *JUNE)
        return tuple(round(found[f"{name}_amount"], 2) for name in names or ("collected", "written_off", "other"))

    def _pay_with_difference(self, amount, account, invoice=None, **values):
        return self._pay(
            invoice or self.invoice,
            amount,
            DAY,
            payment_difference_handling="reconcile",
            writeoff_account_id=account.id,
            **values,
        )

    def _accounts(self):
        return self._item(self.invoice).account_id, self.company_data["default_journal_bank"].default_account_id

    def _came_from(self, *customers):
        """What was collected from each customer."""
        found = self.env["receivable.kpi.customer"].with_context(
            kpi_from=JUNE[0], kpi_to=JUNE[1], allowed_company_ids=self.company.ids
        )
        found.invalidate_model()
        rows = {row.partner_id: round(row.collected_amount, 2) for row in found.search([])}
        return tuple(rows[customer] for customer in customers)

    def _bank_entry(self, *rows):
        """An entry of the bank by hand: ``(account, balance, partner)``."""
        lines = [
            Command.create({"account_id": account.id, "balance": balance, "partner_id": partner and partner.id})
            for account, balance, partner in rows
        ]
        journal = self.company_data["default_journal_bank"]
        entry = self.env["account.move"].create({"date": DAY, "journal_id": journal.id, "line_ids": lines})
        entry.action_post()
        return entry

    # ------------------------------------------------------------------
    # CASES
    # ------------------------------------------------------------------

    def test_what_was_settled_without_money_is_not_collected(self):
        cases = [
            ("bad debt", self.bad_debt, 90, (90, 10, -10)),
            ("cash discount", self.discount, 97, (97, 0, -3)),
            ("bank charge", self.charges, 99.5, (99.5, 0, -0.5)),
            ("all but a cent lost", self.bad_debt, 0.01, (0.01, 99.99, -99.99)),
        ]
        for name, account, amount, expected in cases:
            with self.subTest(name):
                invoice = self._invoice(self.customer, 100, date(2024, 5, 2))
                payment = self._pay_with_difference(amount, account, invoice)
                self.assertEqual(self._found(), expected)
                self.assertFalse(self._item(invoice).amount_residual)
                payment.action_draft()
                self.assertEqual(self._found(), (0, 0, 0))

    def test_a_payment_in_part_is_collected_as_it_is(self):
        self._pay(self.invoice, 40, DAY)
        self.assertEqual(self._found(), (40, 0, 0))
        self._pay_with_difference(50, self.bad_debt)
        self.assertEqual(self._found(), (90, 10, -10))

    def test_a_surplus_is_no_payment_of_receivables(self):
        self._pay_with_difference(102, self.surplus)
        self.assertEqual(self._found("collected", "other"), (100, 0))

    def test_what_is_paid_back_is_what_left_the_bank(self):
        refund = self._invoice(self.customer, 50, date(2024, 5, 2), move_type="out_refund")
        self._pay_with_difference(48, self.surplus, refund)
        self.assertEqual(self._found("collected", "other"), (-48, 2))

    def test_a_payment_that_is_sent_back_takes_everything_back(self):
        payment = self._pay_with_difference(90, self.bad_debt)
        payment.move_id._reverse_moves([{"date": DAY + timedelta(days=2)}], cancel=True)
        self.assertEqual(self._found(), (0, 0, 0))

    def test_foreign_money_counts_at_its_rate_and_what_the_rates_changed_is_no_money(self):
        euro = self.setup_other_currency("EUR", rates=[("1900-01-01", 0.5), ("2024-06-01", 0.8)])
        abroad = self._invoice(self.customer, 100, date(2024, 5, 3), currency_id=euro.id)
        self._pay_with_difference(80, self.bad_debt, abroad, currency_id=euro.id)
        self.assertFalse(self._item(abroad).amount_residual)
        collected, written_off, other = self._found()
        # 80 euro at 0.8; the rest of the 200 is a loss of 20 euro and what the euro lost
        self.assertEqual(collected, 100)
        self.assertEqual(other, -100)
        self.assertGreater(written_off, 0)

    def test_tax_of_a_discount_is_no_money(self):
        tax = self.company_data["default_tax_sale"]
        account = tax.invoice_repartition_line_ids.account_id[:1]
        receivable = self._item(self.invoice).account_id
        bank = self.company_data["default_journal_bank"].default_account_id
        repartition = tax.refund_repartition_line_ids.filtered(lambda line: line.repartition_type == "tax")
        lines = [
            {"account_id": bank.id, "balance": 88.5},
            {"account_id": self.discount.id, "balance": 10, "tax_ids": [Command.set(tax.ids)]},
            {"account_id": account.id, "balance": 1.5, "tax_repartition_line_id": repartition[:1].id},
            {"account_id": receivable.id, "balance": -100, "partner_id": self.customer.id},
        ]
        entry = self.env["account.move"].create(
            {
                "date": DAY,
                "journal_id": self.company_data["default_journal_bank"].id,
                "line_ids": [Command.create(line) for line in lines],
            }
        )
        entry.action_post()
        self.assertEqual(self._found("collected", "other"), (88.5, -11.5))

    def test_one_entry_for_several_customers_is_shared_by_what_each_was_credited(self):
        account, bank = self._accounts()
        self._bank_entry(
            (bank, 396, None),
            (self.charges, 4, None),
            (account, -300, self.customer),
            (account, -100, self.partner_b),
        )
        self.assertEqual(self._found("collected", "other"), (396, -4))
        self.assertEqual(self._came_from(self.customer, self.partner_b), (297, 99))

    def test_what_was_settled_for_one_customer_of_an_entry_is_not_taken_off_another(self):
        """One line of a bank statement pays A in full and B less a discount, whose contact is named on the discount."""
        account, bank = self._accounts()
        contact = self.env["res.partner"].create({"name": "Buyer", "parent_id": self.partner_b.id})
        cases = [
            ("discount", [(self.discount, 50, contact)], (300, 50)),
            ("with a charge for all", [(self.discount, 50, contact), (self.charges, 7, None)], (294, 49)),
            ("charge that names the bank", [(self.charges, 4, self.partner_a.copy())], (297, 99)),
            ("more than the customer settled", [(self.discount, 130, contact)], (270, 0)),
            ("a sale to the other one", [(self.discount, 50, contact), (self.revenue, -40, self.customer)], (300, 50)),
        ]
        for name, others, expected in cases:
            with self.subTest(name):
                rows = [*others, (account, -300, self.customer), (account, -100, self.partner_b)]
                entry = self._bank_entry((bank, -sum(row[1] for row in rows), None), *rows)
                self.assertEqual(self._came_from(self.customer, self.partner_b), expected)
                self.assertEqual(self._found("collected"), (sum(expected),))
                entry.button_draft()

    def test_customer_paid_back_in_an_entry_bears_no_charge_of_those_who_paid(self):
        account, bank = self._accounts()
        rows = [(self.charges, 6, None), (account, -300, self.customer), (account, 100, self.partner_b)]
        self._bank_entry((bank, 194, None), *rows)
        self.assertEqual(self._came_from(self.customer, self.partner_b), (294, -100))

    def test_a_sale_in_the_entry_of_the_bank_is_no_money_of_receivables(self):
        account, bank = self._accounts()
        self._bank_entry((bank, 140, None), (self.revenue, -40, None), (account, -100, self.customer))
        self.assertEqual(self._found("collected", "other"), (100, 0))

    def test_write_offs_and_exchange_differences_are_other_changes(self):
        self._lose(self.invoice, 60, DAY)
        self.assertEqual(self._found(), (0, 60, -60))

    # ------------------------------------------------------------------
    # LAWS
    # ------------------------------------------------------------------

    def test_what_came_in_is_what_bank_accounts_say_whatever_the_differences(self):
        """Payments of all kinds: collected is the sum of the sides of the entries that are no profit or loss."""
        accounts = (self.bad_debt, self.discount, self.charges)
        for number in range(1, 10):
            invoice = self._invoice(self.customer, 100 + number, date(2024, 5, 2))
            paid = round((100 + number) * (1 - number / 37), 2)
            if number % 3:
                self._pay_with_difference(paid, accounts[number % len(accounts)], invoice)
            else:
                self._pay(invoice, paid, DAY)
        payments = self.env["account.payment"].search([("company_id", "=", self.company.id), ("date", "=", DAY)])
        self.assertEqual(len(payments), 9)
        self.assertEqual(self._found("collected"), (round(sum(payments.mapped("amount")), 2),))
        found = self.env["receivable.kpi"]._figures(self.company, *JUNE)
        change = found["closing_amount"] - found["opening_amount"]
        self.assertAlmostEqual(change, found["sales_amount"] - found["collected_amount"] + found["other_amount"], 2)

    def _assert_records_add_up(self, row):
        for action, name in ((row._payments_action(), "collected_amount"), (row._others_action(), "other_amount")):
            items = self.env["receivable.kpi.item"].with_context(
                **action["context"], allowed_company_ids=self.company.ids
            )
            behind = items.search(action["domain"])
            self.assertTrue(all(behind.mapped(name)))
            self.assertAlmostEqual(sum(behind.mapped(name)), row[name], 2, f"{row.display_name}: {name}")
            for item in behind:
                self.assertAlmostEqual(item.other_amount, item.balance + item.collected_amount, 2)

    def _months(self):
        self.env["receivable.kpi"]._await(self.company, JUNE[0], JUNE[0])._compute_months()
        return self.env["receivable.kpi"].search([("company_id", "=", self.company.id), ("month", "=", JUNE[0])])

    def test_records_behind_money_and_other_changes_add_up_to_them(self):
        self._pay_with_difference(90, self.bad_debt)
        self._lose(self._invoice(self.customer, 20, date(2024, 5, 2)), 20, DAY)
        row = self._months().filtered(lambda row: row.dimension == "company")
        self.assertEqual((row.collected_amount, row.other_amount), (90, -30))
        self._assert_records_add_up(row)

    def test_records_behind_the_money_of_whoever_follows_a_customer_add_up(self):
        seller = self._user("mc_seller", "base.group_user")
        self.customer.user_id = seller
        account, bank = self._accounts()
        rows = [(self.charges, 4, None), (account, -300, self.customer), (account, -100, self.partner_b)]
        self._bank_entry((bank, 396, None), *rows)
        months = self._months()
        found = {row.user_id: row.collected_amount for row in months if row.dimension == "salesperson"}
        self.assertEqual(found, {seller: 297, seller.browse(): 99})
        for row in months:
            self._assert_records_add_up(row)

    def test_fee_that_takes_more_than_came_in_pays_nobody_back(self):
        account, bank = self._accounts()
        self._bank_entry((bank, -20, None), (self.charges, 120, None), (account, -100, self.customer))
        row = self._months().filtered(lambda row: row.dimension == "company")
        self.assertEqual((row.collected_amount, row.other_amount), (0, -100))
        self._assert_records_add_up(row)

    def test_records_behind_write_offs_add_up_whoever_follows_the_customer(self):
        self.customer.user_id = self._user("mc_loser", "base.group_user")
        self._pay_with_difference(90, self.bad_debt)
        for amount in (30, 20):
            self._lose(self._invoice(self.partner_b, 200, date(2024, 5, 2)), amount, DAY)
        months = self._months()
        self.assertEqual(months.filtered(lambda row: row.dimension == "company").written_off_amount, 60)
        for row in months:
            action = row._write_offs_action()
            losses = self.env["receivable.kpi.loss"].with_context(
                **action["context"], allowed_company_ids=self.company.ids
            )
            self.assertAlmostEqual(sum(losses.search(action["domain"]).mapped("amount")), row.written_off_amount, 2)
        self.assertEqual(losses.search([], limit=1).action_open_document()["res_model"], "account.move")

    def test_a_click_on_a_record_opens_its_entry(self):
        self._pay_with_difference(90, self.bad_debt)
        row = self._months().filtered(lambda row: row.dimension == "company")
        action = row._payments_action()
        item = self.env["receivable.kpi.item"].with_context(**action["context"]).search(action["domain"])
        entry = self.env["account.move"].browse(item.action_open_document()["res_id"])
        self.assertEqual(entry.line_ids.filtered(lambda line: line.account_id == self.bad_debt).balance, 10)
