import random
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .common import ProfitCommon


@tagged("post_install", "-at_install")
@freeze_time("2024-06-30")
class TestCustomerProfit(ProfitCommon):
    def test_a_balance_costs_a_365th_of_the_rate_per_day(self):
        ann = self._customer("Ann")
        self._invoice(ann, 1000, "2024-05-11")
        self._pay(ann, 1000, "2024-05-21")
        figures = self._one(ann, "2024-05-01", "2024-05-31")
        self.assertEqual((figures["money_days"], figures["capital_cost"]), (10_000, 10))
        self.assertEqual((figures["revenue"], figures["margin"], figures["profit"]), (1000, 1000, 990))

    def test_what_was_there_before_costs_every_day_of_the_period(self):
        ann = self._customer("Ann")
        self._invoice(ann, 100, "2023-01-01")
        self.assertEqual(self._one(ann, "2024-04-01", "2024-04-30")["money_days"], 3000)

    def test_days_to_come_cost_nothing_yet(self):
        ann = self._customer("Ann")
        self._invoice(ann, 100, "2024-06-29")
        self.assertEqual(self._one(ann, "2024-06-01", "2024-12-31")["money_days"], 200)
        self.assertEqual(self._one(ann, "2024-07-01", "2024-12-31")["money_days"], 0)

    def test_a_credit_balance_earns(self):
        ann = self._customer("Ann")
        self._pay(ann, 100, "2024-04-01")
        figures = self._one(ann, "2024-04-01", "2024-04-30")
        self.assertEqual((figures["capital_cost"], figures["profit"]), (-3, 3))

    def test_drafts_and_other_companies_do_not_count(self):
        ann = self._customer("Ann")
        self._invoice(ann, 100, "2024-04-01").button_draft()
        self.assertEqual(set(self._one(ann, "2024-04-01", "2024-04-30").values()), {0, None})

    def test_returns_are_netted_in_the_revenue_and_shown(self):
        ann = self._customer("Ann")
        self._invoice(ann, 100, "2024-04-01")
        self._invoice(ann, 30, "2024-04-02", move_type="out_refund")
        figures = self._one(ann, "2024-04-01", "2024-04-30")
        self.assertEqual((figures["revenue"], figures["returns"], figures["margin_rate"]), (70, 30, 1))

    def test_months_without_movement_still_cost(self):
        ann = self._customer("Ann")
        self._invoice(ann, 100, "2024-01-31")
        self._pay(ann, 100, "2024-04-01")
        rows = self.profit.search([("partner_id", "=", ann.id)], order="month")
        self.assertEqual([(row.month.month, row.money_days) for row in rows], [(1, 100), (2, 2900), (3, 3100), (4, 0)])
        self.assertIn("2,900", rows[1].explanation)

    def test_done_collection_activities_cost_what_the_settings_say(self):
        call, todo = self.env.ref("mail.mail_activity_data_call"), self.env.ref("mail.mail_activity_data_todo")
        self.company.segmentation_activity_type_ids = call
        self.company.segmentation_activity_cost = 7.5
        ann = self._customer("Ann", company_id=self.company.id)
        contact = self.env["res.partner"].create({"name": "Buyer", "parent_id": ann.id})
        invoice = self._invoice(ann, 100)
        for record, kind, is_done in (
            (invoice, call, True),
            (ann, call, True),
            (contact, call, True),
            (ann, todo, True),
            (ann, call, False),
        ):
            activity = record.activity_schedule(activity_type_id=kind.id, user_id=self.env.user.id)
            if is_done:
                activity.action_feedback()
        figures = self._one(ann, "2024-06-01", "2024-06-30")
        self.assertEqual((figures["activities"], figures["collection_cost"]), (3, 22.5))
        self.assertEqual(self._one(ann, "2024-05-01", "2024-05-31")["activities"], 0)
        self.company.segmentation_activity_type_ids = False
        self.assertEqual(self._one(ann, "2024-06-01", "2024-06-30")["activities"], 0)

    def test_an_activity_on_a_shared_contact_belongs_to_the_company_of_who_did_it(self):
        call = self.env.ref("mail.mail_activity_data_call")
        self.company.segmentation_activity_type_ids = call
        ann = self._customer("Ann")
        ann.activity_schedule(activity_type_id=call.id, user_id=self.env.user.id).action_feedback()
        self.assertEqual(self._one(ann, "2024-06-01", "2024-06-30")["activities"], 1)
        other = self.setup_other_company()["company"]
        other.segmentation_activity_type_ids = call
        self.assertFalse(self._totals(None, "2024-06-01", "2024-06-30", other))


