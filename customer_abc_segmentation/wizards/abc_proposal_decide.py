from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class AbcProposalDecide(models.TransientModel):
    """Accept or reject many proposals at once, with the counts in sight before."""

    _name = "abc.proposal.decide"
    _description = "Decide on ABC Proposals"

    proposal_ids = fields.Many2many("abc.proposal", string="Proposals", required=True)
    decision = fields.Selection([("accept", "Accept"), ("reject", "Reject")], default="accept", required=True)
    reason = fields.Char(help="Kept with the proposals.")
    summary = fields.Html(compute="_compute_summary", sanitize=False)
    left_out = fields.Char(compute="_compute_left_out")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if "proposal_ids" in fields:
            values["proposal_ids"] = [Command.set(self._selected().filtered(lambda row: row.state == "open").ids)]
        return values

    def _selected(self):
        if self.env.context.get("active_model") != "abc.proposal":
            return self.env["abc.proposal"]
        return self.env["abc.proposal"].browse(self.env.context.get("active_ids", [])).exists()

    @api.depends("proposal_ids")
    def _compute_left_out(self):
        selected = self._selected()
        for wizard in self:
            count = len(selected) - len(wizard.proposal_ids)
            wizard.left_out = count > 0 and self.env._(
                "Of the selected proposals, %(count)d are decided already and left as they are.", count=count
            )

    @api.depends("proposal_ids")
    def _compute_summary(self):
        head = Markup("<tr><th>%s</th><th class='text-end'>%s</th><th class='text-end'>%s</th></tr>") % (
            self.env._("Proposal"),
            self.env._("Customers"),
            self.env._("Still possible"),
        )
        for wizard in self:
            # the rows that the dialog holds are those of the database, but for their identity
            rows = wizard.proposal_ids._origin._get_summary()
            body = Markup().join(
                Markup("<tr><td>%s</td><td class='text-end'>%s</td><td class='text-end'>%s</td></tr>")
                % (row["title"], row["count"], row["ready"])
                for row in rows
            )
            wizard.summary = rows and Markup("<table class='table table-sm'>%s%s</table>") % (head, body)

    def action_apply(self):
        """Carry the decision out."""
        self.ensure_one()
        if not self.proposal_ids:
            raise UserError(self.env._("None of the selected proposals is open."))
        if self.decision == "reject":
            self.proposal_ids._reject(self.reason)
            return self.proposal_ids._notify(
                self.env._("%(count)s proposals were rejected.", count=len(self.proposal_ids)), "success"
            )
        return self.proposal_ids._tell_accepted(self.proposal_ids._accept(self.reason))
