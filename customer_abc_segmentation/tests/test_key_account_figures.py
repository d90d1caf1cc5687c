from datetime import date

from odoo import Command
from odoo.tests import freeze_time, tagged

from .key_account_common import KeyAccountCommon


@tagged("post_install", "-at_install")
@freeze_time("2024-07-10")
class TestKeyAccountFigures(KeyAccountCommon):
    # ------------------------------------------------------------------
    # SALES
    # ------------------------------------------------------------------

    def test_sales_of_the_periods_that_are_compared(self):
        for amount, day in ((100, "2024-04-01"), (20.05, "2024-06-30"), (7, "2024-07-01"), (50, "2024-03-31")):
            self._invoice(self.ann, amount, day)
        self._invoice(self.ann, 30, "2024-05-05", move_type="out_refund")
        self._invoice(self.ann, 80, "2023-05-05")
        self._invoice(self.ann, 9, "2023-07-01")
        self._invoice(self.bob, 900, "2024-05-05")
        values = self._values()
        for code, expected in {
            "revenue": 90.05,
            "revenue_before": 50,
            "revenue_last_year": 80,
            "revenue_ytd": 140.05,
            "invoice_count": 2,
            "average_invoice": 60.03,
            "since": "2023-05-05",
            "last_invoice": "2024-06-30",
        }.items():
            self.assertEqual(values[code], expected, code)
        self.assertAlmostEqual(values["growth_before"], 90.05 / 50 - 1)
        self.assertAlmostEqual(values["growth_last_year"], 90.05 / 80 - 1)
        self.assertAlmostEqual(values["growth_ytd"], 140.05 / 80 - 1)
        self.assertAlmostEqual(values["company_share"], 90.05 / 990.05)
        self.assertAlmostEqual(values["returns_share"], 30 / 120.05)

    def test_drafts_and_later_invoices_do_not_count(self):
        self._invoice(self.ann, 100, "2024-05-01")
        self._invoice(self.ann, 100, "2024-05-02").button_draft()
        self.assertEqual(self._values()["revenue"], 100)

    def test_branches_and_contacts_are_counted_with_the_customer(self):
        branch = self._create_company(name="Branch", parent_id=self.company.id)
        self.env.user.company_ids |= branch
        contact = self._customer("Clerk of Ann", is_company=False, parent_id=self.ann.id)
        self._invoice(contact, 10, "2024-05-01")
        journal = self.company_data["default_journal_sale"]
        move = self._invoice(self.ann, 5, "2024-05-01")
        self.assertEqual(self._values()["revenue"], 15)
        move.button_draft()
        move.unlink()
        self.env["account.move"].with_context(allowed_company_ids=(branch + self.company).ids).create(
            {
                "move_type": "out_invoice",
                "partner_id": self.ann.id,
                "company_id": branch.id,
                "journal_id": journal.id,
                "invoice_date": "2024-05-01",
                "invoice_line_ids": [Command.create({"name": "x", "price_unit": 7, "tax_ids": False})],
            }
        ).action_post()
        review = self.reviews.search([("partner_id", "=", self.ann.id)])
        review.action_refresh()
        self.assertEqual(review.revenue, 17)

    def test_foreign_currency_counts_in_company_currency(self):
        euro = self.setup_other_currency("EUR", rates=[("2024-01-01", 2.0)])
        self._invoice(self.ann, 100, "2024-05-01", currency_id=euro.id)
        review = self._sheet()
        self.assertEqual((review.revenue, review.receivable), (50, 50))
        self.assertEqual(review.currency_id, self.company.currency_id)

    def test_months_stand_beside_those_of_the_year_before(self):
        self._invoice(self.ann, 10, "2024-05-01")
        self._invoice(self.ann, 4, "2023-05-31")
        self._invoice(self.ann, 3, "2023-07-01")
        self._invoice(self.ann, 1, "2022-07-31")
        months = {month[0]: month[1:] for month in self._sheet().figures["months"]}
        self.assertEqual(len(months), 12)
        self.assertEqual((months["2024-05-01"], months["2023-07-01"]), ([10, 4], [3, 1]))

    def test_top_products_add_up_to_the_revenue(self):
        self.sheets.top_count = 1
        apple, pear = (
            self.env["product.product"].create({"name": name, "categ_id": self.product_a.categ_id.id})
            for name in ("Apple", "Pear")
        )
        self.env["res.lang"]._activate_lang("zh_CN")
        apple.with_context(lang="zh_CN").name = "苹果"
        self._line(apple, 30, "2024-05-01")
        self._line(apple, 5, "2024-02-01")
        self._line(pear, 10, "2024-05-01")
        review = self._sheet()
        top = review._get_top_rows("products")
        self.assertEqual([(row["name"], row["amount"]) for row in top], [("Apple", 30), ("All others", 10)])
        self.assertEqual(review.figures["products"][0]["before"], 5)
        self.assertEqual(review.with_context(lang="zh_CN")._get_top_rows("products")[0]["name"], "苹果")
        self.assertEqual(sum(row["amount"] for row in review._get_top_rows("categories")), 40)

    def _line(self, product, amount, day):
        self._invoice(
            self.ann,
            amount,
            day,
            invoice_line_ids=[
                Command.create({"product_id": product.id, "price_unit": amount, "quantity": 1, "tax_ids": False})
            ],
        )

    # ------------------------------------------------------------------
    # RECEIVABLES
    # ------------------------------------------------------------------

    def test_open_items_are_those_of_the_last_day(self):
        early = self._invoice(self.ann, 100, "2024-03-01")
        late = self._invoice(self.ann, 50, "2024-06-20", invoice_date_due="2024-07-20")
        self._pay(early, 40, "2024-06-30")
        self._pay(early, 60, "2024-07-01")
        self._pay(late, 50, "2024-07-02")
        review = self._sheet()
        values = review.figures["values"]
        self.assertEqual((values["receivable"], values["overdue"], values["receivable_opening"]), (110, 60, 100))
        self.assertEqual(values["overdue_days"], (date(2024, 6, 30) - date(2024, 3, 1)).days)
        self.assertEqual(review.figures["aging"], [50, 0, 0, 0, 60, 0])
        self.assertEqual([item["amount"] for item in review.figures["items"]], [60, 50])
        self.assertEqual(review.figures["items"][0]["document"], early.name)

    def test_each_bound_of_the_aging_strip(self):
        for due, strip in (
            ("06-30", 0),
            ("06-29", 1),
            ("05-31", 1),
            ("05-30", 2),
            ("05-01", 2),
            ("04-30", 3),
            ("04-01", 3),
            ("03-31", 4),
        ):
            with self.subTest(due):
                customer = self._customer(due)
                self._invoice(customer, 10, "2024-03-01", invoice_date_due=f"2024-{due}")
                aging = self._sheet(customer).figures["aging"]
                self.assertEqual([number for number, amount in enumerate(aging) if amount], [strip])

    def test_credits_pay_the_oldest_first(self):
        self._invoice(self.ann, 100, "2024-04-01", invoice_date_due="2024-05-01")
        self._invoice(self.ann, 30, "2024-06-01", move_type="out_refund")
        review = self._sheet()
        self.assertEqual((review.receivable, review.overdue), (70, 70))
        self.assertEqual(review.figures["aging"][-1], -30)
        self._invoice(self.bob, 20, "2024-04-01", invoice_date_due="2024-05-01")
        self._invoice(self.bob, 30, "2024-06-01", move_type="out_refund")
        other = self._sheet(self.bob)
        self.assertEqual((other.receivable, other.overdue), (-10, 0))
        self.assertEqual(other.figures["values"]["overdue_days"], 0)
        self.assertIsNone(other.figures["values"]["overdue_share"])

    def test_open_items_add_up_to_the_general_ledger(self):
        for number, (amount, day) in enumerate(((100, "2024-01-05"), (33.33, "2024-04-07"), (0.01, "2024-06-30"))):
            invoice = self._invoice(self.ann, amount, day)
            if number < 2:
                self._pay(invoice, amount / 3, "2024-06-29")
        self._invoice(self.ann, 7.77, "2024-06-30", move_type="out_refund")
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "=", self.ann.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("date", "<=", "2024-06-30"),
            ]
        )
        review = self._sheet()
        self.assertEqual(review.receivable, self.company.currency_id.round(sum(lines.mapped("balance"))))
        self.assertAlmostEqual(sum(review.figures["aging"]), review.receivable)

    def test_dso_and_turnover_are_with_tax(self):
        tax = self.env["account.tax"].create({"name": "20", "amount": 20, "type_tax_use": "sale"})
        self._invoice(self.ann, 60, "2024-03-01")
        self._invoice(
            self.ann,
            100,
            "2024-05-01",
            invoice_line_ids=[Command.create({"name": "x", "price_unit": 100, "tax_ids": tax.ids})],
        )
        values = self._values()
        self.assertEqual((values["sales_taxed"], values["receivable"], values["receivable_opening"]), (120, 180, 60))
        self.assertAlmostEqual(values["dso"], 180 / 120 * 91)
        self.assertAlmostEqual(values["turnover"], 120 / 120 * 365 / 91)
        self.assertAlmostEqual(values["turnover_days"], 91)
