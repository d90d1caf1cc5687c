from odoo import models


class ReceivablePaymentPlan(models.Model):
    _inherit = "receivable.payment.plan"

    def _check_acceptable(self):
        """What was offered before the items were assigned binds nobody: they are paid to the factor."""
        super()._check_acceptable()
        self.item_ids.move_line_id._check_owed_to_us()
