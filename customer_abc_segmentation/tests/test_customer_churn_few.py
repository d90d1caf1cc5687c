from datetime import date, timedelta

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .churn_common import ChurnCommon


@tagged("post_install", "-at_install")
@freeze_time("2024-06-30")
class TestChurnOfAFewCustomers(ChurnCommon):
    def test_nobody(self):
        self._refresh()
        model = self.env["customer.churn.model"]._get_current(self.company)
        self.assertEqual((model.method, model.customer_count, model.has_bg_nbd), ("none", 0, False))
        self.assertIn("too few", model.conclusion)
        self.assertTrue(all(model.guard_ids.mapped("sentence")))

    def test_one_customer_has_no_risk_rather_than_none_at_all(self):
        """Not enough data is empty, never 0."""
        ann = self._customer("Ann")
        for day in ("2024-03-15", "2024-04-15", "2024-05-15"):
            self._invoice(ann, 100, day)
        self._refresh()
        value = self._value(ann)
        self.assertEqual((value.churn_method, value.churn_risk, value.value_at_risk), ("none", None, None))
        self.assertEqual((value.clv, value.clv_low, value.clv_high), (None, None, None))
        self.assertEqual((value.expected_purchases_12, value.expected_revenue_12), (3, 300))
        self.assertIn("too few repeat purchases", value.churn_explanation)
        [read] = value.read(["churn_risk", "clv"])
        self.assertEqual((read["churn_risk"], read["clv"]), (False, False))
        self.assertNotIn(value, self.env["customer.value"].search([("is_high_risk", "=", True)]))

    def _monthly(self, count=12):
        """A dozen customers who buy every 30 days; the last one stopped buying half a year ago."""
        partners = self._customers(count)
        self._ledger(
            [
                (
                    partner.id,
                    self.AS_OF - timedelta(days=number + 30 * month + (180 if partner == partners[-1] else 0)),
                    100,
                )
                for number, partner in enumerate(partners)
                for month in range(10)
            ]
        )
        return partners

    def test_small_company_goes_by_the_own_rhythm_and_says_so(self):
        partners = self._monthly()
        self._refresh()
        model = self.env["customer.churn.model"]._get_current(self.company)
        self.assertEqual(model.method, "rhythm")
        self.assertIn("own rhythm", model.conclusion)
        self.assertIn("Repeat buyers", model.conclusion)
        self.assertEqual((model.purchases_method, model.revenue_method), ("last_year", "last_year"))
        value = self._value(partners[-1])
        self.assertEqual((value.churn_method, value.churn_risk), ("rhythm", 1))
        self.assertLess(self._value(partners[0]).churn_risk, 0.3)
        self.assertIn("usually every 30 days", value.churn_explanation)
        self.assertIn("own rhythm", value.churn_explanation)
        self.assertEqual(value.value_at_risk, value.churn_reason["year_revenue"])

    def test_logistic_regression_where_bg_nbd_is_not_allowed(self):
        """Too few months for BG/NBD, yet half of the customers left: there is something to learn."""
        partners = self._customers(300)
        purchases = []
        for number, partner in enumerate(partners):
            # one day apart so that no two have the same history; the second half stops after 4 to 9 purchases
            gap, stop = 9 + number % 13, 4 + number % 6 if number >= 150 else 99
            days = [480 - number % 7 - gap * k for k in range(min(stop, 60)) if 480 - number % 7 - gap * k >= 0]
            purchases += [(partner.id, self.AS_OF - timedelta(days=day), 50 + number % 10) for day in days]
        self._ledger(purchases)
        model = self._fit()
        self.assertIn("history", model.guard_ids.filtered(lambda guard: not guard.passed).mapped("key"))
        self.assertEqual((model.method, model.reason), ("logistic", "logistic_guards"))
        self.assertIn("Months of history", model.conclusion)
        self.assertIn("days since the last purchase", model.logistic_text)
        self._refresh()
        stayed, left = (self._value(partners[part]).mapped("churn_risk") for part in (slice(150), slice(150, 300)))
        self.assertLess(sum(stayed) / 150, 0.2)
        self.assertGreater(sum(left) / 150, 0.8)

    def test_lifetime_value_by_the_last_year_with_margin_and_credit_loss(self):
        partners = self._monthly(25)
        self.value_policy.write({"clv_margin_source": "percentage", "clv_margin_rate": 0.4})
        self._refresh()
        value = self._value(partners[0])
        self.assertGreater(value.clv, 0)
        self.assertTrue(value.clv_low <= value.clv <= value.clv_high)
        before = value.clv
        self.value_policy.clv_loss_field_id = self.env["ir.model.fields"]._get("res.partner", "color")
        partners[0].color = 10
        self._refresh()
        self.assertAlmostEqual(value.clv, before * (0.4 - 0.1) / 0.4, delta=0.02 * before)
        self.assertIn("credit loss of 10.0", value.churn_explanation)
        self.value_policy.clv_loss_unit = "amount"
        self._refresh()
        self.assertAlmostEqual(value.clv, before - 10, delta=0.02)

    def test_own_margin_is_drawn_to_that_of_all(self):
        cheap, dear = self.product_a, self.product_b
        cheap.standard_price, dear.standard_price = 20, 90
        partners = self._monthly(25)
        for partner, product in ((partners[0], cheap), (partners[1], dear)):
            for day in range(1, 6):
                line = {"product_id": product.id, "quantity": 1, "price_unit": 100, "tax_ids": False}
                self._invoice(partner, 0, f"2024-06-{day:02}", invoice_line_ids=[(0, 0, line)])
        self._refresh()
        rates = [self._value(partner).churn_reason["margin_rate"] for partner in partners[:3]]
        self.assertLess(rates[1], rates[0])
        self.assertTrue(0 < rates[1] < 0.5)

    def test_credit_notes_and_returns(self):
        """A credit note is no purchase; money is net of it; nothing but credit notes is no customer."""
        ann, neg = self._customer("Ann"), self._customer("Neg")
        self._invoice(ann, 300, "2024-03-15")
        self._invoice(ann, 100, "2024-04-15")
        self._invoice(ann, 150, "2024-05-15", move_type="out_refund")
        self._invoice(neg, 50, "2024-05-15", move_type="out_refund")
        facts = self.env["customer.churn.facts"]._gather(self.value_policy, self.AS_OF)
        self.assertEqual(facts.partner.tolist(), ann.ids)
        self.assertEqual((facts.count[0], facts.span[0], facts.recency[0], facts.gap[0]), (2, 31, 76, 31))
        self.assertEqual((facts.net[0], facts.year_net[0]), (250, 250))

    def test_invoices_of_contacts_and_branches_are_the_customers(self):
        branch = self._create_company(name="Branch", parent_id=self.company.id)
        self.env.user.company_ids |= branch
        ann = self._customer("Ann")
        contact = self.env["res.partner"].create({"name": "Contact", "parent_id": ann.id})
        self._invoice(contact, 100, "2024-05-15")
        self._invoice(ann, 100, "2024-05-16", journal_id=self.company_data["default_journal_sale"].id)
        facts = self.env["customer.churn.facts"]._gather(self.value_policy, self.AS_OF)
        self.assertEqual((facts.partner.tolist(), facts.count.tolist()), (ann.ids, [2]))
        self.assertEqual(len(self.env["customer.churn.facts"]._company_ids(self.value_policy)), 2)

    def test_who_never_bought_after_all_loses_the_figures(self):
        ann = self._customer("Ann", customer_rank=1)
        invoice = self._invoice(ann, 100, "2024-05-15")
        self._refresh()
        self.assertEqual(self._value(ann).churn_method, "none")
        invoice.button_draft()
        self._refresh()
        value = self._value(ann)
        self.assertFalse(value.churn_method or value.churn_reason)
        self.assertIn("never bought", value.churn_explanation or "never bought")

    def test_history_of_fits_is_kept_and_the_newest_is_in_force(self):
        first, second = self._fit(date(2024, 5, 31)), self._fit()
        self.assertEqual((first.is_current, second.is_current), (False, True))
        self.assertEqual(self.env["customer.churn.model"]._get_current(self.company), second)

    def test_night_fits_anew_when_the_monthly_job_did_not(self):
        old = self._fit(self.AS_OF - timedelta(days=36))
        self._refresh()
        self.assertEqual(self.env["customer.churn.model"]._get_current(self.company), old)
        self._refresh(self.AS_OF + timedelta(days=1))
        self.assertNotEqual(self.env["customer.churn.model"]._get_current(self.company), old)

    def test_monthly_job_fits_each_company_once_a_day(self):
        cron = self.env.ref("customer_abc_segmentation.ir_cron_fit_churn_models")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
            first = self.env["customer.churn.model"]._get_current(self.company)
            cron.method_direct_trigger()
        self.assertTrue(first)
        self.assertEqual(self.env["customer.churn.model"]._get_current(self.company), first)

    def test_fit_now_opens_what_was_found(self):
        action = self.env["customer.churn.model"].action_fit()
        model = self.env["customer.churn.model"].browse(action["res_id"])
        self.assertTrue(model.is_current)
        self.assertEqual(self.value_policy.action_fit_churn()["res_model"], "customer.churn.model")
        self.value_policy.active = False
        with self.assertRaisesRegex(UserError, "no policy of customer value"):
            self.env["customer.churn.model"].action_fit()

    def test_policy_refuses_what_makes_no_sense(self):
        with self.assertRaises(ValidationError):
            self.value_policy.clv_loss_field_id = self.env["ir.model.fields"]._get("res.partner", "name")

    def test_every_view_loads(self):
        self._monthly()
        self._refresh()
        for name in (
            "customer_churn_model",
            "customer_churn_result",
            "customer_churn",
            "customer_winback",
            "customer_winback_report",
            "customer_winback_measure",
            "customer_winback_wizard",
        ):
            action = self.env["ir.actions.actions"]._for_xml_id(f"customer_abc_segmentation.action_{name}")
            with self.subTest(name):
                views = action.get("views") or [(False, kind) for kind in action["view_mode"].split(",")]
                self.assertTrue(self.env[action["res_model"]].get_views([*views, (False, "search")])["views"])
        model = self.env["customer.churn.model"]._get_current(self.company)
        self.assertEqual(Form(model).method, "rhythm")
        value = self.env["customer.value"].search([("company_id", "=", self.company.id)], limit=1)
        view = self.env["customer.value"].browse(value.id).action_explain_churn()["views"][0][0]
        self.assertEqual(Form(value, view=view).partner_id, value.partner_id)
        self.assertEqual(Form(self.value_policy).churn_months, 6)
