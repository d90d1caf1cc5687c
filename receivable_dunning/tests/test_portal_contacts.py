from odoo.tests import new_test_user, tagged

from .test_portal_forms import PortalFormsCommon


@tagged("post_install", "-at_install")
class TestPortalContacts(PortalFormsCommon):
    """Where a company shows accounts to billing contacts only, nobody else of the customer reads about it by login."""

    def setUp(self):
        super().setUp()
        self.company.portal_contacts = "billing"
        self.plan_offered = self._offered()
        self.statement = self.env["receivable.statement"].create(
            {"company_id": self.company.id, "partner_id": self.customer.id, "date": self.today}
        )
        self.statement.action_send()
        self.statement._send(self.today)
        self.promise = self._promised()
        self.dispute = self.env["receivable.dispute"]._open(
            self._item(self.later), 10, {"reason_id": self.reason.id, "note": "Broken"}
        )
        self.documents = (self.statement, self.plan_offered, self.promise, self.dispute)
        self.pages = (
            ("/my/statements", self.statement.name),
            ("/my/payment_plans", self.plan_offered.name),
            (f"/my/statements/{self.statement.id}", self.statement.name),
            (f"/my/payment_plans/{self.plan_offered.id}", self.plan_offered.name),
            (f"/my/statements/{self.statement.id}?report_type=html", self.statement.name),
            (f"/my/payment_plans/{self.plan_offered.id}?report_type=html", self.plan_offered.name),
        )

    def _promised(self):
        parts = [(self._item(self.later), 20, self.today)]
        return self.env["receivable.promise"]._make_parts(parts, {})

    def _is_shown(self, path, text):
        answer = self.url_open(path)
        return answer.status_code == 200 and text in answer.text

    def _counters(self):
        """What the tiles of the home page count."""
        names = ["statement_count", "payment_plan_count", "account_balance_count"]
        answer = self.url_open("/my/counters", json={"params": {"counters": names}}).json()["result"]
        return {name: bool(answer.get(name)) for name in names}

    def test_who_is_no_billing_contact_sees_no_page_and_no_count(self):
        self.authenticate("acc_portal", "acc_portal")
        for path, text in self.pages:
            self.assertFalse(self._is_shown(path, text), path)
        self.assertFalse(any(self._counters().values()))
        self.assertNotIn(self.invoice.name, self._by_login().text)

    def test_billing_contact_sees_all_of_it(self):
        self.portal_user.partner_id.type = "invoice"
        self.authenticate("acc_portal", "acc_portal")
        for path, text in self.pages:
            self.assertTrue(self._is_shown(path, text), path)
        self.assertTrue(all(self._counters().values()))
        self.assertIn(self.invoice.name, self._by_login().text)

    def test_every_portal_user_sees_it_where_the_company_says_so(self):
        self.company.portal_contacts = "all"
        self.authenticate("acc_portal", "acc_portal")
        for path, text in self.pages:
            self.assertTrue(self._is_shown(path, text), path)
        self.assertTrue(all(self._counters().values()))

    def test_rule_holds_for_remote_calls_too(self):
        for records in (*self.documents, self.plan_offered.line_ids, self.promise.line_ids, self.statement.line_ids):
            own = records.with_user(self.portal_user)
            self.assertFalse(own.search([("id", "in", own.ids)]), records)
            self.assertFalse(own.has_access("read"), records)
        self.portal_user.partner_id.type = "invoice"
        self.env.invalidate_all()
        for records in (*self.documents, self.plan_offered.line_ids, self.promise.line_ids, self.statement.line_ids):
            own = records.with_user(self.portal_user)
            self.assertEqual(own.search([("id", "in", own.ids)]), own, records)
            self.assertTrue(own.has_access("read"), records)

    def test_change_of_the_contact_counts_at_once(self):
        """Rules are kept in memory; who is a billing contact is not."""
        own = self.statement.with_user(self.portal_user)
        for kind, sees in (("invoice", True), ("contact", False), ("invoice", True)):
            self.portal_user.partner_id.type = kind
            self.assertEqual(bool(own.search([("id", "=", own.id)])), sees)

    def test_each_company_decides_for_its_own(self):
        other = self.setup_other_company()["company"]
        self.assertEqual(other.portal_contacts, "all")
        shown = self.statement.with_user(self.portal_user).search_count([])
        self.env.cr.execute(
            "UPDATE receivable_statement SET company_id = %s WHERE id = %s", (other.id, self.statement.id)
        )
        self.statement.invalidate_recordset()
        self.assertEqual((shown, self.statement.with_user(self.portal_user).search_count([])), (0, 1))

    def test_signed_links_work_for_whoever_has_them(self):
        for login in (None, "acc_portal"):
            self.authenticate(login, login)
            self.assertIn(self.invoice.name, self._by_link(self.link).text)
            for record in (self.statement, self.plan_offered):
                self.assertTrue(self._is_shown(record.get_portal_url(), record.name))
                self.assertTrue(self._is_shown(record.get_portal_url(report_type="html"), record.name))

    def test_colleague_who_is_a_customer_follows_the_rule(self):
        clerk = new_test_user(self.env, "employee_buyer", "base.group_user", partner_id=self._contact().id)
        self.authenticate("employee_buyer", "employee_buyer")
        self.assertFalse(self._is_shown("/my/statements", self.statement.name))
        clerk.partner_id.type = "invoice"
        self.assertTrue(self._is_shown("/my/statements", self.statement.name))

    def _contact(self):
        return self.env["res.partner"].create({"name": "Bob", "parent_id": self.customer.id})
