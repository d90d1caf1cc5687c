from datetime import timedelta

from odoo.tests import HttpCase, tagged

from .assessment_common import AssessmentCommon


@tagged("post_install", "-at_install")
class TestCreditAssessmentTour(AssessmentCommon, HttpCase):
    def test_assessment_goes_from_the_scorecard_to_the_signed_credit_file(self):
        self._paid_invoices([1] * 5, due=self.today - timedelta(days=120))
        self.env["credit.question"].search([]).active = False
        self.env["credit.question"].create({"name": "Why now?", "dimension": "why"})
        self.start_tour(
            f"/odoo/credit-profiles/{self.profile.id}", "credit_assessment_prepare", login=self.controller.login
        )
        assessment = self.profile.assessment_ids
        self.assertEqual((assessment.state, assessment.prepared_by), ("submitted", self.controller))
        self.start_tour("/odoo/credit-assessments", "credit_assessment_approve", login=self.manager.login)
        self.assertEqual((assessment.state, assessment.decided_by), ("approved", self.manager))
        self.assertEqual((self.profile.limit_amount, assessment.limit_id.requested_by), (90, self.controller))
        self.assertTrue(assessment.credit_file_id)
