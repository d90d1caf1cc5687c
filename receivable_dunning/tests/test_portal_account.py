import re

from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .common import DunningCommon


class PortalCommon(DunningCommon, HttpCase):
    """Two customers with overdue invoices, each with a signed link; a portal user of the first one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {"has_portal_account": True, "has_portal_link": True, "name": "Seller & Sons", "phone": "+49 30 1234"}
        )
        cls.other = cls._customer("Other customer")

    def setUp(self):
        super().setUp()
        self.invoice = self._overdue(40, 100)
        self.later = self._overdue(-10, 50)
        self.foreign = self._overdue(20, 77, partner=self.other)
        self.link = self._link(self.customer)
        self.foreign_link = self._link(self.other)
        contact = self.env["res.partner"].create({"name": "Ann Buyer", "parent_id": self.customer.id})
        self.portal_user = new_test_user(
            self.env,
            "acc_portal",
            "base.group_portal",
            partner_id=contact.id,
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    def _link(self, partner, contact=None):
        links = self.env["receivable.portal.link"]._for_contacts(self.company, {partner: contact or partner})
        return links[partner].sudo(False)

    def _by_link(self, link, path=""):
        return self.url_open(f"/account_balance/{link._token()}{path}")

    def _by_login(self, path="", company=None):
        return self.url_open(f"/my/account_balance/{(company or self.company).id}{path}")

    def _fields(self, page):
        """Hidden values of the form on a page."""
        return dict(re.findall(r'type="hidden" name="(csrf_token|form_key)" value="([^"]+)"', page.text))

    def _post(self, link, path, **values):
        """Fill in the form of a page, by the link or, without one, by login."""
        page = self._by_link(link, path) if link else self._by_login(path)
        target = f"/account_balance/{link._token()}" if link else f"/my/account_balance/{self.company.id}"
        return self.url_open(target + path.partition("?")[0], data={**self._fields(page), **values})


@tagged("post_install", "-at_install")
class TestPortalAccount(PortalCommon):
    """The account page says what the ledger says, of this customer only."""

    def test_page_shows_what_is_open_of_the_customer(self):
        self._pay(self._overdue(5, 30), 30, self.today)
        page = self._by_link(self.link).text
        self.assertIn(self.invoice.name, page)
        self.assertIn(self.later.name, page)
        self.assertIn("40 days late", page)
        self.assertIn("Seller &amp; Sons", page)
        self.assertIn("+49 30 1234", page)
        self.assertNotIn(self.foreign.name, page)
        self.assertNotIn("77.00", page)
        self.assertIn(self.invoice.access_token, page, "the native page of the invoice is linked")

    def test_figures_add_up_per_currency(self):
        self._invoice(self.customer, 30, self.today, move_type="out_refund")
        usd = self.setup_other_currency("EUR")
        self._overdue(3, 70, currency_id=usd.id)
        account = self.env["receivable.portal.account"].sudo()
        own, other = account._get_balances(self.customer, self.company, self.today)
        balance, strip, rows = own
        self.assertEqual((balance.overdue, balance.not_due, balance.credits, balance.total), (100, 50, -30, 120))
        self.assertEqual(sum(amount for _label, amount in strip), 120)
        self.assertEqual([row["item"].amount for row in rows], [100, 50, -30])
        self.assertEqual((other[0].currency, other[0].overdue, other[0].total), (usd, 70, 70))

    def test_account_is_that_of_the_dunning_guard(self):
        """Money that has come in and is not allocated is netted, as reminders net it."""
        journal = self.company_data["default_journal_bank"]
        self.env["account.bank.statement.line"].create(
            {"journal_id": journal.id, "amount": 60, "date": self.today, "partner_id": self.customer.id}
        )
        [(balance, _strip, rows)] = (
            self.env["receivable.portal.account"].sudo()._get_balances(self.customer, self.company, self.today)
        )
        self.assertEqual((balance.credits, balance.total), (-60, 90))
        self.assertFalse(rows[-1]["url"])
        self.assertIn("not allocated yet", self._by_link(self.link).text)

    def test_customer_without_open_items_reads_thanks(self):
        self._pay(self.invoice | self.later, 150, self.today)
        page = self._by_link(self.link).text
        self.assertIn("Nothing is open between us", page)
        self.assertIn("150.00", page, "the last payment is listed")

    def test_items_of_a_branch_belong_to_the_account(self):
        branch = self.env["res.company"].sudo().create({"name": "Branch", "parent_id": self.company.id})
        self.env.user.sudo().company_ids |= branch
        env = self.env(context={**self.env.context, "allowed_company_ids": (self.company + branch).ids})
        branched = self.invoice.with_env(env).copy(
            {"company_id": branch.id, "invoice_date": self.today, "invoice_date_due": self.today}
        )
        branched.invoice_line_ids.price_unit = 11
        branched.action_post()
        self.assertEqual(branched.company_id, branch)
        self.assertIn("11.00", self._by_link(self.link).text)

    def test_downloads_hold_the_items(self):
        sheet = self._by_link(self.link, "/items.xlsx")
        self.assertEqual((sheet.status_code, sheet.content[:2]), (200, b"PK"))
        self.assertIn("no-store", sheet.headers["Cache-Control"])

    def test_pdf_lists_the_items(self):
        report = self.env["ir.actions.report"].sudo()
        html = report._render_qweb_html(
            "receivable_dunning.report_portal_account", self.customer.ids, {"company_id": self.company.id}
        )[0].decode()
        for text in (self.invoice.name, self.later.name, "150.00", "Main street 1"):
            self.assertIn(text, html)
        self.assertNotIn(self.foreign.name, html)

    def test_language_of_the_visitor(self):
        page = self.url_open(f"/account_balance/{self.link._token()}", headers={"Accept-Language": "zh-CN"})
        self.assertIn("/zh_CN/", page.url)
        self.assertIn("登录", page.text)

    # ------------------------------------------------------------------
    # LOGIN
    # ------------------------------------------------------------------

    def test_portal_user_sees_the_account_of_its_firm(self):
        self.authenticate("acc_portal", "acc_portal")
        page = self.url_open("/my/account_balance").text
        self.assertIn(self.invoice.name, page)
        self.assertNotIn(self.foreign.name, page)

    def test_only_billing_contacts_where_the_company_says_so(self):
        self.company.portal_contacts = "billing"
        self.authenticate("acc_portal", "acc_portal")
        self.assertNotIn(self.invoice.name, self.url_open("/my/account_balance").text)
        self.assertNotIn(self.invoice.name, self._by_login().text)
        self.customer.dunning_contact_id = self.portal_user.partner_id
        self.assertIn(self.invoice.name, self._by_login().text)

    def test_visitor_without_login_is_asked_to_log_in(self):
        page = self._by_login()
        self.assertIn("/web/login", page.url)

    def test_nothing_is_shown_before_it_is_switched_on(self):
        self.company.write({"has_portal_account": False})
        self.assertEqual(self._by_link(self.link).status_code, 404)
        self.authenticate("acc_portal", "acc_portal")
        self.assertNotIn(self.invoice.name, self.url_open("/my/account_balance").text)

    def test_entry_of_the_portal_stands_while_there_is_something_to_show(self):
        self.authenticate("acc_portal", "acc_portal")
        self.assertTrue(self._counter())
        self._pay(self.invoice | self.later, 150, self.today)
        self.assertFalse(self._counter())
        self.company.has_portal_account = False
        self.assertFalse(self._counter())

    def _counter(self):
        answer = self.url_open(
            "/my/counters", json={"params": {"counters": ["account_balance_count"]}}, headers={}
        ).json()
        return answer["result"]["account_balance_count"]

    # ------------------------------------------------------------------
    # MESSAGE
    # ------------------------------------------------------------------

    def test_message_is_a_task_for_who_looks_after_the_customer(self):
        seller = new_test_user(self.env, "acc_seller", "base.group_user", name="Sam Seller")
        self.customer.user_id = seller
        self.assertIn("Sam Seller", self._by_link(self.link).text)
        page = self._post(self.link, "/message", topic="person", message="Ask <b>Bob</b>", reach="+1 555", person="Ann")
        self.assertIn("Thank you for your message", page.text)
        [activity] = self.customer.activity_ids
        self.assertEqual(activity.user_id, seller)
        self.assertIn("Ask &lt;b&gt;Bob&lt;/b&gt;", activity.note)
        request = self.env["receivable.portal.request"].search([("partner_id", "=", self.customer.id)])
        self.assertRecordValues(
            request, [{"kind": "message", "name": "Ann", "link_id": self.link.id, "user_id": False}]
        )

    def test_managers_of_a_branch_alone_do_not_answer_for_the_root(self):
        branch = self.env["res.company"].sudo().create({"name": "Branch", "parent_id": self.company.id})
        managers = [
            new_test_user(
                self.env, f"acc_{name}", "receivable_dunning.group_collections_manager", company_id=company.id,
                company_ids=[Command.set(company.ids)],
            )
            for name, company in (("root", self.company), ("local", branch))
        ]  # fmt: skip
        self.assertEqual(self.customer._portal_answerer(self.company), managers[0])

    def test_form_sent_twice_counts_once(self):
        page = self._by_link(self.link, "/message")
        values = {**self._fields(page), "message": "Hello", "person": "Ann", "topic": "other"}
        for _time in range(2):
            answer = self.url_open(f"/account_balance/{self.link._token()}/message", data=values)
            self.assertIn("Thank you for your message", answer.text)
        self.assertEqual(len(self.customer.activity_ids), 1)

    def test_error_keeps_what_was_typed(self):
        page = self._post(self.link, "/message", message="Long story", person=" ", topic="paid")
        self.assertIn("Please give your name", page.text)
        self.assertIn("Long story", page.text)
        self.assertFalse(self.customer.activity_ids)
        again = self._fields(page)
        self.url_open(
            f"/account_balance/{self.link._token()}/message",
            data={**again, "message": "Long story", "person": "Ann", "topic": "paid"},
        )
        self.assertEqual(len(self.customer.activity_ids), 1)

    def test_form_without_its_token_is_refused(self):
        answer = self.url_open(
            f"/account_balance/{self.link._token()}/message",
            data={"message": "x", "person": "Ann", "form_key": "0" * 32},
        )
        self.assertEqual(answer.status_code, 400)
        self.assertFalse(self.customer.activity_ids)

    def test_a_robot_is_stopped(self):
        requests = self.env["receivable.portal.request"].sudo()
        for number in range(30):
            requests.create(
                {
                    "company_id": self.company.id,
                    "partner_id": self.customer.id,
                    "kind": "message",
                    "key": f"{number:032x}",
                }
            )
        page = self._post(self.link, "/message", message="Hello", person="Ann", topic="other")
        self.assertIn("You have sent a great deal today", page.text)
        self.assertFalse(self.customer.activity_ids)
