from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common import ProfitCommon


@tagged("post_install", "-at_install")
@freeze_time("2024-06-30")
class TestCustomerBudget(ProfitCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann = cls._customer("Ann")

    def _budget(self, partner=None, **values):
        return self.env["customer.budget"].create(
            {
                "partner_id": (partner or self.ann).id,
                "company_id": self.company.id,
                "period": "year",
                "date_from": "2024-01-01",
                "sales": 1000,
                **values,
            }
        )

    def test_actual_figures_stand_beside_the_budget(self):
        self._invoice(self.ann, 700, "2024-01-01")
        self._invoice(self.ann, 100, "2024-06-30", move_type="out_refund")
        self._invoice(self.ann, 5000, "2023-12-31")
        self._pay(self.ann, 250, "2024-03-01")
        budget = self._budget(margin=300, collections=900)
        self.assertEqual((budget.actual_sales, budget.variance_sales), (600, -400))
        self.assertEqual((budget.actual_margin, budget.variance_margin), (600, 300))
        self.assertEqual((budget.actual_collections, budget.variance_collections), (250, -650))

    def test_a_period_begins_on_the_first_and_lasts_its_months(self):
        ends = {"month": "2024-02-29", "quarter": "2024-04-30", "year": "2025-01-31"}
        for period, last in ends.items():
            with self.subTest(period):
                budget = self._budget(self._customer(period), period=period, date_from="2024-02-17")
                self.assertEqual((str(budget.date_from), str(budget.date_to)), ("2024-02-01", last))

    def test_a_contact_is_replaced_by_its_company(self):
        contact = self.env["res.partner"].create({"name": "Buyer", "parent_id": self.ann.id})
        self.assertEqual(self._budget(contact).partner_id, self.ann)

    def test_budgets_of_a_customer_do_not_overlap(self):
        self._budget(period="quarter")
        with self.assertRaisesRegex(ValidationError, "already"), self.env.cr.savepoint():
            self._budget(period="month", date_from="2024-03-01")
        later = self._budget(period="month", date_from="2024-04-01")
        with self.assertRaisesRegex(ValidationError, "already"), self.env.cr.savepoint():
            later.date_from = date(2024, 3, 1)
        with self.assertRaisesRegex(ValidationError, "already"), self.env.cr.savepoint():
            later.write({"date_from": "2023-12-01", "period": "year"})
        self._budget(self._customer("Bob"), period="month", date_from="2024-03-01")

    def test_the_same_period_twice_is_refused_by_the_database(self):
        self._budget()
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self._budget()

    def test_the_analysis_equals_the_budgets(self):
        bob = self._customer("Bob")
        branch = self._create_company(name="Branch", parent_id=self.company.id)
        self.env.user.company_ids |= branch
        for partner, day in ((self.ann, "2024-01-10"), (self.ann, "2024-05-10"), (bob, "2024-02-10")):
            self._invoice(partner, 100, day)
        budgets = (
            self._budget(period="month") + self._budget(period="month", date_from="2024-05-01") + self._budget(bob)
        )
        rows = self.env["customer.budget.analysis"].search([("id", "in", budgets.ids)])
        for row in rows:
            budget = budgets.browse(row.id)
            for name in ("sales", "actual_sales", "variance_sales", "actual_margin", "actual_collections"):
                self.assertEqual(row[name], budget[name])
        groups = self.env["customer.budget.analysis"]._read_group(
            [], ["partner_id"], ["actual_sales:sum", "variance_sales:sum", "rate_sales:avg"]
        )
        self.assertEqual(
            [(partner, actual, variance, round(rate, 3)) for partner, actual, variance, rate in groups],
            [(self.ann, 200, -1800, 0.1), (bob, 100, -900, 0.1)],
        )

    def test_no_budget_no_analysis(self):
        self.assertFalse(self.env["customer.budget.analysis"].search([]))

    def test_actual_figures_take_a_constant_number_of_queries(self):
        budgets = self.env["customer.budget"].union(*(self._budget(self._customer(f"C{n}")) for n in range(8)))
        counts = []
        for some in (budgets[:1], budgets):
            self.env.invalidate_all()
            some.mapped("sales")
            start = self.env.cr.sql_log_count
            some.mapped("variance_sales")
            counts.append(self.env.cr.sql_log_count - start)
        self.assertLessEqual(counts[1], counts[0])

    # ------------------------------------------------------------------
    # PLANNING FROM LAST YEAR
    # ------------------------------------------------------------------

    def _copy(self, **values):
        wizard = self.env["customer.budget.copy"].create(
            {"company_id": self.company.id, "date_from": "2024-01-01", "percent": 10, **values}
        )
        return self.env["customer.budget"].search(wizard.action_copy()["domain"], order="date_from")

    def test_a_plan_from_what_happened(self):
        self._invoice(self.ann, 100, "2024-01-10")
        self._invoice(self.ann, 50, "2024-05-10")
        self._pay(self.ann, 30, "2024-05-10")
        made = self._copy(source="actual", period="quarter")
        self.assertRecordValues(
            made,
            [
                {"partner_id": self.ann.id, "date_from": date(2025, 1, 1), "sales": 110, "collections": 0},
                {"partner_id": self.ann.id, "date_from": date(2025, 4, 1), "sales": 55, "collections": 33},
            ],
        )

    def test_a_plan_from_the_budgets_leaves_alone_what_is_planned(self):
        self._budget(period="month", margin=100)
        self._budget(self._customer("Bob"), period="month")
        self._budget(period="year", date_from="2025-01-01")
        made = self._copy(source="budget")
        self.assertEqual(made.mapped("partner_id.name"), ["Bob"])
        self.assertEqual((made.sales, made.period, str(made.date_from)), (1100, "month", "2025-01-01"))
        with self.assertRaisesRegex(UserError, "Nothing was changed"), self.env.cr.savepoint():
            self._copy(source="budget")

    def test_nothing_to_copy_says_so(self):
        with self.assertRaisesRegex(UserError, "nothing to copy"), self.env.cr.savepoint():
            self._copy(source="actual")

    # ------------------------------------------------------------------
    # RIGHTS AND SCREENS
    # ------------------------------------------------------------------

    def test_salespeople_read_their_own_and_managers_write(self):
        seller = self._seller()
        own = self._budget(self._customer("Own", user_id=seller.id))
        self._budget()
        for model in ("customer.budget", "customer.budget.analysis"):
            rows = self.env[model].with_user(seller).search([])
            self.assertEqual(rows.ids, own.ids)
            self.assertEqual(rows.actual_sales, 0)
        for operation in ("write", "create", "unlink"):
            with self.subTest(operation), self.assertRaises(AccessError):
                own.with_user(seller).check_access(operation)

    def test_branches_cannot_be_planned_for(self):
        branch = self._create_company(name="Branch", parent_id=self.company.id)
        with self.assertRaisesRegex(ValidationError, "branch"), self.env.cr.savepoint():
            self._budget(company_id=branch.id)

    def test_budgets_are_imported_by_name_and_label(self):
        names = ["partner_id", "period", "date_from", "sales", "collections"]
        rows = [["Ann", "Quarter", "2024-04-17", "1200", "900"]]
        result = self.env["customer.budget"].load(names, rows)
        self.assertFalse(result["messages"])
        budget = self.env["customer.budget"].browse(result["ids"])
        self.assertEqual((budget.partner_id, budget.period, str(budget.date_to)), (self.ann, "quarter", "2024-06-30"))
        self.assertTrue(self.env["customer.budget"].get_import_templates())

    def test_every_view_loads(self):
        for name in ("customer_budget", "customer_budget_analysis", "customer_budget_copy"):
            action = self.env["ir.actions.actions"]._for_xml_id(f"customer_abc_segmentation.action_{name}")
            views = [(False, view_type) for view_type in action["view_mode"].split(",")]
            with self.subTest(name):
                self.assertTrue(self.env[action["res_model"]].get_views([*views, (False, "search")])["views"])
        with Form(self.env["customer.budget"]) as form:
            form.partner_id = self.ann
            form.sales = 10
        months = self.env["customer.profit"].search(form.record.action_open_profit()["domain"])
        self.assertFalse(months)
