"""Which policy counts for the customer: the first that fits, or the one set by hand."""

from odoo import api, models


class CreditProfile(models.Model):
    _inherit = "credit.profile"

    @api.depends("policy_by_hand_id", "partner_id", "company_id")
    def _compute_policy_id(self):
        for company, profiles in self.grouped("company_id").items():
            matches = self.env["credit.policy"]._match(profiles.partner_id, company, profiles._policies_by_hand())
            for profile in profiles:
                spec = matches.get(profile.partner_id.id)
                profile.policy_id = spec and spec.policy_id

    def _policies_by_hand(self):
        return {profile.partner_id.id: profile.policy_by_hand_id.id for profile in self}

    def _inverse_policy_id(self):
        """Choosing the policy that fits anyway is no choice by hand."""
        for company, profiles in self.grouped("company_id").items():
            matches = self.env["credit.policy"]._match(profiles.partner_id, company)
            for profile in profiles:
                spec = matches.get(profile.partner_id.id)
                fits = profile.policy_id.id == (spec and spec.policy_id)
                by_hand = self.env["credit.policy"] if fits else profile.policy_id
                if profile.policy_by_hand_id != by_hand:
                    profile.policy_by_hand_id = by_hand
