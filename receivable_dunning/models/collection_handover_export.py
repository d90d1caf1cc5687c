"""What an agency gets: a ZIP with a table of the claims, one of the contacts, the layout in words, and the evidence."""

import io
import tempfile
import zipfile

import xlsxwriter

from odoo import models

from ..core.evidence import csv_bytes, safe_name
from ..core.handover import CLAIM_COLUMNS, CONTACT_COLUMNS, layout


class CollectionHandover(models.Model):
    _inherit = "collection.handover"

    def _file_name(self):
        self.ensure_one()
        return safe_name(f"handover_{self.name}_{self.agency_id.name}.zip")

    def _write_export(self, stream):
        """Write the ZIP for the agency; items recalled are not in it."""
        self.ensure_one()
        claims, contacts = self._claim_rows(), self._contact_rows()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as pack:
            pack.writestr("claims.csv", csv_bytes([name for name, _text in CLAIM_COLUMNS], claims))
            pack.writestr("claims.xlsx", self._workbook(claims, contacts))
            pack.writestr("contacts.csv", csv_bytes([name for name, _text in CONTACT_COLUMNS], contacts))
            pack.writestr("LAYOUT.txt", layout().encode())
            if self.has_evidence:
                for partner, evidence in self._evidence():
                    name = safe_name(f"{partner.ref or partner.id}_{partner.name}")
                    with tempfile.TemporaryFile() as part:
                        evidence._write_pack(part)
                        part.seek(0)
                        pack.writestr(f"evidence/{name}.zip", part.read())

    def _keep_claims(self):
        """What was claimed when it was handed over, in the chatter: later exports tell what is open then."""
        content = self._workbook(self._claim_rows(), self._contact_rows())
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        kept = self.env["ir.attachment"]._keep_evidence(self, f"{self.name.replace('/', '-')}.xlsx", content, kind)
        self.message_post(
            body=self.env._(
                "Handed over to %(agency)s: %(count)s items.", agency=self.agency_id.name, count=len(self.line_ids)
            ),
            attachment_ids=kept.ids,
        )

    def _lines_given(self):
        return self.line_ids.filtered(lambda line: not line.is_recalled)

    def _evidence(self):
        """``(customer, evidence wizard)`` of each customer."""
        for partner, lines in self._lines_given().grouped("partner_id").items():
            moves = lines.move_id
            cases = self.env["collection.case"].search([("line_ids.move_line_id", "in", lines.move_line_id.ids)])
            yield partner, self.env["collection.evidence.wizard"]._make(partner, moves, cases[:1] or None)

    # ------------------------------------------------------------------
    # ROWS
    # ------------------------------------------------------------------

    def _claim_rows(self):
        creditor = self._creditor()
        lines = self._lines_given().sorted(lambda line: (line.partner_id.name or "", line.date_maturity, line.id))
        terms = self.env["limitation.ledger"]._terms_of_lines(lines.move_line_id)
        cases = {line.move_line_id: line.case_id for line in self._cases_of(lines)}
        rows = []
        for line in lines:
            found = terms.get(line.move_line_id.id)
            limit = found.term.last_day if found and found.term else None
            reference = (cases[line.move_line_id].name if line.move_line_id in cases else "", limit)
            rows.append([*creditor, *self._debtor(line.partner_id), *self._claim(line), *reference])
        return rows

    def _cases_of(self, lines):
        return self.env["collection.case.line"].search(
            [("move_line_id", "in", lines.move_line_id.ids), ("is_open", "=", True)]
        )

    def _creditor(self):
        # sudo: what is on every invoice
        company = self.company_id.sudo()
        bank = company._receivable_bank_accounts()[:1]
        address = (company.street, company.zip, company.city, company.country_id.code)
        return [self.name, self.date_exported or self.date, company.name, company.vat, *address, bank.acc_number]

    def _debtor(self, partner):
        contact = partner._receivable_contacts().get(partner.id, partner)
        street = " ".join(filter(None, (partner.street, partner.street2)))
        address = (street, partner.zip, partner.city, partner.state_id.name, partner.country_id.code)
        name = (
            partner.ref or str(partner.id),
            partner.name,
            partner.vat,
            "company" if partner.is_company else "person",
        )
        return [*name, *address, partner.email, partner.phone, partner.lang, contact.name, contact.email, contact.phone]

    def _claim(self, line):
        move = line.move_id
        dates = (move.invoice_date or move.date, line.date_maturity)
        amounts = (line.amount_original, line.amount_claimed, line.interest, line.amount_open)
        last = move.dunning_notice_count, move.dunning_date
        return [move.name, *dates, line.currency_id.name, *amounts, line.agency_reference, *last]

    def _contact_rows(self):
        """What was tried before, customer by customer, the oldest first. To be extended."""
        moves = self._lines_given().move_id
        lines = self.env["dunning.notice.line"].search(moves._dunning_line_domain())
        rows = [
            [
                notice.partner_id.ref or str(notice.partner_id.id), notice.partner_id.name, notice.sent_date,
                "reminder", ", ".join(notice._channel_names()), notice.contact_id.name, notice.level_id.name,
            ]
            for notice in lines.notice_id
        ]  # fmt: skip
        events = self._cases_of(self._lines_given()).case_id.event_ids.filtered(lambda event: not event.is_void)
        rows += [
            [
                event.partner_id.ref or str(event.partner_id.id), event.partner_id.name, event.date,
                event.kind, "case", event.case_id.contact_id.name, event.note,
            ]
            for event in events
        ]  # fmt: skip
        rows += self._talk_rows()
        return sorted(rows, key=lambda row: (row[1] or "", str(row[2])))

    def _talk_rows(self):
        """Calls and visits since the first of the documents; what was noted about them stays at home."""
        lines = self._lines_given()
        if not lines:
            return []
        since = min(lines.mapped("date_maturity"))
        contacts = self.env["collection.contact"].search(
            [
                ("partner_id", "in", lines.partner_id.ids),
                ("company_id", "=", self.company_id.id),
                ("state", "=", "done"),
                ("date", ">=", since),
            ]
        )
        return [
            [
                contact.partner_id.ref or str(contact.partner_id.id), contact.partner_id.name, contact.date.date(),
                "contact", contact.channel, contact.contact_id.name, contact.outcome_id.name,
            ]
            for contact in contacts
        ]  # fmt: skip

    # ------------------------------------------------------------------
    # SPREADSHEET
    # ------------------------------------------------------------------

    def _workbook(self, claims, contacts):
        buffer = io.BytesIO()
        book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        head = book.add_format({"bold": True, "bottom": 1})
        for name, columns, rows in (("claims", CLAIM_COLUMNS, claims), ("contacts", CONTACT_COLUMNS, contacts)):
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, len(columns) - 1, 16)
            sheet.write_row(0, 0, [column for column, _text in columns], head)
            for number, row in enumerate(rows, start=1):
                for column, value in enumerate(row):
                    if hasattr(value, "year"):
                        sheet.write_datetime(number, column, value, day)
                    elif value not in (None, False):
                        sheet.write(number, column, value)
        book.close()
        return buffer.getvalue()
