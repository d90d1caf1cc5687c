from datetime import date

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ..core.key_account_period import period_of
from .key_account_common import KeyAccountCommon


@tagged("post_install", "-at_install")
@freeze_time("2024-07-10")
class TestKeyAccountCustomer(KeyAccountCommon):
    # ------------------------------------------------------------------
    # PROFIT, VALUE, CUSTOMER
    # ------------------------------------------------------------------

    def test_profit_is_that_of_customer_profit(self):
        self._invoice(self.ann, 1000, "2024-06-21")
        values = self._values()
        # ten days of 1000 at 36.5 % a year
        self.assertEqual((values["margin"], values["capital_cost"], values["profit"]), (1000, 10, 990))
        self.assertAlmostEqual(values["profit_rate"], 0.99)

    def test_class_stage_and_segment_are_those_of_the_day(self):
        self._invoice(self.ann, 90, "2024-05-01")
        self._invoice(self.bob, 10, "2024-05-01")
        self._classify(date(2024, 7, 1))
        self._refresh(date(2024, 7, 1))
        self.ann.property_payment_term_id = self.env.ref("account.account_payment_term_30days")
        review = self._sheet()
        texts = {row["code"]: row["value"] for row in review._get_rows("basic")}
        self.assertEqual((texts["class"], texts["xyz"], texts["stage"]), ("A", "N", "First Purchase"))
        self.assertEqual(
            (texts["salesperson"], texts["reference"], texts["payment_term"]), ("Seller", "K-1", "30 Days")
        )
        self.assertTrue(texts["segment"])
        self.assertEqual(review.figures["values"]["recency_days"], (date(2024, 7, 1) - date(2024, 5, 1)).days)
        self.env["abc.classification"]._set_manual(self.bob, self.class_b, "because")
        self.assertEqual(self._sheet(self.bob).class_code, "B")

    def test_budget_of_the_period(self):
        self._invoice(self.ann, 240, "2024-05-01")
        self.env["customer.budget"].create(
            {
                "partner_id": self.ann.id,
                "company_id": self.company.id,
                "period": "year",
                "date_from": "2024-01-01",
                "sales": 1200,
            }
        )
        self.env["customer.budget"].create(
            {
                "partner_id": self.bob.id,
                "company_id": self.company.id,
                "period": "month",
                "date_from": "2024-05-01",
                "sales": 9,
            }
        )
        values = self._values()
        self.assertEqual((values["budget"], values["budget_reached"]), (300, 0.8))
        self.assertIsNone(self._values(self.bob)["budget"])

    def test_risk_and_expectations_are_those_of_customer_value(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        for day in ("2023-07-01", "2023-09-01", "2023-11-01", "2024-01-01", "2024-05-01"):
            self._invoice(self.ann, 90, day)
        self._refresh(date(2024, 7, 1))
        value = self._value(self.ann)
        value.sudo().write({"churn_risk": 0.25, "clv": None, "value_at_risk": 90.0, "expected_purchases_12": 3.5})
        review = self._sheet()
        values = review.figures["values"]
        self.assertEqual(
            (values["churn_risk"], values["clv"], values["value_at_risk"], values["expected_purchases_12"]),
            (0.25, None, 90, 3.5),
        )
        self.assertEqual(values["churn_reason"]["en_US"], value.churn_explanation)
        chinese = review.with_context(lang="zh_CN")
        reason = {row["code"]: row["value"] for row in chinese._get_rows("risk")}["churn_reason"]
        self.assertEqual(reason, value.with_context(lang="zh_CN").churn_explanation)
        value.sudo().churn_risk = 0.9
        self.assertIn("25.0 %", review.sheet)

    def test_customer_without_anything_has_empty_figures(self):
        review = self._sheet(self._customer("New"))
        values = review.figures["values"]
        self.assertEqual((values["revenue"], values["receivable"], values["profit"]), (0, 0, 0))
        for code in ("since", "class", "stage", "dso", "turnover", "growth_before", "company_share", "margin_rate"):
            self.assertIsNone(values[code], code)
        self.assertIn("–", review.sheet)

    def test_fields_of_the_customer_are_frozen_in_all_languages(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.sheets.partner_field_ids = self.env["ir.model.fields"].search(
            [("model", "=", "res.partner"), ("name", "in", ("country_id", "company_type", "color"))]
        )
        self.ann.country_id = self.env.ref("base.de")
        self.ann.color = 4
        self.env.ref("base.de").with_context(lang="zh_CN").name = "德国"
        review = self._sheet()
        texts = {row["code"]: row["value"] for row in review._get_rows("risk")}
        self.assertEqual((texts["country_id"], texts["company_type"], texts["color"]), ("Germany", "Company", "4"))
        self.ann.country_id = False
        chinese = {row["code"]: row["value"] for row in review.with_context(lang="zh_CN")._get_rows("risk")}
        self.assertEqual(chinese["country_id"], "德国")

    # ------------------------------------------------------------------
    # MANY
    # ------------------------------------------------------------------

    def test_gathering_takes_a_constant_number_of_queries(self):
        customers = self.env["res.partner"]
        for number in range(8):
            customers |= self._customer(f"C{number}", user_id=self.seller.id)
            self._invoice(customers[-1], 10 + number, "2024-05-01")
        self._classify(date(2024, 7, 1))
        self._refresh(date(2024, 7, 1))
        facts, counts = self.env["key.account.facts"], []
        for partners in (customers[:1], customers):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            gathered = facts._gather(partners, self.Q2, self.sheets)
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(gathered[customers[7].id]["values"]["revenue"], 17)
        self.assertLessEqual(counts[1], counts[0] + 1)

    def test_a_period_that_is_not_over_is_refused(self):
        with self.assertRaisesRegex(UserError, "not over yet"):
            self._sheet(period=period_of("quarter", date(2024, 7, 10)))
