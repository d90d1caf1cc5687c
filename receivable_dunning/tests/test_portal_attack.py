"""The account of customers against strangers: other customers, guessers, tamperers, and their own curiosity."""

import io
import re
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .test_portal_forms import PDF, PortalFormsCommon

OUR_MODULE = "odoo.addons.receivable_dunning"


class PortalAttackCommon(PortalFormsCommon):
    """Both customers have something of everything."""

    def setUp(self):
        super().setUp()
        reason = self.reason.id
        disputes = self.env["receivable.dispute"]
        self.foreign_dispute = disputes._open(
            self._item(self.foreign), 7, {"reason_id": reason, "note": "SECRET", "attachments": [("s.pdf", PDF)]}
        )
        self.foreign_promise = self.env["receivable.promise"]._make(
            self._item(self.foreign), 5, self.today + timedelta(days=3), {"channel": "phone"}
        )
        extra = self._overdue(9, 33, partner=self.other)
        self.foreign_plan = self.env["receivable.payment.plan"]._make(
            self._item(extra), {"instalment_count": 2, "first_date": self.today + timedelta(days=4)}
        )
        self.foreign_plan._offer()

    def _secrets(self):
        """What only the other customer may read."""
        return (
            self.foreign.name, "SECRET", "Other customer", self.foreign_plan.name, self.foreign_dispute.name,
            self.foreign_promise.name, self.foreign.access_token or "no token yet",
        )  # fmt: skip

    def _assert_silent(self, text):
        for secret in self._secrets():
            self.assertNotIn(secret, text)


