from datetime import timedelta

from odoo.tests import tagged
from odoo.tools import SQL

from .assessment_common import AssessmentCommon


@tagged("post_install", "-at_install")
class TestCreditPurgeAssessment(AssessmentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.credit_retention_months = 12
        cls.partner_a.is_company = False
        cls._paid_invoices([9] * 5)

    def _decided(self, days_ago):
        """An approved assessment, decided so many days ago, with a file, an opinion of the reviewer and a note."""
        assessment = self._submitted(note="<p>Pays late since the divorce</p>")
        assessment.with_user(self.manager).action_approve()
        self.env["ir.attachment"].create(
            {"name": "slip", "raw": b"x", "res_model": "credit.assessment", "res_id": assessment.id}
        )
        self.env.flush_all()
        when = self.today - timedelta(days=days_ago)
        self.env.cr.execute(SQL("UPDATE credit_assessment SET decided_on = %s WHERE id = %s", when, assessment.id))
        self.env.invalidate_all()
        return assessment

    def _purge(self):
        count = self.env["credit.purge"].sudo()._purge(self.company, self.today)
        self.env.invalidate_all()
        return count

    def test_decided_assessment_of_a_person_is_made_anonymous(self):
        old, last = self._decided(500), self._decided(400)
        self.assertTrue(old.line_ids and old.figures and last.figures)
        self.assertEqual(self._purge(), 1)
        self.assertFalse(old.line_ids or old.answer_ids or old.figures or old.note or old.score or old.rating_id)
        self.assertFalse(old.message_ids or old.credit_file_id)
        self.assertFalse(self.env["ir.attachment"].search([("res_model", "=", old._name), ("res_id", "=", old.id)]))
        self.assertEqual((old.state, old.decided_by, old.decision), ("approved", self.manager, "grant"))
        self.assertTrue(last.line_ids and last.note, "the last one is what the customer's file rests on")
        log = self.env["credit.purge"].search([("company_id", "=", self.company.id)])
        self.assertEqual(log.assessment_count, 1)
        self.assertEqual(self._purge(), 0)

    def test_firms_and_what_is_not_old_enough_are_kept(self):
        recent, _last = self._decided(300), self._decided(10)
        self.partner_a.is_company = True
        firm = self._decided(500)
        self._decided(9)
        self._purge()
        self.assertTrue(recent.line_ids and firm.line_ids and firm.note)

    def test_anonymous_assessment_still_opens(self):
        old, _last = self._decided(500), self._decided(1)
        self._purge()
        old.with_user(self.controller).web_read(
            {name: {} for name in old._fields if old._has_field_access(old._fields[name], "read")}
        )
        report = self.env["ir.actions.report"]
        page = report._render_qweb_html("customer_credit_mgmt.report_credit_file", old.ids)[0].decode()
        self.assertNotIn("divorce", page)
