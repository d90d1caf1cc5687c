from odoo import models


class ReceivableDispute(models.Model):
    _inherit = "receivable.dispute"

    def _portal_messages(self):
        """What was said between the customer and us, oldest first; notes among colleagues are none of it."""
        self.ensure_one()
        talk = self.message_ids.filtered(
            lambda message: (
                message.message_type in ("comment", "email", "email_outgoing")
                and not message.is_internal
                and message.subtype_id
                and not message.subtype_id.internal
            )
        )
        return talk.sorted("id")
