"""The proposals on a request: as of today while it is a draft, then as of the day on which it was made."""

from dataclasses import asdict

from odoo import api, fields, models
from odoo.tools import SQL

from ..core import limit_proposal as core


class CreditLimit(models.Model):
    """A request shows the proposals, and keeps those that it was decided on."""

    _inherit = "credit.limit"

    proposals = fields.Json(
        string="Proposals as Data", readonly=True, copy=False, help="As they were when the limit was asked for."
    )
    proposal_text = fields.Html(
        string="Proposed Limits",
        compute="_compute_proposal_text",
        sanitize=False,
        help="While the request is a draft as of today, then as of the day on which it was made.",
    )

    @api.depends("proposals", "profile_id")
    @api.depends_context("lang", "uid")
    def _compute_proposal_text(self):
        for limit in self:
            kept = limit.proposals
            if kept:
                found = [core.Proposal(**values) for values in kept["proposals"]]
                as_of = fields.Date.to_date(kept["as_of"])
                limit.proposal_text = limit.profile_id._proposals_table(found, limit.company_currency_id, as_of)
            else:
                limit.proposal_text = limit.state == "draft" and limit.profile_id.proposal_text

    def _freeze_basis(self):
        """Keep what the request rests on: the proposals of today and the base limit that it would follow."""
        today = fields.Date.context_today(self)
        found = self.profile_id._gather_proposals(today)
        for first_day, limits in self.grouped("date_from").items():
            before = limits._base_amounts(first_day)
            for limit in limits:
                frozen = [asdict(it) for it in found.get(limit.profile_id.id, ())]
                # sudo: part of the request, written by nobody
                limit.sudo().write(
                    {
                        "proposals": {"as_of": fields.Date.to_string(today), "proposals": frozen},
                        "previous_amount": before.get(limit.profile_id.id, 0.0),
                    }
                )

    def _base_amounts(self, as_of):
        """``{profile id: amount}``: the base limits of these customers on the day, in company currency."""
        statement = SQL(
            "SELECT profile_id, amount FROM (%s) counted WHERE kind = 'base'",
            self._counted_sql(as_of, self.profile_id.partner_id),
        )
        return dict(self.env.execute_query(statement))
