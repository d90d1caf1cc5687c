from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .loss_common import WriteoffCommon


@tagged("post_install", "-at_install")
class TestReceivableWriteoff(WriteoffCommon):
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
        wizard = (
            self.env["receivable.loss.reversal"]
            .with_user(self.boss)
            .create({"writeoff_id": writeoff.id, "reason": "The customer still pays"})
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

    def test_what_is_a_draft_again_is_not_written_off(self):
        invoice = self._old(100)
        writeoff = self._approved(invoice)
        invoice.button_draft()
        with self.assertRaisesRegex(UserError, "not an open item"):
            writeoff.action_post()

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
                "invoice_line_ids": [
                    Command.create({"name": "x", "price_unit": 100, "tax_ids": [Command.set(tax.ids)]})
                ],
            }
        )
        invoice.action_post()
        writeoff = self._posted(invoice)
        self.assertEqual(self._balance(relief), invoice.amount_tax)
        self.assertEqual(self._balance(self.bad_debt), 100)
        self.assertEqual(writeoff.amount_tax, invoice.amount_tax)
        self.assertEqual(invoice.amount_residual, 0)

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
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("receivable_dunning.report_receivable_writeoff", writeoff.ids)[0]
            .decode()
        )
        for text in (writeoff.name, "Three reminders", self.clerk.name, self.boss.name, writeoff.move_id.name, "BD01"):
            self.assertIn(text, html)

    def test_vouchers_are_printed_in_one_go(self):
        """Renderers without patched Qt take one article."""
        writeoffs = self._posted(self._old()) | self._posted(self._old(70, self.partner_b))
        html = (
            self.env["ir.actions.report"]
            ._render_qweb_html("receivable_dunning.report_receivable_writeoff", writeoffs.ids)[0]
            .decode()
        )
        self.assertEqual((html.count('class="article"'), html.count('class="o_loss"')), (1, 2))

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
