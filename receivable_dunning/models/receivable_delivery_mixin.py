"""What is queued for customers and sent by a scheduled action: notices, statements."""

import logging

from odoo import api, fields, models
from odoo.tools import split_every

from .delivery_errors import DELIVERY_ERRORS

_logger = logging.getLogger(__name__)


class ReceivableDeliveryMixin(models.AbstractModel):
    """Documents with a ``state`` that is ``queued`` until they are sent, in batches that several workers share."""

    _name = "receivable.delivery.mixin"
    _description = "Queued for Delivery"
    _send_batch_size = 50
    _send_order = "id"

    @api.model
    def _cron_send(self):
        """Send what is queued, batch by batch, each in its own transaction; several workers may do so at once."""
        progress = self.env["ir.cron"]._commit_progress
        queued_ids = self.search([("state", "=", "queued")], order=self._send_order).ids
        progress(remaining=len(queued_ids))
        for batch_ids in split_every(self._send_batch_size, queued_ids):
            batch = self.browse(batch_ids).try_lock_for_update()
            batch.invalidate_recordset()
            batch.filtered(lambda document: document.state == "queued")._send(fields.Date.context_today(self))
            if not progress(len(batch_ids)):
                break

    def _send(self, as_of):
        """Send these documents, which are locked; an error of one must not stop the others."""
        raise NotImplementedError

    def _deliver_or_fail(self, deliver, fail):
        """``deliver(documents)`` all in one go; where that fails one by one, and ``fail(document, error)``."""
        try:
            with self.env.cr.savepoint():
                deliver(self)
        except DELIVERY_ERRORS as error:
            _logger.info("Sending %s one by one, because of: %s", self._name, error)
            for document in self:
                document._deliver_alone(deliver, fail)

    def _deliver_alone(self, deliver, fail):
        try:
            with self.env.cr.savepoint():
                deliver(self)
        except DELIVERY_ERRORS as error:
            fail(self, str(error))