@tagged("post_install", "-at_install")
class TestPortalLinkAttack(PortalAttackCommon):
    """A token opens one account, as long as it is in force."""

    def _status(self, token, path=""):
        return self.url_open(f"/account_balance/{token}{path}").status_code

    def test_only_the_token_as_it_was_made_opens(self):
        token = self.link._token()
        number, signature = token.split("-")
        self.assertEqual(self._status(token), 200)
        for wrong in (
            f"{self.foreign_link.id}-{signature}",
            f"{number}-{self.foreign_link._signature()}",
            f"{number}-{signature[:-1]}",
            f"{number}-{signature}0",
            f"{number}-{signature.upper()}",
            f"0{number}-{signature}",
            f"{number}-{'0' * 64}",
            f"99999999999-{signature}",
            f"4294967296-{signature}",
            f"{number}- {signature}",
            f"{number}",
            "x", "0", "-1", "None", "..%2f..", "%00", "' OR 1=1 --", signature, "a" * 5000,
        ):  # fmt: skip
            with self.subTest(token=wrong[:80]):
                self.assertIn(self._status(wrong), (404, 400))

    def test_link_dies_when_it_should(self):
        link = self.link.sudo()
        cases = {
            "expired": lambda: link.write({"date_expiry": self.today - timedelta(days=1)}),
            "revoked": lambda: self.link.action_revoke(),
            "company switched links off": lambda: self.company.write({"has_portal_link": False}),
            "company switched the account off": lambda: self.company.write({"has_portal_account": False}),
            "customer is gone": lambda: link.write({"partner_id": self.other.id}),
        }
        for label, change in cases.items():
            with self.subTest(label), self.cr.savepoint() as savepoint:
                token = link._token()
                change()
                self.env.flush_all()
                found = self.env["receivable.portal.link"]._find(token)
                self.assertFalse(found.partner_id == self.customer)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_last_day_of_a_link_counts(self):
        self.link.sudo().date_expiry = self.today
        self.assertEqual(self._status(self.link._token()), 200)
        self.link.sudo().date_expiry = self.today - timedelta(days=1)
        self.assertEqual(self._status(self.link._token()), 404)

    def test_revoked_link_opens_nothing_more_and_never_again(self):
        token = self.link._token()
        self.link.action_revoke()
        for path in ("", "/items.xlsx", "/items.pdf", "/promise", "/plan", "/message"):
            with self.subTest(path=path):
                answer = self.url_open(f"/account_balance/{token}{path}")
                self.assertEqual(answer.status_code, 404)
                self._assert_silent(answer.text)
                self.assertNotIn("Customer", answer.text)
        self.link.sudo().date_revoked = False
        self.assertEqual(self._status(token), 404, "its signature is void")

    def test_link_closes_with_the_contact_it_was_made_for(self):
        clerk = self.env["res.partner"].create({"name": "Clerk", "parent_id": self.customer.id})
        link = self._link(self.customer, clerk)
        self.assertEqual(self._status(link._token()), 200)
        clerk.active = False
        self.assertEqual(self._status(link._token()), 404)
        clerk.write({"active": True, "parent_id": self.other.id})
        self.env.invalidate_all()
        answer = self.url_open(f"/account_balance/{link._token()}")
        self.assertEqual(answer.status_code, 404)
        self._assert_silent(answer.text)

    def test_archived_customer_still_reads_what_it_owes(self):
        self.portal_user.active = False
        self.customer.active = False
        self.assertEqual(self._status(self.link._token()), 200)

    def test_closed_link_says_nothing_about_why(self):
        unknown = self.url_open("/account_balance/1-" + "0" * 64)
        self.link.action_revoke()
        revoked = self.url_open(f"/account_balance/{self.link._token()}")
        texts = {re.sub(r"/account_balance/[-0-9a-f]+|csrf_token: .*", "", page.text) for page in (unknown, revoked)}
        self.assertEqual(len(texts), 1)

    def test_pages_leak_no_token(self):
        for path in ("", "/promise", "/message", "/items.xlsx"):
            with self.subTest(path=path):
                headers = self._by_link(self.link, path).headers
                self.assertEqual(headers["Referrer-Policy"], "no-referrer")
                self.assertIn("no-store", headers["Cache-Control"])
                self.assertIn("noindex", headers["X-Robots-Tag"])

    def test_token_is_not_stored_and_not_read(self):
        self.env.flush_all()
        self.env.cr.execute("SELECT t::text FROM receivable_portal_link t WHERE id = %s", [self.link.id])
        [[row]] = self.env.cr.fetchall()
        self.assertNotIn(self.link._signature(), row)
        for user in (self.portal_user, self._user("acc_nobody", "base.group_user")):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.link.with_user(user).read(["url"])
        clerk = self._user("acc_clerk", "receivable_dunning.group_collections_user")
        with self.assertRaises(AccessError):
            self.link.with_user(clerk).read(["nonce"])

    def test_links_are_made_by_their_buttons_only(self):
        manager = self._user("acc_manager", "receivable_dunning.group_collections_manager")
        values = {"partner_id": self.other.id, "company_id": self.company.id, "date_expiry": self.today}
        for attempt in (
            lambda: self.env["receivable.portal.link"].with_user(manager).create(values),
            lambda: self.link.with_user(manager).write({"partner_id": self.other.id}),
            lambda: self.link.with_user(manager).unlink(),
            lambda: self.env["receivable.portal.request"].with_user(manager).create({"kind": "promise"}),
        ):
            with self.assertRaises(AccessError), self.cr.savepoint():
                attempt()

    def test_link_of_another_company_shows_that_company_only(self):
        other = self.setup_other_company(name="Third Ltd")["company"]
        other.write({"has_portal_account": True, "has_portal_link": True})
        link = self.env["receivable.portal.link"]._for_contacts(other, {self.customer: self.customer})[self.customer]
        page = self.url_open(f"/account_balance/{link._token()}").text
        self.assertIn("Third Ltd", page)
        self.assertIn("Nothing is open", page)
        self.assertNotIn(self.invoice.name + "<", page)
        mine = self._by_link(self.link).text
        self.assertNotIn("Third Ltd", mine)


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

    # ------------------------------------------------------------------
    # REMOTE CALLS
    # ------------------------------------------------------------------

    def test_reports_are_not_printed_for_strangers(self):
        paths = (
            f"report_portal_account/{self.other.id}",
            f"report_portal_account/{self.other.id}?company_id={self.company.id}",
            f"report_payment_plan/{self.foreign_plan.id}",
        )
        clerk = self._user("acc_nobody", "base.group_user")
        for login in ("acc_portal", clerk.login):
            self.authenticate(login, login)
            for path in paths:
                with self.subTest(path=path, login=login):
                    self._assert_silent(self.url_open(f"/report/html/receivable_dunning.{path}").text)

    def _call(self, model, method, ids, **kwargs):
        params = {"model": model, "method": method, "args": [ids], "kwargs": kwargs}
        return self.url_open(f"/web/dataset/call_kw/{model}/{method}", json={"params": params})

    def _our_methods(self):
        """``[(model, public method)]`` of everything that this addon defines."""
        found = set()
        for name, model_class in self.env.registry.items():
            for base in model_class.__mro__:
                if base.__module__.startswith(OUR_MODULE):
                    found |= {(name, key) for key, value in vars(base).items() if callable(value) and key[0] != "_"}
        return sorted(found)

    def _tables(self):
        """A fingerprint of every table of this addon: what a call changes shows in it."""
        self.env.flush_all()
        result = {}
        for model in self.env.values():
            if model._module == "receivable_dunning" and model._auto and not model._abstract and not model._transient:
                self.env.cr.execute(f'SELECT md5(string_agg(t::text, \'|\' ORDER BY id)) FROM "{model._table}" t')  # noqa: S608
                result[model._name] = self.env.cr.fetchone()[0]
        return result

    def test_portal_user_calls_nothing_that_changes_or_tells(self):
        self._dispute(self.link, self.invoice)
        self._promise(self.link, self.later)
        self.authenticate("acc_portal", "acc_portal")
        self.env["ir.module.module"].flush_model()
        before = self._tables()
        methods = self._our_methods()
        self.assertGreater(len(methods), 60)
        for model, method in methods:
            records = self.env[model] if self.env[model]._abstract or self.env[model]._transient else None
            ids = [1] if records is not None else self.env[model].sudo().search([], limit=50).ids
            if model in ("res.partner", "account.move", "res.company"):
                ids = {"res.partner": self.other, "account.move": self.foreign, "res.company": self.company}[model].ids
            with self.subTest(model=model, method=method):
                self._assert_silent(self._call(model, method, ids).text)
        self.env.invalidate_all()
        after = self._tables()
        self.assertEqual({name for name in after if after[name] != before[name]}, set())

    def test_portal_user_reads_the_own_records_only(self):
        self._dispute(self.link, self.invoice)
        self._promise(self.link, self.later)
        self.authenticate("acc_portal", "acc_portal")
        for model in self.env:
            if not model.startswith(("receivable.", "dunning.", "collection.", "late.interest", "ecl.")):
                continue
            with self.subTest(model=model):
                answer = self._call(model, "search_read", [], fields=["display_name"]).text
                self._assert_silent(answer)
        for model in ("receivable.portal.link", "receivable.portal.request", "receivable.portal.account"):
            self.assertIn("error", self._call(model, "search_read", []).json())

    def test_private_doors_are_closed_to_remote_calls(self):
        self.authenticate("acc_portal", "acc_portal")
        for model, method in (
            ("receivable.portal.link", "_find"),
            ("receivable.portal.link", "_token"),
            ("receivable.portal.link", "_for_contacts"),
            ("receivable.portal.request", "_begin"),
            ("receivable.portal.account", "_get_balances"),
            ("receivable.promise", "_make_parts"),
            ("receivable.dispute", "_open"),
            ("receivable.payment.plan", "_accept"),
            ("dunning.notice", "_portal_link"),
            ("res.partner", "_receive_portal_message"),
        ):
            with self.subTest(method=method):
                self.assertIn("error", self._call(model, method, [1]).json())


