from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class DunningDraftReason(models.TransientModel):
    """Why a document that the customer was reminded of goes back to draft."""

    _name = "dunning.draft.reason"
    _description = "Reason to Reset a Reminded Document"

    move_ids = fields.Many2many("account.move", string="Documents", required=True, readonly=True)
    reason = fields.Text(required=True, help="Kept on the document and on the notices that claimed it.")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if self.env.context.get("active_model") == "account.move" and "move_ids" in fields:
            values["move_ids"] = [Command.set(self.env.context.get("active_ids") or [])]
        return values

    def action_reset(self):
        """Record the reason, then reset."""
        self.ensure_one()
        moves = self.move_ids
        moves.check_access("write")
        if not self.reason.strip():
            raise UserError(self.env._("Say why: the reason is kept with the reminders."))
        # sudo: whoever may reset a document records why on the notices, which only actions write
        claims = self.env["dunning.notice.line"].sudo().search(moves._dunning_line_domain())
        for line in claims:
            line.draft_reason = "\n".join(filter(None, (line.draft_reason, self.reason)))
        for move in moves:
            move.message_post(
                body=self.env._("Reset to draft after the customer was reminded of it: %(reason)s", reason=self.reason)
            )
        moves._allow_dunned_reset()
        moves.button_draft()
        return {"type": "ir.actions.act_window_close"}
