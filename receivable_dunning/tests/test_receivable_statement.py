from datetime import date, timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .common import DunningCommon


class StatementCommon(DunningCommon):
    """Statements as of a fixed day; the mail queue is not emptied."""

    AS_OF = date(2024, 6, 30)

    def _statement(self, partner=None, **values):
        return self.env["receivable.statement"].create(
            {"company_id": self.company.id, "partner_id": (partner or self.customer).id, "date": self.AS_OF, **values}
        )

    def _items(self, statement):
        return statement.line_ids.filtered(lambda line: line.section == "item")

    def _sent(self, statement):
        statement.action_send()
        statement._send(self.today)
        self.assertEqual(statement.state, "sent", statement.error)
        return statement

    def _agree(self, statement, differences=None, note=""):
        statement._answer({"name": "Ann Buyer", "via": "link", "ip": "192.0.2.7"}, differences or {}, note)


@tagged("post_install", "-at_install")
class TestReceivableStatement(StatementCommon):
    # ------------------------------------------------------------------
    # FIGURES
    # ------------------------------------------------------------------

    def test_statement_lists_what_was_open_on_its_day_and_the_strip_adds_up(self):
        self._invoice(self.customer, 100, date(2024, 5, 1), due=date(2024, 5, 31))
        self._invoice(self.customer, 40, date(2024, 6, 20), due=date(2024, 7, 20))
        self._invoice(self.customer, 7, date(2024, 7, 1), due=date(2024, 7, 1))
        paid = self._invoice(self.customer, 60, date(2024, 5, 1), due=date(2024, 5, 31))
        self._pay(paid, 60, date(2024, 7, 5))
        statement = self._statement()
        self.assertEqual(sorted(self._items(statement).mapped("amount")), [40, 60, 100])
        self.assertEqual((statement.amount_total, statement.amount_overdue), (200, 160))
        [(currency, total, strip)] = statement._strips()
        self.assertEqual(currency, self.company.currency_id)
        self.assertEqual([amount for _label, amount in strip], [40, 160, 0, 0, 0, 0])
        self.assertEqual((total["closing"], total["overdue"]), (200, 160))

    def test_two_equal_instalments_are_two_lines(self):
        """Peers row 7: two equal instalments are merged, total 200, buckets 100."""
        term = self.env["account.payment.term"].create(
            {
                "name": "halves",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days}) for days in (30, 60)
                ],
            }
        )
        self._invoice(self.customer, 200, date(2024, 4, 1), invoice_payment_term_id=term.id)
        statement = self._statement()
        self.assertEqual(self._items(statement).mapped("amount"), [100, 100])
        self.assertEqual(sum(amount for _label, amount in statement._strips()[0][2]), 200)

    def test_item_thirty_days_late_is_in_the_first_bucket(self):
        self._invoice(self.customer, 100, date(2024, 5, 31), due=date(2024, 5, 31))
        self.assertEqual([amount for _label, amount in self._statement()._strips()[0][2]], [0, 100, 0, 0, 0, 0])

    def test_activity_goes_from_the_balance_brought_forward_to_what_is_open(self):
        old = self._invoice(self.customer, 100, date(2024, 4, 1), due=date(2024, 5, 1))
        self._pay(old, 100, date(2024, 6, 10))
        self._invoice(self.customer, 30, date(2024, 6, 15), due=date(2024, 7, 15))
        statement = self._statement(kind="activity", date_from=date(2024, 6, 1))
        self.assertEqual(
            [(line.section, line.amount) for line in statement.line_ids],
            [("opening", 100), ("movement", -100), ("movement", 30), ("item", 30)],
        )

    def test_invoice_paid_in_another_currency_still_adds_up(self):
        euro = self.setup_other_currency("EUR", rates=[("2024-01-01", 2.0)])
        invoice = self._invoice(self.customer, 100, date(2024, 6, 1), due=date(2024, 6, 30), currency_id=euro.id)
        self._pay(invoice, 50, date(2024, 6, 20), currency_id=self.company.currency_id.id)
        statement = self._statement(kind="activity", date_from=date(2024, 6, 10))
        self.assertEqual(invoice.amount_residual, 0)
        for _currency, total, _strip in statement._strips():
            self.assertEqual(total["opening"] + total["movement"] + total["elsewhere"], total["closing"])
            self.assertEqual(total["closing"], 0)
        self.assertEqual(statement.amount_total, 0)

    def test_contacts_and_branches_are_listed_with_their_customer(self):
        contact = self.env["res.partner"].create({"name": "Branch office", "parent_id": self.customer.id})
        self._invoice(contact, 25, date(2024, 6, 1))
        self.assertEqual(self._statement().amount_total, 25)
        with self.assertRaisesRegex(UserError, "choose Customer as the customer"):
            self._statement(contact)

    def test_statement_without_anything_open(self):
        statement = self._statement()
        self.assertEqual((statement._strips(), statement.amount_total, len(statement.line_ids)), ([], 0, 0))

    def test_statements_of_many_take_as_many_queries_as_of_two(self):
        partners = [self._customer(f"C{number}") for number in range(8)]
        for partner in partners:
            self._invoice(partner, 10, date(2024, 6, 1))
        Statement = self.env["receivable.statement"].with_context(tracking_disable=True)

        def make(some):
            values = [{"company_id": self.company.id, "partner_id": it.id, "date": self.AS_OF} for it in some]
            before = self.env.cr.sql_log_count
            Statement.create(values)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        make(partners[:2])
        self.assertLessEqual(make(partners[2:]), make(partners[:2]) + 2)

    # ------------------------------------------------------------------
    # FROZEN
    # ------------------------------------------------------------------

    def test_draft_follows_the_ledger_when_refreshed_and_not_once_queued(self):
        statement = self._statement()
        self._invoice(self.customer, 100, date(2024, 6, 1))
        statement.action_refresh()
        self.assertEqual(statement.amount_total, 100)
        statement.action_send()
        with self.assertRaises(UserError):
            statement.action_refresh()
        with self.assertRaises(UserError):
            statement.date = date(2024, 5, 31)

    def test_changed_date_of_a_draft_changes_its_figures(self):
        self._invoice(self.customer, 100, date(2024, 6, 1))
        statement = self._statement()
        statement.date = date(2024, 5, 31)
        self.assertEqual((statement.amount_total, len(statement.line_ids)), (0, 0))

    def test_fingerprint_is_that_of_what_is_stored(self):
        euro = self.setup_other_currency("EUR", rates=[("2024-01-01", 2.0)])
        self._invoice(self.customer, 49.9, date(2024, 6, 20), due=date(2024, 6, 21))
        self._invoice(self.customer, 7.13, date(2024, 6, 10), due=date(2024, 7, 21), currency_id=euro.id)
        self._invoice(self.customer, 0.1, date(2024, 6, 1), due=date(2024, 7, 30))
        statement = self._statement(kind="activity", date_from=date(2024, 6, 1))
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertTrue(statement._is_unchanged())
        self.env.cr.execute(
            "UPDATE receivable_statement_line SET amount = 49.8 WHERE statement_id = %s", [statement.id]
        )
        self.env.invalidate_all()
        self.assertFalse(statement._is_unchanged())

    def test_sent_statement_is_kept(self):
        self._invoice(self.customer, 100, date(2024, 6, 1))
        statement = self._sent(self._statement())
        with self.assertRaises(UserError):
            statement.unlink()
        statement.action_cancel()
        self.assertEqual(statement.state, "cancelled")

    # ------------------------------------------------------------------
    # SENDING
    # ------------------------------------------------------------------

    def test_email_goes_out_once_with_link_and_pdf(self):
        self._invoice(self.customer, 100, date(2024, 6, 1))
        statement = self._statement()
        statement.action_send()
        with self.enter_registry_test_mode():
            self.env.ref("receivable_dunning.ir_cron_send_statements").method_direct_trigger()
            self.env.ref("receivable_dunning.ir_cron_send_statements").method_direct_trigger()
        mails = self.env["mail.mail"].sudo().search([("model", "=", statement._name), ("res_id", "=", statement.id)])
        self.assertEqual(len(mails), 1)
        self.assertEqual(statement.state, "sent")
        self.assertIn(statement.access_token, mails.body_html)
        self.assertEqual(mails.recipient_ids, self.customer)

    def test_customer_without_email_fails_alone_and_somebody_is_told(self):
        silent = self._customer("Silent", email=False)
        statements = self._statement() + self._statement(silent)
        statements.action_send()
        statements._send(self.today)
        self.assertEqual(statements.mapped("state"), ["sent", "failed"])
        self.assertTrue(statements[1].activity_ids)
        statements[1].action_sent_otherwise()
        self.assertEqual(statements[1].state, "sent")

    def test_one_broken_statement_does_not_stop_the_others(self):
        statements = self._statement() + self._statement(self._customer("Other"))
        statements.action_send()
        original = type(statements)._make_pdfs

        def broken(records):
            if records[0].partner_id == self.customer:
                raise ValueError("no paper")
            return original(records)

        with patch.object(type(statements), "_make_pdfs", broken):
            statements._send(self.today)
        self.assertEqual(statements.mapped("state"), ["failed", "sent"])
        self.assertEqual(statements[0].error, "no paper")

    def test_statement_goes_to_the_reminder_contact_in_its_language(self):
        clerk = self.env["res.partner"].create(
            {"name": "Clerk", "parent_id": self.customer.id, "email": "clerk@example.com", "lang": "zh_CN"}
        )
        self.customer.dunning_contact_id = clerk
        statement = self._statement()
        self.assertEqual((statement.contact_id, statement.lang), (clerk, "zh_CN"))

    def test_statement_is_sent_to_no_stranger(self):
        with self.assertRaisesRegex(UserError, "goes to the customer only"):
            self._statement(contact_id=self._customer("Stranger").id)

    # ------------------------------------------------------------------
    # ANSWER
    # ------------------------------------------------------------------

    def test_agreement_is_recorded_once(self):
        self._invoice(self.customer, 100, date(2024, 6, 1))
        statement = self._sent(self._statement())
        self._agree(statement)
        self.assertRecordValues(
            statement, [{"state": "agreed", "answer_name": "Ann Buyer", "answer_via": "link", "answer_ip": "192.0.2.7"}]
        )
        self.assertEqual(self._items(statement).answer, "agreed")
        self.assertIn("Ann Buyer", statement.message_ids[0].body)
        with self.assertRaisesRegex(UserError, "answered or withdrawn"):
            self._agree(statement)

    def test_difference_line_by_line_is_a_dispute_of_the_person_responsible(self):
        first = self._invoice(self.customer, 100, date(2024, 6, 1))
        self._invoice(self.customer, 30, date(2024, 6, 2))
        statement = self._sent(self._statement())
        line = self._items(statement).filtered(lambda it: it.move_id == first)
        self._agree(statement, {line.id: (80.0, "price was agreed lower")})
        self.assertEqual(statement.state, "disputed")
        self.assertEqual(sorted(self._items(statement).mapped("answer")), ["agreed", "disputed"])
        self.assertEqual((line.answer_difference, line.answer_note), (20, "price was agreed lower"))
        dispute = self.env["receivable.dispute"].search([("statement_line_id", "=", line.id)])
        self.assertEqual((dispute.amount, dispute.user_id), (20, statement.user_id))

    def test_words_without_an_amount_are_a_difference(self):
        statement = self._sent(self._statement())
        self._agree(statement, note="we paid 50 last week")
        self.assertEqual(statement.state, "disputed")

    def test_answer_needs_a_name_and_lines_of_its_own(self):
        self._invoice(self.customer, 100, date(2024, 6, 1))
        statement = self._sent(self._statement())
        other = self._statement(self._customer("Other"), date=date(2024, 6, 29))
        self._invoice(other.partner_id, 5, date(2024, 6, 1))
        other.action_refresh()
        with self.assertRaisesRegex(UserError, "name"):
            statement._answer({"name": "  ", "via": "link"}, {})
        with self.assertRaisesRegex(UserError, "Only open items of this statement"):
            self._agree(statement, {other.line_ids[:1].id: (1.0, "")})
        self.assertEqual(statement.state, "sent")

    def test_statement_that_was_tampered_with_is_not_agreed_to(self):
        self._invoice(self.customer, 100, date(2024, 6, 1))
        statement = self._sent(self._statement())
        self.env.flush_all()
        self.env.cr.execute("UPDATE receivable_statement_line SET amount = 999 WHERE statement_id = %s", [statement.id])
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "not what was sent"):
            self._agree(statement)

    def test_answer_by_telephone_is_entered_by_staff(self):
        self._invoice(self.customer, 100, date(2024, 6, 1))
        statement = self._sent(self._statement())
        wizard = self.env["receivable.statement.answer.wizard"].browse(statement.action_record_answer()["res_id"])
        with Form(wizard) as form, form.line_ids.edit(0) as line:
            line.answer_amount = 90
        wizard.action_record()
        self.assertEqual((statement.state, statement.answer_via), ("disputed", "staff"))
        self.assertEqual(self._items(statement).answer_difference, 10)

    # ------------------------------------------------------------------
    # RIGHTS
    # ------------------------------------------------------------------

    def test_figures_states_and_answers_are_not_written_by_hand(self):
        self._invoice(self.customer, 100, date(2024, 6, 1))
        accountant = new_test_user(
            self.env, "st_accountant", "receivable_dunning.group_collections_accountant",
            company_id=self.company.id, company_ids=[Command.set(self.company.ids)],
        )  # fmt: skip
        statement = self._statement().with_user(accountant)
        for values in (
            {"state": "agreed"},
            {"amount_total": 1},
            {"totals": []},
            {"content_hash": "x"},
            {"answer_name": "me"},
            {"access_token": "guessed"},
            {"line_ids": [Command.clear()]},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                statement.write(values)
        message = self.env["mail.message"].sudo().search([], limit=1).id
        for values in (
            {"state": "sent"},
            {"answer_date": "2024-06-30 00:00:00"},
            {"answer_name": "Ann Buyer"},
            {"mail_message_id": message},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                statement.copy(values)
        with self.assertRaises(AccessError):
            statement.line_ids.unlink()

    def test_collections_user_reads_and_changes_nothing(self):
        user = new_test_user(
            self.env, "st_user", "receivable_dunning.group_collections_user",
            company_id=self.company.id, company_ids=[Command.set(self.company.ids)],
        )  # fmt: skip
        statement = self._statement().with_user(user)
        statement.read(["amount_total"])
        for action in ("action_send", "action_refresh", "action_cancel", "action_sent_otherwise"):
            with self.subTest(action), self.assertRaises(AccessError):
                getattr(statement, action)()

    def test_other_company_is_not_seen(self):
        other = self.setup_other_company()["company"]
        stranger = new_test_user(
            self.env, "st_other", "receivable_dunning.group_collections_manager",
            company_id=other.id, company_ids=[Command.set(other.ids)],
        )  # fmt: skip
        statement = self._statement()
        self.assertFalse(self.env["receivable.statement"].with_user(stranger).search([("id", "=", statement.id)]))

    # ------------------------------------------------------------------
    # PLANS AND WIZARD
    # ------------------------------------------------------------------

    def _plan(self, **values):
        return self.env["receivable.statement.plan"].create(
            {"name": "Monthly", "company_id": self.company.id, "date_next": date(2024, 7, 1), **values}
        )

    def _of_plan(self, plan):
        return self.env["receivable.statement"].search([("plan_id", "=", plan.id)])

    def test_plan_makes_one_statement_per_customer_and_month_however_often_the_job_runs(self):
        other = self._customer("Other")
        self._invoice(self.customer, 100, date(2024, 6, 1))
        self._invoice(other, 5, date(2024, 6, 1))
        plan = self._plan(minimum_amount=10)
        cron = self.env.ref("receivable_dunning.ir_cron_make_statements")
        with self.enter_registry_test_mode(), patch("odoo.fields.Date.context_today", lambda *args: date(2024, 7, 3)):
            for _twice in range(2):
                cron.method_direct_trigger()
        statement = self._of_plan(plan)
        self.assertRecordValues(
            statement, [{"partner_id": self.customer.id, "date": date(2024, 6, 30), "answer_until": date(2024, 7, 15)}]
        )
        self.assertEqual(plan.date_next, date(2024, 8, 1))

    def test_plan_goes_on_where_it_stopped(self):
        customers = [self._customer(f"P{number}") for number in range(3)]
        for customer in customers:
            self._invoice(customer, 10, date(2024, 6, 1))
        plan = self._plan()
        with patch("odoo.addons.receivable_dunning.models.receivable_statement_choice.BATCH", 2):
            next(plan._make_batches(self.AS_OF))  # killed after the first batch
            self.assertEqual(len(self._of_plan(plan)), 2)
            list(plan._make_batches(self.AS_OF))
        self.assertEqual(len(self._of_plan(plan)), 3)

    def test_plan_chooses_by_domain_and_by_what_is_overdue(self):
        self._invoice(self.customer, 100, date(2024, 6, 1), due=date(2024, 6, 30))
        late = self._customer("Late", ref="L1")
        self._invoice(late, 100, date(2024, 5, 1), due=date(2024, 6, 29))
        self.assertEqual(self._plan(only_overdue=True)._partner_ids(self.AS_OF), late.ids)
        self.assertEqual(self._plan(partner_domain="[('ref', '=', 'L1')]")._partner_ids(self.AS_OF), late.ids)
        with self.assertRaises(ValidationError):
            self._plan(partner_domain="[('nonsense', '=', 1)]")

    def test_activity_plan_begins_the_day_after_the_last_statement(self):
        self._invoice(self.customer, 100, date(2024, 6, 1))
        plan = self._plan(kind="activity")
        [made] = plan._make_batches(self.AS_OF)
        self.assertEqual(made.date_from, date(2024, 6, 1))

    def test_wizard_makes_drafts_of_the_customers_selected(self):
        self._invoice(self.customer, 100, date(2024, 6, 1))
        self._invoice(self._customer("Other"), 100, date(2024, 6, 1))
        Wizard = self.env["receivable.statement.wizard"].with_context(
            active_model="res.partner", active_ids=self.customer.ids
        )
        with Form(Wizard) as form:
            form.date = self.AS_OF
            self.assertEqual(form.customer_count, 1)
        action = form.record.action_make()
        statement = self.env["receivable.statement"].browse(action["res_id"])
        self.assertEqual((statement.partner_id, statement.state), (self.customer, "draft"))

    def test_wizard_without_anybody_says_what_to_do(self):
        wizard = self.env["receivable.statement.wizard"].create({"company_id": self.company.id, "date": self.AS_OF})
        with self.assertRaisesRegex(UserError, "choose another day"):
            wizard.action_make()

    # ------------------------------------------------------------------
    # LETTER AND SCREENS
    # ------------------------------------------------------------------

    def _html(self, statement):
        return (
            self.env["ir.actions.report"]
            ._render_qweb_html("receivable_dunning.report_receivable_statement", statement.ids)[0]
            .decode()
        )

    def test_letter_says_every_item_in_the_language_of_the_contact(self):
        invoice = self._invoice(self.customer, 100, date(2024, 6, 1))
        self.assertTrue(invoice.name in self._html(self._statement()), "the letter lacks an item")
        self.customer.lang = "zh_CN"
        html = self._html(self._statement(kind="activity", date_from=date(2024, 6, 1)))
        self.assertTrue("对账单" in html and invoice.name in html, "no Chinese letter with the invoice")

    def test_every_view_loads(self):
        for xmlid in ("receivable_statement", "receivable_statement_plan", "receivable_credit_balance"):
            action = self.env["ir.actions.actions"]._for_xml_id(f"receivable_dunning.action_{xmlid}")
            with self.subTest(xmlid):
                views = [(False, view_type) for view_type in action["view_mode"].split(",")]
                self.assertTrue(self.env[action["res_model"]].get_views([*views, (False, "search")])["views"])

    def test_waiting_and_late_answers_are_found(self):
        statement = self._sent(self._statement(answer_until=self.today - timedelta(days=1)))
        action = self.env["receivable.statement"]
        self.assertEqual(
            action.search([("state", "=", "sent"), ("answer_until", "<", self.today), ("id", "=", statement.id)]),
            statement,
        )


@tagged("post_install", "-at_install")
class TestReceivableCreditBalance(StatementCommon):
    def _balance(self, partner):
        return self.env["receivable.credit.balance"].search(
            [("partner_id", "=", partner.id), ("company_id", "=", self.company.id)]
        )

    def test_unmatched_credit_beside_an_invoice_is_to_allocate(self):
        self._invoice(self.customer, 100, date(2024, 6, 1))
        self._invoice(self.customer, 30, date(2024, 6, 2), move_type="out_refund")
        self.assertRecordValues(
            self._balance(self.customer),
            [{"amount_credit": -30, "amount_open": 100, "amount_net": 70, "credit_count": 1, "step": "allocate"}],
        )

    def test_credit_alone_is_to_refund_and_gets_a_task(self):
        self._invoice(self.customer, 30, date(2024, 6, 2), move_type="out_refund")
        balance = self._balance(self.customer)
        self.assertEqual((balance.step, balance.amount_net), ("refund", -30))
        balance.action_schedule()
        self.assertEqual(self.customer.activity_ids.user_id, self.env.user)

    def test_who_owes_only_is_not_listed(self):
        self._invoice(self.customer, 100, date(2024, 6, 1))
        self.assertFalse(self._balance(self.customer))
