from odoo import api, fields, models
from odoo.exceptions import AccessError

from .optional_number import OptionalFloat


class CreditAssessmentLine(models.Model):
    """What one criterion said about the customer. Only the answers are entered by people, and only in a draft."""

    _name = "credit.assessment.line"
    _description = "Credit Assessment Criterion"
    _order = "assessment_id, sequence, id"
    _rec_name = "criterion_id"

    assessment_id = fields.Many2one("credit.assessment", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="assessment_id.company_id", store=True)
    partner_id = fields.Many2one(related="assessment_id.partner_id", store=True)
    date = fields.Date(related="assessment_id.date", store=True)
    sequence = fields.Integer(readonly=True)
    criterion_id = fields.Many2one(
        "credit.scorecard.criterion", required=True, readonly=True, index=True, ondelete="restrict"
    )
    source = fields.Selection(related="criterion_id.source")
    dimension = fields.Selection(related="criterion_id.dimension", store=True)
    is_answer = fields.Boolean(compute="_compute_is_answer", help="Entered here; all else comes from its source.")
    is_known = fields.Boolean(compute="_compute_is_known")
    value = OptionalFloat(
        digits=(16, 4), aggregator="avg", help="The figure that was judged; empty when it is not known."
    )
    band_id = fields.Many2one(
        "credit.scorecard.band",
        ondelete="restrict",
        domain="[('criterion_id', '=', criterion_id)]",
        help="For a question: the answer. Else the band the figure falls in.",
    )
    points = OptionalFloat(
        digits=(8, 2), readonly=True, aggregator="avg", help="Empty when the criterion does not count."
    )
    weight = fields.Float(digits=(8, 2), readonly=True)
    share = fields.Float(
        digits=(6, 4), readonly=True, help="The weight as a part of the weights of all criteria that count."
    )
    contribution = fields.Float(digits=(8, 2), readonly=True, help="What the criterion adds to the score.")
    gain = fields.Float(
        string="Possible Gain", digits=(8, 2), readonly=True, help="What the next better band would add to the score."
    )
    finding = fields.Json(readonly=True)
    fact = fields.Char(compute="_compute_sentence", compute_sudo=True, help="The figure in words.")
    sentence = fields.Char(compute="_compute_sentence", compute_sudo=True, help="The whole reason in one sentence.")

    _criterion_uniq = models.Constraint(
        "UNIQUE (assessment_id, criterion_id)", "A criterion is judged once in an assessment."
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("criterion_id")
    def _compute_is_answer(self):
        for line in self:
            line.is_answer = line.source == "answer"

    @api.depends("value")
    def _compute_is_known(self):
        for line in self:
            line.is_known = line.value is not None

    @api.depends("finding", "share")
    @api.depends_context("lang")
    def _compute_sentence(self):
        for assessment, lines in self.grouped("assessment_id").items():
            score = assessment._as_score()
            reasons = {reason.finding.criterion: reason for reason in score._get_result().reasons}
            for line in lines:
                reason = reasons.get(line.criterion_id.id)
                line.fact = reason and score._get_fact(reason.finding)
                line.sentence = reason and score._get_sentence(reason)

    def _get_level(self):
        """The points between the worst (0) and the best (100) band, whatever the scale; ``None``: does not count."""
        self.ensure_one()
        if self.points is None or self.criterion_id.scale == "percent":
            return self.points
        points = self.criterion_id.band_ids.mapped("points")
        worst, best = min(points), max(points)
        return (self.points - worst) / (best - worst) * 100 if best > worst else None

    @api.onchange("band_id")
    def _onchange_band_id(self):
        if self.is_answer:
            self.value = self.band_id._get_typical_value() if self.band_id else False

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("The criteria of an assessment come from its scorecard."))
        lines = super().create(vals_list)
        lines.assessment_id._check_draft()
        return lines

    def write(self, vals):
        self.assessment_id._check_draft()
        if self.env.su:
            return super().write(vals)
        if vals.keys() - {"value", "band_id"} or self.filtered(lambda line: not line.is_answer):
            raise AccessError(self.env._("Only the answers to questions are entered; figures come from their source."))
        result = super().write(self._prepare_answer_vals(vals))
        self.assessment_id._sign_as_preparer()
        self.assessment_id._evaluate()
        return result

    def _prepare_answer_vals(self, vals):
        """The band that was chosen stands for its value; a value that was typed goes before the band."""
        if "value" in vals or not self:
            return {"value": vals["value"]}
        band = self.env["credit.scorecard.band"].browse(vals["band_id"])
        if band and band.criterion_id != self.criterion_id:
            raise AccessError(self.env._("This answer belongs to another question."))
        return {"value": band._get_typical_value() if band else False}

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        self.assessment_id._check_draft()
        if not self.env.su:
            raise AccessError(self.env._("The criteria of an assessment come from its scorecard."))
