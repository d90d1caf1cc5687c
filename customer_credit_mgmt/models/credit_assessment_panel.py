from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..core import panel as core
from .optional_number import OptionalFloat

#: An expert is given so many days.
DAYS_TO_JUDGE = 3
OPINION_ACTIVITY = "customer_credit_mgmt.mail_activity_type_opinion"


class CreditAssessment(models.Model):
    """The panel of experts on an assessment: invitations, rounds, and the result that feeds the scorecard."""

    _inherit = "credit.assessment"

    opinion_ids = fields.One2many("credit.expert.opinion", "assessment_id", string="Expert Opinions", readonly=True)
    expert_ids = fields.Many2many(
        "res.users",
        "credit_assessment_expert_rel",
        string="Experts to Invite",
        copy=False,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Users with a credit right. Each judges alone; nobody sees another's points before all have judged.",
    )
    panel_round = fields.Integer(string="Round", readonly=True, copy=False)
    panel_median = OptionalFloat(
        string="Median of the Experts",
        digits=(5, 2),
        readonly=True,
        copy=False,
        help="The middle opinion of the last round; known when all experts of it have judged.",
    )
    panel_spread = OptionalFloat(
        string="Spread of the Experts",
        digits=(5, 2),
        readonly=True,
        copy=False,
        help="Highest less lowest points of the last round.",
    )
    is_panel_closed = fields.Boolean(compute="_compute_is_panel_closed")
    my_opinion_id = fields.Many2one("credit.expert.opinion", compute="_compute_my_opinion_id")

    @api.depends("panel_median")
    def _compute_is_panel_closed(self):
        for assessment in self:
            assessment.is_panel_closed = assessment.panel_median is not None

    @api.depends("opinion_ids.state")
    @api.depends_context("uid")
    def _compute_my_opinion_id(self):
        for assessment in self:
            assessment.my_opinion_id = assessment.opinion_ids.filtered(
                lambda opinion: opinion.user_id == self.env.user and opinion.state == "invited"
            )[:1]

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_invite_experts(self):
        """Ask the chosen experts for their opinion."""
        self.ensure_one()
        self.check_access("write")
        self._check_draft()
        if self.panel_median is not None:
            raise UserError(self.env._("The panel has judged: its result stands. Make a new assessment to ask again."))
        if (self.panel_round or 1) > 1:
            raise UserError(self.env._("The second round is for the experts of the first one."))
        experts = self.expert_ids - self.opinion_ids.user_id
        if not experts:
            raise UserError(self.env._("Choose the experts to invite first."))
        self._check_experts(experts)
        self._sign_as_preparer()
        self._invite(experts, 1)
        self.expert_ids = False

    def action_give_opinion(self):
        """Opens the own opinion."""
        self.ensure_one()
        if not self.my_opinion_id:
            raise UserError(self.env._("Your opinion is not asked for, or you have given it."))
        view = self.env.ref("customer_credit_mgmt.credit_expert_opinion_view_form")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Your Opinion"),
            "res_model": "credit.expert.opinion",
            "res_id": self.my_opinion_id.id,
            "views": [(view.id, "form")],
            "target": "new",
        }

    # ------------------------------------------------------------------
    # ROUNDS
    # ------------------------------------------------------------------

    def _check_experts(self, experts):
        for expert in experts:
            if not expert.has_group("customer_credit_mgmt.group_credit_user"):
                raise ValidationError(
                    self.env._("%(user)s needs the right Credit / User to see the assessment.", user=expert.name)
                )
            if self.company_id not in expert.company_ids.root_id:
                raise ValidationError(
                    self.env._("%(user)s does not work in %(company)s.", user=expert.name, company=self.company_id.name)
                )

    def _invite(self, experts, number):
        # sudo: opinions are made here only, and the round is not set by hand
        quiet = self.sudo()
        quiet.panel_round = number
        self.env["credit.expert.opinion"].sudo().create(
            [{"assessment_id": self.id, "user_id": expert.id, "round": number} for expert in experts]
        )
        deadline = fields.Date.add(fields.Date.context_today(self), days=DAYS_TO_JUDGE)
        for expert in experts:
            told = quiet.with_context(lang=expert.lang)
            told.activity_schedule(OPINION_ACTIVITY, user_id=expert.id, date_deadline=deadline)

    def _close_invitation(self, expert):
        self.activity_feedback([OPINION_ACTIVITY], user_id=expert.id)

    def _close_panel_round(self):
        """When the last expert has judged: the result, or a second round when they are too far apart."""
        self.ensure_one()
        current = self.opinion_ids.filtered(lambda opinion: opinion.round == self.panel_round)
        result = core.close_round([None if it.state != "given" else it.sealed_points for it in current])
        if not result.is_complete:
            return
        if core.needs_another_round(result, self.panel_round, self.company_id.credit_panel_spread):
            self.message_post(
                body=self.env._(
                    "The experts are %(spread)s points apart, more than %(limit)s: a second round follows.",
                    spread=f"{result.spread:g}",
                    limit=f"{self.company_id.credit_panel_spread:g}",
                )
            )
            self._invite(current.user_id, self.panel_round + 1)
            return
        self.write({"panel_median": result.median, "panel_spread": result.spread})
        self.message_post(
            body=self.env._(
                "All experts have judged: median %(median)s, spread %(spread)s.",
                median=f"{result.median:g}",
                spread=f"{result.spread:g}",
            )
        )
        self._evaluate()
