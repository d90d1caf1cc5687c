from odoo import fields, models


class ReceivableBuyBack(models.TransientModel):
    """Take items back from the factor, with the reason that is kept with them."""

    _name = "receivable.buy.back"
    _description = "Buy Back Receivables"

    line_ids = fields.Many2many("receivable.assignment.line", string="Items", readonly=True)
    date = fields.Date(required=True, default=lambda self: fields.Date.context_today(self))
    reason = fields.Char(required=True)
    is_booked = fields.Boolean(compute="_compute_is_booked")

    def _compute_is_booked(self):
        for wizard in self:
            wizard.is_booked = any(wizard.line_ids.mapped("factor_line_id"))

    def action_apply(self):
        self.ensure_one()
        self.line_ids.assignment_id._buy_back(self.line_ids, self.date, self.reason)
        return {"type": "ir.actions.act_window_close"}
