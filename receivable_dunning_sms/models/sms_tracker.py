from odoo import models


class SmsTracker(models.Model):
    _inherit = "sms.tracker"

    def _update_sms_notifications(self, notification_status, failure_type=False, failure_reason=False):
        """What the provider says of a text message, its notice learns."""
        result = super()._update_sms_notifications(notification_status, failure_type, failure_reason)
        # sudo: the provider reports, whoever sent the notice
        messages = self.sudo().mail_notification_id.mail_message_id
        notices = self.env["dunning.notice"].sudo().search([("sms_message_id", "in", messages.ids)])
        labels = dict(self.env["sms.sms"]._fields["failure_type"]._description_selection(self.env))
        notices._receive_sms_status(notification_status, failure_reason or labels.get(failure_type) or failure_type)
        return result
