from odoo import models
from odoo.exceptions import UserError


class ReceivablePaymentPlan(models.Model):
    _inherit = "receivable.payment.plan"

    def _check_acceptable(self):
        """What was offered before the items were assigned binds nobody: they are paid to the factor."""
        super()._check_acceptable()
        held = self.item_ids.move_line_id.assignment_line_ids.filtered(lambda line: line._is_to_be_paid_to_factor())
        if held:
            raise UserError(
                self.env._(
                    "%(items)s: assigned to %(factor)s and to be paid there, not to us. Please ask there for"
                    " instalments.",
                    items=", ".join(held.move_id.mapped("name")),
                    factor=held.agreement_id.factor_id[:1].name,
                )
            )
