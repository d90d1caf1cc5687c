from odoo import api, fields, models


class CreditProfile(models.Model):
    """The score of the customer on the profile: its history, its explanation, and a way to renew it."""

    _inherit = "credit.profile"

    score_ids = fields.One2many(
        "credit.score",
        "profile_id",
        string="Scores",
        readonly=True,
        groups="customer_credit_mgmt.group_credit_controller",
    )
    score_id = fields.Many2one(
        "credit.score",
        string="Current Score",
        compute="_compute_score_id",
        groups="customer_credit_mgmt.group_credit_controller",
    )
    score_explanation = fields.Html(
        string="Explanation of the Score",
        compute="_compute_score_explanation",
        sanitize=False,
        groups="customer_credit_mgmt.group_credit_controller",
    )

    @api.depends("score_ids.is_current")
    def _compute_score_id(self):
        current = self.env["credit.score"].search([("profile_id", "in", self.ids), ("is_current", "=", True)])
        by_profile = {score.profile_id: score for score in current}
        for profile in self:
            profile.score_id = by_profile.get(profile._origin)

    @api.depends("score_id")
    @api.depends_context("lang")
    def _compute_score_explanation(self):
        scores = self.env["credit.score"]
        for profile in self:
            profile.score_explanation = profile.score_id.score_explanation or scores._explain_nothing()

    def action_score_now(self):
        """Score these customers as of today."""
        self.check_access("write")
        for company, profiles in self.grouped("company_id").items():
            # sudo: whoever may change a profile may have it scored, without a right on scorecards
            scorecard = self.env["credit.scorecard"].sudo()._get_active(company)
            if scorecard:
                scorecard._score_profiles(profiles)
        return True

    def action_open_scores(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_credit_mgmt.action_credit_score")
        # a row is added when the score changes: a period without a row is not a score of zero
        context = {
            "graph_mode": "line",
            "graph_groupbys": ["date:day"],
            "graph_measure": "score",
            "fill_temporal": False,
        }
        return {**action, "domain": [("profile_id", "=", self.id)], "context": context}
