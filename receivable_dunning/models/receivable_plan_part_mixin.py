from odoo import api, models
from odoo.exceptions import AccessError


class ReceivablePlanPartMixin(models.AbstractModel):
    """Items and instalments of a plan: they change with a draft only; what the ledger says of them, never by hand."""

    _name = "receivable.plan.part.mixin"
    _description = "Part of a Payment Plan"
    # What people may enter in a draft.
    _entered = frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        if not self.env.su:
            parts._check_door(set().union(*vals_list))
        return parts

    def write(self, vals):
        if not self.env.su:
            self._check_door(set(vals))
        result = super().write(vals)
        if not self.env.su and "plan_id" in vals:
            # nor does a part of a draft become one of a plan that was offered
            self.plan_id._expect("draft")
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_agreed(self):
        if not self.env.su:
            self.plan_id._expect("draft")

    def _check_door(self, names):
        if names - self._entered - {"plan_id"} or not self._entered:
            raise AccessError(self.env._("Items and payments of a plan come from the ledger."))
        self.plan_id._expect("draft")
