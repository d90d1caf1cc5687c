import json
from calendar import monthrange
from datetime import date

from dateutil.relativedelta import relativedelta

from odoo.tests import HttpCase, tagged

from odoo.addons.receivable_dunning.tests.test_receivable_kpi import KpiCommon


@tagged("post_install", "-at_install")
class TestReceivablesDashboard(KpiCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dashboard = cls.env.ref("receivable_dunning_spreadsheet.spreadsheet_dashboard_receivables")
        cls.reader = cls._user("reader", "receivable_dunning.group_collections_user")

    def _data(self):
        return json.loads(self.dashboard.with_user(self.reader)._get_serialized_readonly_dashboard())["snapshot"]

    def _sources(self):
        """``(model, domain, fields)`` of every pivot, list and chart."""
        data = self._data()
        for pivot in data["pivots"].values():
            names = [each["fieldName"] for each in (*pivot["measures"], *pivot["rows"])]
            yield pivot["model"], pivot["domain"], names, pivot["fieldMatching"]
        for each in data["lists"].values():
            yield each["model"], each["domain"], each["columns"], each["fieldMatching"]
        for sheet in data["sheets"]:
            for figure in sheet["figures"]:
                chart = figure["data"]
                if chart["type"] != "scorecard":
                    meta = chart["metaData"]
                    names = [name.partition(":")[0] for name in (*meta["groupBy"], meta["measure"])]
                    yield meta["resModel"], chart["searchParams"]["domain"], names, chart["fieldMatching"]

    def test_every_source_can_be_read_by_who_works_the_receivables(self):
        self._month()
        sources = list(self._sources())
        self.assertEqual(len(sources), 10)
        for model, domain, names, matching in sources:
            with self.subTest(model=model, names=names):
                Model = self.env[model].with_user(self.reader)
                self.assertFalse(set(names) - set(Model.fields_get()))
                chains = {each["chain"].split(".")[0] for each in matching.values()}
                self.assertFalse(chains - set(Model.fields_get()))
                Model.search(domain, limit=3).read(names)
        filters = {each["id"] for each in self._data()["globalFilters"]}
        self.assertEqual({each for *_source, matching in sources for each in matching}, filters)

    def test_links_lead_to_menus_that_exist(self):
        menus = self._data()["chartOdooMenusReferences"]
        figures = {figure["id"] for sheet in self._data()["sheets"] for figure in sheet["figures"]}
        self.assertEqual(set(menus), figures)
        for menu in menus.values():
            self.assertTrue(self.env.ref(menu).action)

    def test_others_do_not_see_it(self):
        stranger = self._user("stranger", "account.group_account_invoice")
        visible = self.env["spreadsheet.dashboard"].with_user(stranger).search([])
        self.assertNotIn(self.dashboard, visible)
        self.assertIn(self.dashboard, self.env["spreadsheet.dashboard"].with_user(self.reader).search([]))

    def test_dashboard_opens_with_its_figures(self):
        self.customer.name = "Reader's customer"
        self.company.sudo().receivable_dso_target = 40
        month = self.today.replace(day=1)
        for back in range(1, 4):
            first = date(month.year - (month.month <= back), (month.month - back - 1) % 12 + 1, 1)
            self._invoice(self.customer, 1000 * back, first, due=first)
            self._month(first)
        url = f"/odoo/dashboards?dashboard_id={self.dashboard.id}"
        self.start_tour(url, "receivables_dashboard", login=self.reader.login)

    def test_overdue_is_no_share_of_what_customers_have_to_their_credit(self):
        month = self.today.replace(day=1) - relativedelta(months=1)
        self.env["account.move"].search([("company_id", "=", self.company.id)]).button_draft()
        self._invoice(self.customer, 100, month, due=month)
        later = self.today + relativedelta(days=20)
        self._invoice(self.other, 900, self.today, due=later, move_type="out_refund")
        self._month(month)
        self.start_tour(
            f"/odoo/dashboards?dashboard_id={self.dashboard.id}",
            "receivables_dashboard_credit",
            login=self.reader.login,
        )

    # ------------------------------------------------------------------
    # SEVERAL COMPANIES
    # ------------------------------------------------------------------

    def _two_companies(self, currency):
        """Last month the company collected 400 of 1,000, another one of this currency 800 of 1,000."""
        self.env["account.move"].search([("company_id", "=", self.company.id)]).button_draft()
        other = self.setup_other_company(currency_id=currency.id)["company"]
        self.env.user.sudo().company_ids |= other
        companies = self.company | other
        month = self.today.replace(day=1) - relativedelta(months=1)
        for company, amount in zip(companies, (400, 800), strict=True):
            env = self.env(context={**self.env.context, "allowed_company_ids": company.ids})
            invoice = env["account.move"].create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.customer.id,
                    "invoice_date": month,
                    "date": month,
                    "invoice_payment_term_id": False,
                    "invoice_date_due": month,
                    "invoice_line_ids": [(0, 0, {"name": "goods", "price_unit": 1000, "tax_ids": False})],
                }
            )
            invoice.action_post()
            wizard = env["account.payment.register"].with_context(active_model="account.move", active_ids=invoice.ids)
            wizard.create({"amount": amount, "payment_date": month})._create_payments()
            env["receivable.kpi"]._await(company, month, month)._compute_months()
        self.reader.sudo().write({"company_ids": [(6, 0, companies.ids)]})
        return companies

    def _open_with(self, companies, tour):
        ids = "-".join(str(company.id) for company in companies)
        self.start_tour(
            f"/odoo/dashboards?dashboard_id={self.dashboard.id}", tour, login=self.reader.login, cookies={"cids": ids}
        )

    def test_cards_hold_all_active_companies_of_one_currency(self):
        companies = self._two_companies(self.company.currency_id)
        self._open_with(companies, "receivables_dashboard_companies")

    def test_cards_say_so_where_the_currencies_differ(self):
        euro = self.setup_other_currency("EUR", rates=[("1900-01-01", 0.5)])
        self._open_with(self._two_companies(euro), "receivables_dashboard_currencies")

    def test_trend_of_several_companies_is_that_of_their_sums(self):
        companies = self._two_companies(self.company.currency_id)
        trend = self.env["receivable.kpi.trend"].with_context(allowed_company_ids=companies.ids)
        month = self.today.replace(day=1) - relativedelta(months=1)
        domain = [("dimension", "=", "company"), ("is_part", "=", False), ("month", "=", month)]
        days = dict(trend._read_group(domain, ["series"], ["value:avg"]))
        self.assertAlmostEqual(days["dso"], 800 / 2000 * monthrange(month.year, month.month)[1], 6)
        self.assertFalse(days["dso_countback"])
