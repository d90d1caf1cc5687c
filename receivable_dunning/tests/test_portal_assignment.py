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

    def test_assigned_invoice_is_not_overdue_with_us(self):
        mine = self._overdue(10, 45, partner=self.portal_user.partner_id)
        self.authenticate("acc_portal", "acc_portal")
        self.assertIn(mine.name, self.url_open("/my/invoices?filterby=overdue_invoices").text)
        self._hand_over()
        self.assertEqual(mine.assigned_factor_id, self.factor)
        self.assertNotIn(mine.name, self.url_open("/my/invoices?filterby=overdue_invoices").text)
