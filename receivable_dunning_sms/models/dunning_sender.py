from odoo import models

from odoo.addons.receivable_dunning.core.ladder import SkipReason


class DunningSender(models.AbstractModel):
    _inherit = "dunning.sender"

    def _guard(self, notices, as_of):
        """Also chooses the number of text messages; who can be reached in no way is not sent anything."""
        ready = super()._guard(notices, as_of)
        ready._choose_sms_numbers()
        mute = ready.filtered(lambda notice: notice._is_mute())
        mute.write({"state": "suppressed", "reason": SkipReason.NO_ADDRESS})
        mute._drop_fees()
        return ready - mute

    def _use_other_channels(self, notices, as_of):
        super()._use_other_channels(notices, as_of)
        notices._queue_sms()
