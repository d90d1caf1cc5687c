from odoo import api, fields, models
from odoo.exceptions import AccessError


class ReceivablePortalRecordMixin(models.AbstractModel):
    """What the portal notes of a customer: written by the portal and its buttons only, whatever rights a user has."""

    _name = "receivable.portal.record.mixin"
    _description = "Noted by the Portal"
    _inherit = ["receivable.root.company.mixin"]
    _order = "id DESC"

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True, ondelete="cascade"
    )

    # ------------------------------------------------------------------
    # DOORS
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self._check_door()
        return super().create(vals_list)

    def write(self, vals):
        self._check_door()
        return super().write(vals)

    @api.model
    def _check_door(self):
        if not self.env.su:
            raise AccessError(self._door_words())

    @api.model
    def _door_words(self):
        """How such records come about, for who tries to write one."""
        raise NotImplementedError

    # ------------------------------------------------------------------
    # RETENTION
    # ------------------------------------------------------------------

    @api.model
    def _purge_batch(self, company, cutoff, size):
        """Delete what is older than the day ``cutoff``; return how many of at most ``size`` records that were."""
        # sudo: nobody deletes these by hand; the company has said after which time
        found = self.sudo().search([("company_id", "=", company.id), *self._purge_domain(cutoff)], limit=size)
        found.unlink()
        return len(found)

    @api.model
    def _purge_domain(self, cutoff):
        """What is of no use any more when it is older than the day."""
        raise NotImplementedError
