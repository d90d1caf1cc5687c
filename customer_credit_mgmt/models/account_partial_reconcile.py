from odoo import api, models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    # What was matched after a date is added back to know what was open on it.
    _credit_max_date_idx = models.Index("(company_id, max_date)")

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials.debit_move_id._credit_facts_changed()
        return partials

    def unlink(self):
        lines = self.debit_move_id
        result = super().unlink()
        lines._credit_facts_changed()
        return result
