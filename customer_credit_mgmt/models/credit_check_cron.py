"""Held documents whose facts are good by now pass by themselves."""

from odoo import api, models


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
                document._credit_reconsider(check)
            if not progress._commit_progress(1):
                break
