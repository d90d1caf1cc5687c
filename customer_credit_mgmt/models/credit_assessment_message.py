from odoo import models

ACTIVITY = "customer_credit_mgmt.mail_activity_type_assessment"


class CreditAssessment(models.Model):
    """Who is told: the managers who may decide, then those who worked on it."""

    _inherit = "credit.assessment"

    def _ask_deciders(self):
        """An activity for every credit manager of the company who did not work on it."""
        # sudo: who is a credit manager is no secret among those who prepare assessments
        managers = self.env["credit.approval.rule"]._approvers()
        for assessment in self.sudo():
            for manager in managers - assessment.preparer_ids:
                if assessment.company_id in manager.company_ids.root_id:
                    assessment.with_context(lang=manager.lang).activity_schedule(ACTIVITY, user_id=manager.id)

    def _drop_questions(self):
        """Whatever was decided or withdrawn needs no decision any more."""
        # sudo: the activities of the other managers, too
        self.sudo().activity_unlink([ACTIVITY])

    def _tell_outcome(self, attachments=None):
        """Those who worked on it are told the decision; the credit file goes along."""
        for assessment in self:
            # sudo: the message is part of the decision, which was checked
            assessment.sudo().message_post(
                body=assessment._get_outcome_sentence(),
                partner_ids=(assessment.preparer_ids - self.env.user).partner_id.ids,
                attachment_ids=attachments and attachments.ids,
                author_id=self.env.user.partner_id.id,
            )

    def _get_outcome_sentence(self):
        self.ensure_one()
        if self.state == "refused":
            return self.env._(
                "%(assessment)s was refused: %(reason)s", assessment=self.name, reason=self.refusal_reason
            )
        if self.credit_file_id:
            return self.env._("%(assessment)s was approved. The credit file is attached.", assessment=self.name)
        return self.env._(
            "%(assessment)s was approved. The credit file is not attached, because this system has no PDF renderer"
            " (wkhtmltopdf): print it later.",
            assessment=self.name,
        )
