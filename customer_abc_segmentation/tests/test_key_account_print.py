import io
from datetime import date

from lxml import html
from openpyxl import load_workbook

from odoo import fields
from odoo.tests import Form, HttpCase, freeze_time, tagged

from ..core.key_account_period import last_complete
from ..models.key_account_catalog import explain, label
from ..report.key_account_review_xlsx import KeyAccountWorkbook
from .key_account_common import KeyAccountCommon

REPORT = "customer_abc_segmentation.report_key_account_review"


@tagged("post_install", "-at_install")
@freeze_time("2024-07-10")
class TestKeyAccountPrint(KeyAccountCommon):
    def setUp(self):
        super().setUp()
        self.env["res.lang"]._activate_lang("zh_CN")
        self._invoice(self.ann, 1000, "2024-02-01")
        self._invoice(self.ann, 2345.67, "2024-05-15")
        self.first = self._sheet(period=self.Q1)
        self.env["key.account.action"].create(
            {
                "review_id": self.first.id,
                "name": "Sell spare parts",
                "date_deadline": "2024-06-30",
                "figure": "revenue",
                "target": 2000,
            }
        )
        self.review = self._sheet()
        self.review.summary = "Growing <fast>"
        self.env["key.account.comment"].create(
            {"review_id": self.review.id, "section": "profit", "text": "Margin & mix held"}
        )

    def _html(self, lang="en_US"):
        report = self.env["ir.actions.report"].with_context(lang=lang)
        return html.fromstring(report._render_qweb_html(REPORT, self.review.ids)[0])

    def _cells(self, page, name):
        [row] = page.xpath(f"//table[contains(@class, 'o_ka_rows')]//tr[td[1][normalize-space()='{name}']]")
        return [cell.text_content().strip() for cell in row.xpath("td")]

    def test_print_shows_figures_beside_the_previous_review(self):
        page = self._html()
        currency = self.review.currency_id
        self.assertEqual(
            self._cells(page, "Revenue"),
            ["Revenue", currency.format(2345.67), currency.format(1000.0), f"+{currency.format(1345.67)}"],
        )
        text = page.text_content()
        for words in (
            "Ann",
            "Q2 2024",
            "Q1 2024",
            "Growing <fast>",
            "Margin & mix held",
            "Sell spare parts",
            "Reached",
            "Draft",
        ):
            self.assertIn(words, text)

    def test_print_explains_every_figure(self):
        text = self._html().text_content()
        for row in self.review._get_rows("turnover"):
            self.assertIn(row["help"], text)

    def test_print_speaks_chinese(self):
        page = self._html("zh_CN")
        chinese = self.env(context={**self.env.context, "lang": "zh_CN"})
        text = page.text_content()
        for words in (label(chinese, "revenue"), explain(chinese, "dso"), "2024/04/01", "5月"):
            self.assertIn(words, text)
        self.assertIn(chinese["key.account.review"].browse(self.review.id)._get_period_name(), text)

    def test_signed_print_names_who_signed(self):
        self._signed(self.review)
        text = self._html().text_content()
        self.assertIn("Signer", text)
        self.assertNotIn("Draft", text)

    def test_bars_are_as_high_as_the_months(self):
        chart = self.review._get_chart()
        bars = {bar["label"]: bar["now"]["height"] for bar in chart["bars"]}
        self.assertAlmostEqual(bars["Feb"] / bars["May"], 1000 / 2345.67, places=2)
        self.assertEqual([bar["label"] for bar in chart["bars"] if bar["is_inside"]], ["Apr", "May", "Jun"])
        self.assertGreaterEqual(len(self._html().xpath("//*[name()='svg']//*[name()='rect']")), 24)

    def test_pdf_of_several_sheets(self):
        if self.env["ir.actions.report"].get_wkhtmltopdf_state() == "install":
            self.skipTest("wkhtmltopdf is not installed")
        report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        with self.allow_pdf_render():
            content, kind = report._render_qweb_pdf(REPORT, (self.first | self.review).ids)
        self.assertEqual((content[:4], kind), (b"%PDF", "pdf"))

    # ------------------------------------------------------------------
    # WORKBOOK
    # ------------------------------------------------------------------

    def _book(self, reviews):
        file = io.BytesIO()
        KeyAccountWorkbook(reviews, file).save()
        return load_workbook(io.BytesIO(file.getvalue()))

    def test_workbook_has_numbers(self):
        book = self._book(self.first | self.review)
        self.assertEqual(
            book.sheetnames, ["Figures", "Months", "Products and Categories", "Receivables", "Comments", "Actions"]
        )
        rows = {(row[1], row[3]): row for row in book["Figures"].iter_rows(values_only=True)}
        revenue = rows["Q2 2024", "Revenue"]
        self.assertEqual((revenue[0], revenue[4], revenue[5]), ("Ann", 2345.67, 1000))
        self.assertAlmostEqual(revenue[6], 1345.67)
        self.assertEqual(revenue[7], self.company.currency_id.name)
        self.assertEqual(rows["Q2 2024", "Customer since"][4].date(), date(2024, 2, 1))
        self.assertAlmostEqual(rows["Q2 2024", "Share of company sales"][4], 1.0)
        self.assertIsNone(rows["Q1 2024", "Revenue"][5])
        months = [row[3] for row in book["Months"].iter_rows(min_row=2, values_only=True) if row[1] == "Q2 2024"]
        self.assertEqual((len(months), sum(months)), (12, 3345.67))
        [action] = list(book["Actions"].iter_rows(min_row=2, values_only=True))[-1:]
        self.assertEqual((action[2], action[-1]), ("Sell spare parts", "Reached"))
        [comment] = book["Comments"].iter_rows(min_row=2, values_only=True)
        self.assertEqual(comment[-1], "Margin & mix held")

    def test_workbook_speaks_chinese(self):
        chinese = self.review.with_context(lang="zh_CN")
        book = self._book(chinese)
        names = [row[3] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)]
        self.assertIn(label(chinese.env, "revenue"), names)
        self.assertEqual(book.worksheets[0]["B2"].value, chinese._get_period_name())

    # ------------------------------------------------------------------
    # SCREENS
    # ------------------------------------------------------------------

    def test_every_view_loads(self):
        for name in (
            "key_account_review",
            "key_account_action",
            "key_account_policy",
            "key_account_reopen",
            "key_account_review_wizard",
        ):
            action = self.env["ir.actions.actions"]._for_xml_id(f"customer_abc_segmentation.action_{name}")
            views = [(False, view_type) for view_type in action["view_mode"].split(",")]
            for user in (self.env.user, self.signer):
                with self.subTest(name, user=user.name):
                    model = self.env[action["res_model"]].with_user(user)
                    self.assertTrue(model.get_views([*views, (False, "search")])["views"])

    def test_form_of_the_sheet(self):
        with Form(self.review) as form:
            form.summary = "Steady"
            with form.action_ids.new() as action:
                action.name = "Visit"
                action.date_deadline = "2024-09-30"
                action.figure = "overdue"
                self.assertEqual(action.direction, "at_most")
                action.target = 10
            with form.comment_ids.new() as comment:
                comment.section = "risk"
                comment.text = "No risk"
        self.assertEqual((self.review.summary, self.review.action_ids.name), ("Steady", "Visit"))
        self.assertIn("No risk", self.review.sheet)

    def test_the_whole_sheet_is_read_by_its_salesperson(self):
        self.assertIn("o_ka_tiles", self.review.with_user(self.seller).sheet)
        self.assertTrue(Form(self.review.with_user(self.seller)).action_ids is not None)


@tagged("post_install", "-at_install")
class TestKeyAccountScreens(KeyAccountCommon, HttpCase):
    def setUp(self):
        super().setUp()
        period = last_complete("quarter", fields.Date.today())
        self._invoice(self.ann, 500, fields.Date.to_string(period.start))
        self.review = self._sheet(period=period)
        self.signer.group_ids |= self.env.ref("account.group_account_invoice")

    def test_download_of_the_workbook(self):
        self.authenticate("seller", "seller")
        answer = self.url_open(self.review.action_export()["url"])
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(load_workbook(io.BytesIO(answer.content)).worksheets[0]["A2"].value, "Ann")
        foreign = self._sheet(self.bob, self.review._get_period())
        self.assertEqual(self.url_open(foreign.action_export()["url"]).status_code, 404)
        self.assertEqual(self.url_open("/customer_abc_segmentation/key_account_reviews.xlsx?ids=x").status_code, 404)

    def test_from_sheet_to_signature_and_print(self):
        self.review.action_submit()
        self.start_tour("/odoo/key-account-sheets", "key_account_review", login="signer")
        self.assertEqual((self.review.state, self.review.signed_by_id), ("signed", self.signer))
