from odoo import api, models


class AccountAccount(models.Model):
    """Which accounts are receivable is cached (see receivable.ledger): forget it when it may change."""

    _inherit = "account.account"

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        if "account_type" in vals:
            self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()
