"""Booking a file: all of it or nothing, in the right company, currency and country."""

import tempfile
from datetime import date

from odoo.exceptions import UserError

from demo.ledger import load_ledger, load_ledger_company
from demo.ledger_columns import LedgerError
from odoo.addons.account.tests.common import AccountTestInvoicingCommon

HEADER = "customer,number,invoice date,due date,amount,payment date,country,currency\n"


class TestLedgerLoad(AccountTestInvoicingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(user=cls.env.ref("base.user_root"))
        cls.company = cls.company_data["company"].with_env(cls.env)

    def _load(self, text, load=load_ledger, **options):
        with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
            file.write(HEADER + text)
            file.flush()
            return load(self.env, file.name, **options)

    def _count(self):
        return self.env["account.move"].search_count([("company_id", "=", self.company.id)])

    def test_invoice_credit_note_and_payments(self):
        moves = self._load(
            "C1,1,2024-01-10,2024-02-10,100,2024-03-01,DE,\n"
            "C1,2,2024-01-11,2024-01-11,-40,,DE,\n"
            "C2,3,2024-01-12,,7,,FRA,\n",
            company=self.company,
        )
        self.assertRecordValues(
            moves,
            [
                {"move_type": "out_invoice", "ref": "1", "amount_total": 100, "payment_state": "paid"},
                {"move_type": "out_refund", "ref": "2", "amount_total": 40, "payment_state": "not_paid"},
                {"move_type": "out_invoice", "ref": "3", "amount_total": 7, "payment_state": "not_paid"},
            ],
        )
        self.assertEqual(moves[0].invoice_date_due, date(2024, 2, 10))
        self.assertEqual(moves[0].line_ids.matched_credit_ids.max_date, date(2024, 3, 1))
        self.assertEqual(moves.partner_id.mapped("country_id.code"), ["DE", "FR"])

    def test_a_mistake_in_the_file_books_nothing(self):
        before = self._count()
        with self.assertRaises(LedgerError):
            self._load("C1,1,2024-01-10,2024-02-10,100,,,\nC1,2,2024-01-10,2024-02-10,x,,,\n", company=self.company)
        self.assertEqual(self._count(), before)

    def test_loading_a_file_twice_is_refused(self):
        text = "C1,1,2024-01-10,2024-02-10,100,,,\n"
        self._load(text, company=self.company)
        before = self._count()
        with self.assertRaisesRegex(UserError, "already has documents"):
            self._load(text, company=self.company)
        self.assertEqual(self._count(), before)

    def test_a_customer_known_by_reference_is_used(self):
        partner = self.env["res.partner"].create({"name": "Known", "ref": "C77"})
        moves = self._load("C77,1,2024-01-10,2024-02-10,100,,,\n", company=self.company)
        self.assertEqual(moves.partner_id, partner)

    def test_a_currency_without_rate_is_refused_and_with_rate_converted(self):
        text = "C1,1,2024-01-10,2024-02-10,100,2024-03-01,,GBP\n"
        currency = self.env.ref("base.GBP")
        currency.active = True
        currency.rate_ids.unlink()
        with self.assertRaisesRegex(UserError, "GBP: no exchange rate on 2024-01-10"):
            self._load(text, company=self.company)
        self.env["res.currency.rate"].create(
            {"name": "2024-01-01", "currency_id": currency.id, "rate": 0.5, "company_id": False}
        )
        move = self._load(text, company=self.company)
        self.assertEqual((move.amount_total, move.amount_total_signed, move.payment_state), (100, 200, "paid"))

    def test_one_unknown_country_code_makes_tags_of_all(self):
        moves = self._load("C1,1,2024-01-10,,1,,818,\nC2,2,2024-01-10,,1,,391,\n", company=self.company)
        self.assertFalse(moves.partner_id.country_id)
        self.assertEqual(moves.partner_id.category_id.mapped("name"), ["Country code 818", "Country code 391"])

    def test_a_file_in_one_currency_gets_a_company_of_that_currency(self):
        company = self._load("C1,1,2024-01-10,,1,,CN,CNY\n", load=load_ledger_company, name="Loaded")
        self.assertEqual(company.currency_id.name, "CNY")
        self.assertEqual(self.env["account.move"].search([("company_id", "=", company.id)]).amount_total_signed, 1)
        self.assertIn(company, self.env.ref("base.user_admin").company_ids)
