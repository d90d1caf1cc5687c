from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.dimensions import step_line

REVIEW_ACTIVITY = "customer_credit_mgmt.mail_activity_type_profile_review"
#: Size of the small chart of the scores, in points of its own drawing.
CHART = WIDTH, HEIGHT = 600, 90


class CreditProfile(models.Model):
    """Assessments of the customer, the course of the score, and who is reminded of the next review."""

    _inherit = "credit.profile"

    assessment_ids = fields.One2many(
        "credit.assessment", "profile_id", string="Assessments", groups="customer_credit_mgmt.group_credit_controller"
    )
    assessment_count = fields.Integer(
        compute="_compute_assessment_count", groups="customer_credit_mgmt.group_credit_controller"
    )
    last_assessment_id = fields.Many2one(
        "credit.assessment",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="customer_credit_mgmt.group_credit_controller",
        help="The newest approved assessment: its answers count in the score every night.",
    )
    review_asked_for = fields.Date(
        readonly=True, copy=False, help="The review date of which the controller was reminded already."
    )
    score_chart = fields.Html(
        compute="_compute_score_chart", sanitize=False, groups="customer_credit_mgmt.group_credit_controller"
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    def _compute_assessment_count(self):
        counts = dict(
            self.env["credit.assessment"]._read_group([("profile_id", "in", self.ids)], ["profile_id"], ["__count"])
        )
        for profile in self:
            profile.assessment_count = counts.get(profile._origin, 0)

    @api.depends("score_ids")
    @api.depends_context("lang")
    def _compute_score_chart(self):
        today = fields.Date.context_today(self)
        for profile in self:
            profile.score_chart = self.env["ir.qweb"]._render(
                "customer_credit_mgmt.credit_score_chart", profile._prepare_score_chart(today)
            )

    def _prepare_score_chart(self, today):
        """Values of the template ``credit_score_chart``: the scores of two years as a step line, until today."""
        since = today - timedelta(days=730)
        scores = self.score_ids.filtered(lambda score: score.date <= today).sorted(lambda score: (score.date, score.id))
        older = scores.filtered(lambda score: score.date < since)[-1:]
        scores = older | scores.filtered(lambda score: score.date >= since)
        start = max(scores[0].date, since) if scores else today
        points = [(max((score.date - start).days, 0), score.score if score.is_scored else None) for score in scores]
        if points:
            points.append(((today - start).days, None))
        return {"lines": step_line(points, *CHART), "width": WIDTH, "height": HEIGHT, "start": start, "end": today}

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    def _check_findings(self, names):
        if not self.env.su and "last_assessment_id" in names:
            raise UserError(self.env._("The last assessment follows from its approval."))
        return super()._check_findings(names)

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_new_assessment(self):
        """A fresh draft with the figures of today, opened."""
        self.ensure_one()
        return self.env["credit.assessment"].create({"profile_id": self.id})._get_records_action()

    def action_open_assessments(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_credit_mgmt.action_credit_assessment")
        context = {"default_profile_id": self.id}
        return {**action, "domain": [("profile_id", "=", self.id)], "context": context}

    # ------------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------------

    @api.model
    def _cron_ask_for_reviews(self, batch_size=500):
        """Daily: one activity for the controller of each customer whose review is due, once for each due date."""
        today = fields.Date.context_today(self)
        due = self.search([("next_review_date", "<=", today)], order="next_review_date, id")
        remaining = due.filtered(lambda profile: profile.review_asked_for != profile.next_review_date).ids
        progress = self.env["ir.cron"]
        progress._commit_progress(remaining=len(remaining))
        while remaining:
            batch, remaining = remaining[:batch_size], remaining[batch_size:]
            self.browse(batch)._ask_for_review()
            if not progress._commit_progress(len(batch)):
                break

    def _ask_for_review(self):
        activity_type = self.env.ref(REVIEW_ACTIVITY, raise_if_not_found=False)
        for profile in self:
            controller = profile.user_id or profile.policy_id.user_id
            if activity_type and controller and profile._is_open_to(controller):
                profile.activity_schedule(
                    REVIEW_ACTIVITY, user_id=controller.id, date_deadline=profile.next_review_date
                )
                profile.review_asked_for = profile.next_review_date

    def _is_open_to(self, user):
        """Nobody gets an activity on what he may not see."""
        companies = user.company_ids.ids
        return self.with_user(user).with_context(allowed_company_ids=companies).has_access("read")
