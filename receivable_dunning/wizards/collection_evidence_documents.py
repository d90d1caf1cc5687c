"""The documents of an evidence pack: what was sent, signed and said."""

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from odoo import models
from odoo.fields import Domain

from ..core.evidence import EvidenceFile, csv_bytes, safe_name


class CollectionEvidenceWizard(models.TransientModel):
    _inherit = "collection.evidence.wizard"

    def _attached(self, folder, attachments, title=""):
        """Attachments as they are."""
        for attachment in attachments.sorted("id"):
            name = safe_name(attachment.name)
            day = attachment.create_date.date()
            yield EvidenceFile(f"{folder}/{name}", attachment.raw or b"", title or attachment.name, day)

    def _case_files(self):
        """Documents of the case: letters of demand, orders, judgments."""
        if self.case_id:
            attachments = self.case_id.event_ids.attachment_ids | self._attachments_of(self.case_id)
            yield from self._attached("1_case", attachments)

    def _attachments_of(self, records):
        # fields that hold files themselves have their own place
        domain = [("res_model", "=", records._name), ("res_id", "in", records.ids), ("res_field", "=", False)]
        return self.env["ir.attachment"].search(domain)

    def _invoice_files(self):
        """Invoices as they were sent, else as they would be printed."""
        for move in self.move_ids.filtered(lambda move: move.is_sale_document(include_receipts=True)).sorted("name"):
            sent = move.invoice_pdf_report_id
            if sent:
                content, kind = sent.raw, "pdf"
            else:
                content, kind = self._render("account.report_invoice_with_payments", move, move.invoice_date)
            title = self.env._("Invoice %(number)s", number=move.name)
            yield EvidenceFile(f"2_invoices/{safe_name(move.name)}.{kind}", content, title, move.invoice_date)

    def _attachment_files(self):
        """What is attached to the documents: proofs of delivery, orders of the customer; what proves an event."""
        for move in self.move_ids.sorted("name"):
            attachments = self._attachments_of(move) - move.invoice_pdf_report_id
            yield from self._attached(f"3_attachments/{safe_name(move.name)}", attachments)
        events = self.env["limitation.event"].search(self._event_domain())
        yield from self._attached("3_attachments", events.attachment_ids)

    def _event_domain(self):
        return [("partner_id", "=", self.partner_id.id), ("move_id", "in", [False, *self.move_ids.ids])]

    # ------------------------------------------------------------------
    # STATEMENTS
    # ------------------------------------------------------------------

    def _statements(self):
        return self.env["receivable.statement"].search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("state", "in", ("sent", "agreed", "disputed")),
                ("line_ids.move_line_id.move_id", "in", self.move_ids.ids),
            ],
            order="date, id",
        )

    def _statement_files(self):
        """Statements of account that hold these documents, and who answered what when."""
        statements = self._statements()
        for statement in statements:
            stored = self._attachments_of(statement).filtered(lambda it: it.mimetype == "application/pdf")[:1]
            content, kind = (stored.raw, "pdf") if stored else self._render(
                "receivable_dunning.report_receivable_statement", statement, statement.date
            )  # fmt: skip
            path = f"4_statements/{safe_name(statement.name)}.{kind}"
            yield EvidenceFile(path, content, statement.display_name, statement.date)
        if statements:
            head = "statement date sent_date state answered_on answered_by by_way_of from_address fingerprint"
            head += " document due_date currency amount answer customer_amount customer_comment"
            title = self.env._("Answers to statements of account")
            rows = self._answer_rows(statements)
            yield EvidenceFile("4_statements/answers.csv", csv_bytes(head.split(), rows), title, self.date)

    def _answer_rows(self, statements):
        for statement in statements:
            answer = (
                statement.name, statement.date, statement.sent_date, statement.state, statement.answer_date,
                statement.answer_name, statement.answer_via, statement.answer_ip, statement.content_hash,
            )  # fmt: skip
            for line in statement.line_ids.filtered(lambda line: line.section == "item"):
                said = (line.answer, line.answer_amount if line.answer == "disputed" else None, line.answer_note)
                yield (*answer, line.name, line.date_maturity, line.currency_id.name, line.amount, *said)

    # ------------------------------------------------------------------
    # LETTERS
    # ------------------------------------------------------------------

    def _notices(self):
        lines = self.env["dunning.notice.line"].search(self.move_ids._dunning_line_domain())
        return lines.notice_id.sorted(lambda notice: (notice.sent_date, notice.id))

    def _letter_files(self):
        """Reminders as they were sent, with the ids of their e-mails."""
        notices = self._notices()
        for notice in notices.filtered("letter_id"):
            # sudo: the letter belongs to the notice, which the user may read
            content = notice.letter_id.sudo().raw
            path = f"5_reminders/{notice.sent_date}_{safe_name(notice.level_id.name)}.pdf"
            yield EvidenceFile(path, content, notice.display_name, notice.sent_date)
        if notices:
            head = "sent_date level contact email by_email by_letter state message_id claimed interest fee currency"
            title = self.env._("Reminders sent")
            rows = [self._notice_row(notice) for notice in notices]
            yield EvidenceFile("5_reminders/reminders.csv", csv_bytes(head.split(), rows), title, self.date)

    def _notice_row(self, notice):
        # sudo: the id of an e-mail belongs to the notice
        message_id = notice.mail_message_id.sudo().message_id
        contact = notice.email_contact_id or notice.contact_id
        how = (contact.email, int(notice.send_email), int(notice.send_letter), notice.state, message_id)
        money = (notice.amount_total, notice.interest_amount, notice.fee_amount, notice.currency_id.name)
        return (notice.sent_date, notice.level_id.name, notice.contact_id.name, *how, *money)

    # ------------------------------------------------------------------
    # E-MAILS
    # ------------------------------------------------------------------

    def _email_files(self):
        """Messages to and from the customer about these documents, in the format of e-mail; notes stay at home."""
        about = [self.move_ids, self._statements(), self._notices(), self.case_id]
        written = Domain.OR(
            Domain("model", "=", records._name) & Domain("res_id", "in", records.ids) for records in about if records
        )
        outside = Domain("message_type", "in", ("email", "email_outgoing", "comment")) & Domain(
            "is_internal", "=", False
        )
        no_note = Domain("subtype_id", "=", False) | Domain("subtype_id.internal", "=", False)
        messages = self.env["mail.message"].search(written & outside & no_note, order="date, id")
        for message in messages:
            day = message.date.date()
            name = safe_name(f"{day}_{message.subject or message.record_name or message.id}", 70)
            title = message.subject or message.record_name or ""
            yield EvidenceFile(f"6_emails/{name}.eml", self._eml(message), title, day)

    def _eml(self, message):
        mail = EmailMessage(policy=SMTP)
        to = ", ".join(filter(None, message.partner_ids.mapped("email_formatted"))) or message.incoming_email_to
        headers = {
            "Message-ID": message.message_id,
            "Date": format_datetime(message.date),
            "From": message.email_from,
            "To": to,
            "Subject": message.subject or message.record_name,
        }
        for name, value in headers.items():
            if value:
                mail[name] = " ".join(value.split())
        mail.set_content(str(message.body or ""), subtype="html", cte="base64")
        return mail.as_bytes()
