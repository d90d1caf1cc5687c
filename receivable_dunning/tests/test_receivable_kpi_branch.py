from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from odoo.tests import tagged

from .test_receivable_kpi import JUNE, KpiCommon

AMOUNTS = ("opening", "sales", "collected", "closing", "overdue", "written_off", "due", "remaining", "promised")


class BranchCommon(KpiCommon):
    """June 2024 of :class:`KpiCommon` in the root, and in a branch a sale of 1,000, due in June, of which 400 came in
    and 100 were lost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch = cls.env["res.company"].sudo().create({"name": "Branch", "parent_id": cls.company.id})
        cls.env.user.sudo().company_ids |= cls.branch
        cls.branch_env = cls.env(context={**cls.env.context, "allowed_company_ids": [cls.branch.id, cls.company.id]})
        account = cls._account("BR01", "Receivable of the branch", "asset_receivable", company=cls.branch)
        cls.customer.with_company(cls.branch).property_account_receivable_id = account
        cls.sold = cls._branch_invoice(1000)
        loss = {"payment_difference_handling": "reconcile", "writeoff_account_id": cls.bad_debt.id}
        cls._branch_pay(cls._branch_invoice(500), 400, **loss)
        cls.clerk = cls._user("branch_clerk", "receivable_dunning.group_collections_accountant", cls.branch)

    @classmethod
    def _branch_invoice(cls, amount):
        env = cls.branch_env
        journal = env["account.journal"].search([("company_id", "=", cls.company.id), ("type", "=", "sale")], limit=1)
        account = cls.company_data["default_account_revenue"].id
        values = {
            "move_type": "out_invoice",
            "partner_id": cls.customer.id,
            "company_id": cls.branch.id,
            "journal_id": journal.id,
            "invoice_date": date(2024, 6, 9),
            "date": date(2024, 6, 9),
            "invoice_payment_term_id": False,
            "invoice_date_due": date(2024, 6, 12),
            "invoice_line_ids": [
                (0, 0, {"name": "goods", "price_unit": amount, "tax_ids": False, "account_id": account})
            ],
        }
        invoice = env["account.move"].create(values)
        invoice.action_post()
        return invoice

    @classmethod
    def _branch_pay(cls, invoice, amount, **values):
        wizard = cls.branch_env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        return wizard.create({"amount": amount, "payment_date": date(2024, 6, 15), **values})._create_payments()

    def _months(self, companies):
        rows = self.env["receivable.kpi"].union(
            *(self.env["receivable.kpi"]._await(company, JUNE[0], JUNE[0]) for company in companies)
        )
        rows._compute_months()
        return {row.company_id: row for row in rows}

    def _as_clerk(self, model):
        return self.env[model].with_user(self.clerk).with_context(allowed_company_ids=self.branch.ids)


@tagged("post_install", "-at_install")
class TestReceivableKpiBranch(BranchCommon):
    def test_the_company_holds_its_branches_and_a_branch_only_itself(self):
        self.assertEqual(self.sold.company_id, self.branch)
        found = {company: self.env["receivable.kpi"]._figures(company, *JUNE) for company in self.company | self.branch}
        branch = [round(found[self.branch][f"{name}_amount"], 2) for name in AMOUNTS]
        self.assertEqual(branch, [0, 1500, 400, 1000, 1000, 100, 1500, 1000, 0])
        whole = found[self.company]
        self.assertEqual((whole["sales_amount"], whole["collected_amount"]), (10890 + 1500, 10750 + 400))
        self.assertEqual((whole["closing_amount"], whole["written_off_amount"]), (6340 + 1000, 100))
        self.assertAlmostEqual(found[self.branch]["dso"], 1000 / 1500 * 30, 8)
        self.assertAlmostEqual(found[self.branch]["dso_countback"], 1000 / 1500 * 30, 8)

    def test_promises_of_a_branch_are_those_of_its_items(self):
        for invoice in (self.sold, self.old):
            promise = self.env["receivable.promise"]._make(self._item(invoice), 500, date(2030, 6, 15), {})
            promise.line_ids.sudo().write({"date_promised": date(2024, 6, 15), "state": "kept", "amount_kept": 500})
        self.env.flush_all()
        rows = self._months(self.company | self.branch)
        self.assertEqual([row.promised_amount for row in rows.values()], [1000, 500])
        for row in rows.values():
            lines = self.env["receivable.promise.line"].search(row._promises_action()["domain"])
            self.assertEqual(sum(lines.mapped("amount")), row.promised_amount)

    def test_who_works_in_a_branch_sees_its_months_and_no_others(self):
        rows = self._months(self.company | self.branch)
        seen = self._as_clerk("receivable.kpi").search([("dimension", "=", "company")])
        self.assertEqual(seen, rows[self.branch])
        self.assertEqual(seen.closing_amount, 1000)
        self.assertFalse(seen.is_part)
        for name in ("opening", "closing", "overdue"):
            action = seen.figure_ids.kpi_id._items_action("all" if name == "closing" else name)
            items = self._as_clerk(action["res_model"]).with_context(**action["context"]).search(action["domain"])
            self.assertEqual(sum(items.mapped("amount_residual")), seen[f"{name}_amount"], name)
        action = seen.action_open_customers()
        customers = self._as_clerk("receivable.kpi.customer").with_context(**action["context"])
        self.assertEqual(sum(customers.search(action["domain"]).mapped("closing_amount")), 1000)

    def test_records_behind_the_figures_of_a_branch_add_up_to_them(self):
        row = self._months(self.branch)[self.branch]
        for action, name in ((row._payments_action(), "collected_amount"), (row._others_action(), "other_amount")):
            items = self._as_clerk("receivable.kpi.item").with_context(**action["context"]).search(action["domain"])
            self.assertEqual(items.company_id, self.branch)
            self.assertEqual(sum(items.mapped(name)), row[name])
        action = row._write_offs_action()
        written_off = self._as_clerk("receivable.kpi.loss").with_context(**action["context"]).search(action["domain"])
        self.assertEqual((written_off.company_id, written_off.amount), (self.branch, row.written_off_amount))

    def test_branches_are_not_added_to_the_company_that_holds_them(self):
        self._months(self.company | self.branch)
        rows = self.env["receivable.kpi"].with_context(allowed_company_ids=(self.company | self.branch).ids)
        domain = [("month", "=", JUNE[0]), ("dimension", "=", "company")]
        self.assertEqual(rows.search([*domain, ("is_part", "=", False)]).company_id, self.company)
        self.assertEqual(rows.search([*domain, ("is_part", "=", True)]).company_id, self.branch)
        [(both,)] = rows._read_group(domain, [], ["sales_amount:sum"])
        [(whole,)] = rows._read_group([*domain, ("is_part", "=", False)], [], ["sales_amount:sum"])
        self.assertFalse(both)
        self.assertEqual(whole, 10890 + 1500)
        by_company = dict(rows._read_group(domain, ["company_id"], ["sales_amount:sum"]))
        self.assertEqual(by_company, {self.company: 10890 + 1500, self.branch: 1500})

    def test_customers_are_read_once_where_company_and_branch_are_active(self):
        customers = self.env["receivable.kpi.customer"].with_context(
            kpi_from=JUNE[0], kpi_to=JUNE[1], allowed_company_ids=(self.company | self.branch).ids
        )
        self.assertEqual(sum(customers.search([]).mapped("sales_amount")), 10890 + 1500)
        mine = customers.with_context(kpi_company_ids=self.branch.ids).search([])
        self.assertEqual((mine.company_id, sum(mine.mapped("sales_amount"))), (self.branch, 1500))

    def test_job_closes_months_of_branches_that_booked_anything(self):
        empty = self.env["res.company"].sudo().create({"name": "New branch", "parent_id": self.company.id})
        self.env["receivable.kpi"].sudo()._await_closed_months(date(2024, 7, 20))
        domain = [("company_id", "in", (self.company | self.branch | empty).ids), ("state", "=", "waiting")]
        months = self.env["receivable.kpi"].sudo()._read_group(domain, ["company_id"], ["month:min", "month:max"])
        self.assertEqual(months, [(self.company, date(2024, 3, 1), JUNE[0]), (self.branch, JUNE[0], JUNE[0])])

    def test_compute_months_takes_the_branches_along(self):
        wizard = self.env["receivable.kpi.close.wizard"].create(
            {"company_ids": self.company.ids, "month_from": JUNE[0], "month_to": JUNE[1]}
        )
        wizard.action_compute()
        rows = self.env["receivable.kpi"].sudo().search([("month", "=", JUNE[0]), ("dimension", "=", "company")])
        self.assertEqual(rows.filtered("sales_amount").company_id, self.company | self.branch)
        own = self._as_clerk("receivable.kpi.close.wizard").create({"month_from": JUNE[0], "month_to": JUNE[1]})
        self.assertEqual(own.company_ids, self.branch)
        own.action_compute()

    def test_figures_of_a_period_of_a_branch_are_its_own(self):
        wizard = self._as_clerk("receivable.kpi.wizard").create({"date_from": JUNE[0], "date_to": JUNE[1]})
        self.assertIn("1,500.00", wizard.figures)
        self.assertNotIn("12,390.00", wizard.figures)
        action = wizard.action_open_customers()
        customers = self._as_clerk(action["res_model"]).with_context(**action["context"]).search(action["domain"])
        self.assertEqual(sum(customers.mapped("sales_amount")), 1500)

    def test_dashboard_of_a_branch_shows_its_months_and_the_target_of_its_root(self):
        self.company.sudo().receivable_dso_target = 40
        month = self.today.replace(day=1) - relativedelta(months=1)
        for company in (self.company, self.branch):
            self.env["receivable.kpi"]._await(company, month, month)._compute_months()
        trend = self._as_clerk("collections.dashboard").get_data()["trend"]
        self.assertEqual((trend["target"], len(trend["months"])), (40, 1))
        self.assertEqual(trend["months"][0]["overdue_amount"], 1000)

    def test_digest_of_a_branch_holds_its_own_money(self):
        self._branch_pay(self.sold, 10)
        payment = self._branch_pay(self.sold, 20)
        digest = self.env["digest.digest"].create({"name": "Branch", "company_id": self.branch.id})
        day = payment.date
        digest = digest.with_user(self.clerk).with_context(start_datetime=day - timedelta(days=1), end_datetime=day)
        self.assertEqual(digest.sudo(False).kpi_receivable_collected_value, 430)


@tagged("post_install", "-at_install")
class TestCashForecastBranch(BranchCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.forecasts = cls.env["receivable.cash.forecast"]
        cls.forecasts._refresh(cls.company, cls.today)

    def _due(self, rows):
        return round(sum(rows.mapped("due")), 2)

    def test_each_branch_has_its_part_of_the_forecast(self):
        rows = self.forecasts.search([("company_id", "in", (self.company | self.branch).ids)]).grouped("company_id")
        self.assertEqual((self._due(rows[self.company]), self._due(rows[self.branch])), (2750 + 3590 + 1000, 1000))

    def test_who_works_in_a_branch_sees_its_forecast_and_the_invoices_behind_it(self):
        rows = self._as_clerk("receivable.cash.forecast").search([])
        self.assertEqual((rows.company_id, self._due(rows)), (self.branch, 1000))
        action = rows.action_open_items()
        items = self._as_clerk(action["res_model"]).with_context(**action["context"]).search(action["domain"])
        self.assertEqual((items.move_id, items.company_id), (self.sold, self.branch))
        data = self._as_clerk("collections.dashboard").get_data()
        self.assertEqual((data["company"]["id"], data["forecast"]["total"]), (self.branch.id, 1000))
        self._as_clerk("receivable.cash.forecast").action_refresh()

    def test_company_and_branch_are_not_added_up(self):
        rows = self.forecasts.with_context(allowed_company_ids=(self.company | self.branch).ids)
        self.assertEqual(rows.search([("is_part", "=", False)]).company_id, self.company)
        items = self.env["receivable.cash.item"].with_context(allowed_company_ids=self.company.ids, as_of=self.today)
        parts = items.search([]).grouped("line_id")
        self.assertIn(self._item(self.sold), parts)
