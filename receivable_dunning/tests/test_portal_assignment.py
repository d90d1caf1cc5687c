from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_portal_forms import PortalFormsCommon
from .test_receivable_assignment import AssignmentCommon


class PortalAssignmentCommon(PortalFormsCommon, AssignmentCommon):
    """A customer with an item that a factor takes, and one that he does not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.factor.name = "Hanse Factoring"
        cls.env["res.partner.bank"].create({"acc_number": "DE89 3704 0044 0532 0130 00", "partner_id": cls.factor.id})
        cls.agreement.partner_domain = f"[('id', '=', {cls.customer.id})]"

    def setUp(self):
        super().setUp()
        self.taken = self._overdue(10, 321)

    def _hand_over(self, disclosed=True, **values):
        """Assign what is overdue by 10 days; the rest is due too early or too late for the agreement."""
        self.agreement.write({"is_disclosed": disclosed, "days_overdue": 20, "days_to_due": 0, **values})
        return self._assigned()

    def _hand_over_half(self):
        """An invoice in two instalments of 50, of which the factor takes the first; the second is due in 90 days."""
        terms = self.env["account.payment.term"].create(
            {
                "name": "halves",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days}) for days in (0, 100)
                ],
            }
        )
        invoice = self._invoice(self.customer, 100, self.today - timedelta(days=10), post=False)
        invoice.invoice_payment_term_id = terms
        invoice.action_post()
        self._hand_over()
        return invoice

    def _shown(self):
        """Names of the items that are to be paid to us, and of those to be paid to the factor."""
        account = self.env["receivable.portal.account"].sudo()
        about = (self.customer, self.company, self.today)
        ours = {row["name"] for _balance, _strip, rows in account._get_balances(*about) for row in rows}
        return ours, {row["name"] for group in account._get_assigned(*about) for row in group["rows"]}


@tagged("post_install", "-at_install")
class TestPortalAssignment(PortalAssignmentCommon):
    """What was assigned and disclosed is paid to the factor, and agreed about with him, not with us."""

    def test_customer_reads_whom_to_pay(self):
        self._hand_over()
        for page in (self._by_link(self.link).text, self._page_by_login()):
            self.assertIn("To be paid to <strong>Hanse Factoring</strong>", page)
            self.assertIn("DE89 3704 0044 0532 0130 00", page)
            self.assertIn(self.taken.name, page)
            self.assertIn("321.00", page)
            self.assertNotIn(f'data-item="{self._item(self.taken).id}"', page, "not among what is owed to us")
            self.assertIn(f'data-item="{self._item(self.invoice).id}"', page)

    def _page_by_login(self):
        self.authenticate("acc_portal", "acc_portal")
        page = self._by_login().text
        self.authenticate(None, None)
        return page

    def test_balance_is_what_is_owed_to_us(self):
        account = self.env["receivable.portal.account"].sudo()
        about = (self.customer, self.company, self.today)
        self.assertEqual(account._get_balances(*about)[0][0].total, 471)
        self._hand_over()
        self.assertEqual(account._get_balances(*about)[0][0].total, 150)
        [group] = account._get_assigned(*about)
        self.assertEqual((group["factor"], group["total"]), (self.factor, 321))

    def test_assigned_item_is_neither_promised_nor_planned_nor_disputed(self):
        self._hand_over()
        item = self._item(self.taken)
        self.assertIn("at least one item", self._promise(self.link, self.taken, date_1=self._day(5)).text)
        values = {f"item_{item.id}": "1", "count": "2", "date_1": self._day(5), "person": "Ann"}
        self.assertIn("at least one item", self._post(self.link, "/plan", **values).text)
        self._dispute(self.link, self.taken)
        self.assertFalse(any((self._promises(), self._plans(), self._disputes())))
        for form in ("/promise", "/plan"):
            self.assertNotIn(self.taken.name, self._by_link(self.link, form).text)

    def test_offer_made_before_the_assignment_cannot_be_accepted(self):
        plan = self._offered(invoice=self.taken)
        self._hand_over()
        answer = self._accept_plan(plan, person="Ann", agree="1")
        self.assertEqual(plan.state, "offered")
        self.assertIn("assigned to Hanse Factoring and to be paid there", answer.text)

    def test_undisclosed_assignment_reveals_nothing(self):
        before = self._plain(self._by_link(self.link).text)
        self._hand_over(disclosed=False)
        after = self._by_link(self.link).text
        self.assertEqual(self._plain(after), before)
        self.assertNotIn("Hanse Factoring", after)
        self._promise(self.link, self.taken, date_1=self._day(5))
        self.assertEqual(self._promises().line_ids.move_line_id, self._item(self.taken))

    def _plain(self, page):
        """The page but for what is new on every visit."""
        start, end = page.index("o_portal_account"), page.index("o_account_contact")
        return page[start:end]

    def test_item_bought_back_is_ours_again_and_the_other_is_not(self):
        other = self._overdue(12, 50)
        batch = self._hand_over(has_recourse=True)
        self.assertEqual(self._shown()[1], {self.taken.name, other.name})
        self._buy_back(batch.line_ids.filtered(lambda line: line.move_id == other))
        self.assertEqual(self._shown(), ({self.invoice.name, self.later.name, other.name}, {self.taken.name}))
        self._promise(self.link, other, date_1=self._day(5))
        self.assertEqual(self._promises().amount, 50)

    def test_item_booked_to_the_factor_is_shown_until_he_is_paid(self):
        batch = self._hand_over(**self._booking())
        self.assertEqual(self._shown(), ({self.invoice.name, self.later.name}, {self.taken.name}))
        self.assertIn("321.00", self._by_link(self.link).text)
        self._buy_back(batch.line_ids)
        self.assertEqual(self._shown(), ({self.invoice.name, self.later.name, self.taken.name}, set()))

    def test_part_paid_to_us_before_lowers_what_the_factor_gets(self):
        self._pay(self.taken, 21, self.today)
        self._hand_over()
        page = self._by_link(self.link).text
        self.assertIn("300.00", page)
        self._pay(self.taken, 300, self.today)
        self.assertEqual(self._shown()[1], set(), "paid, so there is nothing to tell")

    def test_notice_of_assignment_is_of_this_customer_only(self):
        self.agreement.partner_domain = "[]"
        alien = self._overdue(11, 55, partner=self.other)
        batch = self._hand_over()
        self.assertIn(alien, batch.line_ids.move_id)
        report = self.env["ir.actions.report"].sudo().with_context(portal_reader_id=self.customer.id)
        html = report._render_qweb_html("receivable_dunning.report_assignment_letters", batch.ids)[0].decode()
        self.assertIn(self.taken.name, html)
        self.assertNotIn(alien.name, html)
        path = f"/assignments/{batch.id}.pdf"
        self.assertEqual(self._by_link(self.foreign_link, path).status_code, 200)
        self.assertEqual(self._by_link(self._link(self._customer("Third")), path).status_code, 404)
        self.agreement.is_disclosed = False
        self.assertEqual(self._by_link(self.link, path).status_code, 404)

    def test_downloads_say_whom_to_pay(self):
        self._hand_over()
        report = self.env["ir.actions.report"].sudo()
        html = report._render_qweb_html(
            "receivable_dunning.report_portal_account", self.customer.ids, {"company_id": self.company.id}
        )[0].decode()
        self.assertIn("To be paid to Hanse Factoring", html)
        self.assertIn(self.taken.name, html)
        self.assertEqual(self._by_link(self.link, "/items.xlsx").content[:2], b"PK")

    def test_page_of_the_invoice_says_whom_to_pay(self):
        words = "We have assigned this invoice to <strong>Hanse Factoring</strong>"
        self._hand_over()
        self.assertIn(words, self.url_open(self.taken.get_portal_url()).text)
        self.assertNotIn("Hanse", self.url_open(self.invoice.get_portal_url()).text)
        self.agreement.is_disclosed = False
        self.assertNotIn("Hanse", self.url_open(self.taken.get_portal_url()).text)

    def test_instalment_that_is_ours_is_paid_to_us(self):
        """Only what the factor holds is his: the page names the part."""
        invoice = self._hand_over_half()
        first, second = self._item(invoice).sorted("date_maturity")
        self.assertFalse(invoice.assigned_factor_id)
        self.assertEqual((invoice._assigned_parts().move_line_id, invoice._open_with_us()), (first, second))
        page = self.url_open(invoice.get_portal_url()).text
        self.assertIn("We have assigned a part of this invoice to <strong>Hanse Factoring</strong>", page)
        self.assertIn("50.00", page)
        promises, day = self.env["receivable.promise"], self.today + timedelta(days=5)
        self.assertEqual(promises._make(second, 50, day, {}).amount, 50)
        with self.assertRaisesRegex(UserError, f"{invoice.name}, due on .*: assigned to Hanse Factoring"):
            promises._make(first, 50, day, {})
        self._pay(invoice, 50, self.today)
        self.assertFalse(invoice._assigned_parts(), "the oldest was paid")

    def test_assigned_invoice_is_not_overdue_with_us(self):
        mine = self._overdue(10, 45, partner=self.portal_user.partner_id)
        self.authenticate("acc_portal", "acc_portal")
        self.assertIn(mine.name, self.url_open("/my/invoices?filterby=overdue_invoices").text)
        self._hand_over()
        self.assertEqual(mine.assigned_factor_id, self.factor)
        self.assertNotIn(mine.name, self.url_open("/my/invoices?filterby=overdue_invoices").text)


@tagged("post_install", "-at_install")
class TestAssignedStatement(PortalAssignmentCommon):
    """What is to be paid to the factor stands on a statement by itself: neither claimed nor confirmed."""

    def _statement(self, **values):
        values = {"company_id": self.company.id, "partner_id": self.customer.id, "date": self.today, **values}
        return self.env["receivable.statement"].create(values)

    def _amounts(self, statement, section):
        return statement.line_ids.filtered(lambda line: line.section == section).mapped("amount")

    def _sent(self):
        statement = self._statement()
        statement.action_send()
        statement._send(self.today)
        self.assertEqual(statement.state, "sent", statement.error)
        return statement

    def test_it_is_no_part_of_the_balance(self):
        self.assertEqual(self._statement().amount_total, 471)
        self._hand_over()
        statement = self._statement()
        [(currency, total, strip)] = statement._strips()
        self.assertEqual((statement.amount_total, total["closing"], sum(it[1] for it in strip)), (150, 150, 150))
        self.assertEqual(statement.amount_overdue, total["overdue"])
        self.assertNotIn(321, self._amounts(statement, "item"))
        self.assertEqual(self._amounts(statement, "assigned"), [321])
        [(factor, in_currency, _lines, to_factor)] = statement._assigned_groups()
        self.assertEqual((factor, in_currency, to_factor), (self.factor, currency, 321))

    def test_letter_page_and_email_say_whom_to_pay(self):
        self._hand_over()
        statement = self._sent()
        letter = self.env["ir.actions.report"]._render_qweb_html(
            "receivable_dunning.report_receivable_statement", statement.ids
        )[0]
        page = self.url_open(statement.get_portal_url()).text
        for text in (letter.decode(), page):
            self.assertRegex(text, "To be paid to (<strong>)?Hanse Factoring")
            self.assertIn(self.taken.name, text)
            self.assertIn("321.00", text)
        line = statement.line_ids.filtered(lambda it: it.section == "assigned")
        self.assertNotIn(f"amount_{line.id}", page, "there is nothing to answer about it")
        mail = self.env["mail.mail"].sudo().search([("model", "=", statement._name), ("res_id", "=", statement.id)])
        self.assertRegex(mail.body_html, r"to be paid to Hanse Factoring: \$\s*321.00")
        self.assertRegex(mail.body_html, r"\$\s*150.00")

    def test_it_is_not_confirmed(self):
        self._hand_over()
        statement = self._sent()
        statement._answer({"name": "Ann", "via": "link"}, {})
        lines = statement.line_ids.grouped("section")
        self.assertEqual(set(lines["item"].mapped("answer")), {"agreed"})
        self.assertFalse(lines["assigned"].answer)

    def test_activity_goes_from_what_was_owed_to_us_to_what_still_is(self):
        values = {"kind": "activity", "date_from": self.today - timedelta(days=5)}
        self._hand_over()
        statement = self._statement(**values)
        (total,) = statement.totals
        self.assertEqual(self._amounts(statement, "handed"), [-321])
        self.assertEqual((total["handed"], total["elsewhere"], total["closing"]), (-321, 0, 150))
        self.assertEqual(total["opening"] + total["movement"] + total["handed"], 150)

    def test_who_owes_only_the_factor_gets_no_statement(self):
        self._pay(self.invoice, self.invoice.amount_residual, self.today)
        self._pay(self.later, self.later.amount_residual, self.today)
        plan = self.env["receivable.statement.plan"].create({"name": "P", "company_id": self.company.id})
        self.assertIn(self.customer.id, plan._partner_ids(self.today))
        self._hand_over()
        self.assertNotIn(self.customer.id, plan._partner_ids(self.today))

    def test_of_what_is_not_disclosed_or_bought_back_nothing_shows(self):
        batch = self._hand_over(disclosed=False)
        self.assertEqual(self._statement().amount_total, 471)
        self.agreement.is_disclosed = True
        self._buy_back(batch.line_ids)
        statement = self._statement()
        self.assertEqual(statement.amount_total, 471)
        self.assertFalse(statement._assigned_groups())
