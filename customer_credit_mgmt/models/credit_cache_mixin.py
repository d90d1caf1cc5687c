from odoo import api, models


class CreditCacheMixin(models.AbstractModel):
    """Records whose facts are cached in the registry (policies, receivable accounts): any change forgets them."""

    _name = "credit.cache.mixin"
    _description = "Cached in the Registry"

    @api.model
    def _changes_cache(self, names):
        """Whether writing fields of these names changes what is cached."""
        return True

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        if self._changes_cache(vals.keys()):
            self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()
