from odoo import api, fields, models


class LateInterestCloseWizard(models.TransientModel):
    """Waive or reverse charges, with a reason that is kept with them."""

    _name = "late.interest.close.wizard"
    _description = "Waive or Reverse Late Interest"

    charge_ids = fields.Many2many("late.interest.charge", string="Charges", readonly=True)
    mode = fields.Selection([("waive", "Waive"), ("reverse", "Reverse")], required=True, readonly=True)
    reason = fields.Text(required=True, help="Kept with the charges, and printed on the credit note as its reference.")
    invoiced_count = fields.Integer(compute="_compute_invoiced_count")

    @api.depends("charge_ids.state")
    def _compute_invoiced_count(self):
        for wizard in self:
            wizard.invoiced_count = len(wizard.charge_ids.filtered(lambda charge: charge.state == "posted"))

    def action_apply(self):
        self.ensure_one()
        self.charge_ids._close({"waive": "waived", "reverse": "reversed"}[self.mode], self.reason)
        return {"type": "ir.actions.act_window_close"}