@tagged("post_install", "-at_install")
class TestPortalInLetters(PortalAttackCommon):
    """Reminders carry the link of their customer, and of nobody else."""

    def _sent(self):
        return self._send(self._run())

    def test_email_and_letter_carry_the_link_of_their_customer(self):
        self.foreign_dispute._withdraw()
        self.foreign_promise._cancel("test")
        run = self._sent()
        tokens = {}
        for partner in (self.customer, self.other):
            notice = self._notice(run, partner)
            body = str(self._mail(notice).body_html)
            self.assertEqual(notice.portal_link_id.partner_id, partner)
            self.assertIn(notice.portal_link_id._token(), body)
            tokens[partner] = notice.portal_link_id._token()
            report = self.env["ir.actions.report"]
            letter = report._render_qweb_html("receivable_dunning.report_dunning_letter", notice.ids)[0].decode()
            self.assertIn("o_dl_code", letter)
            self.assertIn("data:image/png;base64", letter.partition("o_dl_code")[2])
        mine = str(self._mail(self._notice(run)).body_html)
        self.assertNotIn(tokens[self.other], mine)
        for partner in (self.customer, self.other):
            for message in partner.message_ids:
                self.assertNotIn("account_balance", str(message.body), "no link in the log of a customer")
        opened = self.url_open(tokens[self.customer].join(("/account_balance/", "")))
        self.assertEqual(opened.status_code, 200)

    def test_without_the_setting_reminders_are_as_before(self):
        self.company.has_portal_link = False
        before = self.env["receivable.portal.link"].search_count([])
        notice = self._notice(self._sent())
        self.assertNotIn("account_balance", str(self._mail(notice).body_html))
        letter = self.env["ir.actions.report"]._render_qweb_html(
            "receivable_dunning.report_dunning_letter", notice.ids
        )[0].decode()
        self.assertNotIn("o_dl_code\"", letter)
        self.assertEqual(self.env["receivable.portal.link"].search_count([]), before)

    def test_one_link_per_contact_until_half_of_its_days_are_left(self):
        contacts, links = {self.customer: self.customer}, self.env["receivable.portal.link"]
        self.assertEqual(links._for_contacts(self.company, contacts)[self.customer], self.link)
        self.link.sudo().date_expiry = self.today + timedelta(days=44)
        fresh = links._for_contacts(self.company, contacts)[self.customer]
        self.assertNotEqual(fresh, self.link)
        self.assertEqual(fresh.date_expiry, self.today + timedelta(days=90))

    def test_notice_after_a_revocation_carries_a_new_link(self):
        run = self._sent()
        notice = self._notice(run)
        old = notice.portal_link_id
        old.action_revoke()
        self.assertTrue(notice._portal_link())
        self.assertNotEqual(notice.portal_link_id, old)

    def test_button_on_the_customer(self):
        action = self.customer.action_portal_link()
        link = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual((link.partner_id, link.state), (self.customer, "active"))
        self.assertIn(link._token(), link.url)
        self.assertEqual(self.customer.portal_link_count, 1)
        link.action_revoke()
        self.assertRecordValues(link, [{"state": "revoked", "url": False, "revoked_by_id": self.env.uid}])
        self.env.invalidate_all()
        self.assertEqual(self.customer.portal_link_count, 0)

    def test_merged_customers_keep_their_links(self):
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo().create({})
        wizard._merge((self.customer | self.other).ids, self.customer)
        self.assertEqual(self.foreign_link.exists().partner_id, self.customer)

    def test_every_screen_opens(self):
        for model in ("receivable.portal.link", "receivable.portal.request"):
            for view in ("list", "search"):
                self.env[model].get_view(view_type=view)
        self.env["receivable.portal.link"].get_view(view_type="form")
        self.env["res.partner"].get_view(self.env.ref("account.view_partner_property_form").id, "form")
        settings = self.env["res.config.settings"].sudo().create({})
        self.assertTrue(settings.has_portal_account)
