from odoo import models
from odoo.tools import split_every

NOTICE = "dunning.notice"
STATEMENT = "receivable.statement"
# Notices are looked at again in groups of this size, right before each group goes out.
CHECKED_TOGETHER = 50


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _send(self, auto_commit=False, raise_exception=False, smtp_session=None, alias_domain_id=False,
              mail_server=False, post_send_callback=None):  # fmt: skip
        """E-mails of notices go one by one: still true, announced, handed over. Nothing is claimed that was paid while
        the mail waited, and no mail goes out twice, whenever a worker dies."""
        notices = self.filtered(lambda mail: mail.model == NOTICE and mail.state == "outgoing")
        options = (auto_commit, raise_exception, smtp_session, alias_domain_id, mail_server, post_send_callback)
        if not notices or self.env["ir.mail_server"]._disable_send():
            return super()._send(*options)
        others = self - notices
        if others:
            super(MailMail, others)._send(*options)
        for ids in split_every(CHECKED_TOGETHER, notices.ids):
            for mail in notices.browse(ids)._still_true():
                if mail._may_hand_over():
                    super(MailMail, mail)._send(*options)
        return True

    def _still_true(self):
        """The mails whose notices claim what is still owed; the others go back to be written anew."""
        notices = self.env[NOTICE].browse(self.mapped("res_id"))
        withdrawn = set(self.env["dunning.sender"]._withdraw_untrue(notices).ids)
        stale = self.filtered(lambda mail: mail.res_id in withdrawn)
        stale.write({"state": "cancel"})
        return self - stale

    def _may_hand_over(self):
        """Whether nobody else is at it, and nobody died at it."""
        self.ensure_one()
        if not self.try_lock_for_update():
            return False
        if self.env["dunning.handover"]._announce(self.id):
            return True
        reason = self.env._(
            "The server stopped while this e-mail was handed over. It may have arrived or not: ask the customer, or"
            " look into the log of the mail server for %(message)s. Then retry, or mark it as arrived.",
            message=self.message_id,
        )
        self.write({"state": "exception", "failure_type": "unknown", "failure_reason": reason})
        self.env[NOTICE].browse(self.res_id)._receive_failure("unknown", reason)
        return False

    def _postprocess_sent_message(self, success_pids, success_emails, failure_reason=False, failure_type=None):
        if failure_type:
            for mail in self.filtered(lambda mail: mail.model == NOTICE):
                self.env[NOTICE].browse(mail.res_id).exists()._receive_failure(
                    failure_type, mail.failure_reason or failure_reason
                )
        for mail in self.filtered(lambda mail: mail.model == STATEMENT):
            mail._tell_statement(failure_type, failure_reason)
        return super()._postprocess_sent_message(success_pids, success_emails, failure_reason, failure_type)

    def _tell_statement(self, failure_type, failure_reason):
        """The statement of account that this e-mail carries learns what has become of it."""
        statement = self.env[STATEMENT].browse(self.res_id).exists()
        if statement.sudo().mail_message_id != self.mail_message_id:
            return
        if failure_type:
            statement._receive_failure(self.failure_reason or failure_reason or failure_type)
        else:
            statement._receive_success()

    def mark_outgoing(self):
        """A reminder is not sent again as it stands: its notice is, after another look at what is owed."""
        notices = self.filtered(lambda mail: mail.model == NOTICE)
        notices.write({"state": "cancel"})
        failed = self.env[NOTICE].browse(notices.mapped("res_id")).exists()
        failed.filtered(lambda notice: notice.state == "failed").action_retry()
        return super(MailMail, self - notices).mark_outgoing()
