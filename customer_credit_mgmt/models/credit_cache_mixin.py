from odoo import api, models


class CreditCacheMixin(models.AbstractModel):
    """Records whose facts are cached in the registry (policies, receivable accounts): any change forgets them."""

    _name = "credit.cache.mixin"
    _description = "Cached in the Registry"

    @api.model
    def _changes_cache(self, names):
        """Whether writing fields of these names changes what is cached."""
        return True

    @api.model
    def _forget(self):
        """Forget what is cached: at once, and once more after the commit.

        Until then another thread may read, and cache, what was true before.
        """
        self.env.registry.clear_cache()
        self.env.cr.postcommit.add(self.env.registry.clear_cache)

    @api.model_create_multi
    def create(self, vals_list):
        self._forget()
        return super().create(vals_list)

    def write(self, vals):
        if self._changes_cache(vals.keys()):
            self._forget()
        return super().write(vals)

    def unlink(self):
        self._forget()
        return super().unlink()
