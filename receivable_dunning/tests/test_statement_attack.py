"""Statements of account against strangers, mishaps of the mail, and the calendar."""

from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .test_receivable_statement import StatementCommon
from .test_statement_portal import StatementPortalCommon


@tagged("post_install", "-at_install")
class TestStatementDelivery(StatementCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._invoice(cls.customer, 100, date(2024, 6, 1))

    def _mail_of(self, statement):
        return self.env["mail.mail"].sudo().search([("mail_message_id", "=", statement.mail_message_id.id)])

    # ------------------------------------------------------------------
    # TO WHOM
    # ------------------------------------------------------------------

    def test_contact_who_left_the_customer_gets_no_statement(self):
        contact = self.env["res.partner"].create(
            {"name": "Clerk", "parent_id": self.customer.id, "email": "clerk@example.com"}
        )
        statement = self._statement(contact_id=contact.id)
        statement.action_send()
        contact.parent_id = self._customer("Competitor")
        statement._send(self.today)
        self.assertEqual(statement.state, "failed")
        self.assertIn("no contact of Customer any more", statement.error)
        self.assertFalse(statement.mail_message_id)
        statement.contact_id = self.customer
        self._sent(statement)

    # ------------------------------------------------------------------
    # WHAT COMES BACK
    # ------------------------------------------------------------------

    def test_email_that_does_not_leave_makes_the_statement_failed(self):
        statement = self._sent(self._statement())
        mail = self._mail_of(statement)
        mail.write({"state": "exception", "failure_reason": "no <b>mail</b> server"})
        mail._postprocess_sent_message([], [], failure_type="mail_smtp")
        self.assertRecordValues(statement, [{"state": "failed", "error": "no <b>mail</b> server"}])
        self.assertIn("&lt;b&gt;", statement.activity_ids.note)

    def test_email_tried_again_in_the_mail_queue_is_a_new_one(self):
        statement = self._sent(self._statement())
        mail = self._mail_of(statement)
        mail._postprocess_sent_message([], [], failure_type="mail_smtp")
        mail.mark_outgoing()
        self.assertEqual((statement.state, mail.state), ("queued", "cancel"))

    def test_email_is_handed_over_once_also_when_the_worker_died_at_it(self):
        statement = self._sent(self._statement())
        mail, servers, handover = self._mail_of(statement), self.env["ir.mail_server"], self.env["dunning.handover"]
        with (
            patch.object(type(servers), "_disable_send", return_value=False),
            patch.object(type(handover), "_announce", return_value=False),
        ):
            mail._send()
        self.assertEqual((statement.state, mail.state), ("failed", "exception"))
        self.assertIn("may have arrived", statement.error)

    def test_failed_statement_sent_again_leaves_one_email(self):
        statement = self._sent(self._statement())
        first = self._mail_of(statement)
        first.write({"state": "exception"})
        first._postprocess_sent_message([], [], failure_type="mail_smtp")
        self._sent(statement)
        self.assertEqual((first.state, self._mail_of(statement).state), ("cancel", "outgoing"))
        first._postprocess_sent_message([], [], failure_type="mail_smtp")
        self.assertEqual(statement.state, "sent", "an e-mail of before says nothing of this one")

    def test_cancelled_statement_does_not_leave(self):
        statement = self._sent(self._statement())
        statement.action_cancel()
        self.assertEqual(self._mail_of(statement).state, "cancel")

    def test_bounce_makes_the_statement_failed(self):
        statement = self._sent(self._statement())
        statement._message_receive_bounce(self.customer.email, self.customer)
        self.assertEqual(statement.state, "failed")
        self.assertIn(self.customer.email, statement.error)

    def test_answer_of_somebody_whose_copy_bounced_stays(self):
        statement = self._sent(self._statement())
        self._agree(statement)
        statement._message_receive_bounce(self.customer.email, self.customer)
        self.assertEqual(statement.state, "agreed")

    def test_what_a_customer_types_is_text_in_the_task(self):
        statement = self._sent(self._statement())
        statement._answer({"name": '<a href="https://evil.example">Pay</a>', "via": "link"}, {}, "no")
        self.assertNotIn("<a", statement.activity_ids.note)
        self.assertNotIn("<a", statement.message_ids[0].body)

    def test_merged_contacts_keep_the_statements_of_both(self):
        other = self._customer("Same firm")
        self._invoice(other, 10, date(2024, 6, 1))
        [made] = self._plan()._make_batches(date(2024, 6, 30))
        ours, theirs = (made.filtered(lambda it, who=who: it.partner_id == who) for who in (self.customer, other))
        self._sent(theirs)
        self._agree(theirs)
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo().create({})
        wizard._merge((self.customer | other).ids, self.customer)
        self.assertEqual((made.exists(), made.partner_id), (made, self.customer))
        self.assertEqual((ours.plan_id, theirs.plan_id.ids, theirs.state), (made.plan_id, [], "agreed"))

    # ------------------------------------------------------------------
    # CALENDAR
    # ------------------------------------------------------------------

    def _plan(self, **values):
        values = {"name": "P", "company_id": self.company.id, "date_next": date(2024, 1, 31), **values}
        return self.env["receivable.statement.plan"].create(values)

    def _make(self, plan, today):
        """The job's part for one plan, without its commits."""
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=1):
            plan._make_due(today)

    def test_plan_of_the_31st_stays_at_the_end_of_the_month(self):
        plan, days = self._plan(), []
        for _month in range(4):
            self._make(plan, plan.date_next)
            days.append(str(plan.date_next))
        self.assertEqual(days, ["2024-02-29", "2024-03-31", "2024-04-30", "2024-05-31"])
        plan.date_next = date(2024, 6, 15)
        self._make(plan, date(2024, 6, 15))
        self.assertEqual(plan.date_next, date(2024, 7, 15))

    def test_activity_of_a_plan_leaves_no_day_out_and_has_none_twice(self):
        plan = self._plan(kind="activity", date_next=date(2024, 3, 31))
        self._invoice(self.customer, 10, date(2024, 1, 5))
        self._make(plan, date(2024, 6, 2))
        made = plan.statement_ids.sorted("date")
        self.assertEqual(
            [(str(it.date_from), str(it.date)) for it in made],
            [("2024-02-29", "2024-03-30"), ("2024-03-31", "2024-04-29"), ("2024-04-30", "2024-05-30")],
        )

    def test_of_missed_months_only_the_last_list_of_open_items_is_made(self):
        self._invoice(self.customer, 10, date(2024, 1, 5))
        plan = self._plan(date_next=date(2024, 2, 1), auto_send=True)
        with patch("odoo.fields.Date.context_today", lambda *args: date(2024, 6, 20)):
            self._make(plan, date(2024, 6, 20))
        self.assertRecordValues(plan.statement_ids, [{"date": date(2024, 5, 31), "answer_until": date(2024, 7, 4)}])
        self.assertEqual(plan.date_next, date(2024, 7, 1))

    def test_statement_of_a_plan_may_be_duplicated(self):
        [made] = self._plan()._make_batches(date(2024, 6, 30))
        self.assertFalse(made.copy().plan_id)


