from odoo import api, models

from ..models.credit_profile_family import STRICTNESS


class MergePartnerAutomatic(models.TransientModel):
    """Merging duplicates loses neither a limit nor a check: the profiles are merged, the stricter one wins."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        # sudo: who merges contacts needs no right on credit
        profiles = self.env["credit.profile"].sudo()
        found = profiles.search([("partner_id", "in", (src_partners | dst_partner).ids)], order="id")
        for of_company in found.grouped("company_id").values():
            kept = of_company.filtered(lambda profile: profile.partner_id == dst_partner) or of_company[:1]
            self._merge_credit_profiles(of_company - kept, kept)
        super()._update_foreign_keys(src_partners, dst_partner)

    @api.model
    def _merge_credit_profiles(self, merged, kept):
        """Checks, scores and limits go to the profile that is kept; its own limit stays in force if it has one."""
        if not merged:
            return
        if kept.limit_mode == "limited":
            merged.limit_ids.filtered(lambda limit: limit.state == "approved").state = "revoked"
        merged.score_ids.is_current = False
        mode = max((merged | kept).mapped("limit_mode"), key=STRICTNESS.get)
        hold = any((merged | kept).mapped("manual_hold"))
        self.env.flush_all()
        self._update_foreign_keys_generic("credit.profile", merged, kept)
        self._update_reference_fields_generic("credit.profile", merged, kept)
        self.env.invalidate_all()
        merged.unlink()
        kept.write({"limit_mode": mode, "manual_hold": hold})
