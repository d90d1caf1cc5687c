from markupsafe import Markup

from odoo import models
from odoo.fields import Command
from odoo.tools.misc import formatLang

from .letter_pages import split_letters


class DunningSender(models.AbstractModel):
    _inherit = "dunning.sender"

    def _send(self, notices, as_of):
        """Send the locked ``notices`` that still have something to claim; an error of one does not stop the others."""
        runs = notices.run_id
        ready = self._hold_letters(self._guard(self._keep_to_working_days(notices, as_of), as_of))
        ready._deliver_or_fail(
            lambda batch: self._deliver(batch, as_of),
            lambda notice, error: notice.write({"state": "failed", "error": error}),
        )
        runs._close_finished()

    def _keep_to_working_days(self, notices, as_of):
        """Notices of plans that keep to working days stay queued on other days, and say so."""
        waiting = notices.browse()
        for plan, batch in notices.grouped("plan_id").items():
            if not plan._is_working_day(as_of):
                day = plan._next_working_day(as_of)
                batch.write({"error": self.env._("Waits for the next working day: %(day)s.", day=day)})
                waiting |= batch
        return notices - waiting

    def _can_render(self):
        return self.env["ir.actions.report"]._can_print()

    def _hold_letters(self, notices):
        """Without a PDF renderer, notices with a letter stay queued, and say so."""
        if self._can_render():
            return notices
        waiting = notices.filtered("send_letter")
        waiting.write({"error": self.env._("Letters wait: this system has no PDF renderer (wkhtmltopdf).")})
        return notices - waiting

    # ------------------------------------------------------------------
    # DELIVER
    # ------------------------------------------------------------------

    def _deliver(self, notices, as_of):
        """Letters, e-mails, states and notes of the notices, all or none."""
        lettered = notices.filtered(lambda notice: notice.send_letter or notice.level_id.attach_letter)
        # before the letters: they carry the link as a code
        self._sign_portal_links(notices)
        self._make_letters(lettered)
        self._use_other_channels(notices, as_of)
        for template, group in notices.filtered("send_email").grouped(lambda n: n.level_id.mail_template_id).items():
            self._queue_emails(template, group)
        notices.write({"state": "sent", "sent_date": as_of, "error": False})
        self._log_on_customers(notices)

    def _use_other_channels(self, notices, as_of):
        """Calls, visits and escalations, and the credit action of the level. Bridges add theirs, such as SMS."""
        notices._make_tasks(as_of)
        self.env["credit.profile"]._apply_dunning(notices)

    def _make_letters_if_possible(self, notices):
        if self._can_render():
            self._make_letters(notices)

    def _make_letters(self, notices):
        """One PDF per notice, stored on it."""
        contents = self._render_letters(notices)
        attachments = self.env["ir.attachment"].create(
            [
                {
                    "name": self.env._("%(customer)s %(date)s.pdf", customer=notice.partner_id.name, date=notice.date),
                    "res_model": notice._name,
                    "res_id": notice.id,
                    "raw": content,
                    "mimetype": "application/pdf",
                }
                for notice, content in zip(notices, contents, strict=True)
            ]
        )
        for notice, attachment in zip(notices, attachments, strict=True):
            notice.letter_id = attachment

    def _render_letters(self, notices):
        """One PDF per notice, rendered together where they can be told apart."""
        report, render = "receivable_dunning.report_dunning_letter", self.env["ir.actions.report"]._render_qweb_pdf
        if len(notices) > 1:
            letters = split_letters(render(report, notices.ids)[0], len(notices))
            if letters:
                return letters
        return [render(report, notice.ids)[0] for notice in notices]

    def _sign_portal_links(self, notices):
        """Give the documents named their portal token, and the customers the link to their account."""
        notices.line_ids.move_id._portal_ensure_tokens()
        notices._ensure_portal_links()

    def _queue_emails(self, template, notices):
        """One e-mail per notice into Odoo's mail queue, in the language of its contact, with its attachments."""
        # sudo: the mail queue belongs to the system; the notices were confirmed by somebody who may
        mails = template.sudo().send_mail_batch(notices.ids).sudo()
        by_notice = {mail.res_id: mail for mail in mails}
        # sudo: the invoices' PDFs are the customer's own documents
        invoices = notices.filtered("level_id.attach_invoices").sudo()._claims().move_id
        pdfs = {invoice.id: invoice.invoice_pdf_report_id.id for invoice in invoices if invoice.invoice_pdf_report_id}
        for notice in notices:
            mail = by_notice[notice.id]
            attachment_ids = self._attachment_ids(notice, pdfs)
            if attachment_ids:
                mail.attachment_ids = [Command.link(attachment_id) for attachment_id in attachment_ids]
            notice.mail_message_id = mail.mail_message_id

    @staticmethod
    def _attachment_ids(notice, pdfs):
        """The letter first, then the invoices that have a PDF already, as the level wishes."""
        letter = notice.letter_id.ids if notice.level_id.attach_letter else []
        moves = notice._claims().move_id if notice.level_id.attach_invoices else []
        return [*letter, *(pdfs[move.id] for move in moves if move.id in pdfs)]

    def _log_on_customers(self, notices):
        """A note on each customer: level, amount and channels of the reminder."""
        bodies = {}
        for notice in notices:
            channels = notice._channel_names()
            bodies[notice.partner_id.id] = Markup("%s %s") % (
                self.env._(
                    "Reminder sent by %(channels)s: %(level)s,",
                    channels=" + ".join(channels),
                    level=notice.level_id.name,
                ),
                notice._get_html_link(title=formatLang(self.env, notice.amount_total, currency_obj=notice.currency_id)),
            )
        # one note per customer: customers of several companies in one batch get theirs company by company
        self.env["res.partner"].browse(bodies)._message_log_batch(bodies)
