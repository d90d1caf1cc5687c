from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    credit_profile_id = fields.Many2one(
        "credit.profile",
        compute="_compute_credit_profile",
        search="_search_credit_profile_id",
        groups="base.group_user",
        help="Of the commercial entity, in the current company.",
    )
    credit_status = fields.Selection(
        [("ok", "OK"), ("watch", "Watch"), ("hold", "Hold")],
        compute="_compute_credit_profile",
        search="_search_credit_status",
        groups="base.group_user",
        help="Hold: the next invoice would be held.",
    )
    credit_status_reason = fields.Text(compute="_compute_credit_profile", groups="base.group_user")
    credit_score = fields.Float(
        compute="_compute_credit_profile",
        search="_search_credit_score",
        groups="customer_credit_mgmt.group_credit_user",
        help="Higher is better: 0 to 100, or points, as the scorecard says.",
    )
    credit_rating_id = fields.Many2one(
        "credit.rating",
        compute="_compute_credit_profile",
        search="_search_credit_rating_id",
        groups="customer_credit_mgmt.group_credit_user",
    )
    credit_utilization = fields.Float(
        compute="_compute_credit_utilization",
        groups="customer_credit_mgmt.group_credit_user",
        help="Exposure as a share of the limit.",
    )
    financial_statement_ids = fields.One2many(
        "partner.financial.statement",
        "partner_id",
        groups="customer_credit_mgmt.group_credit_controller",
        help="Of the commercial entity; usable in the conditions of policies and filters.",
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    def _credit_profiles(self):
        """``{commercial partner id: profile in the current company}``."""
        # sudo: salespeople see status and reasons of their customers without a right on credit profiles
        profiles = (
            self.env["credit.profile"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", self.commercial_partner_id.ids),
                    ("company_id", "=", self.env.company.root_id.id),
                ]
            )
        )
        return {profile.partner_id.id: profile for profile in profiles}

    @api.depends("commercial_partner_id")
    @api.depends_context("company")
    def _compute_credit_profile(self):
        profiles = self._credit_profiles()
        none = self.env["credit.profile"]
        for partner in self:
            profile = profiles.get(partner.commercial_partner_id.id, none)
            partner.credit_profile_id = profile.sudo(False)
            partner.credit_status = profile.status
            partner.credit_status_reason = profile.status_reason
            partner.credit_score = profile.score
            partner.credit_rating_id = profile.rating_id.sudo(False)

    @api.depends("commercial_partner_id")
    @api.depends_context("company")
    def _compute_credit_utilization(self):
        profiles = self._credit_profiles()
        for partner in self:
            profile = profiles.get(partner.commercial_partner_id.id)
            partner.credit_utilization = profile.utilization if profile else 0.0

    def _search_credit_field(self, name, operator, value):
        self._check_field_access(self._fields[f"credit_{name}" if name != "id" else "credit_profile_id"], "read")
        # sudo: see _credit_profiles
        found = (
            self.env["credit.profile"]
            .sudo()
            ._search([("company_id", "=", self.env.company.root_id.id), (name, operator, value)])
        )
        return [("commercial_partner_id", "in", found.subselect("partner_id"))]

    def _search_credit_profile_id(self, operator, value):
        return self._search_credit_field("id", operator, value) if operator == "in" else NotImplemented

    def _search_credit_status(self, operator, value):
        return self._search_credit_field("status", operator, value) if operator == "in" else NotImplemented

    def _search_credit_score(self, operator, value):
        return self._search_credit_field("score", operator, value)

    def _search_credit_rating_id(self, operator, value):
        return self._search_credit_field("rating_id", operator, value)

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_open_credit_profile(self):
        """Open the credit profile of the commercial entity, made on first use."""
        self.ensure_one()
        self.env["credit.profile"].check_access("read")
        profile = self.env["credit.profile"]._get_or_create(self, self.env.company)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Credit Profile"),
            "res_model": "credit.profile",
            "res_id": profile.id,
            "views": [(False, "form")],
        }
