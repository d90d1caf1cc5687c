from odoo import api, models


class CreditFrozenPartMixin(models.AbstractModel):
    """Lines that are frozen with what they are a part of: a model names it in :meth:`_get_whole`, and that says in
    ``_check_not_frozen`` whether it can still be changed.
    """

    _name = "credit.frozen.part.mixin"
    _description = "Frozen with Its Whole"

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts._get_whole()._check_not_frozen()
        return parts

    def write(self, vals):
        self._get_whole()._check_not_frozen()
        result = super().write(vals)
        # what was moved may be a part of another one by now
        self._get_whole()._check_not_frozen()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_frozen(self):
        self._get_whole()._check_not_frozen()

    def _get_whole(self):
        raise NotImplementedError
