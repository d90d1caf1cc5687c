import io
import unittest
from datetime import date, timedelta

from lxml import html
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from odoo.fields import Command
from odoo.tests import Form, HttpCase, tagged
from odoo.tests.common import new_test_user

from ..report.aged_balance_xlsx import AgedBalanceWorkbook
from .common import CollectionsCommon

AS_OF = date(2024, 6, 30)


def days_ago(days):
    return AS_OF - timedelta(days=days)


@tagged("post_install", "-at_install")
class TestReceivableAgingWizard(CollectionsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._invoice(cls.partner_a, 100.10, days_ago(30))
        cls._invoice(cls.partner_a, 20.20, days_ago(200))
        cls._invoice(cls.partner_b, 50, days_ago(10), move_type="out_refund")
        invoice = cls._invoice(cls.partner_b, 70, days_ago(40))
        cls._pay(invoice, 70, days_ago(-1))

    def _wizard(self, **values):
        return self.env["receivable.aging.wizard"].create(
            {"as_of": AS_OF, "company_ids": self.company.ids, "scheme_id": self.scheme.id, **values}
        )

    def _page(self, wizard):
        report = self.env["ir.actions.report"]
        return html.fromstring(report._render_qweb_html("receivable_dunning.report_aged_balance", wizard.ids)[0])

    def _texts(self, rows):
        """Cells as read; Odoo glues the minus sign to its figure with an invisible character."""
        return [
            [" ".join(cell.text_content().replace("\ufeff", "").split()) for cell in row.xpath("./th|./td")]
            for row in rows
        ]

    def test_form_proposes_today_and_the_default_scheme(self):
        with Form(self.env["receivable.aging.wizard"]) as form:
            self.assertEqual(form.date_basis, "due")
            self.assertEqual(form.scheme_id, self.scheme)
            form.as_of = AS_OF
        action = form.record.action_view()
        self.assertEqual(action["context"]["as_of"], "2024-06-30")
        self.assertEqual(action["context"]["bucket_scheme_id"], self.scheme.id)

    def test_view_shows_the_chosen_customers_on_the_chosen_day(self):
        action = self._wizard(partner_ids=self.partner_b.ids).action_view()
        aging = self.env["receivable.aging"].with_context(**action["context"])
        self.assertEqual(self._by_bucket(aging, action["domain"]), {"1-30": -50, "31-60": 70})

    def test_pdf_has_a_row_per_customer_and_totals_equal_the_ledger(self):
        page = self._page(self._wizard())
        (article,) = page.xpath("//div[contains(@class, 'article')]")
        head, *rows = self._texts(article.xpath(".//tr"))
        self.assertEqual(head, ["Customer", "Not due", "1-30", "31-60", "61-90", "91-120", "Over 120", "Total"])
        self.assertEqual(rows[0], ["partner_a", "", "100.10", "", "", "", "20.20", "120.30"])
        self.assertEqual(rows[1], ["partner_b", "", "-50.00", "70.00", "", "", "", "20.00"])
        self.assertEqual(rows[2][:-1], ["Total", "0.00", "50.10", "70.00", "0.00", "0.00", "20.20"])
        self.assertIn("140.30", rows[2][-1])
        text = " ".join(article.text_content().split())
        for expected in (self.company.name, "06/30/2024", self.scheme.name, "Due Date"):
            self.assertIn(expected, text)

    def test_pdf_repeats_the_head_on_every_page(self):
        for number in range(62):
            partner = self.env["res.partner"].create({"name": f"Customer {number:02}"})
            self._invoice(partner, 10, days_ago(3))
        article = self._page(self._wizard())
        self.assertEqual(len(article.xpath("//thead")), 3)
        self.assertEqual(len(article.xpath("//div[contains(@class, 'o_break')]")), 2)

    def test_pdf_of_nothing_says_so(self):
        page = self._page(self._wizard(as_of=date(2000, 1, 1)))
        self.assertIn("Nothing was open", page.text_content())

    def test_pdf_prints(self):
        report = self.env["ir.actions.report"]
        if report.get_wkhtmltopdf_state() not in ("ok", "upgrade", "workers"):
            raise unittest.SkipTest("wkhtmltopdf is not installed")
        with self.allow_pdf_render():
            content, kind = report.with_context(force_report_rendering=True)._render_qweb_pdf(
                "receivable_dunning.report_aged_balance", self._wizard().ids
            )
        self.assertEqual((kind, content[:5]), ("pdf", b"%PDF-"))

    def test_xlsx_holds_customers_and_items(self):
        file = io.BytesIO()
        AgedBalanceWorkbook(self._wizard(), file).save()
        book = load_workbook(io.BytesIO(file.getvalue()))
        customers, items = (list(sheet.iter_rows(min_row=5, values_only=True)) for sheet in book)
        self.assertEqual(
            [(row[1], *row[3:]) for row in customers],
            [
                ("partner_a", None, 100.1, None, None, None, 20.2, 120.3),
                ("partner_b", None, -50, 70, None, None, None, 20),
                ("Total", None, 50.1, 70, None, None, 20.2, 140.3),
            ],
        )
        self.assertEqual(
            sorted((row[1], row[7], row[10]) for row in items),
            [
                ("partner_a", "1-30", 100.1),
                ("partner_a", "Over 120", 20.2),
                ("partner_b", "1-30", -50),
                ("partner_b", "31-60", 70),
            ],
        )
        self.assertEqual(items[0][5].date(), days_ago(200))
        amount = book.worksheets[1]["K5"]
        self.assertEqual((amount.number_format, amount.data_type), ("#,##0.00", "n"))

    def test_xlsx_holds_any_name(self):
        names = ["<Müller> & Söhne", "  带空格 ", "it is _x0041_ not A", "a bell\x07"]
        for name in names:
            self._invoice(self.env["res.partner"].create({"name": "Customer", "ref": name}), 10, days_ago(30))
        file = io.BytesIO()
        AgedBalanceWorkbook(self._wizard(), file).save()
        sheet = load_workbook(io.BytesIO(file.getvalue())).worksheets[1]
        found = {unescape(row[2]) for row in sheet.iter_rows(min_row=5, values_only=True) if row[2]}
        self.assertEqual(found, set(names))

    def test_xlsx_without_items_has_its_heads_only(self):
        file = io.BytesIO()
        AgedBalanceWorkbook(self._wizard(as_of=date(2000, 1, 1)), file).save()
        customers, items = load_workbook(io.BytesIO(file.getvalue())).worksheets
        self.assertEqual((items["B4"].value, items.max_row), ("Customer", 4))


@tagged("post_install", "-at_install")
class TestAgedBalanceDownload(HttpCase):
    def test_download_is_for_the_owner_of_the_wizard(self):
        groups = "receivable_dunning.group_collections_user"
        clerk = new_test_user(self.env, "aging_clerk", groups=groups)
        other = new_test_user(self.env, "aging_other", groups=groups)
        wizard = self.env["receivable.aging.wizard"].with_user(clerk).create({"as_of": AS_OF})
        url = wizard.action_export()["url"]
        self.authenticate(other.login, other.login)
        self.assertIn(self.url_open(url).status_code, (403, 404))
        self.authenticate(clerk.login, clerk.login)
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200)
        self.assertEqual(load_workbook(io.BytesIO(response.content)).sheetnames, ["Customers", "Open Items"])

    def test_pivot_at_a_past_date_leads_to_the_document(self):
        """The invoice was open on the last day of 2024 and is paid since: only the past shows it."""
        partner = self.env["res.partner"].create({"name": "Aging Tour Customer"})
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": "2024-11-20",
                "invoice_date_due": "2024-11-30",
                "invoice_payment_term_id": False,
                "invoice_line_ids": [Command.create({"name": "goods", "price_unit": 1234, "tax_ids": False})],
            }
        )
        invoice.action_post()
        self.env["account.payment.register"].with_context(active_model="account.move", active_ids=invoice.ids).create(
            {"payment_date": "2025-01-10"}
        )._create_payments()
        self.start_tour("/odoo", "receivable_aging", login="admin")