@tagged("post_install", "-at_install")
class TestStatementPortalAttack(StatementPortalCommon):
    """By what right an answer is given is recorded as it was."""

    def test_colleague_without_the_right_to_write_answers_nothing(self):
        for login, group in (("st_reader", "receivable_dunning.group_collections_user"), ("st_any", "base.group_user")):
            with self.subTest(login):
                user = new_test_user(self.env, login, group, company_id=self.company.id)
                self.authenticate(user.login, user.login)
                page = self._get(self.own, self.own.access_token)
                self._post(page, self.own, self.own.access_token, name="Customer", agree="1")
                self.assertEqual(self.own.state, "sent")

    def test_login_of_another_customer_with_the_link_is_no_login_of_this_one(self):
        stranger = new_test_user(self.env, "st_stranger", "base.group_portal")
        self.authenticate(stranger.login, stranger.login)
        token = self.own.access_token
        self._post(self._get(self.own, token), self.own, token, name="Tax adviser", agree="1")
        self.assertRecordValues(self.own, [{"state": "agreed", "answer_via": "link"}])
        self.assertEqual(self.own.answer_partner_id, stranger.partner_id)

    def test_answer_that_cannot_be_finished_is_not_half_recorded(self):
        token = self.own.access_token
        page = self._get(self.own, token)
        with patch.object(type(self.own), "_make_pdfs", side_effect=UserError("no renderer")):
            answered = self._post(page, self.own, token, name="Ann", agree="1")
        self.assertIn("no renderer", answered.text)
        self.assertEqual((self.own.state, self._line(self.own).answer), ("sent", False))

    def test_portal_user_presses_no_button(self):
        statement = self.own.with_user(self.portal_user)
        for name in ("action_send", "action_cancel", "action_refresh", "action_sent_otherwise", "action_record_answer"):
            with self.subTest(name), self.assertRaises(AccessError):
                getattr(statement, name)()
        with self.assertRaises(AccessError):
            self.foreign.with_user(self.portal_user).read(["amount_total"])
        for name in ("answer_ip", "error", "plan_id", "mail_message_id"):
            with self.subTest(name), self.assertRaises(AccessError):
                statement.read([name])
        with self.assertRaises(AccessError):
            statement.line_ids.write({"answer": "agreed"})
