from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .test_receivable_kpi import JULY, JUNE, KpiCommon

MODELS = {
    "receivable.kpi": ("list", "form", "pivot", "graph", "search"),
    "receivable.kpi.customer": ("list", "pivot", "graph", "search"),
    "receivable.kpi.item": ("list", "kanban", "pivot", "search"),
    "receivable.kpi.loss": ("list", "kanban", "search"),
    "receivable.kpi.trend": ("list", "graph", "search"),
    "receivable.kpi.figure": ("list",),
    "receivable.kpi.level": ("list", "pivot", "graph", "search"),
    "receivable.kpi.wizard": ("form",),
    "receivable.kpi.close.wizard": ("form",),
}


@tagged("post_install", "-at_install")
class TestReceivableKpiScreens(KpiCommon):
    def test_every_view_loads(self):
        for model, kinds in MODELS.items():
            with self.subTest(model):
                views = self.env[model].get_views([(False, kind) for kind in kinds])["views"]
                self.assertEqual(set(views), set(kinds))

    # ------------------------------------------------------------------
    # FORMULA BESIDE THE FIGURE
    # ------------------------------------------------------------------

    def test_figure_stands_beside_its_formula_with_its_numbers(self):
        row = self._month()
        dso = self._line(row, "dso")
        self.assertEqual(dso.name, "DSO")
        self.assertIn("closing receivables / sales", dso.formula)
        self.assertEqual((dso.value, dso.numbers), ("17.5 days", "6,340.00 / 10,890.00 × 30"))
        cei = self._line(row, "cei")
        self.assertEqual(cei.value, "79.6 %")
        self.assertEqual(cei.numbers, "(6,200.00 + 10,890.00 − 6,340.00) / (6,200.00 + 10,890.00 − 3,590.00) × 100")
        self.assertEqual(self._line(row, "dso_countback").numbers, "6,340.00 / 10,890.00 × 30")
        kept = self._line(row, "promise_kept_rate")
        self.assertFalse(kept.value)
        self.assertEqual(kept.numbers, "0.00 / 0.00")

    def test_every_figure_has_words_numbers_and_records(self):
        row = self._month()
        lines = row.figure_ids | row.amount_ids
        self.assertEqual(len(lines), 25)
        for line in lines:
            with self.subTest(line.code):
                self.assertTrue(line.name and line.formula)
                self.assertTrue(line.items or line.records)
        for line in row.figure_ids:
            self.assertTrue(line.numbers)

    def test_figures_are_compared_with_the_month_and_the_year_before(self):
        self._month(date(2023, 6, 1))
        self._month(date(2024, 5, 1))
        row = self._month()
        overdue = self._line(row, "overdue_share")
        self.assertEqual((overdue.value, overdue.previous, overdue.change), ("43.4 %", "100.0 %", "-56.6 %"))
        self.assertEqual(overdue.verdict, 1)
        self.assertFalse(overdue.last_year)
        self.assertEqual(self._line(row, "closing_amount").verdict, 0)

    def test_records_behind_a_figure_add_up_to_it(self):
        seller = self._user("seller", "account.group_account_invoice")
        self.customer.user_id = seller
        company = self._month()
        for row in company | self._rows("salesperson") | self._rows("collector"):
            for name in ("opening", "closing", "current", "overdue", "over_90", "credit"):
                line = self._line(row, f"{name}_amount")
                with self.subTest(row=row.display_name, name=name):
                    self.assertEqual(self._behind(line.action_open_items(), "amount_residual"), row[f"{name}_amount"])
            sales = self._line(row, "sales_amount").action_open_invoices()
            self.assertEqual(self._behind(sales, "amount_total_signed"), row.sales_amount)
            payments = self._line(row, "collected_amount").action_open_payments()
            self.assertEqual(self._behind(payments, "collected_amount"), row.collected_amount)
            others = self._line(row, "other_amount").action_open_others()
            self.assertEqual(self._behind(others, "other_amount"), row.other_amount)

    def test_customers_add_up_to_the_company(self):
        row = self._month()
        action = row.action_open_customers()
        for name in ("opening_amount", "sales_amount", "collected_amount", "closing_amount", "overdue_amount"):
            self.assertEqual(self._behind(action, name), row[name])
        customers = self.env["receivable.kpi.customer"].with_context(**action["context"]).search(action["domain"])
        self.assertEqual(customers.partner_id, self.customer | self.other)
        mine = customers.filtered(lambda each: each.partner_id == self.other)
        self.assertAlmostEqual(mine.dso, 3590 / 10890 * 30, 8)
        items = mine.action_open_items()
        self.assertEqual(self._behind(items, "amount_residual"), 3590)

    def test_figures_of_customers_follow_the_period(self):
        Customer = self.env["receivable.kpi.customer"].with_context(allowed_company_ids=self.company.ids)
        june = Customer.with_context(kpi_from="2024-06-01", kpi_to="2024-06-30").search([], order="id")
        july = Customer.with_context(kpi_from="2024-07-01", kpi_to="2024-07-31").search([], order="id")
        self.assertEqual(june.ids, july.ids)
        self.assertEqual((sum(june.mapped("sales_amount")), sum(july.mapped("sales_amount"))), (10890, 0))
        self.assertEqual(sum(june.mapped("sales_amount")), 10890)
        for context in ({"kpi_from": "soon"}, {"kpi_from": "2024-07-01", "kpi_to": "2024-06-01"}):
            with self.subTest(context), self.assertRaises(UserError):
                Customer.with_context(**context).search([])

    # ------------------------------------------------------------------
    # GROUPS
    # ------------------------------------------------------------------

    def _grouped(self, domain, groupby, *names):
        Kpi = self.env["receivable.kpi"].with_context(allowed_company_ids=self.company.ids)
        specs = [f"{name}:{Kpi._fields[name].aggregator}" for name in names]
        return Kpi._read_group([("company_id", "=", self.company.id), *domain], groupby, specs)

    def test_ratio_of_a_group_is_that_of_its_sums(self):
        self.customer.user_id = self._user("seller", "account.group_account_invoice")
        row = self._month()
        names = (
            "dso", "dso_best", "days_delinquent", "cei", "overdue_share", "current_share", "over_90_share", "turnover",
            "bad_debt_ratio", "collection_progress",
        )  # fmt: skip
        [found] = self._grouped([("dimension", "=", "salesperson")], [], *names)
        for name, value in zip(names, found, strict=True):
            with self.subTest(name):
                self.assertAlmostEqual(value, row[name], 8)

    def test_sql_of_a_ratio_is_the_formula_of_the_core(self):
        row = self._month()
        names = [name for name in ("dso", "dso_best", "days_delinquent", "cei", "turnover", "promise_kept_rate")]
        [found] = self._grouped([("id", "=", row.id)], [], *names)
        for name, value in zip(names, found, strict=True):
            with self.subTest(name):
                self.assertEqual(value or None, row[name] and round(row[name], 8) and value)
                self.assertAlmostEqual(value or 0, row[name] or 0, 8)

    def test_what_cannot_be_added_up_is_empty(self):
        self._month()
        self._month(JULY[0])
        company = [("dimension", "=", "company")]
        names = ("closing_amount", "sales_amount", "hhi", "dso_countback")
        [found] = self._grouped(company, [], *names)
        self.assertEqual(found, (False, 10890, False, False))
        by_month = self._grouped(company, ["month:month"], *names)
        self.assertEqual([closing for _month, closing, *_rest in by_month], [6340, 6340])
        self.assertTrue(all(hhi for *_rest, hhi, _countback in by_month))
        # the customers of the company are those of the salespeople
        [mixed] = self._grouped([("month", "=", JUNE[0])], [], "sales_amount", "dso")
        self.assertEqual(mixed, (False, False))

    def test_trend_shows_days_beside_their_target(self):
        self.company.sudo().receivable_dso_target = 40
        row = self._month()
        points = self.env["receivable.kpi.trend"].search([("kpi_id", "=", row.id)])
        self.assertEqual(set(points.mapped("series")), {"dso", "dso_countback", "dso_best", "dso_target"})
        target = points.filtered(lambda point: point.series == "dso_target")
        self.assertEqual(target.value, 40)
        action = row.action_open_trend()
        self.assertIn(target, self.env["receivable.kpi.trend"].search(action["domain"]))

    # ------------------------------------------------------------------
    # WIZARDS, PAGE
    # ------------------------------------------------------------------

    def test_wizard_computes_a_few_months_at_once_and_many_in_the_background(self):
        values = {"company_ids": self.company.ids, "month_from": date(2024, 5, 20), "month_to": date(2024, 6, 2)}
        self.env["receivable.kpi.close.wizard"].create(values).action_compute()
        rows = self._rows("company", JUNE[0]) | self._rows("company", date(2024, 5, 1))
        self.assertEqual(rows.mapped("state"), ["closed", "closed"])
        self.env["receivable.kpi.close.wizard"].create({**values, "month_from": date(2024, 1, 1)}).action_compute()
        months = self.env["receivable.kpi"].search(
            [("company_id", "=", self.company.id), ("state", "=", "waiting"), ("dimension", "=", "company")]
        )
        self.assertEqual(len(months), 6)
        with self.enter_registry_test_mode():
            self.env.ref("receivable_dunning.ir_cron_close_figures").sudo().method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(set(months.mapped("state")), {"closed"})

    def test_wizard_refuses_what_makes_no_sense(self):
        wrong = (
            {"month_from": date(2024, 6, 1), "month_to": date(2024, 5, 1)},
            {"month_from": self.today, "month_to": self.today},
            {"month_from": date(1990, 1, 1), "month_to": date(2024, 5, 1)},
        )
        for values in wrong:
            wizard = self.env["receivable.kpi.close.wizard"].create({"company_ids": self.company.ids, **values})
            with self.subTest(values), self.assertRaises(UserError):
                wizard.action_compute()

    def test_any_period_is_shown_live(self):
        with Form(self.env["receivable.kpi.wizard"]) as form:
            form.date_from, form.date_to = JUNE
            self.assertIn("6,340.00 / 10,890.00 × 30", form.figures)
            form.date_from = JULY[0]
            self.assertFalse(form.figures)
            form.date_to = JULY[1]
            self.assertIn("not enough data", form.figures)
            form.date_from = date(2024, 4, 1)
            self.assertIn("CRF with N", form.figures)
            self.assertIn("6,200.00 + 10,890.00 / 4", form.figures)
        action = form.record.action_open_customers()
        self.assertEqual(action["context"]["kpi_to"], "2024-07-31")

    def test_page_of_the_month_has_every_figure_in_the_readers_language(self):
        row = self._month()
        row.comment = "One large customer pays later"
        self.env["res.lang"]._activate_lang("zh_CN")
        for lang in ("en_US", "zh_CN"):
            html = (
                self.env["ir.actions.report"]
                .with_context(lang=lang)
                ._render_qweb_html("receivable_dunning.report_receivable_kpi", row.ids)[0]
                .decode()
            )
            with self.subTest(lang):
                self.assertIn("6,340.00 / 10,890.00 × 30", html)
                self.assertIn("One large customer pays later", html)
                self.assertIn("June 2024" if lang == "en_US" else "2024", html)

    # ------------------------------------------------------------------
    # RIGHTS
    # ------------------------------------------------------------------

    def test_figures_are_not_written_by_hand(self):
        row = self._month()
        manager = self._user("boss", "receivable_dunning.group_collections_manager")
        for values in ({"dso": 3.0}, {"state": "waiting"}, {"is_different": False}, {"sales_amount": 1}):
            with self.subTest(values), self.assertRaises(AccessError):
                row.with_user(manager).write(values)
        with self.assertRaises(AccessError):
            self.env["receivable.kpi"].with_user(manager).create({"company_id": self.company.id, "month": JUNE[0]})
        row.with_user(manager).comment = "Read"

    def test_who_computes_is_an_accountant(self):
        row = self._month()
        reader = self._user("reader", "receivable_dunning.group_collections_user")
        for name in ("action_recompute", "action_check"):
            with self.subTest(name), self.assertRaises(AccessError):
                getattr(row.with_user(reader), name)()
        with self.assertRaises(AccessError):
            row.with_user(reader).comment = "No"
        self.assertEqual(row.with_user(reader).dso, row.dso)
        accountant = self._user("clerk", "receivable_dunning.group_collections_accountant")
        row.with_user(accountant).action_recompute()
        self.assertEqual(row.closed_by, accountant)

    def test_other_companies_see_nothing(self):
        row = self._month()
        other = self.env["res.company"].sudo().create({"name": "Other"})
        stranger = self._user("stranger", "receivable_dunning.group_collections_manager", other)
        with self.assertRaises(AccessError):
            row.with_user(stranger).read(["dso"])
        for model in ("receivable.kpi", "receivable.kpi.figure", "receivable.kpi.trend", "receivable.kpi.customer"):
            with self.subTest(model):
                found = self.env[model].with_user(stranger).with_context(kpi_from=str(JUNE[0]), kpi_to=str(JUNE[1]))
                self.assertFalse(found.search([]))

    def test_wizards_read_no_other_companies(self):
        other = self.env["res.company"].sudo().create({"name": "Other"})
        stranger = self._user("stranger", "receivable_dunning.group_collections_accountant", other)
        days = {"date_from": JUNE[0], "date_to": JUNE[1]}
        with self.assertRaises(AccessError):
            wizard = (
                self.env["receivable.kpi.wizard"].with_user(stranger).create({"company_id": self.company.id, **days})
            )
            self.assertFalse(wizard.figures)
        months = {"month_from": JUNE[0], "month_to": JUNE[1]}
        with self.assertRaises(AccessError):
            wizard = self.env["receivable.kpi.close.wizard"].with_user(stranger)
            wizard.create({"company_ids": self.company.ids, **months}).action_compute()

    def test_settings_refuse_what_makes_no_sense(self):
        for values in (
            {"receivable_dso_target": -1}, {"receivable_kpi_close_day": 0}, {"receivable_kpi_close_day": 29},
            {"receivable_kpi_response_days": 0},
        ):  # fmt: skip
            with self.subTest(values), self.assertRaises(ValidationError), self.cr.savepoint():
                self.company.sudo().write(values)
