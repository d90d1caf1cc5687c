import json
from datetime import date

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
        self.assertEqual(len(sources), 8)
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
