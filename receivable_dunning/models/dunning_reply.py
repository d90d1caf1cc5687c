"""What comes back of a notice: an answer of the customer, or the e-mail itself."""

import re
from datetime import timedelta

from markupsafe import Markup

from odoo import fields, models
from odoo.tools import email_normalize
from odoo.tools.mail import html2plaintext

from .dunning_notice import OPEN_STATES

# The server of the customer refuses the address for good (5xx); what is refused for now is only a failure.
REFUSED = re.compile(r"SMTPRecipientsRefused.*\(5\d\d", re.DOTALL)
NO_SUCH_ADDRESS = ("mail_email_invalid", "mail_email_missing", "mail_bounce")


class DunningNotice(models.Model):
    _inherit = "dunning.notice"

    # ------------------------------------------------------------------
    # REPLY
    # ------------------------------------------------------------------

    def _reply_address(self):
        """Where answers go: into Odoo where it fetches mail, so that they stop the ladder; else to the responsible."""
        self.ensure_one()
        # sudo: the address of the company and of who signs stand in the notice itself
        notice = self.sudo()
        company = notice.company_id
        if company.catchall_email:
            return company.catchall_formatted
        return self._responsible().sudo().email_formatted or company.email_formatted

    def message_update(self, msg_dict, update_vals=None):
        """An e-mail that answers a notice. What colleagues write, and what a robot answers, is no answer."""
        result = super().message_update(msg_dict, update_vals)
        author = self.env["res.partner"].sudo().browse(msg_dict.get("author_id") or [])
        is_colleague = any(not user.share for user in author.user_ids)
        if not is_colleague and not self.env.context.get("dunning_automatic_reply"):
            self._receive_reply(fields.Date.context_today(self), msg_dict)
        return result

    def _receive_reply(self, today, msg_dict):
        """Note the reply, leave the customer in peace for the days the plan says, and ask somebody to answer."""
        values = []
        for notice in self.filtered(lambda notice: notice.state in ("sent", "replied")):
            subject = msg_dict.get("subject") or ""
            text = html2plaintext(msg_dict.get("body") or "").strip()[:500]
            body = Markup("%s<p><b>%s</b></p><p>%s</p>") % (notice._task_intro(), subject, text)
            values.append(notice._prepare_task("reply", notice._responsible(), body, today))
            if notice.plan_id.reply_pause_days:
                notice._pause(today)
        # sudo: the gateway works for whoever reads the mail
        self.sudo().filtered(lambda notice: notice.state == "sent").write({"state": "replied"})
        self._schedule(values)

    def _pause(self, today):
        """A block of the customer, by reply. A second reply makes the pause longer instead of a second block."""
        self.ensure_one()
        until = today + timedelta(days=self.plan_id.reply_pause_days - 1)
        # sudo: set by the reply, whoever reads the mail
        blocks = self.env["dunning.block"].sudo()
        domain = [("company_id", "=", self.company_id.id), ("partner_id", "=", self.partner_id.id)]
        standing = blocks.search([*domain, ("kind", "=", "reply"), ("state", "=", "active")], limit=1)
        if standing:
            standing.date_until = max(until, standing.date_until or until)
            return
        blocks.create(
            {
                "company_id": self.company_id.id,
                "partner_id": self.partner_id.id,
                "kind": "reply",
                "reason": self.env._("Replied to %(notice)s", notice=self.display_name),
                "date_from": today,
                "date_until": until,
                "notice_id": self.id,
            }
        )

    # ------------------------------------------------------------------
    # BOUNCE
    # ------------------------------------------------------------------

    def _message_receive_bounce(self, email, partner):
        super()._message_receive_bounce(email, partner)
        self._receive_bounce(fields.Date.context_today(self), email)

    def _receive_bounce(self, today, email):
        """The e-mail did not arrive: a letter goes instead where there is an address, and somebody mends the data."""
        values = []
        # sudo: the gateway and the mail queue work for whoever confirmed the run
        for notice in self.sudo().filtered(lambda notice: notice.state in ("sent", "replied")):
            normalized = email_normalize(email) or email
            has_address = notice.contact_id._has_postal_address()
            notice.write({"state": "bounced", "bounced_email": normalized, "send_letter": has_address})
            if not has_address:
                notice._drop_fees()
            elif not notice.letter_id:
                self.env["dunning.sender"]._make_letters_if_possible(notice)
            values.append(notice._prepare_task("bounce", notice._responsible(), notice._bounce_text(), today))
        self._schedule(values)

    def _bounce_text(self):
        self.ensure_one()
        text = self.env._("%(email)s does not take our e-mails: correct the address.", email=self.bounced_email)
        if self.letter_id:
            rest = self.env._("A letter is ready to be printed on the run.")
        elif self.send_letter:
            rest = self.env._("Print the letter on the notice and post it.")
        else:
            rest = self.env._("There is no postal address either: the customer has not been reminded.")
        return Markup("%s<p>%s %s</p>") % (self._task_intro(), text, rest)

    def action_address_works(self):
        """The mailbox takes e-mails again: reminders may go there."""
        self.check_access("write")
        # sudo: the door to what the bounce wrote; the right to write was checked
        self.sudo().filtered("bounced_email").write({"bounced_email": False})

    def _receive_failure(self, failure_type, reason):
        """The mail queue could not hand the e-mail over: the address is wrong, or something else is."""
        if failure_type in NO_SUCH_ADDRESS or REFUSED.search(reason or ""):
            for notice in self:
                notice._receive_bounce(fields.Date.context_today(self), notice.sudo().email_contact_id.email)
            return
        # sudo: as above
        failed = self.sudo().filtered(lambda notice: notice.state == "sent")
        overtaken = failed._with_another_open()
        overtaken.write({"state": "cancelled", "error": reason})
        overtaken._drop_fees()
        (failed - overtaken).write({"state": "failed", "error": reason})
        (failed - overtaken).run_id._reopen()

    def _with_another_open(self):
        """Those whose customer is on another notice by now: a customer has one open notice."""
        open_notices = self.search(
            [("partner_id", "in", self.partner_id.ids), ("state", "in", OPEN_STATES), ("id", "not in", self.ids)]
        )
        taken = {(notice.company_id, notice.partner_id) for notice in open_notices}
        return self.filtered(lambda notice: (notice.company_id, notice.partner_id) in taken)
