from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import DunningCommon


class DashboardCommon(DunningCommon):
    """Three customers: one long overdue, one a little, one not due."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.late = cls._customer("Late Payer")
        cls.other = cls._customer("Other")
        cls._of(cls.late, 100, 700)
        cls._of(cls.late, 10, 300)
        cls._of(cls.other, 5, 200)
        cls._of(cls.other, -20, 50)
        cls.reason = cls.env["receivable.dispute.reason"].search([], limit=1)

    @classmethod
    def _of(cls, partner, days, amount):
        due = cls.today - timedelta(days=days)
        return cls._invoice(partner, amount, min(due, cls.today), due=due)

    @classmethod
    def _clerk(cls, login="dash_clerk", group="receivable_dunning.group_collections_user", companies=None):
        companies = companies or cls.company
        return new_test_user(
            cls.env, login, group, company_id=companies[0].id, company_ids=[Command.set(companies.ids)]
        )  # fmt: skip

    def _data(self, user=None, **values):
        dashboard = self.env["collections.dashboard"].with_user(user or self.env.user)
        return dashboard.with_context(allowed_company_ids=self.company.ids).get_data(**values)

    def _tile(self, data, key):
        return next(tile for tile in data["tiles"] if tile["key"] == key)

    def _line(self, invoice):
        return invoice.line_ids.filtered(lambda line: line.account_id.account_type == "asset_receivable")

    def _closed_month(self, months_ago, **values):
        month = self.today.replace(day=1) - relativedelta(months=months_ago)
        return (
            self.env["receivable.kpi"]
            .sudo()
            .create(
                {"company_id": self.company.id, "month": month, "dimension": "company", "state": "closed", **values}
            )
        )


@tagged("post_install", "-at_install")
class TestCollectionsDashboard(DashboardCommon):
    def test_aging_is_that_of_the_aged_receivables(self):
        aging = self._data()["aging"]
        groups = (
            self.env["receivable.aging"]
            .with_context(allowed_company_ids=self.company.ids)
            ._read_group([], ["bucket_id"], ["amount_residual:sum", "__count"])
        )
        expected = {bucket.id: (amount, count) for bucket, amount, count in groups}
        found = {bucket["id"]: (bucket["amount"], bucket["count"]) for bucket in aging["buckets"] if bucket["count"]}
        self.assertEqual(found, expected)
        self.assertEqual((aging["total"], aging["overdue"], aging["over_90"], aging["count"]), (1250, 1200, 700, 4))

    def test_tiles_compare_with_the_last_closed_month(self):
        self._closed_month(2, dso=50.0, cei=80.0)
        self._closed_month(1, dso=40.0, cei=90.0, overdue_amount=1000, over_90_share=0.5)
        data = self._data()
        overdue = self._tile(data, "overdue")
        last_day = self.today.replace(day=1) - timedelta(days=1)
        self.assertEqual((overdue["value"], overdue["before"], overdue["date"]), (1200, 1000, last_day))
        dso, cei = self._tile(data, "dso"), self._tile(data, "cei")
        self.assertEqual((dso["value"], dso["before"], dso["as_of"]), (40, 50, last_day))
        self.assertEqual((cei["value"], cei["before"]), (0.9, 0.8))
        over_90 = self._tile(data, "over_90")
        self.assertEqual((over_90["value"], over_90["before"], over_90["amount"]), (0.56, 0.5, 700))

    def test_what_is_not_known_is_not_zero(self):
        data = self._data()
        self.assertEqual([self._tile(data, key)["value"] for key in ("dso", "cei")], [None, None])
        self.assertIsNone(self._tile(data, "overdue")["before"])
        self.assertEqual(data["trend"]["months"], [])

    def test_collected_is_what_came_to_the_bank_in_the_period(self):
        invoice = self._of(self.other, 3, 80)
        self._pay(invoice, 30, self.today)
        before = self.env["receivable.kpi"]._figures(self.company, self.today.replace(day=1), self.today)
        self.assertEqual(self._tile(self._data(), "collected")["value"], before["collected_amount"])

    def test_most_overdue_come_first_less_their_credits(self):
        self._invoice(self.late, 250, self.today - timedelta(days=40), move_type="out_refund")
        top = self._data()["top"]
        self.assertEqual([(row["name"], row["overdue"], row["age"]) for row in top],
                         [("Late Payer", 750, 100), ("Other", 200, 5)])  # fmt: skip

    def test_customer_whose_credits_cover_what_is_overdue_is_not_named(self):
        self._invoice(self.other, 500, self.today - timedelta(days=40), move_type="out_refund")
        self.assertEqual([row["name"] for row in self._data()["top"]], ["Late Payer"])

    def test_who_is_late_is_named_though_credits_of_others_are_larger(self):
        self._invoice(self.customer, 9000, self.today - timedelta(days=40), move_type="out_refund")
        data = self._data()
        self.assertEqual((data["aging"]["overdue"], self._tile(data, "overdue")["share"]), (1200 - 9000, None))
        self.assertEqual([(row["name"], row["overdue"]) for row in data["top"]], [("Late Payer", 1000), ("Other", 200)])

    def test_forecast_is_the_kept_one_else_computed_now(self):
        live = self._data()["forecast"]
        self.assertFalse(live["computed_on"])
        self.assertEqual(live["as_of"], self.today - timedelta(days=1))
        self.env["receivable.cash.forecast"]._refresh(self.company, self.today)
        kept = self._data()["forecast"]
        self.assertEqual((kept["as_of"], len(kept["weeks"])), (self.today, 13))
        self.assertTrue(kept["computed_on"])
        self.assertEqual(kept["total"], 1250)

    def test_before_anybody_paid_no_cash_can_be_forecast_which_is_not_zero(self):
        found = self._data()["forecast"]
        self.assertEqual((found["near"], found["expected"], found["later"]), (None, None, None))
        self.assertEqual((found["unknown"], found["total"]), (1200, 1200), "what is dated today is not known yesterday")
        for number in range(5):
            self._pay(self._of(self.other, 130 + number, 100), 100, self.today - timedelta(days=120))
        self.assertGreater(self._data()["forecast"]["expected"], 0)

    def test_promises_of_the_period_and_those_to_come(self):
        invoice = self._of(self.other, 3, 80)
        promises = self.env["receivable.promise"]
        promises._make(self._line(invoice), 30, self.today + timedelta(days=3), {})
        promises._make(self._line(invoice), 20, self.today + timedelta(days=30), {})
        kept = promises._make(self._line(self._of(self.late, 3, 90)), 90, self.today + timedelta(days=1), {}).sudo()
        kept.line_ids.write({"state": "kept", "amount_kept": 90, "date_promised": self.today})
        kept.state = "kept"
        found = self._data()["promises"]
        self.assertEqual((found["due"], found["kept"]), ({"count": 1, "amount": 30}, {"count": 1, "amount": 90}))
        self.assertEqual((found["broken"]["count"], found["kept_rate"]), (0, 1))
        self.assertEqual(self._data(period_key="last_month")["promises"]["kept"]["count"], 0)

    def test_of_a_promise_in_instalments_the_parts_to_come_soon_count(self):
        promise = self.env["receivable.promise"]._make(
            self._line(self._of(self.other, 3, 80)), 80, self.today + timedelta(days=3), {}
        )
        soon = promise.sudo().line_ids
        soon.amount = 30
        soon.copy({"amount": 50, "date_promised": self.today + timedelta(days=40)})
        self.assertEqual((promise.amount, self._data()["promises"]["due"]), (80, {"count": 1, "amount": 30}))
        soon.amount_kept = 10
        self.assertEqual(self._data()["promises"]["due"]["amount"], 20)

    def test_newest_run_and_what_became_of_its_notices(self):
        self.assertIsNone(self._data()["run"])
        run = self._run()
        found = self._data()["run"]
        self.assertEqual((found["id"], found["state"]), (run.id, "proposed"))
        self.assertEqual([(row["key"], row["count"]) for row in found["states"]], [("proposed", len(run.notice_ids))])
        self.assertEqual(found["amount"], sum(run.notice_ids.mapped("amount_total")))

    def test_disputes_past_their_deadline(self):
        dispute = self.env["receivable.dispute"]._open(
            self._line(self._of(self.other, 3, 80)), 80, {"reason_id": self.reason.id}
        )
        found = self._data()["disputes"]
        self.assertEqual((found["open"]["count"], found["missed"]["count"], found["rows"]), (1, 0, []))
        self.env.flush_all()
        late = self.today - timedelta(days=4)
        self.env.cr.execute("UPDATE receivable_dispute SET next_deadline = %s WHERE id = %s", [late, dispute.id])
        self.env.invalidate_all()
        found = self._data()["disputes"]
        self.assertEqual((found["missed"]["count"], found["missed"]["amount"]), (1, 80))
        self.assertEqual([(row["id"], row["days"]) for row in found["rows"]], [(dispute.id, 4)])

    def test_worklist_head_is_the_head_of_the_worklist(self):
        dashboard = self.env["collections.dashboard"].with_context(allowed_company_ids=self.company.ids)
        found = dashboard.get_worklist()
        worklist = self.env["collection.worklist"].with_context(allowed_company_ids=self.company.ids)
        rows = worklist.search([("action", "!=", "none")], limit=5)
        self.assertEqual([row["id"] for row in found], rows.ids)
        self.assertIn("Late Payer", [row["name"] for row in found])

    # ------------------------------------------------------------------
    # RIGHTS
    # ------------------------------------------------------------------

    def test_who_has_no_right_gets_nothing(self):
        with self.assertRaises(AccessError):
            self._data(self._clerk("dash_nobody", "base.group_user"))

    def test_clerk_sees_every_panel(self):
        data = self._data(self._clerk())
        self.assertEqual(data["aging"]["total"], 1250)
        for panel in ("forecast", "promises", "disputes"):
            self.assertIsNotNone(data[panel], panel)

    def test_who_may_only_read_the_ledger_sees_what_follows_from_it(self):
        self._closed_month(1, dso=40.0)
        self._run()
        data = self._data(self._clerk("dash_auditor", "account.group_account_readonly"))
        self.assertEqual((data["aging"]["total"], self._tile(data, "overdue")["value"]), (1250, 1200))
        self.assertEqual((data["trend"]["months"], self._tile(data, "dso")["value"]), ([], None))
        self.assertEqual([data[panel] for panel in ("forecast", "promises", "run", "disputes")], [None] * 4)

    def test_only_companies_of_the_user_can_be_chosen(self):
        other = self.setup_other_company()["company"]
        clerk = self._clerk()
        with self.assertRaises(AccessError):
            self._data(clerk, company_id=other.id)
        with self.assertRaises(AccessError):
            self.env["collections.dashboard"].with_user(clerk).get_worklist(other.id)
        both = self._clerk("dash_both", companies=self.company | other)
        dashboard = self.env["collections.dashboard"].with_user(both)
        dashboard = dashboard.with_context(allowed_company_ids=(self.company | other).ids)
        self.assertEqual(len(dashboard.get_data()["companies"]), 2)
        self.assertEqual(dashboard.get_data(other.id)["aging"]["total"], 0)
        self.assertEqual(dashboard.get_data(self.company.id)["aging"]["total"], 1250)

    def test_who_works_in_a_branch_sees_its_items_and_its_forecast_and_nothing_of_the_root(self):
        branch = self.env["res.company"].sudo().create({"name": "Branch", "parent_id": self.company.id})
        clerk = self._clerk("dash_branch", companies=branch)
        dashboard = self.env["collections.dashboard"].with_user(clerk).with_context(allowed_company_ids=branch.ids)
        data = dashboard.get_data()
        self.assertEqual((data["aging"]["total"], data["forecast"]["total"], dashboard.get_worklist()), (0, 0, []))

    def test_collected_is_that_of_the_active_companies_as_the_list_it_opens(self):
        branch = self.env["res.company"].sudo().create({"name": "Branch", "parent_id": self.company.id})
        self._pay(self._of(self.other, 3, 80), 30, self.today)
        clerk = self._clerk("dash_branch", companies=branch)
        dashboard = self.env["collections.dashboard"].with_user(clerk).with_context(allowed_company_ids=branch.ids)
        self.assertEqual(self._tile(dashboard.get_data(), "collected")["value"], 0)
        self.assertEqual(self._tile(self._data(), "collected")["value"], 30)

    def test_unknown_period_is_this_month(self):
        self.assertEqual(self._data(period_key="century")["period"]["key"], "month")

    # ------------------------------------------------------------------
    # SPEED
    # ------------------------------------------------------------------

    def test_dashboard_takes_a_constant_number_of_statements(self):
        self._run()
        self.env["receivable.cash.forecast"]._refresh(self.company, self.today)

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._data()
            return self.env.cr.sql_log_count - before

        def grown(count):
            for number in range(count):
                self._of(self._customer(f"C{count} {number}"), 10 + number, 10)
            queries()
            return queries()

        # more customers than the lists have rows
        self.assertEqual(grown(9), grown(15))


@tagged("post_install", "-at_install")
class TestCollectionsDashboardTour(DashboardCommon, HttpCase):
    def test_dashboard_leads_to_the_documents_behind_its_figures(self):
        clerk = self._clerk("dash_tour", "receivable_dunning.group_collections_accountant")
        for months_ago in (2, 1):
            self._closed_month(months_ago, dso=40.0 + months_ago, dso_best=30.0, overdue_amount=900)
        invoice = self._of(self.other, 3, 80)
        self.env["receivable.promise"]._make(self._line(invoice), 30, self.today + timedelta(days=3), {})
        self.env["receivable.dispute"]._open(self._line(self._of(self.other, 3, 60)), 60, {"reason_id": self.reason.id})
        self._run()
        self.start_tour("/odoo/receivables-at-a-glance", "collections_dashboard", login=clerk.login)

    def test_before_the_first_invoice_it_says_what_to_do(self):
        other = self.setup_other_company()["company"]
        clerk = self._clerk("dash_empty", companies=other)
        self.start_tour("/odoo/receivables-at-a-glance", "collections_dashboard_empty", login=clerk.login)
