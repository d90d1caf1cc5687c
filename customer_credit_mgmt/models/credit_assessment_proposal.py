from odoo import api, fields, models


class CreditAssessment(models.Model):
    """The proposals of the figures beside the limit that is to be decided; the resulting limit keeps them."""

    _inherit = "credit.assessment"

    limit_proposal_text = fields.Html(
        string="Limits by the Figures",
        compute="_compute_limit_proposal_text",
        sanitize=False,
        help="As of the date of the assessment. The smallest of what is known binds.",
    )

    @api.depends("profile_id", "date")
    @api.depends_context("lang", "uid")
    def _compute_limit_proposal_text(self):
        for assessment in self:
            profile = assessment.profile_id._origin
            found = profile._gather_proposals(assessment.date) if assessment.date else {}
            assessment.limit_proposal_text = profile and profile._proposals_table(
                found.get(profile.id, ()), profile.currency_id, assessment.date
            )
