from odoo import api, fields, models


class CreditSetupWizard(models.TransientModel):
    _inherit = "credit.setup.wizard"

    on_orders = fields.Boolean(default=True, help="Sales orders are checked when they are confirmed.")

    @api.depends("on_orders")
    def _compute_counts(self):
        return super()._compute_counts()

    def _stage_actions(self):
        return {**super()._stage_actions(), "order_action": self.severity if self.on_orders else "none"}
