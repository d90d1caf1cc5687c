from odoo import api, models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials.debit_move_id._commitments_touched()
        return partials

    def unlink(self):
        lines = self.debit_move_id
        result = super().unlink()
        lines._commitments_touched()
        return result
