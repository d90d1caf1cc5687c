import re
from datetime import date

from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .test_receivable_statement import StatementCommon


class StatementPortalCommon(StatementCommon, HttpCase):
    """Statements of two customers, and a portal user of the first one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._customer("Other customer")
        for partner in (cls.customer, cls.other):
            cls._invoice(partner, 100, date(2024, 6, 1))

    def setUp(self):
        super().setUp()
        self.own = self._sent(self._statement())
        self.foreign = self._sent(self._statement(self.other))
        contact = self.env["res.partner"].create({"name": "Buyer", "parent_id": self.customer.id})
        self.portal_user = new_test_user(self.env, "st_portal", "base.group_portal", partner_id=contact.id)

    def _get(self, statement, token=None, path=""):
        query = f"?access_token={token}" if token else ""
        return self.url_open(f"/my/statements/{statement.id}{path}{query}")

    def _post(self, page, statement, token=None, **values):
        csrf = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        values = {"csrf_token": csrf.group(1) if csrf else "", "access_token": token or "", **values}
        return self.url_open(f"/my/statements/{statement.id}/answer", data=values)

    def _line(self, statement):
        return self._items(statement)[:1]


@tagged("post_install", "-at_install")
class TestStatementPortal(StatementPortalCommon):
    """By login and by signed link a customer reaches the own statements, and nothing else."""

    # ------------------------------------------------------------------
    # WHO SEES WHAT
    # ------------------------------------------------------------------

    def test_signed_link_shows_its_statement_only(self):
        self.assertTrue(self.own.name in self._get(self.own, self.own.access_token).text)
        for statement, token in (
            (self.foreign, self.own.access_token),
            (self.own, "guessed"),
            (self.own, None),
            (self.own, self.own.access_token[:-1]),
        ):
            with self.subTest(token=token):
                self.assertFalse(statement.name in self._get(statement, token).text)

    def test_login_shows_the_own_statements_only(self):
        self.authenticate("st_portal", "st_portal")
        page = self.url_open("/my/statements").text
        self.assertTrue(self.own.name in page)
        self.assertFalse(self.foreign.name in page)
        self.assertTrue(self.own.name in self._get(self.own).text)
        self.assertFalse(self.foreign.name in self._get(self.foreign).text)

    def test_portal_user_reads_neither_drafts_nor_others_over_rpc(self):
        draft = self._statement(date=date(2024, 5, 31))
        statements = self.env["receivable.statement"].with_user(self.portal_user)
        self.assertEqual(statements.search([]), self.own)
        self.assertFalse(statements.search([("id", "=", draft.id)]))
        lines = self.env["receivable.statement.line"].with_user(self.portal_user).search([])
        self.assertEqual(lines.statement_id, self.own)

    def test_link_of_a_cancelled_statement_shows_nothing(self):
        token = self.own.access_token
        self.own.action_cancel()
        self.assertFalse(self.own.name in self._get(self.own, token).text)

    def test_report_needs_the_link_too(self):
        good = self.url_open(f"/my/statements/{self.own.id}?access_token={self.own.access_token}&report_type=html")
        self.assertTrue(self.own.name in good.text)
        bad = self.url_open(f"/my/statements/{self.own.id}?access_token=x&report_type=html")
        self.assertFalse(self.own.name in bad.text)

    # ------------------------------------------------------------------
    # ANSWERS
    # ------------------------------------------------------------------

    def test_customer_agrees_by_the_link(self):
        token = self.own.access_token
        page = self._get(self.own, token)
        answered = self._post(page, self.own, token, name="Ann Buyer", agree="1")
        self.assertTrue("Ann Buyer" in answered.text)
        self.assertRecordValues(self.own, [{"state": "agreed", "answer_name": "Ann Buyer", "answer_via": "link"}])
        self.assertTrue(self.own.answer_ip)

    def test_customer_names_a_difference_by_login(self):
        self.authenticate("st_portal", "st_portal")
        page, line = self._get(self.own), self._line(self.own)
        values = {f"amount_{line.id}": "80.00", f"comment_{line.id}": "credit note is missing"}
        self._post(page, self.own, name="Buyer", **values)
        self.assertRecordValues(self.own, [{"state": "disputed", "answer_via": "login"}])
        self.assertEqual(self.own.answer_partner_id, self.portal_user.partner_id)
        self.assertRecordValues(line, [{"answer": "disputed", "answer_amount": 80, "answer_difference": 20}])

    def test_answer_to_the_statement_of_somebody_else_is_refused(self):
        token = self.own.access_token
        page = self._get(self.own, token)
        self._post(page, self.foreign, token, name="Mallory", agree="1")
        self.authenticate("st_portal", "st_portal")
        self._post(self._get(self.own), self.foreign, name="Mallory", agree="1")
        self.assertEqual(self.foreign.state, "sent")

    def test_lines_of_another_statement_are_not_answered(self):
        token, line = self.own.access_token, self._line(self.foreign)
        page = self._get(self.own, token)
        self._post(page, self.own, token, name="Mallory", agree="1", **{f"amount_{line.id}": "0"})
        self.assertFalse(line.answer)
        self.assertEqual(self.own.state, "agreed")

    def test_what_does_not_fit_is_said_and_nothing_is_recorded(self):
        token, line = self.own.access_token, self._line(self.own)
        for values, words in (
            ({"name": "Ann"}, "Nothing differs"),
            ({"name": "Ann", "agree": "1", f"amount_{line.id}": "1"}, "You changed amounts"),
            ({"name": "Ann", f"amount_{line.id}": "nan"}, "is not an amount"),
            ({"name": "Ann", f"amount_{line.id}": "1e400"}, "is not an amount"),
            ({"name": " ", "agree": "1"}, "give your name"),
        ):
            with self.subTest(words):
                page = self._post(self._get(self.own, token), self.own, token, **values)
                self.assertTrue(words in page.text)
                self.assertEqual(self.own.state, "sent")

    def test_second_answer_is_refused(self):
        token = self.own.access_token
        page = self._get(self.own, token)
        self._post(page, self.own, token, name="Ann", agree="1")
        again = self._post(page, self.own, token, name="Bob", note="no", agree="")
        self.assertTrue("answered or withdrawn" in again.text)
        self.assertEqual(self.own.answer_name, "Ann")

    def test_answer_without_the_form_is_refused(self):
        response = self.url_open(
            f"/my/statements/{self.own.id}/answer",
            data={"access_token": self.own.access_token, "name": "A", "agree": "1"},
        )
        self.assertEqual((response.status_code, self.own.state), (400, "sent"))

    def test_statement_sent_for_information_takes_no_answer(self):
        informed = self._sent(self._statement(date=date(2024, 6, 29), ask_confirmation=False))
        page = self._get(informed, informed.access_token)
        self.assertFalse("statement_name" in page.text)
        self._post(self._get(self.own, self.own.access_token), informed, informed.access_token, name="Ann", agree="1")
        self.assertEqual(informed.state, "sent")

    # ------------------------------------------------------------------
    # TOURS
    # ------------------------------------------------------------------

    def test_tour_statement_is_made_sent_and_confirmed(self):
        clerk = new_test_user(
            self.env, "st_clerk", "receivable_dunning.group_collections_accountant",
            company_id=self.company.id, company_ids=[Command.set(self.company.ids)],
        )  # fmt: skip
        self.start_tour("/odoo/receivable-statements", "receivable_statement_send", login=clerk.login)
        made = self.env["receivable.statement"].search([("create_uid", "=", clerk.id)])
        self.assertEqual((made.partner_id, made.state), (self.customer, "queued"))
        made._send(self.today)
        self.start_tour(f"/my/statements/{made.id}", "receivable_statement_confirm", login="st_portal")
        self.assertEqual((made.state, made.answer_name), ("agreed", "Ann Buyer"))