@tagged("post_install", "-at_install")
@freeze_time("2024-06-30")
class TestProfitLedger(ProfitCommon):
    """Random ledgers with payments, credit notes, foreign currency and a branch against a day-by-day count."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch = cls._create_company(name="Branch", parent_id=cls.company.id)
        cls.env.user.company_ids |= cls.branch
        cls.foreign = cls.setup_other_currency("EUR", rates=[("2023-01-01", 0.5), ("2024-02-01", 0.8)])
        cls.product_a.standard_price = 40
        cls.customers = cls.env["res.partner"].union(*(cls._customer(f"C{number}") for number in range(4)))
        cls.contact = cls.env["res.partner"].create({"name": "Buyer", "parent_id": cls.customers[0].id})
        cls._fill(random.Random(7))

    @classmethod
    def _fill(cls, draw):
        for _document in range(60):
            partner = draw.choice([*cls.customers[:3], cls.contact])
            day = date(2023, 11, 1) + timedelta(days=draw.randrange(240))
            company = draw.choice([cls.company, cls.company, cls.branch])
            kind = draw.choice(["pay", "out_invoice", "out_invoice", "out_invoice", "out_refund"])
            if kind == "pay":
                cls._pay(partner, draw.randrange(1, 90_000) / 100, str(day))
                continue
            cls.env["account.move"].with_company(company).create(
                {
                    "move_type": kind,
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "currency_id": draw.choice([cls.company.currency_id, cls.foreign]).id,
                    "invoice_date": day,
                    "date": day,
                    "invoice_line_ids": [
                        (
                            0,
                            0,
                            {
                                "product_id": draw.choice([cls.product_a, cls.product_b]).id,
                                "quantity": draw.randrange(1, 9),
                                "price_unit": draw.randrange(100, 20_000) / 100,
                            },
                        )
                    ],
                }
            ).action_post()

    def test_money_days_equal_a_count_day_by_day(self):
        for first, last in (("2023-12-01", "2024-03-31"), ("2024-02-10", "2024-02-10"), ("2024-05-05", "2024-06-30")):
            days = date.fromisoformat(first), date.fromisoformat(last)
            totals = self._totals(self.customers, first, last)
            for partner in self.customers:
                with self.subTest(partner.name, first=first):
                    expected = self._brute_force(partner, *days)
                    self.assertAlmostEqual(totals[partner.id]["money_days"], expected, 2)
                    self.assertAlmostEqual(totals[partner.id]["capital_cost"], expected * 0.365 / 365, 4)

    def test_every_month_equals_a_count_day_by_day(self):
        rows = self.profit.search([("partner_id", "in", self.customers.ids), ("month", ">=", "2023-11-01")])
        self.assertGreater(len(rows), 15)
        for row in rows:
            last = row.month + relativedelta(months=1, days=-1)
            with self.subTest(row.partner_id.name, month=row.month):
                self.assertAlmostEqual(row.money_days, self._brute_force(row.partner_id, row.month, last), 2)

    def test_margin_is_that_of_the_invoice_analysis(self):
        analysis = self.env["account.invoice.report"].with_context(allowed_company_ids=(self.company + self.branch).ids)
        groups = analysis._read_group(
            [
                ("commercial_partner_id", "in", self.customers.ids),
                ("move_type", "in", ("out_invoice", "out_refund")),
                ("state", "=", "posted"),
                ("invoice_date", ">=", "2023-12-01"),
                ("invoice_date", "<=", "2024-04-30"),
            ],
            ["commercial_partner_id"],
            ["price_margin:sum", "price_subtotal:sum"],
        )
        totals = self._totals(self.customers, "2023-12-01", "2024-04-30")
        self.assertEqual(len(groups), 3)
        for partner, margin, revenue in groups:
            with self.subTest(partner.name):
                self.assertAlmostEqual(totals[partner.id]["margin"], margin, 2)
                self.assertAlmostEqual(totals[partner.id]["revenue"], revenue, 2)
                self.assertNotAlmostEqual(margin, revenue, 2)

    def test_totals_equal_the_report(self):
        names = ("revenue", "returns", "margin", "money_days", "capital_cost", "collection_cost", "profit")
        domain = [("month", ">=", "2024-01-01"), ("month", "<=", "2024-05-31")]
        groups = self.profit._read_group(domain, ["partner_id"], [f"{name}:sum" for name in names])
        totals = self._totals(None, "2024-01-01", "2024-05-31")
        self.assertEqual({partner.id for partner, *_sums in groups}, set(totals))
        for partner, *sums in groups:
            for name, amount in zip(names, sums, strict=True):
                with self.subTest(partner.name, figure=name):
                    self.assertAlmostEqual(float(amount), totals[partner.id][name], 4)

    def test_a_group_has_the_margin_of_its_sums(self):
        domain = [("partner_id", "in", self.customers.ids)]
        [(margin, revenue, rate)] = self.profit._read_group(
            domain, [], ["margin:sum", "revenue:sum", "margin_rate:avg"]
        )
        self.assertAlmostEqual(float(rate), float(margin) / float(revenue))

    def test_what_a_domain_leaves_out_of_reading_changes_no_figure(self):
        partner = self.customers[0]
        every = {row.id: row.profit for row in self.profit.search([])}
        self.env.invalidate_all()
        for domain in (
            [("month", "=", "2024-03-01")],
            [("month", "!=", "2024-03-01")],
            ["|", ("month", "<", "2024-01-01"), ("month", ">", "2024-04-01")],
            [("partner_id", "=", partner.id), ("month", ">", "2024-01-15")],
            ["!", ("month", "<=", "2024-03-31")],
            [("partner_id.name", "=", partner.name)],
            [("month", ">=", "=1d -2m"), ("month", "<=", "today")],
        ):
            found = {row.id: row.profit for row in self.profit.search(domain)}
            with self.subTest(domain):
                self.assertTrue(found)
                self.assertEqual(found, {key: every[key] for key in found})
        self.assertEqual(self.profit.browse(next(iter(every))).profit, next(iter(every.values())))

    def test_abc_measures_profit_in_the_window_of_the_policy(self):
        self.company.segmentation_capital_rate = 5
        policy = self.policy.copy({"measure": "profit", "is_default": False, "window_months": 6})
        run = policy._classify(self.AS_OF)
        first, last = policy._get_window(self.AS_OF)
        totals = self.profit._totals(self.company, self.customers, first, last)
        rows = self.env["abc.classification"].search([("policy_id", "=", policy.id)])
        self.assertEqual(run.customer_count, 3)
        self.assertEqual(rows.currency_id, self.company.currency_id)
        self.assertEqual(rows.partner_id, self.customers[:3])
        for row in rows:
            figures = totals[row.partner_id.id]
            self.assertAlmostEqual(row.measure, figures["margin"] - figures["capital_cost"], 2)

    def test_a_constant_number_of_queries(self):
        counts = []
        for partners in (self.customers[:1], self.customers):
            self.env.invalidate_all()
            self.profit._totals(self.company, partners, date(2024, 1, 1), date(2024, 3, 31))
            start = self.env.cr.sql_log_count
            self.profit._totals(self.company, partners, date(2024, 1, 1), date(2024, 3, 31))
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[1], 4)


@tagged("post_install", "-at_install")
@freeze_time("2024-06-30")
class TestProfitRights(ProfitCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls._seller()
        cls.own, cls.foreign = cls._customer("Own", user_id=cls.seller.id), cls._customer("Foreign")
        cls._invoice(cls.own, 80)
        cls._invoice(cls.foreign, 20)

    def test_salespeople_see_their_own_customers_and_managers_all(self):
        rows = self.profit.with_user(self.seller).search([])
        self.assertEqual(rows.partner_id, self.own)
        self.assertEqual(self.profit.search([]).partner_id, self.own + self.foreign)
        self.assertIn("80", rows[-1].explanation)

    def test_other_users_see_nothing(self):
        clerk = new_test_user(self.env, "clerk", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.profit.with_user(clerk).search([])

    def test_other_companies_see_nothing(self):
        other = self.setup_other_company()["company"]
        manager = new_test_user(
            self.env,
            "elsewhere",
            groups="customer_abc_segmentation.group_segmentation_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.assertFalse(self.profit.with_user(manager).search([]))

    def test_every_view_loads(self):
        action = self.env["ir.actions.actions"]._for_xml_id("customer_abc_segmentation.action_customer_profit")
        views = [(False, view_type) for view_type in action["view_mode"].split(",")]
        self.assertTrue(self.profit.get_views([*views, (False, "search")])["views"])
        settings = Form(self.env["res.config.settings"].with_user(self.env.ref("base.user_admin")))
        self.assertIn("segmentation_capital_rate", settings._view["fields"])
