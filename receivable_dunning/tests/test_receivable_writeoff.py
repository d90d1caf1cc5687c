from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import BadDebtCommon


@tagged("post_install", "-at_install")
class TestReceivableWriteoff(BadDebtCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.recovery = cls._account("RC01", "Recovered", "income_other")
        cls.company.sudo().write({"bad_debt_recovery_account_id": cls.recovery.id, "writeoff_manager_amount": 1000})
        cls.clerk = cls._user("wo_clerk", "receivable_dunning.group_collections_accountant")
        cls.second = cls._user("wo_second", "receivable_dunning.group_collections_accountant")
        cls.boss = cls._user("wo_boss", "receivable_dunning.group_collections_manager")
        cls.day = date(2024, 6, 30)

    def _old(self, amount=100, partner=None, days=800, **values):
        due = self.day - timedelta(days=days)
        return self._invoice(partner or self.partner_a, amount, due, due=due, **values)

    def _writeoff(self, *invoices, amount=None, user=None, day=None, **values):
        line = {"amount_currency": amount} if amount else {}
        items = [self._item(invoice) for invoice in invoices]
        return (
            self.env["receivable.writeoff"]
            .with_user(user or self.clerk)
            .create(
                {
                    "company_id": self.company.id,
                    "date": day or self.day,
                    "line_ids": [Command.create({"move_line_id": item.id, **line}) for item in items],
                    **values,
                }
            )
        )

    def _approved(self, *invoices, **values):
        writeoff = self._writeoff(*invoices, **values)
        writeoff.action_submit()
        writeoff.with_user(self.boss).action_approve()
        return writeoff

    def _posted(self, *invoices, **values):
        writeoff = self._approved(*invoices, **values)
        writeoff.action_post()
        return writeoff

    def _balance(self, account):
        [(balance,)] = self.env["account.move.line"]._read_group(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")], [], ["balance:sum"]
        )
        return balance or 0

    # ------------------------------------------------------------------
    # PROPOSAL
    # ------------------------------------------------------------------

    def _propose(self, **values):
        wizard = self.env["receivable.writeoff.wizard"].create(
            {"company_id": self.company.id, "date": self.day, "partner_ids": [Command.set(self.partner_a.ids)], **values}
        )
        action = wizard.action_propose()
        return self.env["receivable.writeoff"].browse(action["res_id"])

    def test_rules_propose_what_is_old_and_what_is_small(self):
        old, small = self._old(days=731), self._old(5, days=91)
        self._old(days=730)
        self._old(5.01, days=91)
        self._old(5, days=90)
        writeoff = self._propose(older_than=730, small_amount=5, small_days=90)
        self.assertEqual(
            {line.move_id: line.reason for line in writeoff.line_ids}, {old: "old", small: "small"}
        )
        self.assertEqual((writeoff.amount, writeoff.partner_id), (105, self.partner_a))

    def _case(self, invoice, outcome=None):
        """A legal case about the invoice, closed with an outcome."""
        case = self.env["collection.case"].sudo().create(
            {
                "partner_id": invoice.commercial_partner_id.id,
                "company_id": self.company.id,
                "line_ids": [Command.create({"move_line_id": self._item(invoice).id})],
            }
        )
        if outcome:
            case.write({"state": "closed", "outcome": outcome, "date_closed": self.day})
        return case

    def test_what_a_legal_case_gave_up_is_proposed(self):
        lost, insolvent = self._old(days=10), self._old(20, days=10)
        self._case(lost, "uncollectible")
        self._case(insolvent, "insolvency")
        self._case(self._old(30, days=10), "settled")
        writeoff = self._propose(older_than=0, with_cases=True)
        self.assertEqual(
            {line.move_id: line.reason for line in writeoff.line_ids}, {lost: "uncollectible", insolvent: "insolvent"}
        )

    def test_what_is_barred_by_limitation_is_proposed(self):
        self.env["limitation.rule"].sudo().search([]).active = False
        rule = self.env["limitation.rule"].sudo().create(
            {"name": "Two years", "company_id": self.company.id, "period_years": 2, "start": "due"}
        )
        self.partner_a.with_company(self.company).sudo().limitation_rule_id = rule
        barred = self._old(days=800)
        self._old(30, days=700)
        writeoff = self._propose(older_than=0, with_limitation=True)
        self.assertEqual({line.move_id: line.reason for line in writeoff.line_ids}, {barred: "limitation"})

    def test_what_stands_in_another_write_off_is_not_proposed_again(self):
        self._old()
        writeoff = self._propose(older_than=730)
        with self.assertRaisesRegex(UserError, "no open item"):
            self._propose(older_than=730)
        writeoff.action_cancel()
        self.assertEqual(len(self._propose(older_than=730).line_ids), 1)

    def test_items_are_proposed_from_the_aging_and_from_invoices(self):
        first, second = self._old(), self._old(70)
        items = self._aging(self.day).search([("move_id", "=", first.id)])
        action = items.action_propose_writeoff()
        self.assertEqual(self.env["receivable.writeoff"].browse(action["res_id"]).amount, 100)
        with self.assertRaisesRegex(UserError, "stands in the write-off"):
            first.action_propose_writeoff()
        action = second.action_propose_writeoff()
        self.assertEqual(self.env["receivable.writeoff"].browse(action["res_id"]).line_ids.move_id, second)
        self._pay(self._old(30), 30, self.day)
        with self.assertRaisesRegex(UserError, "open claim"):
            self._invoice(self.partner_a, 10, self.day, move_type="out_refund").action_propose_writeoff()

    # ------------------------------------------------------------------
    # APPROVAL
    # ------------------------------------------------------------------

    def test_nobody_approves_his_own_write_off(self):
        writeoff = self._writeoff(self._old())
        writeoff.action_submit()
        with self.assertRaisesRegex(UserError, "four eyes"):
            writeoff.action_approve()
        self.assertFalse(writeoff.can_approve)
        self.assertTrue(writeoff.with_user(self.second).can_approve)
        writeoff.with_user(self.second).action_approve()
        self.assertEqual((writeoff.state, writeoff.approved_by), ("approved", self.second))

    def test_above_the_amount_a_manager_approves(self):
        for amount, allowed in ((1000, True), (1000.01, False)):
            with self.subTest(amount=amount):
                writeoff = self._writeoff(self._old(amount))
                writeoff.action_submit()
                if allowed:
                    writeoff.with_user(self.second).action_approve()
                    continue
                with self.assertRaisesRegex(UserError, "manager"):
                    writeoff.with_user(self.second).action_approve()
                writeoff.with_user(self.boss).action_approve()

    def test_without_an_amount_always_a_manager_approves(self):
        self.company.sudo().writeoff_manager_amount = 0
        writeoff = self._writeoff(self._old(1))
        writeoff.action_submit()
        with self.assertRaises(UserError):
            writeoff.with_user(self.second).action_approve()

    def test_refusal_keeps_its_reason_and_can_be_reworked(self):
        writeoff = self._writeoff(self._old())
        writeoff.action_submit()
        wizard = self.env["receivable.loss.reversal"].with_user(self.boss).create(
            {"writeoff_id": writeoff.id, "reason": "The customer still pays"}
        )
        self.assertTrue(wizard.is_refusal)
        wizard.action_apply()
        self.assertEqual((writeoff.state, writeoff.refusal_reason), ("refused", "The customer still pays"))
        writeoff.action_draft()
        self.assertFalse(writeoff.refusal_reason)

    def test_nobody_writes_states_or_changes_what_was_submitted(self):
        writeoff = self._writeoff(self._old())
        with self.assertRaises(AccessError):
            writeoff.state = "approved"
        with self.assertRaises(UserError):
            self._writeoff(self._old(), state="approved")
        with self.assertRaises(AccessError):
            self._writeoff(state="approved")
        writeoff.action_submit()
        with self.assertRaises(UserError):
            writeoff.line_ids.amount_currency = 1
        with self.assertRaises(UserError):
            writeoff.line_ids.unlink()
        with self.assertRaises(UserError):
            writeoff.date = date(2024, 1, 1)
        with self.assertRaises(UserError):
            writeoff.unlink()

    # ------------------------------------------------------------------
    # POSTING
    # ------------------------------------------------------------------

    def test_posting_books_the_loss_and_closes_the_items(self):
        first, second = self._old(100), self._old(60, self.partner_b)
        writeoff = self._posted(first, second)
        self.assertEqual((first.payment_state, second.payment_state), ("paid", "paid"))
        self.assertEqual((first.amount_residual, second.amount_residual), (0, 0))
        self.assertEqual(self._balance(self.bad_debt), 160)
        self.assertEqual((writeoff.move_id.date, writeoff.partner_count), (self.day, 2))
        rows = self.env.execute_query_dict(self.ledger._written_off_sql(self.company))
        self.assertEqual(sorted(row["amount"] for row in rows), [60, 100])

    def test_a_part_can_be_written_off(self):
        invoice = self._old(100)
        self._posted(invoice, amount=30)
        self.assertEqual(invoice.amount_residual, 70)

    def test_more_than_is_open_by_now_is_refused(self):
        invoice = self._old(100)
        writeoff = self._approved(invoice)
        self._pay(invoice, 40, date(2024, 6, 1))
        with self.assertRaisesRegex(UserError, "still open"):
            writeoff.action_post()
        self.assertEqual(writeoff.state, "approved")

    def test_locked_books_refuse_the_entry_instead_of_moving_it(self):
        writeoff = self._approved(self._old())
        self.company.sudo().fiscalyear_lock_date = self.day
        with self.assertRaisesRegex(UserError, "locked"):
            writeoff.action_post()

    def test_an_item_is_not_written_off_before_it_was_booked(self):
        writeoff = self._approved(self._invoice(self.partner_a, 10, date(2024, 7, 1)))
        with self.assertRaisesRegex(UserError, "later date"):
            writeoff.action_post()

    def test_without_an_account_the_settings_are_named(self):
        writeoff = self._approved(self._old())
        self.company.sudo().writeoff_account_id = False
        with self.assertRaisesRegex(UserError, "settings"):
            writeoff.action_post()

    def test_foreign_currency_is_booked_at_the_days_rate_with_the_exchange_difference(self):
        currency = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0), ("2024-01-01", 4.0)])
        invoice = self._old(100, currency_id=currency.id)
        item = self._item(invoice)
        self.assertEqual(item.balance, 50)
        writeoff = self._posted(invoice)
        self.assertEqual(self._balance(self.bad_debt), 25)
        self.assertEqual((writeoff.amount, writeoff.line_ids.amount_currency), (25, 100))
        self.assertEqual((item.amount_residual, item.amount_residual_currency, item.reconciled), (0, 0, True))
        exchange = item.matched_credit_ids.exchange_move_id
        self.assertEqual(exchange.journal_id, self.company.currency_exchange_journal_id)
        self.assertEqual(sum(exchange.line_ids.filtered(lambda line: line.balance > 0).mapped("balance")), 25)

    def test_tax_is_claimed_back_where_the_company_does(self):
        relief = self._account("TX01", "Tax to claim back", "asset_current")
        tax = self.company_data["default_tax_sale"]
        self.company.sudo().bad_debt_tax_account_id = relief
        due = self.day - timedelta(days=800)
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partner_a.id,
                "invoice_date": due,
                "date": due,
                "invoice_payment_term_id": False,
                "invoice_date_due": due,
                "invoice_line_ids": [Command.create({"name": "x", "price_unit": 100, "tax_ids": [Command.set(tax.ids)]})],
            }
        )
        invoice.action_post()
        writeoff = self._posted(invoice)
        self.assertEqual(self._balance(relief), invoice.amount_tax)
        self.assertEqual(self._balance(self.bad_debt), 100)
        self.assertEqual(writeoff.amount_tax, invoice.amount_tax)
        self.assertEqual(invoice.amount_residual, 0)

    # ------------------------------------------------------------------
    # UNDO AND RECOVERY
    # ------------------------------------------------------------------

    def _take_back(self, writeoff, user=None):
        wizard = self.env["receivable.loss.reversal"].with_user(user or self.boss)
        return wizard.create(
            {"writeoff_id": writeoff.id, "date": date(2024, 7, 2), "reason": "Paid after all"}
        ).action_apply()

    def test_undoing_opens_the_items_again(self):
        invoice = self._old(100)
        writeoff = self._posted(invoice)
        with self.assertRaises(AccessError):
            self._take_back(writeoff, self.clerk)
        self._take_back(writeoff)
        self.assertEqual((writeoff.state, invoice.amount_residual), ("undone", 100))
        self.assertEqual(self._balance(self.bad_debt), 0)
        self.assertEqual(writeoff.undo_move_id.date, date(2024, 7, 2))
        self.assertFalse(self.env.execute_query(self.ledger._written_off_sql(self.company)))

    def _money(self, amount, **values):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.partner_a.id,
                "amount": amount,
                "date": date(2024, 7, 5),
                "journal_id": self.company_data["default_journal_bank"].id,
                **values,
            }
        )
        payment.action_post()
        return payment.move_id.line_ids.filtered(lambda line: line.account_type == "asset_receivable")

    def _recover(self, writeoff, credit, **values):
        wizard = self.env["receivable.recovery.wizard"].with_user(self.clerk).create(
            {"writeoff_id": writeoff.id, "credit_id": credit.id, "date": date(2024, 7, 5), **values}
        )
        wizard.action_apply()
        return wizard

    def test_money_for_a_written_off_debt_is_income(self):
        writeoff = self._posted(self._old(100))
        self.assertFalse(writeoff.has_credit)
        credit = self._money(130)
        self.assertTrue(writeoff.has_credit or not writeoff.invalidate_recordset())
        self._recover(writeoff, credit)
        self.assertEqual(self._balance(self.recovery), -100)
        self.assertEqual(credit.amount_residual, -30)
        self.assertEqual((writeoff.amount_recovered, writeoff.line_ids.left_currency), (100, 0))
        with self.assertRaisesRegex(UserError, "At most"):
            self._recover(writeoff, credit, line_id=writeoff.line_ids.id, amount=1)
        with self.assertRaisesRegex(UserError, "recovered"):
            self._take_back(writeoff)

    def test_a_recovery_whose_entry_is_reversed_was_none(self):
        writeoff = self._posted(self._old(100))
        credit = self._money(100)
        self._recover(writeoff, credit, amount=60)
        self.assertEqual(writeoff.amount_recovered, 60)
        writeoff.line_ids.recovery_ids.move_id._reverse_moves([{"date": date(2024, 7, 6)}], cancel=True)
        self.assertEqual((writeoff.amount_recovered, credit.amount_residual), (0, -100))
        self._take_back(writeoff)

    def test_only_the_customers_own_payments_count(self):
        writeoff = self._posted(self._old(100))
        credit = self._money(100, partner_id=self.partner_b.id)
        with self.assertRaisesRegex(UserError, "customer who owed"):
            self._recover(writeoff, credit, amount=10)

    # ------------------------------------------------------------------
    # SCREENS AND RIGHTS
    # ------------------------------------------------------------------

    def test_users_read_and_do_not_propose(self):
        reader = self._user("wo_reader", "receivable_dunning.group_collections_user")
        writeoff = self._writeoff(self._old())
        self.assertEqual(writeoff.with_user(reader).amount, 100)
        with self.assertRaises(AccessError):
            self._writeoff(self._old(), user=reader)
        with self.assertRaises(AccessError):
            writeoff.with_user(reader).action_submit()

    def test_companies_do_not_see_each_others_write_offs(self):
        writeoff = self._posted(self._old())
        other = self.setup_other_company()["company"]
        stranger = self._user("wo_stranger", "receivable_dunning.group_collections_manager", other)
        for records in (writeoff, writeoff.line_ids):
            self.assertFalse(self.env[records._name].with_user(stranger).search([("id", "in", records.ids)]))

    def test_voucher_names_who_proposed_approved_and_posted(self):
        writeoff = self._posted(self._old(), note="Three reminders, no answer")
        html = self.env["ir.actions.report"]._render_qweb_html(
            "receivable_dunning.report_receivable_writeoff", writeoff.ids
        )[0].decode()
        for text in (writeoff.name, "Three reminders", self.clerk.name, self.boss.name, writeoff.move_id.name, "BD01"):
            self.assertIn(text, html)

    def test_every_view_loads(self):
        for model, kinds in (
            ("receivable.writeoff", ("list", "kanban", "form", "search")),
            ("receivable.writeoff.line", ("list",)),
            ("receivable.writeoff.recovery", ("list",)),
            ("receivable.writeoff.wizard", ("form",)),
            ("receivable.recovery.wizard", ("form",)),
            ("receivable.loss.reversal", ("form",)),
            ("ecl.method", ("list", "form", "search")),
            ("ecl.run", ("list", "kanban", "form", "search", "graph")),
            ("ecl.line", ("list", "form", "search", "pivot", "graph")),
            ("ecl.exposure", ("list", "pivot", "search")),
            ("ecl.migration", ("list", "graph", "search")),
        ):
            with self.subTest(model=model):
                self.assertTrue(self.env[model].get_views([(False, kind) for kind in kinds])["views"])
