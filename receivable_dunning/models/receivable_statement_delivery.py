"""What becomes of the e-mail of a statement: it is not sent before it has left."""

from markupsafe import Markup

from odoo import models


class ReceivableStatement(models.Model):
    _inherit = "receivable.statement"

    # ------------------------------------------------------------------
    # TO WHOM
    # ------------------------------------------------------------------

    def _why_unreachable(self):
        """Why the e-mail cannot go to the contact, or nothing."""
        self.ensure_one()
        contact, customer = self.contact_id, self.partner_id
        # asked again when it is sent: a contact may have gone to another company since
        if not contact.active or contact.commercial_partner_id != customer:
            return self.env._(
                "%(contact)s is no contact of %(customer)s any more: choose another one.",
                contact=contact.name,
                customer=customer.name,
            )
        if "@" not in (contact.email or ""):
            return self.env._("%(contact)s has no e-mail address.", contact=contact.name)
        return ""

    # ------------------------------------------------------------------
    # WHAT COMES BACK
    # ------------------------------------------------------------------

    def _fail(self, error):
        """Say what went wrong, and tell the person responsible."""
        self._set(state="failed", error=error)
        for statement in self:
            statement.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Statement could not be sent"),
                note=Markup("<p>%s</p>") % error,
                user_id=statement.user_id.id or self.env.uid,
            )

    def _receive_failure(self, error):
        """The mail server did not take the e-mail. Who has answered meanwhile has had it."""
        # sudo: the mail queue works for whoever sent the statement
        self.sudo().filtered(lambda statement: statement.state == "sent")._fail(error)

    def _message_receive_bounce(self, email, partner):
        super()._message_receive_bounce(email, partner)
        self._receive_failure(self.env._("%(email)s does not take our e-mails: correct the address.", email=email))

    def _stop_emails(self):
        """What was written and has not left is not sent any more: another one, or none, goes instead."""
        # sudo: the mail queue belongs to the system
        mails = self.env["mail.mail"].sudo().search([("mail_message_id", "in", self.mail_message_id.ids)])
        mails.filtered(lambda mail: mail.state in ("outgoing", "exception")).write({"state": "cancel"})
