from odoo import models
from odoo.tools import split_every

NOTICE = "dunning.notice"
STATEMENT = "receivable.statement"
# Notices are looked at again in groups of this size, right before each group goes out.
CHECKED_TOGETHER = 50


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _carrying(self, model):
        """Those of these e-mails that carry a notice, or a statement: what people write on one is an e-mail like any
        other."""
        candidates = self.filtered(lambda mail: mail.model == model)
        # sudo: the mail queue works for whoever sent them
        messages = self.env[model].sudo().browse(candidates.mapped("res_id")).exists().mail_message_id
        return candidates.filtered(lambda mail: mail.mail_message_id in messages)

    def _send(self, auto_commit=False, raise_exception=False, smtp_session=None, alias_domain_id=False,
              mail_server=False, post_send_callback=None):  # fmt: skip
        """E-mails of notices go one by one: still true, announced, handed over. Nothing is claimed that was paid while
        the mail waited, and no mail goes out twice, whenever a worker dies. Those of statements are announced too."""
        carrying = self._carrying(NOTICE) | self._carrying(STATEMENT)
        guarded = carrying.filtered(lambda mail: mail.state == "outgoing")
        options = (auto_commit, raise_exception, smtp_session, alias_domain_id, mail_server, post_send_callback)
        if not guarded or self.env["ir.mail_server"]._disable_send():
            return super()._send(*options)
        others = self - guarded
        if others:
            super(MailMail, others)._send(*options)
        for ids in split_every(CHECKED_TOGETHER, guarded.ids):
            for mail in guarded.browse(ids)._still_true():
                if mail._may_hand_over():
                    super(MailMail, mail)._send(*options)
        return True

    def _still_true(self):
        """The mails but those whose notices do not claim what is still owed: they go back to be written anew."""
        own = self._carrying(NOTICE)
        notices = self.env[NOTICE].browse(own.mapped("res_id"))
        withdrawn = set(self.env["dunning.sender"]._withdraw_untrue(notices).ids)
        stale = own.filtered(lambda mail: mail.res_id in withdrawn)
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
        self._tell_failure("unknown", reason)
        return False

    def _postprocess_sent_message(self, success_pids, success_emails, failure_reason=False, failure_type=None):
        if failure_type:
            self._tell_failure(failure_type, failure_reason)
        return super()._postprocess_sent_message(success_pids, success_emails, failure_reason, failure_type)

    def _tell_failure(self, failure_type, failure_reason):
        """What these e-mails carry learns that it has not left."""
        for mail in self._carrying(NOTICE):
            notice = self.env[NOTICE].browse(mail.res_id)
            notice._receive_failure(failure_type, mail.failure_reason or failure_reason)
        for mail in self._carrying(STATEMENT):
            statement = self.env[STATEMENT].browse(mail.res_id)
            statement._receive_failure(mail.failure_reason or failure_reason or failure_type)

    def mark_outgoing(self):
        """A reminder is not sent again as it stands: its notice is, after another look at what is owed. A statement
        goes in a new e-mail: this one may have been announced."""
        notices, statements = self._carrying(NOTICE), self._carrying(STATEMENT)
        (notices | statements).write({"state": "cancel"})
        failed = self.env[NOTICE].browse(notices.mapped("res_id"))
        failed.filtered(lambda notice: notice.state == "failed").action_retry()
        unsent = self.env[STATEMENT].browse(statements.mapped("res_id"))
        unsent.filtered(lambda statement: statement.state == "failed").action_send()
        return super(MailMail, self - notices - statements).mark_outgoing()
