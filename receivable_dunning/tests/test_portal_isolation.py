"""The account of customers against strangers: other customers, colleagues, tamperers."""

import io

from odoo import fields
from odoo.tests import tagged

from .test_portal_attack import PortalAttackCommon
from .test_portal_forms import PDF


@tagged("post_install", "-at_install")
class TestPortalIsolation(PortalAttackCommon):
    """Whoever asks gets the own account, whatever is sent along."""

    def test_portal_user_reaches_no_other_account(self):
        self.authenticate("acc_portal", "acc_portal")
        stranger = self.setup_other_company(name="Third Ltd")["company"]
        stranger.has_portal_account = True
        for path in (
            "/my/account_balance",
            f"/my/account_balance/{self.company.id}?partner_id={self.other.id}",
            f"/my/account_balance/{stranger.id}",
            "/my/account_balance/999999",
            f"/my/account_balance/{self.company.id}/items.xlsx?partner_id={self.other.id}",
            f"/my/account_balance/{self.company.id}/disputes/{self.foreign_dispute.id}",
            f"/my/account_balance/{self.company.id}/disputes/2147483648",
            f"/my/account_balance/{self.company.id}/dispute?item={self._item(self.foreign).id}",
            f"/my/payment_plans/{self.foreign_plan.id}",
            f"/my/payment_plans/{self.foreign_plan.id}?access_token=guessed",
            f"/my/payment_plans/{self.foreign_plan.id}?report_type=html",
            "/my/payment_plans",
        ):
            with self.subTest(path=path):
                answer = self.url_open(path)
                self.assertLess(answer.status_code, 500)
                self._assert_silent(answer.text)
                self.assertNotIn("Third Ltd", answer.text)

    def test_link_reaches_no_other_account(self):
        for path in (
            f"?partner_id={self.other.id}&company_id=2",
            f"/disputes/{self.foreign_dispute.id}",
            f"/disputes/{self.foreign_dispute.id}/file/{self.foreign_dispute._attachments().id}",
            f"/dispute?item={self._item(self.foreign).id}",
        ):
            with self.subTest(path=path):
                answer = self._by_link(self.link, path)
                self.assertLess(answer.status_code, 500)
                self._assert_silent(answer.text)
                self.assertNotIn(PDF.decode(), answer.text)

    def test_files_are_reached_through_the_own_dispute_only(self):
        self._dispute(self.link, self.invoice, [("mine.pdf", PDF)])
        foreign_file = self.foreign_dispute._attachments()
        answer = self._by_link(self.link, f"/disputes/{self._disputes().id}/file/{foreign_file.id}")
        self.assertEqual(answer.status_code, 404)

    def test_login_of_one_with_the_link_of_another(self):
        """The link is what counts; nothing of the login gets into the other's account, nor the other way."""
        self.authenticate("acc_portal", "acc_portal")
        page = self._by_link(self.foreign_link)
        self.assertIn("It is not the account of your login", page.text)
        self.assertNotIn(self.invoice.name + "<", page.text)
        self._promise(self.foreign_link, self.foreign)
        made = self._promises(self.other) - self.foreign_promise
        self.assertRecordValues(made, [{"contact_id": False, "amount": 65}])
        self.assertFalse(self._promises())
        request = self.env["receivable.portal.request"].search([("partner_id", "=", self.other.id)])
        self.assertRecordValues(request, [{"user_id": False, "link_id": self.foreign_link.id}])
        self._assert_silent(self._by_login().text)

    def test_colleague_looks_but_does_not_speak_for_the_customer(self):
        clerk = self._user("acc_clerk", "receivable_dunning.group_collections_manager")
        self.authenticate(clerk.login, clerk.login)
        page = self._by_link(self.link)
        self.assertIn("You are a colleague", page.text)
        self.assertFalse(self.link.use_count)
        answer = self._promise(self.link, self.invoice)
        self.assertIn("You are logged in as a colleague", answer.text)
        self.assertFalse(self._promises())

    def test_colleague_who_is_a_customer_sees_the_own_account(self):
        clerk = self._user("acc_clerk", "base.group_user")
        invoice = self._overdue(5, 12, partner=clerk.partner_id)
        self.authenticate(clerk.login, clerk.login)
        page = self.url_open("/my/account_balance").text
        self.assertIn(invoice.name, page)
        self._assert_silent(page)

    def test_use_of_a_link_is_counted(self):
        self._by_link(self.link)
        self._by_link(self.link)
        self.env.invalidate_all()
        self.assertEqual((self.link.use_count, self.link.date_last_use.date()), (2, fields.Datetime.now().date()))

    # ------------------------------------------------------------------
    # TAMPERED FORMS
    # ------------------------------------------------------------------

    def test_items_of_others_are_neither_promised_nor_disputed_nor_planned(self):
        foreign, paid = self._item(self.foreign).id, self._overdue(3, 8)
        self._pay(paid, 8, self.today)
        draft = self._invoice(self.customer, 15, self.today, post=False)
        income = self.invoice.line_ids.filtered(lambda line: line.account_id.account_type == "income")
        before = (self._promises(self.other), self._disputes(self.other), self._plans(self.other))
        wrong = (
            foreign, self._item(paid).id, draft.line_ids[:1].id, income.id, 0, -1, 2**31, 10**20, "1 OR 1=1", "ü", "٣",
        )  # fmt: skip
        for number in wrong:
            values = {f"item_{number}": "1", "date_1": self._day(3), "person": "Mallory", "count": "2"}
            with self.subTest(item=number):
                for path in ("/promise", "/plan"):
                    self.assertIn("choose at least one item", self._post(self.link, path, **values).text)
                data = {
                    **self._fields(self._by_link(self.link, "/message")), "item": number, "reason": self.reason.id,
                    "amount": "1", "note": "x", "person": "Mallory",
                }  # fmt: skip
                answer = self.url_open(f"/account_balance/{self.link._token()}/dispute", data=data)
                self.assertIn("settled by now", answer.text)
        after = (self._promises(self.other), self._disputes(self.other), self._plans(self.other))
        self.assertEqual(before, after)
        self.assertFalse(self._promises() or self._disputes() or self._plans())

    def test_own_and_foreign_item_together_promise_the_own_only(self):
        foreign = self._item(self.foreign).id
        self._promise(self.link, self.invoice, **{f"item_{foreign}": "1"})
        self.assertEqual(self._promises().line_ids.move_line_id, self._item(self.invoice))
        self.assertEqual(self._promises(self.other), self.foreign_promise)

    def test_who_and_whose_are_not_taken_from_the_form(self):
        self._promise(
            self.link, self.invoice,
            partner_id=self.other.id, company_id="1", user_id="1", link_id="1", channel="phone", state="kept",
        )  # fmt: skip
        self.assertRecordValues(
            self._promises(), [{"partner_id": self.customer.id, "company_id": self.company.id, "channel": "portal"}]
        )

    def test_key_of_a_form_is_of_its_customer(self):
        """A key that another customer has used blocks nobody."""
        page = self._by_link(self.link, "/message")
        values = {**self._fields(page), "message": "Hi", "person": "Ann", "topic": "other"}
        for link in (self.foreign_link, self.link):
            self.url_open(f"/account_balance/{link._token()}/message", data=values)
        self.assertTrue(self.customer.activity_ids)
        self.assertTrue(self.other.activity_ids)
        self.url_open(f"/account_balance/{self.link._token()}/message", data={**values, "form_key": "x' OR 1"})
        self.assertEqual(len(self.customer.activity_ids), 1)

    def test_what_is_typed_is_text_everywhere(self):
        script = "<script>alert(1)</script>"
        self._dispute(self.link, self.invoice, [(f"{script}.pdf", PDF)], note=script, person=script)
        self._post(self.link, "/message", message=script, person=script, reach=script, topic=script)
        self._promise(self.link, self.later, person=script, note=script)
        pages = [self._by_link(self.link).text, self._by_link(self.link, f"/disputes/{self._disputes().id}").text]
        pages += self.customer.activity_ids.mapped("note") + self.customer.message_ids.mapped("body")
        error = self._post(self.link, "/message", message=script, person="", topic="other").text
        for text in (*pages, error):
            self.assertNotIn(script, str(text))

    def test_nul_bytes_and_files_in_the_place_of_text(self):
        page = self._by_link(self.link, "/message")
        answer = self.url_open(
            f"/account_balance/{self.link._token()}/message",
            data={**self._fields(page), "person": "Ann", "topic": "other"},
            files=[("message", ("x.txt", io.BytesIO(b"hello")))],
        )
        self.assertIn("Please write what we can do", answer.text)
        answer = self._post(self.link, "/message", message="a\0b", person="A\0", topic="other")
        self.assertIn("Thank you", answer.text)

    # ------------------------------------------------------------------
    # FILES
    # ------------------------------------------------------------------

    def test_dangerous_files_are_refused(self):
        self.company.write({"dispute_file_count": 2, "dispute_file_megabytes": 1})
        html, svg = b"<html><script>alert(1)</script></html>", b"<svg onload='alert(1)'/>"
        for name, content in (
            ("page.html", html),
            ("invoice.pdf", html),
            ("picture.png", svg),
            ("picture.svg", svg),
            ("invoice.pdf.exe", b"MZ" + PDF),
            ("invoice.pdf.html", PDF),
            ("invoice.html", PDF),
            ("../../etc/passwd", PDF),
            ("invoice", PDF),
            ("empty.pdf", b""),
            ("large.pdf", PDF + b"0" * 1024 * 1024),
        ):
            with self.subTest(name=name):
                answer = self._dispute(self.link, self.invoice, [(name, content)])
                self.assertNotIn("Thank you for telling us", answer.text)
                self.assertFalse(self._disputes())
        answer = self._dispute(self.link, self.invoice, [(f"{n}.pdf", PDF) for n in range(3)])
        self.assertIn("At most 2 files", answer.text)
        self.assertFalse(self._disputes())

    def test_files_are_not_served_to_others_as_content(self):
        self._dispute(self.link, self.invoice, [("mine.pdf", PDF)])
        own, foreign = self._disputes()._attachments(), self.foreign_dispute._attachments()
        for login in (None, "acc_portal"):
            if login:
                self.authenticate(login, login)
            for path in (
                f"/web/content/{foreign.id}",
                f"/web/content/{foreign.id}?access_token={self.foreign_plan._portal_ensure_token()}",
                f"/web/image/{foreign.id}",
                f"/web/content?model=receivable.dispute&id={self.foreign_dispute.id}&field=note",
                f"/web/content?model=receivable.portal.link&id={self.link.id}&field=nonce",
                f"/web/content?model=receivable.portal.link&id={self.link.id}&field=url",
            ):
                with self.subTest(path=path, login=login):
                    answer = self.url_open(path)
                    self.assertNotIn(b"%PDF", answer.content)
                    self.assertNotIn("SECRET", answer.text)
                    self.assertNotIn(self.link._signature(), answer.text)
        self.logout()
        self.assertNotIn(b"%PDF", self.url_open(f"/web/content/{own.id}").content)
