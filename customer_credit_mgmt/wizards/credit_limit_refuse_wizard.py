from odoo import api, fields, models


class CreditLimitRefuseWizard(models.TransientModel):
    """Refuse limits that wait, with a reason that is kept and told to who asked."""

    _name = "credit.limit.refuse.wizard"
    _description = "Refuse Credit Limits"

    limit_ids = fields.Many2many("credit.limit", string="Limits", readonly=True)
    batch_id = fields.Many2one("credit.limit.batch", readonly=True)
    reason = fields.Text(required=True, help="Told to who asked, and kept with the limits.")

    @api.model
    def _open(self, **context):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Refuse"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": context,
        }

    def action_apply(self):
        self.ensure_one()
        if self.batch_id:
            self.batch_id._refuse(self.reason)
        else:
            self.limit_ids._refuse(self.reason)
            self.limit_ids._tell_outcome()
        return {"type": "ir.actions.act_window_close"}
