from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import NO_ACCESS

from .optional_number import OptionalFloat


class CreditExpertOpinion(models.Model):
    """What one expert says of a customer, blind: nobody reads it before all experts of the round have judged.

    The points and the reason are in fields that only the server reads (``NO_ACCESS``): no search, grouping, export or
    domain of anybody reaches them. What people read is computed, and shows the own opinion or those of a closed round.
    """

    _name = "credit.expert.opinion"
    _description = "Expert Opinion"
    _order = "assessment_id, round, id"
    _rec_name = "user_id"

    assessment_id = fields.Many2one("credit.assessment", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="assessment_id.company_id", store=True)
    partner_id = fields.Many2one(related="assessment_id.partner_id", string="Customer")
    user_id = fields.Many2one("res.users", string="Expert", required=True, readonly=True, index=True)
    round = fields.Integer(required=True, readonly=True, default=1, help="The second round follows a wide spread.")
    state = fields.Selection(
        [("invited", "Invited"), ("given", "Given")], required=True, readonly=True, default="invited"
    )
    given_on = fields.Datetime(readonly=True)
    is_mine = fields.Boolean(compute="_compute_visible")
    is_visible = fields.Boolean(compute="_compute_visible")

    sealed_points = OptionalFloat(digits=(5, 2), readonly=True, groups=NO_ACCESS, aggregator=None)
    sealed_reason = fields.Text(readonly=True, groups=NO_ACCESS)
    points = OptionalFloat(
        digits=(5, 2),
        compute="_compute_visible",
        inverse="_inverse_points",
        aggregator=None,
        help="0 (would never lend) to 100 (no doubt at all). Hidden from everybody else until all experts have judged.",
    )
    reason = fields.Text(
        compute="_compute_visible",
        inverse="_inverse_reason",
        help="Why. Hidden from everybody else until all experts have judged.",
    )

    _expert_uniq = models.Constraint("UNIQUE (assessment_id, user_id, round)", "An expert judges once in a round.")
    _points_range = models.Constraint(
        "CHECK (sealed_points >= 0 AND sealed_points <= 100)", "Points must be between 0 and 100."
    )

    # ------------------------------------------------------------------
    # WHO SEES WHAT
    # ------------------------------------------------------------------

    @api.depends("sealed_points", "sealed_reason", "state", "user_id", "assessment_id.opinion_ids.state")
    @api.depends_context("uid")
    def _compute_visible(self):
        # sudo: the only reader of the seals; what may be seen is decided here
        for opinion in self.sudo():
            mine = opinion.user_id.id == self.env.uid
            opinion.is_mine = mine
            opinion.is_visible = mine or opinion._is_round_closed()
            opinion.points = opinion.sealed_points if opinion.is_visible else None
            opinion.reason = opinion.sealed_reason if opinion.is_visible else False
        for opinion in self:
            for name in ("is_mine", "is_visible", "points", "reason"):
                opinion[name] = opinion.sudo()[name]

    def _is_round_closed(self):
        """All experts of this round have judged."""
        same = self.assessment_id.opinion_ids.filtered(lambda other: other.round == self.round)
        return all(other.state == "given" for other in same)

    def _inverse_points(self):
        self._check_mine()
        for opinion in self:
            if opinion.points is not None and not 0 <= opinion.points <= 100:
                raise ValidationError(self.env._("Points must be between 0 and 100."))
            # sudo: the seal is written by its owner
            opinion.sudo().sealed_points = opinion.points

    def _inverse_reason(self):
        self._check_mine()
        for opinion in self:
            # sudo: the seal is written by its owner
            opinion.sudo().sealed_reason = opinion.reason

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(self.env._("Experts are invited on the assessment."))
        return super().create(vals_list)

    def write(self, vals):
        self.assessment_id._check_draft()
        if not self.env.su:
            if vals.keys() - {"points", "reason"}:
                raise AccessError(self.env._("An opinion is given by its expert, and stays as it was given."))
            self._check_mine()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_invited(self):
        self.assessment_id._check_draft()
        if not self.env.su:
            raise AccessError(self.env._("Withdraw the invitation on the assessment instead."))

    def _check_mine(self):
        """Only the invited expert writes, and only until it is given."""
        if self.filtered(lambda opinion: opinion.user_id != self.env.user):
            raise AccessError(self.env._("This opinion is asked of somebody else."))
        if self.filtered(lambda opinion: opinion.state != "invited"):
            raise UserError(self.env._("You have given this opinion already: it stays as it is."))

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_give(self):
        """The expert has judged: from now on it stays as it is."""
        self.ensure_one()
        self.assessment_id._check_draft()
        self._check_mine()
        # sudo: the expert seals what he wrote; the assessment is not his to write
        sealed = self.sudo()
        if sealed.sealed_points is None or not (sealed.sealed_reason or "").strip():
            raise UserError(self.env._("Enter your points from 0 to 100 and the reason for them."))
        sealed.write({"state": "given", "given_on": fields.Datetime.now()})
        sealed.assessment_id._close_invitation(self.env.user)
        sealed.assessment_id._close_panel_round()
        return True

    def action_withdraw(self):
        """The expert is not asked any more. What was given cannot be withdrawn."""
        if not self.env.user.has_group("customer_credit_mgmt.group_credit_controller"):
            raise AccessError(self.env._("Only credit controllers withdraw an invitation."))
        self.assessment_id._check_draft()
        if self.filtered(lambda opinion: opinion.state != "invited"):
            raise UserError(self.env._("This opinion was given: it is kept."))
        assessments = self.assessment_id
        for opinion in self:
            # sudo: invitations are not deleted by hand
            opinion.sudo().assessment_id._close_invitation(opinion.user_id)
        self.sudo().unlink()
        for assessment in assessments.sudo():
            assessment._close_panel_round()
        return {"type": "ir.actions.client", "tag": "soft_reload"}
