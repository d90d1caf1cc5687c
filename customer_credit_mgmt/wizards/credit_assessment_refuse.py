from odoo import fields, models


class CreditAssessmentRefuse(models.TransientModel):
    """Refuse an assessment, with a reason that is kept."""

    _name = "credit.assessment.refuse"
    _description = "Refuse an Assessment"

    assessment_ids = fields.Many2many("credit.assessment", string="Assessments", required=True)
    reason = fields.Text(required=True, help="Kept with the assessment; who prepared it reads it.")

    def action_apply(self):
        self.ensure_one()
        self.assessment_ids._refuse(self.reason)
        return {"type": "ir.actions.act_window_close"}
