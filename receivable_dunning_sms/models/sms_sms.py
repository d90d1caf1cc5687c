from odoo import models

NOTICE = "dunning.notice"


class SmsSms(models.Model):
    _inherit = "sms.sms"

    def _carried_notices(self):
        """The notices whose text messages these are."""
        # sudo: the queue works for whoever sent them
        return self.env[NOTICE].sudo().search([("sms_message_id", "in", self.mail_message_id.ids)])

    def _send(self, unlink_failed=False, unlink_sent=True, raise_exception=False):
        """Text messages of notices leave only while they are true, and announced: whenever a worker dies, none is sent
        a second time by itself."""
        notices = self._carried_notices()
        own = self.filtered(lambda text: text.mail_message_id in notices.sms_message_id)
        leaving = (self - own) | own._still_true(notices)._announced()
        if leaving:
            super(SmsSms, leaving)._send(
                unlink_failed=unlink_failed, unlink_sent=unlink_sent, raise_exception=raise_exception
            )

    def _still_true(self, notices):
        """Those whose notices claim what is still owed; the others stay here.

        A notice that speaks by SMS only is queued again, to be judged and written anew.
        """
        guard = self.env["dunning.sender"]
        sent = notices.filtered(lambda notice: notice.state == "sent")
        stale = guard._claiming_too_much(sent) | (notices - sent)
        alone = stale.filtered(lambda notice: not (notice.send_email or notice.send_letter))
        stale._cancel_sms()
        guard._withdraw_untrue(alone & sent)
        return self.filtered(lambda text: text.state == "outgoing")

    def _announced(self):
        """Those that nobody has tried before: of the others it is not known whether they have arrived."""
        handover = self.env["dunning.handover"]
        first = self.filtered(lambda text: handover._announce(-text.id))
        (self - first).action_set_error("unknown")
        return first

    def action_set_outgoing(self):
        """Somebody knows that it did not arrive: it may be tried again."""
        for text in self.filtered(lambda text: text.mail_message_id in text._carried_notices().sms_message_id):
            self.env["dunning.handover"]._take_back(-text.id)
        return super().action_set_outgoing()
