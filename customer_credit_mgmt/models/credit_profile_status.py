"""The status of a credit profile: would the next invoice be held, or warned about?"""

import json
import logging
from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core import verdict as core

_logger = logging.getLogger(__name__)


class CreditProfile(models.Model):
    _inherit = "credit.profile"

    def _refresh_status(self):
        """Status from the facts of today: would a further invoice of the smallest amount be held, or warned about?"""
        for company, profiles in self.grouped("company_id").items():
            profiles._refresh_status_in(company)

    def _try_refresh_status(self):
        """A policy that cannot be read any more stops neither other companies nor whoever books a payment."""
        for company, profiles in self.grouped("company_id").items():
            try:
                profiles._refresh_status_in(company)
            except UserError as error:
                _logger.warning("The status of customers of %s was not refreshed: %s", company.name, error)

    def _refresh_status_in(self, company):
        # sudo: a pot is what all members use of it, whoever asks
        members = self.sudo().search([("group_id", "in", self.sudo().group_id.ids)])
        gathered = (self.sudo() | members)._gather_facts(fields.Date.context_today(self))
        rows = {row["profile_id"]: row for row in self._with_pots(gathered)}
        specs = self.env["credit.policy"]._match(self.partner_id, company, self._policies_by_hand())
        changed = {}
        for profile in self:
            status, reasons = self._decide_status(rows[profile.id], specs.get(profile.partner_id.id), company)
            if (status, reasons) != (profile.status, profile.status_reasons or []):
                key = status, json.dumps(reasons)
                changed[key] = changed.get(key, self.browse()) | profile
        for (status, reasons), profiles in changed.items():
            # sudo: the status follows from the facts, whoever touched them
            profiles.sudo().write({"status": status, "status_reasons": json.loads(reasons)})

    @api.model
    def _of_status(self, reason, facts):
        """A reason as the profile tells it: of the customer, not of the tiny document that the status is tried with."""
        if reason["kind"] == "over_limit":
            return {**reason, "kind": "limit_used_up", "figure": facts.exposure_amount}
        if reason["kind"] == "over_group":
            return {**reason, "kind": "group_used_up", "figure": facts.pot.others_amount + facts.exposed()}
        return reason

    @api.model
    def _decide_status(self, row, spec, company):
        """``(status, reasons)`` of a row of figures under a policy; reasons as a credit check freezes them."""
        customer, policy = self.env["res.partner"].browse(row["partner_id"]), self.env["credit.policy"]
        if not spec or policy._is_exempt(spec, customer):
            return "ok", []
        facts = replace(self._facts(row, company), fitting_rules=policy._fitting_rules(spec, customer, company))
        verdict = core.decide(facts, core.Document(facts.rounding), spec.rules, spec.action_at("invoice"))
        reasons = [self._of_status(reason, facts) for reason in policy._reasons(verdict)]
        if verdict.outcome == core.Outcome.BLOCK:
            return "hold", reasons
        if near := self._near_reasons(row, spec.warn_utilization):
            return "watch", [*reasons, *near]
        return ("watch", reasons) if verdict.outcome == core.Outcome.WARN else ("ok", [])

    @api.model
    def _near_reasons(self, row, bound):
        """The own limit and the shared cap that are used beyond ``bound``, a share; 0: nobody asks."""
        pot = row.get("pot")
        used = {
            "near_limit": row["utilization"],
            "near_group": (pot.others_amount + row["taken"]) / pot.limit_amount if pot and pot.limit_amount else None,
        }
        label = {"near_group": {"label": pot.name}} if pot else {}
        return [
            {"kind": kind, "figure": round(float(share), 2), "threshold": bound, **label.get(kind, {})}
            for kind, share in used.items()
            if share is not None and bound and share >= bound
        ]

    def action_refresh_status(self):
        self._refresh_status()

    # ------------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------------

    @api.model
    def _cron_refresh_status(self, batch_size=5000):
        """Daily: limits expire and items fall due without anybody doing anything."""
        self._create_missing(self.env["res.company"].search([("parent_id", "=", False)]))
        remaining = self.search([], order="id").ids
        progress = self.env["ir.cron"]
        progress._commit_progress(remaining=len(remaining))
        while remaining:
            batch, remaining = remaining[:batch_size], remaining[batch_size:]
            self.browse(batch).with_context(tracking_disable=True)._try_refresh_status()
            if not progress._commit_progress(len(batch)):
                break
