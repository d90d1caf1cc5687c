from odoo import api, fields, models
from odoo.exceptions import AccessError

from .credit_question import DIMENSIONS


class CreditAnswer(models.Model):
    """The answer to a question of the 5W questionnaire. The wording of the question is frozen with the answer."""

    _name = "credit.answer"
    _description = "Credit Answer"
    _order = "assessment_id, sequence, id"
    _rec_name = "question_id"

    assessment_id = fields.Many2one("credit.assessment", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="assessment_id.company_id", store=True)
    question_id = fields.Many2one("credit.question", required=True, readonly=True, index=True, ondelete="restrict")
    dimension = fields.Selection(DIMENSIONS, string="Part", readonly=True)
    sequence = fields.Integer(readonly=True)
    help_text = fields.Char(related="question_id.help_text")
    is_required = fields.Boolean(string="Required", readonly=True)
    asked = fields.Char(readonly=True, help="The question as it was asked when the assessment was submitted.")
    question = fields.Char(compute="_compute_question")
    answer = fields.Text()

    _question_uniq = models.Constraint("UNIQUE (assessment_id, question_id)", "A question is asked once.")

    @api.depends("asked", "question_id.name")
    @api.depends_context("lang")
    def _compute_question(self):
        for answer in self:
            answer.question = answer.asked or answer.question_id.name

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("Questions are added in the configuration, for every new assessment."))
        return super().create(vals_list)

    def write(self, vals):
        self.assessment_id._check_draft()
        if vals.keys() - {"answer"} and not self.env.su:
            raise AccessError(self.env._("Only the answer is entered here."))
        result = super().write(vals)
        if not self.env.su:
            self.assessment_id._sign_as_preparer()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        self.assessment_id._check_draft()
        if not self.env.su:
            raise AccessError(self.env._("Leave questions empty that are not asked of this customer."))
