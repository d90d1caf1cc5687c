from odoo import fields, models


class KeyAccountReopen(models.TransientModel):
    """Asks why a signed key-account sheet is reopened."""

    _name = "key.account.reopen"
    _description = "Reopen Key Account Review"

    review_ids = fields.Many2many("key.account.review", required=True)
    reason = fields.Text(required=True, help="Stays in the history of the sheet.")

    def action_reopen(self):
        self.review_ids._reopen(self.reason)
        return {"type": "ir.actions.act_window_close"}
