"""Links of customers against guessers and thieves."""

import re
from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .test_portal_forms import PDF, PortalFormsCommon


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
