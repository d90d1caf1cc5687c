from odoo import api, fields, models
from odoo.exceptions import UserError


class ReceivableLossReversal(models.TransientModel):
    """Asks for the reason, and the date where an entry is taken back."""

    _name = "receivable.loss.reversal"
    _description = "Reason for Taking Back"

    run_id = fields.Many2one("ecl.run", readonly=True)
    writeoff_id = fields.Many2one("receivable.writeoff", readonly=True)
    is_refusal = fields.Boolean(compute="_compute_is_refusal")
    date = fields.Date(
        required=True,
        default=lambda self: fields.Date.context_today(self),
        help="The reversal is booked on this day; the books have to be open.",
    )
    reason = fields.Char(required=True, help="Is kept with the document and in the journal entry.")

    @api.depends("writeoff_id.state")
    def _compute_is_refusal(self):
        for wizard in self:
            wizard.is_refusal = wizard.writeoff_id.state == "submitted"

    @api.model
    def _ask(self, document):
        field = "run_id" if document._name == "ecl.run" else "writeoff_id"
        refusal = document.state == "submitted"
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refuse") if refusal else self.env._("Reverse"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {
                f"default_{field}": document.id,
                "default_date": fields.Date.to_string(max(document.date, fields.Date.context_today(self))),
            },
        }

    def action_apply(self):
        self.ensure_one()
        reason = (self.reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why: the reason is kept."))
        document = self.run_id or self.writeoff_id
        if not self.is_refusal and self.date < document.date:
            raise UserError(
                self.env._("An entry cannot be taken back before its own day, %(date)s.", date=document.date)
            )
        if self.run_id:
            self.run_id._reverse(self.date, reason)
        elif self.is_refusal:
            self.writeoff_id._refuse(reason)
        else:
            self.writeoff_id._undo(self.date, reason)
        return {"type": "ir.actions.act_window_close"}
