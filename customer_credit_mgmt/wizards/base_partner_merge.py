from odoo import api, models

from ..models.credit_profile_family import STRICTNESS


class MergePartnerAutomatic(models.TransientModel):
    """Merging duplicates loses no limit, check, guarantee or group: profiles are merged, the stricter one wins."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        # sudo: who merges contacts needs no right on credit
        profiles = self.env["credit.profile"].sudo()
        found = profiles.search([("partner_id", "in", (src_partners | dst_partner).ids)], order="id")
        for of_company in found.grouped("company_id").values():
            kept = of_company.filtered(lambda profile: profile.partner_id == dst_partner) or of_company[:1]
            self._merge_credit_profiles(of_company - kept, kept)
        self._free_closing_dates(src_partners, dst_partner)
        super()._update_foreign_keys(src_partners, dst_partner)
        self.env.invalidate_all()
        self.env["partner.financial.statement"].sudo()._link_years(dst_partner)

    @api.model
    def _free_closing_dates(self, src_partners, dst_partner):
        """Of two confirmed statements for a closing date one stays confirmed, the other goes back to draft."""
        # sudo: as above
        statements = self.env["partner.financial.statement"].sudo()
        domain = [("partner_id", "in", (src_partners | dst_partner).ids), ("state", "=", "confirmed")]
        confirmed = statements.search(domain).sorted(
            lambda statement: (statement.partner_id != dst_partner, -statement.id)
        )
        rivals = confirmed.grouped(lambda statement: (statement.company_id, statement.date_end)).values()
        statements.union(*(same_date[1:] for same_date in rivals)).write({"state": "draft"})
        self.env.flush_all()

    @api.model
    def _merge_credit_profiles(self, merged, kept):
        """Checks, scores, limits and guarantees go to the profile that is kept.

        Its own limit stays in force if it has one, and so does its group; guarantees of both cover the one debtor.
        """
        if not merged:
            return
        if kept.limit_mode == "limited":
            merged.limit_ids.filtered(lambda limit: limit.state == "approved").state = "revoked"
        merged.score_ids.is_current = False
        self._merge_open_reviews(kept, merged)
        self._merge_signals(kept, merged)
        mode = max((merged | kept).mapped("limit_mode"), key=STRICTNESS.get)
        hold = any((merged | kept).mapped("manual_hold"))
        group = kept.group_id or merged.group_id[:1]
        self.env.flush_all()
        self._update_foreign_keys_generic("credit.profile", merged, kept)
        self._update_reference_fields_generic("credit.profile", merged, kept)
        self.env.invalidate_all()
        merged.unlink()
        kept.write({"limit_mode": mode, "manual_hold": hold, "group_id": group.id})
        self.env["credit.limit"].sudo()._sync_native_limit(kept)

    @api.model
    def _merge_open_reviews(self, kept, merged):
        """The rating of one person waits for one review: it takes along what was said in the others."""
        domain = [("profile_id", "in", (kept | merged).ids), ("state", "=", "open"), ("trigger", "=", "rating")]
        # sudo: as above
        waiting = self.env["credit.review"].sudo().search(domain).sorted(lambda review: review.profile_id != kept)
        said = waiting.filtered("contested")
        if waiting[1:] and said:
            text = "\n\n".join(filter(None, said.mapped("contest_text")))
            last = said.sorted("contested_on")[-1]
            contest = {"contested_on": last.contested_on, "contest_channel": last.contest_channel}
            waiting[0].write({"contested": True, "contest_text": text, **contest})
        waiting[1:].unlink()

    @api.model
    def _merge_signals(self, kept, merged):
        """Of two signals that say the same of one customer on one day, one stays: an open one if there is any."""
        # sudo: as above
        signals = self.env["credit.signal"].sudo().search([("profile_id", "in", (kept | merged).ids)])
        signals = signals.sorted(lambda signal: (signal.state != "open", signal.profile_id != kept, signal.id))
        same = signals.grouped(lambda signal: (signal.rule_id, signal.date, signal.severity)).values()
        signals.browse().union(*(of_day[1:] for of_day in same)).unlink()
