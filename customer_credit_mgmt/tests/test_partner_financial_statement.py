import base64
from datetime import date

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import SQL
from odoo.tools.misc import file_open

from ..core.ratios import EXAMPLE, ITEMS
from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestPartnerFinancialStatement(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.statements = cls.env["partner.financial.statement"]
        cls.controller = cls._user("statement_controller", "customer_credit_mgmt.group_credit_controller")

    def _statement(self, year=2023, partner=None, confirm=True, **values):
        statement = self.statements.create(
            {"partner_id": (partner or self.partner_a).id, "date_end": date(year, 12, 31), **values}
        )
        if confirm:
            statement.action_confirm()
        return statement

    # ------------------------------------------------------------------
    # WHAT IS NOT KNOWN
    # ------------------------------------------------------------------

    def test_item_left_empty_is_unknown_and_zero_is_zero(self):
        statement = self._statement(inventories=0.0, current_assets=300.0, current_liabilities=100.0)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertIsNone(statement.cash)
        self.assertEqual(statement.inventories, 0.0)
        (raw,) = self.env.execute_query(
            SQL("SELECT inventories, cash, interest_cover FROM partner_financial_statement WHERE id = %s", statement.id)
        )
        self.assertEqual((float(raw[0]), raw[1], raw[2]), (0.0, None, None))
        self.assertEqual(statement.quick_ratio, 3.0, "no inventories were reported as 0")
        (read,) = statement.read(["inventories", "cash", "interest_cover"])
        self.assertEqual((read["inventories"], read["cash"]), (0.0, False))
        self.assertIs(read["cash"], False, "the client shows nothing for false, and 0.00 for 0")
        self.assertIs(read["interest_cover"], False)

    def test_figure_can_become_unknown_again(self):
        statement = self._statement(confirm=False, current_assets=300.0, current_liabilities=100.0)
        statement.current_assets = False
        self.env.flush_all()
        self.assertIsNone(statement.current_assets)
        self.assertIsNone(statement.current_ratio)
        statement.current_assets = 0
        self.assertEqual(statement.current_ratio, 0)

    def test_unknown_is_found_by_filter_and_left_out_of_averages(self):
        known = self._statement(current_assets=300.0, current_liabilities=100.0)
        unknown = self._statement(2022, current_assets=300.0)
        domain = [("id", "in", (known | unknown).ids)]
        self.assertEqual(self.statements.search([*domain, ("current_ratio", "=", False)]), unknown)
        self.assertEqual(self.statements.search([*domain, ("current_ratio", ">", 0)]), known)
        ((average,),) = self.statements._read_group(domain, [], ["current_ratio:avg"])
        self.assertEqual(average, 3)

    def test_form_keeps_untouched_figures_unknown(self):
        with Form(self.statements) as form:
            form.partner_id = self.partner_a
            form.date_end = date(2023, 12, 31)
            form.current_assets = 0
        self.assertEqual(form.record.current_assets, 0)
        self.assertIsNone(form.record.cash)

    # ------------------------------------------------------------------
    # RATIOS
    # ------------------------------------------------------------------

    def test_ratios_are_computed_and_stored(self):
        statement = self._statement(**EXAMPLE)
        self.assertRecordValues(
            statement,
            [
                {
                    "year": 2023,
                    "working_capital": 200,
                    "current_ratio": 1.67,
                    "quick_ratio": 1.17,
                    "equity_ratio": 0.4,
                    "debt_equity": 1.5,
                    "cash_debt": 0.15,
                    "asset_turnover": 1.5,
                    "gross_margin": 0.4,
                    "net_margin": 0.04,
                    "interest_cover": 5,
                    "receivable_days": 60.8,
                    "inventory_days": 60.8,
                    "altman_z1": 2.36,
                    "altman_z1_zone": "grey",
                    "altman_z2": 3.17,
                    "altman_z2_zone": "safe",
                }
            ],
        )

    def test_half_a_year_is_scaled_where_it_meets_a_balance(self):
        statement = self._statement(months=6, **EXAMPLE)
        self.assertEqual((statement.asset_turnover, statement.net_margin, statement.interest_cover), (3, 0.04, 5))
        self.assertEqual(statement.receivable_days, 30.4)
        self.assertAlmostEqual(statement.altman_z2, 3.173 + 6.72 * 0.1, delta=0.006)

    def test_division_by_nothing_is_unknown(self):
        nothing = dict.fromkeys(("current_liabilities", "total_liabilities", "total_assets", "sales"), 0.0)
        statement = self._statement(**{**EXAMPLE, **nothing, "equity": -400.0, "interest_expense": 0.0})
        for name in ("current_ratio", "debt_equity", "asset_turnover", "net_margin", "interest_cover", "altman_z2"):
            with self.subTest(name):
                self.assertIsNone(statement[name])
        self.assertFalse(statement.altman_z2_zone)

    # ------------------------------------------------------------------
    # WHAT DOES NOT ADD UP, AND SIGNS OF TROUBLE
    # ------------------------------------------------------------------

    def test_contradicting_figures_are_said_and_kept_in_the_chatter(self):
        statement = self._statement(
            confirm=False, total_assets=1000, total_liabilities=600, equity=300, cash=50, current_assets=20
        )
        self.assertRegex(statement.problem_text, r"Total Assets are .*1,000.00.*, but liabilities and equity are .*900.00")
        self.assertRegex(statement.problem_text, r"parts of Current Assets add up to .*50.00.* more than .*20.00")
        statement.with_context(tracking_disable=False).action_confirm()
        self.assertIn("Confirmed although", statement.message_ids.mapped("body")[-1] + statement.message_ids[0].body)

    def test_worse_ratio_and_lower_zone_are_signs(self):
        self._statement(2022, **EXAMPLE)
        statement = self._statement(2023, **{**EXAMPLE, "current_assets": 350.0, "retained_earnings": 0.0})
        self.assertTrue(statement.is_deteriorated)
        kinds = {sign["key"]: sign["kind"] for sign in statement.signs}
        self.assertEqual(kinds, {"altman_z2": "zone", "current_ratio": "worse", "quick_ratio": "worse"})
        self.assertIn("Current Ratio went from 1.67 to 1.17: worse by 30 %.", statement.sign_text)
        self.assertIn("Altman Z'' fell from the zone “Safe” to “Grey”.", statement.sign_text)

    def test_first_statement_is_compared_with_nothing(self):
        self.assertFalse(self._statement(**EXAMPLE).is_deteriorated)
        loss = self._statement(2021, partner=self.partner_b, equity=-5, net_profit=-10)
        self.assertEqual({sign["kind"] for sign in loss.signs}, {"equity", "loss"})
        self.assertRegex(loss.sign_text, "Equity is negative: .*-5.00")

    def test_threshold_of_deterioration_is_a_parameter(self):
        parameters = self.env["ir.config_parameter"].sudo()
        for percent, deteriorated in (("30", True), ("40", False), ("some words", True)):
            parameters.set_param("customer_credit_mgmt.ratio_worse_percent", percent)
            partner = self.env["res.partner"].create({"name": percent})
            self._statement(2022, partner, **EXAMPLE)
            worse_by_a_third = {**EXAMPLE, "interest_expense": 30.0}
            self.assertEqual(self._statement(2023, partner, **worse_by_a_third).is_deteriorated, deteriorated)

    def test_older_statement_entered_later_becomes_the_one_before(self):
        latest = self._statement(2023, **{**EXAMPLE, "current_assets": 350.0})
        self.assertFalse(latest.previous_id or latest.is_deteriorated)
        oldest = self._statement(2021, **EXAMPLE)
        middle = self._statement(2022, confirm=False, **{**EXAMPLE, "current_assets": 360.0})
        self.assertEqual(latest.previous_id, oldest, "a draft is not compared with")
        self.assertTrue(latest.is_deteriorated)
        middle.action_confirm()
        self.assertEqual((latest.previous_id, middle.previous_id), (middle, oldest))
        self.assertFalse(latest.is_deteriorated)
        self.assertEqual((latest | middle | oldest).filtered("is_latest"), latest)
        latest.action_reset_to_draft()
        self.assertEqual((latest | middle | oldest).filtered("is_latest"), middle)

    # ------------------------------------------------------------------
    # STATE
    # ------------------------------------------------------------------

    def test_confirmed_statement_is_frozen(self):
        statement = self._statement(**EXAMPLE)
        self.assertEqual(statement.confirmed_by, self.env.user)
        for vals in ({"sales": 5}, {"date_end": date(2022, 12, 31)}, {"partner_id": self.partner_b.id}):
            with self.assertRaisesRegex(UserError, "frozen"):
                statement.write(vals)
        with self.assertRaisesRegex(UserError, "kept"):
            statement.unlink()
        statement.note = "Remarks are free."
        statement.action_reset_to_draft()
        statement.sales = 5
        statement.unlink()

    def test_state_is_set_by_the_buttons_only(self):
        own = self.statements.with_user(self.controller)
        statement = own.create({"partner_id": self.partner_a.id, "date_end": date(2023, 12, 31), "sales": 5})
        for vals in ({"state": "confirmed"}, {"is_latest": True}, {"confirmed_by": self.controller.id}):
            with self.assertRaises(AccessError):
                statement.write(vals)
        with self.assertRaises(AccessError):
            own.create({"partner_id": self.partner_a.id, "date_end": date(2023, 12, 31), "state": "confirmed"})
        with self.assertRaises(AccessError):
            own.with_context(default_state="confirmed").create(
                {"partner_id": self.partner_a.id, "date_end": date(2022, 12, 31)}
            )
        statement.action_confirm()
        self.assertEqual((statement.state, statement.confirmed_by), ("confirmed", self.controller))
        with self.assertRaisesRegex(AccessError, "manager"):
            statement.action_reset_to_draft()

    def test_nothing_empty_future_or_twice_is_confirmed(self):
        with self.assertRaisesRegex(UserError, "no figures"):
            self._statement()
        with self.assertRaisesRegex(UserError, "future"):
            self._statement(self.today.year + 1, sales=5)
        self._statement(sales=5)
        with self.assertRaisesRegex(UserError, "confirmed already"):
            self._statement(sales=6)

    def test_statement_of_a_contact_is_one_of_its_firm(self):
        contact = self.env["res.partner"].create({"name": "Contact", "parent_id": self.partner_a.id})
        self.assertEqual(self._statement(partner=contact, sales=5).partner_id, self.partner_a)

    def test_branch_has_no_statements_of_its_own(self):
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        with self.assertRaisesRegex(ValidationError, "is a branch"):
            self._statement(company_id=branch.id, sales=5)

    # ------------------------------------------------------------------
    # RIGHTS
    # ------------------------------------------------------------------

    def test_users_see_no_statement_and_no_figure_on_the_profile(self):
        statement = self._statement(**EXAMPLE)
        user = self._user("statement_user", "customer_credit_mgmt.group_credit_user")
        with self.assertRaises(AccessError):
            statement.with_user(user).read(["sales"])
        profile = self.env["credit.profile"]._get_or_create(self.partner_a, self.company)
        with self.assertRaises(AccessError):
            profile.with_user(user).read(["statement_years"])
        self.assertTrue(profile.with_user(self.controller).read(["statement_years"]))

    def test_statement_of_another_company_is_not_seen(self):
        other = self.setup_other_company()["company"]
        shared, foreign = self._statement(sales=5), self._statement(2022, company_id=other.id, sales=5)
        seen = self.statements.with_user(self.controller).search([("partner_id", "=", self.partner_a.id)])
        self.assertIn(shared, seen)
        self.assertNotIn(foreign, seen)

    # ------------------------------------------------------------------
    # PROFILE
    # ------------------------------------------------------------------

    def test_profile_shows_the_years_side_by_side(self):
        profile = self.env["credit.profile"]._get_or_create(self.partner_a, self.company).sudo(False)
        self.assertIn("No statement yet", profile.statement_years)
        self.assertEqual(profile.action_open_statements()["views"], [(False, "form")])
        self._statement(2022, **EXAMPLE)
        latest = self._statement(2023, **{**EXAMPLE, "current_assets": 350.0, "cash": None})
        profile.invalidate_recordset()
        self.assertEqual((profile.latest_statement_id, profile.statement_count), (latest, 2))
        table = profile.statement_years
        self.assertLess(table.index("12/31/2022"), table.index("12/31/2023"))
        self.assertIn('class="text-danger">1.17', table)
        self.assertIn("3.17 Safe", table)
        self.assertRegex(table, r'class="text-danger">-30 %')
        self.assertRegex(table, r"Sales</td>[\s\S]*?text-muted\">0 %")
        self.assertEqual(profile.action_open_ratio_chart()["views"][0], (False, "graph"))

    def test_equity_is_told_in_another_currency(self):
        currency = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        statement = self._statement(currency_id=currency.id, equity=400, sales=5)
        found = self.statements._get_latest(self.partner_a, self.company, self.today)
        self.assertEqual(found, {self.partner_a.id: statement})
        self.assertEqual(statement._get_equity(self.company.currency_id, self.today), 200)
        unknown = self._statement(2022, partner=self.partner_b, sales=5)
        self.assertIsNone(unknown._get_equity(currency, self.today))

    def test_latest_is_what_was_known_on_the_day(self):
        first, second = self._statement(2021, sales=5), self._statement(2022, sales=5)
        for day, expected in ((date(2022, 12, 30), first), (date(2022, 12, 31), second)):
            found = self.statements._get_latest(self.partner_a, self.company, day)
            self.assertEqual(found[self.partner_a.id], expected)

    def test_merging_contacts_loses_no_statement(self):
        kept, merged = self._statement(sales=5), self._statement(partner=self.partner_b, sales=6)
        earlier = self._statement(2022, partner=self.partner_b, sales=7)
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo().create({})
        wizard._merge((self.partner_a | self.partner_b).ids, self.partner_a)
        self.env.invalidate_all()
        self.assertEqual((kept | merged | earlier).exists().partner_id, self.partner_a)
        self.assertEqual((kept | merged | earlier).mapped("state"), ["confirmed", "draft", "confirmed"])
        self.assertEqual((kept.previous_id, merged.is_latest, earlier.is_latest), (earlier, False, False))

    # ------------------------------------------------------------------
    # SCREENS AND IMPORT
    # ------------------------------------------------------------------

    def test_views_load_and_filters_work(self):
        action = self.env.ref("customer_credit_mgmt.action_partner_financial_statement")
        views = self.statements.get_views([(False, view) for view in [*action.view_mode.split(","), "search"]])
        self.assertTrue(views["views"])
        old = self.today - relativedelta(months=18, days=1)
        statement = self.statements.create({"partner_id": self.partner_a.id, "date_end": old, "sales": 5})
        recent = self.statements.create(
            {"partner_id": self.partner_b.id, "date_end": self.today - relativedelta(months=17), "sales": 5}
        )
        found = self.statements.search([("date_end", "<", "today -18m"), ("id", "in", (statement | recent).ids)])
        self.assertEqual(found, statement)
        with Form(self.env["credit.profile"]._get_or_create(self.partner_a, self.company).sudo(False)) as form:
            self.assertEqual(form.statement_count, 1)

    def test_import_template_fits_the_columns(self):
        (template,) = self.statements.get_import_templates()
        with file_open(template["template"].lstrip("/"), "rb") as file:
            content = base64.b64encode(file.read())
        wizard = self.env["base_import.import"].create(
            {
                "res_model": "partner.financial.statement",
                "file": base64.b64decode(content),
                "file_type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            }
        )
        preview = wizard.parse_preview({"has_headers": True})
        self.assertFalse(preview.get("error"))
        fields = [preview["matches"][column][0] for column in sorted(preview["matches"])]
        self.assertEqual(len(fields), len(preview["headers"]))
        self.assertEqual(set(fields) & set(ITEMS), set(ITEMS))
        self.env["res.partner"].create([{"name": "Example GmbH"}, {"name": "Example Ltd"}])
        self.env.ref("base.EUR").active = self.env.ref("base.USD").active = True
        result = wizard.execute_import(fields, preview["headers"], {**preview["options"], "has_headers": True})
        self.assertFalse(result["messages"])
        first, second = self.statements.browse(result["ids"])
        self.assertEqual((first.altman_z2_zone, first.audited), ("safe", True))
        self.assertEqual((second.inventories, second.receivables), (0, None), "0 is 0, an empty cell is unknown")
