from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.bands import find_band_problem


class CreditScorecard(models.Model):
    """A points card: which figures of a customer count, how much, and how many points each value earns.

    A scorecard in use is frozen, so that every score of the past can be explained: changes are made in a new version.
    """

    _name = "credit.scorecard"
    _description = "Credit Scorecard"
    _inherit = ["credit.version.mixin"]
    _order = "company_id, name, version DESC, id DESC"

    criterion_ids = fields.One2many("credit.scorecard.criterion", "scorecard_id", string="Criteria", copy=True)
    weight_total = fields.Float(
        compute="_compute_weight_total", help="Sum of the weights. A criterion counts by its share in this sum."
    )
    score_count = fields.Integer(compute="_compute_score_count", string="Scores")

    _active_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0)) WHERE state = 'active'", "A company can have one active scorecard only."
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("criterion_ids.weight")
    def _compute_weight_total(self):
        for scorecard in self:
            scorecard.weight_total = sum(scorecard.criterion_ids.mapped("weight"))

    def _compute_score_count(self):
        counts = dict(
            self.env["credit.score"]._read_group(
                [("scorecard_id", "in", self.ids), ("is_current", "=", True)], ["scorecard_id"], ["__count"]
            )
        )
        for scorecard in self:
            scorecard.score_count = counts.get(scorecard, 0)

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_score_now(self):
        """Score the customers of the companies one is working in, and say what changed."""
        self.ensure_one()
        self.check_access("write")
        companies = self._get_scored_companies() & self.env.companies.root_id
        scores = self._score_companies(companies, fields.Date.context_today(self))
        message = self.env._("%(count)s scores changed.", count=len(scores))
        reload = {"type": "ir.actions.client", "tag": "soft_reload"}
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": message, "next": reload},
        }

    def action_open_scores(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_credit_mgmt.action_credit_score")
        return {**action, "domain": [("scorecard_id", "=", self.id)]}

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _check_complete(self):
        """Raise when the scorecard cannot judge every customer."""
        self.ensure_one()
        if self.weight_total <= 0:
            raise UserError(self.env._("Add at least one criterion with a weight before activating the scorecard."))
        for criterion in self.criterion_ids:
            problem = find_band_problem(criterion._get_core_criterion().bands, self._get_allowed_points())
            if problem:
                raise UserError(criterion._get_band_problem_message(problem))

    def _get_scored_companies(self):
        """Root companies that are scored with this scorecard."""
        self.ensure_one()
        if self.company_id:
            return self.company_id
        # sudo: the nightly job scores every company, whatever companies its user works in
        own = self.sudo().search([("state", "=", "active"), ("company_id", "!=", False)]).company_id
        return own.search([("parent_id", "=", False), ("id", "not in", own.ids)])
