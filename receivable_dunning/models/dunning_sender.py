import logging
from collections import defaultdict

import psycopg2
from markupsafe import Markup

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL
from odoo.tools.misc import formatLang

from ..core.dunning import review
from ..core.ladder import Claim, Item, SkipReason
from .dunning_proposal import END_OF_TIME

_logger = logging.getLogger(__name__)

# What a template, a report or the data of one customer may raise. Errors of the database connection, above all
# serialization failures, are not among them: the whole batch is tried again.
NOTICE_ERRORS = (
    UserError, ValueError, TypeError, LookupError, AttributeError, ArithmeticError, OSError,
    psycopg2.DataError, psycopg2.IntegrityError,
)  # fmt: skip


class DunningSender(models.AbstractModel):
    """Guard, render, queue: what happens to a batch of queued notices, in one transaction.

    The state of a notice and its e-mail are written together: whatever happens, it is queued without e-mail or sent
    with one.
    """

    _name = "dunning.sender"
    _description = "Dunning Sender"

    def _send(self, notices, as_of):
        """Send the locked ``notices`` that still have something to claim; an error of one does not stop the others."""
        runs = notices.run_id
        ready = self._hold_letters(self._guard(notices))
        try:
            with self.env.cr.savepoint():
                self._deliver(ready, as_of)
        except NOTICE_ERRORS as error:
            _logger.info("Sending notices one by one, because of: %s", error)
            for notice in ready:
                self._send_alone(notice, as_of)
        runs._close_finished()

    def _send_alone(self, notice, as_of):
        try:
            with self.env.cr.savepoint():
                self._deliver(notice, as_of)
        except NOTICE_ERRORS as error:
            notice.write({"state": "failed", "error": str(error)})

    def _hold_letters(self, notices):
        """Without a PDF renderer, notices with a letter stay queued, and say so."""
        if self.env["ir.actions.report"].get_wkhtmltopdf_state() in ("ok", "workers", "upgrade"):
            return notices
        waiting = notices.filtered("send_letter")
        waiting.write({"error": self.env._("Letters wait: this system has no PDF renderer (wkhtmltopdf).")})
        return notices - waiting

    # ------------------------------------------------------------------
    # GUARD
    # ------------------------------------------------------------------

    def _guard(self, notices):
        """Shrink or suppress the notices by what is true now; return those that may be sent."""
        ready = notices.browse()
        for company in notices.company_id:
            batch = notices.filtered(lambda notice, company=company: notice.company_id == company)
            rows = self._open_items(company, batch.partner_id)
            contacts = self._contacts(batch)
            for notice in batch:
                verdict = self._review(notice, rows[notice.partner_id.id], contacts[notice.id])
                if self._apply_verdict(notice, verdict, rows[notice.partner_id.id]):
                    ready += notice
        self.env.flush_all()
        return ready

    def _open_items(self, company, partners):
        """``{partner_id: {line_id: row}}`` of everything open now."""
        statement = SQL(
            """
            SELECT item.partner_id, item.line_id, item.currency_id, item.date_maturity, item.residual,
                   item.residual_currency, item.no_followup, item.in_payment, %(blocked)s AS blocked, 0 AS level_number
              FROM (%(items)s) item
            """,
            items=self.env["receivable.ledger"]._open_items_sql(END_OF_TIME, company, partners),
            blocked=self.env["dunning.proposal"]._blocked_sql(),
        )
        result = defaultdict(dict)
        for row in self.env.execute_query_dict(statement):
            result[row["partner_id"]][row["line_id"]] = row
        return result

    def _contacts(self, notices):
        """``{notice_id: Customer}``: how the contact can be reached now; who left the customer, not at all."""
        customer = self.env["dunning.proposal"]._core_customer
        result = {}
        for notice in notices:
            contact, partner = notice.contact_id, notice.partner_id
            belongs = contact == partner or (contact.active and contact.commercial_partner_id == partner)
            has_email = belongs and "@" in (contact.email or "")
            has_address = belongs and bool(contact.street or contact.street2 or contact.city or contact.zip)
            facts = {"last_contact": None, "has_email": has_email, "has_address": has_address}
            result[notice.id] = customer({**facts, "has_open_notice": False})
        return result

    def _review(self, notice, rows, customer):
        claims = [
            Claim(Item(line.move_line_id.id, line.date_maturity, line.residual), line.residual, line.level_number)
            for line in notice._claims()
        ]
        items = [self.env["dunning.proposal"]._core_item(row) for row in rows.values()]
        return review(customer, claims, items, notice.plan_id._core_plan())

    def _apply_verdict(self, notice, verdict, rows):
        """Write the verdict on the notice and its lines; whether there is something left to send."""
        if verdict.reason:
            notice.write({"state": "suppressed", "reason": verdict.reason})
            return False
        dropped = {item.key: reason for item, reason in verdict.skipped}
        kept = {claim.item.key: claim for claim in verdict.claims}
        for line in notice._claims():
            line_id = line.move_line_id.id
            if line_id in kept:
                self._shrink(line, kept[line_id], rows[line_id])
            else:
                line.drop_reason = dropped.get(line_id, SkipReason.PAID)
        self._replace_credits(notice, verdict.credits, rows)
        level = notice.plan_id.level_ids[verdict.level - 1]
        amounts = self.env["dunning.proposal"]._amounts(verdict, notice.currency_id)
        values = {
            **dict(zip(("amount_due", "amount_credit", "amount_total"), amounts, strict=True)),
            "level_id": level.id,
            "level_number": verdict.level,
            "send_email": verdict.email,
            "send_letter": verdict.letter,
        }
        changed = {name: value for name, value in values.items() if self._differs(notice, name, value)}
        if changed:
            notice.write(changed)
        return True

    @staticmethod
    def _differs(record, name, value):
        current = record[name]
        if isinstance(current, models.BaseModel):
            return current.id != value
        return abs(current - value) > 1e-6

    @staticmethod
    def _shrink(line, claim, row):
        if claim.amount < line.residual:
            line.write({"residual": claim.amount, "residual_currency": row["residual_currency"]})
        if claim.covered != line.is_covered:
            line.is_covered = claim.covered

    def _replace_credits(self, notice, credits, rows):
        """The credits listed are those of now, whatever they were when the run was proposed."""
        listed = {line.move_line_id.id: line.residual for line in notice._credits()}
        if listed == {item.key: item.residual for item in credits}:
            return
        notice._credits().unlink()
        columns = ("currency_id", "date_maturity", "residual_currency", "residual")
        self.env["dunning.notice.line"].create(
            [
                {
                    "notice_id": notice.id,
                    "move_line_id": item.key,
                    "is_credit": True,
                    **{name: rows[item.key][name] for name in columns},
                }
                for item in credits
            ]
        )

    # ------------------------------------------------------------------
    # DELIVER
    # ------------------------------------------------------------------

    def _deliver(self, notices, as_of):
        """Letters, e-mails, states and notes of the notices, all or none."""
        lettered = notices.filtered(lambda notice: notice.send_letter or notice.level_id.attach_letter)
        self._make_letters(lettered)
        self._sign_portal_links(notices)
        for template, group in notices.filtered("send_email").grouped(lambda n: n.level_id.mail_template_id).items():
            self._queue_emails(template, group)
        notices.write({"state": "sent", "sent_date": as_of, "error": False})
        self._log_on_customers(notices)

    def _make_letters(self, notices):
        """One PDF per notice, stored on it."""
        render = self.env["ir.actions.report"]._render_qweb_pdf
        contents = [render("receivable_dunning.report_dunning_letter", notice.ids)[0] for notice in notices]
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

    def _sign_portal_links(self, notices):
        """Give the documents named their portal token, in one statement: one by one it takes six queries each."""
        moves = notices.line_ids.move_id
        moves.flush_recordset(["access_token"])
        self.env.cr.execute(
            SQL(
                "UPDATE account_move SET access_token = gen_random_uuid()::text"
                " WHERE id = ANY(%s) AND access_token IS NULL",
                moves.ids,
            )
        )
        moves.invalidate_recordset(["access_token"])

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
            channels = [self.env._("e-mail")] * notice.send_email + [self.env._("letter")] * notice.send_letter
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
