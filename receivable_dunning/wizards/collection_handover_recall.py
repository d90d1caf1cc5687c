from odoo import fields, models


class CollectionHandoverRecall(models.TransientModel):
    """Take items back from an agency, with a reason that is kept with them."""

    _name = "collection.handover.recall"
    _description = "Recall from the Agency"

    line_ids = fields.Many2many("collection.handover.line", string="Items", readonly=True)
    reason = fields.Char(required=True)

    def action_apply(self):
        self.ensure_one()
        self.line_ids._recall(self.reason)
        return {"type": "ir.actions.act_window_close"}
