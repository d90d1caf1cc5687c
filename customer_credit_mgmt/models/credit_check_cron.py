"""Held documents whose facts are good by now pass by themselves."""

import logging

from odoo import api, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)


class CreditCheck(models.Model):
    _inherit = "credit.check"

    # ------------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------------

    @api.model
    def _cron_reevaluate_held(self):
        """Let documents pass whose facts are good by now, as if their user had tried again.

        Runs every hour, and at once when a payment or credit note of a customer with held documents is posted.
        """
        held = self.search([("state", "=", "held")], order="id")
        progress = self.env["ir.cron"]
        progress._commit_progress(remaining=len(held))
        for check_id in held.ids:
            check = self.browse(check_id).try_lock_for_update().filtered(lambda check: check.state == "held")
            document = check and check._document()
            if check and (not document or not document._credit_awaits(check)):
                check._supersede()
            elif document:
                self._reconsider(check, document)
            if not progress._commit_progress(1):
                break

    @api.model
    def _reconsider(self, check, document):
        """What keeps one document from being decided on does not keep the others."""
        try:
            with self.env.cr.savepoint():
                document._credit_reconsider(check)
        except UserError as error:
            _logger.warning("%s cannot be decided on again: %s", document, error)
