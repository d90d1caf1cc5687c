from odoo import api, models


class AccountAccount(models.Model):
    """Which accounts are receivable is cached, see receivable.ledger."""

    _name = "account.account"
    _inherit = ["account.account", "credit.cache.mixin"]

    @api.model
    def _changes_cache(self, names):
        return not {"account_type", "company_ids"}.isdisjoint(names)
