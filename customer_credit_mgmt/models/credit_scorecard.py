from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.bands import find_band_problem


class CreditScorecard(models.Model):
    """A points card: which figures of a customer count, how much, and how many points each value earns.

    A scorecard in use is frozen, so that every score of the past can be explained: changes are made in a new version.
    """

    _name = "credit.scorecard"
    _description = "Credit Scorecard"
    _order = "company_id, name, version DESC, id DESC"

    name = fields.Char(required=True, translate=True)
    version = fields.Integer(default=1, required=True, readonly=True, copy=False)
    state = fields.Selection(
        [("draft", "Draft"), ("active", "Active"), ("retired", "Retired")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        help="Customers are scored with the active scorecard of their company, else with that of all companies.",
    )
    company_id = fields.Many2one(
        "res.company",
        domain="[('parent_id', '=', False)]",
        help="Leave empty for all companies that have no active scorecard of their own.",
    )
    description = fields.Html(translate=True, help="What this scorecard is for and where its points come from.")
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

    @api.depends("name", "version")
    def _compute_display_name(self):
        for scorecard in self:
            scorecard.display_name = self.env._(
                "%(name)s, version %(version)s", name=scorecard.name or self.env._("New"), version=scorecard.version
            )

    # ------------------------------------------------------------------
    # CONSTRAINTS AND CRUD
    # ------------------------------------------------------------------

    @api.constrains("company_id")
    def _check_company_is_root(self):
        for scorecard in self:
            if scorecard.company_id.parent_id:
                raise UserError(
                    self.env._(
                        "Branches are scored with their main company: choose %(company)s instead.",
                        company=scorecard.company_id.root_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        # a scorecard comes into use by its activation only, which checks that it is complete
        return super().create([{**vals, "state": "draft"} for vals in vals_list])

    def write(self, vals):
        if set(vals) - self._get_fields_never_frozen():
            self._check_not_frozen()
        if "state" in vals:
            self._check_transition(vals["state"])
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_frozen(self):
        self._check_not_frozen()

    def copy_data(self, default=None):
        copies = super().copy_data(default)
        for scorecard, vals in zip(self, copies, strict=True):
            vals["name"] = (default or {}).get("name") or self.env._("%(name)s (copy)", name=scorecard.name)
        return copies

    def _get_fields_never_frozen(self):
        """Fields that no score depends on."""
        return {"state", "description"}

    def _check_not_frozen(self):
        frozen = self.filtered(lambda scorecard: scorecard.state != "draft")
        if frozen:
            raise UserError(
                self.env._(
                    "%(scorecard)s is or was in use and is frozen, so that its scores can always be explained."
                    " Make a new version and change that.",
                    scorecard=frozen[0].display_name,
                )
            )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_activate(self):
        """Put drafts into use; the scorecards that were in use for the same company retire."""
        for scorecard in self:
            scorecard._get_active_rival().action_retire()
            scorecard.state = "active"
            # the unique index must not see the next one before this
            scorecard.flush_recordset(["state"])

    def action_retire(self):
        self.write({"state": "retired"})
        self.flush_recordset(["state"])

    def action_new_version(self):
        """A draft copy with the next version number, opened for editing."""
        self.ensure_one()
        same_name = self.search([("name", "=", self.name), ("company_id", "=", self.company_id.id)])
        version = self.copy({"name": self.name, "version": max(same_name.mapped("version")) + 1})
        return version._get_records_action()

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

    def _get_active_rival(self):
        self.ensure_one()
        return self.search([("state", "=", "active"), ("company_id", "=", self.company_id.id), ("id", "!=", self.id)])

    def _check_transition(self, state):
        """A draft is activated when complete, an active scorecard retires, and nothing becomes a draft again."""
        following = {"draft": ("active", "retired"), "active": ("retired",)}
        for scorecard in self.filtered(lambda scorecard: scorecard.state != state):
            if state not in following.get(scorecard.state, ()):
                raise UserError(
                    self.env._(
                        "%(scorecard)s was in use: make a new version of it instead.", scorecard=scorecard.display_name
                    )
                )
            if state == "active":
                scorecard._check_complete()

    def _check_complete(self):
        """Raise when the scorecard cannot judge every customer."""
        self.ensure_one()
        if self.weight_total <= 0:
            raise UserError(self.env._("Add at least one criterion with a weight before activating the scorecard."))
        for criterion in self.criterion_ids:
            problem = find_band_problem(criterion._get_core_criterion().bands, self._get_allowed_points())
            if problem:
                raise UserError(criterion._get_band_problem_message(problem))

    @api.model
    def _get_active(self, company):
        """The scorecard in use for a root company: its own, else the one of all companies; may be empty."""
        candidates = self.search([("state", "=", "active"), ("company_id", "in", [company.id, False])])
        return candidates.sorted(lambda scorecard: not scorecard.company_id)[:1]

    def _get_scored_companies(self):
        """Root companies that are scored with this scorecard."""
        self.ensure_one()
        if self.company_id:
            return self.company_id
        # sudo: the nightly job scores every company, whatever companies its user works in
        own = self.sudo().search([("state", "=", "active"), ("company_id", "!=", False)]).company_id
        return own.search([("parent_id", "=", False), ("id", "not in", own.ids)])
