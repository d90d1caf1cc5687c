import os
from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..core.evidence import EvidenceFile, Pack, safe_name, steady_pdf


@contextmanager
def _steady_fonts():
    """Qt, which makes the PDFs, orders fonts by hashes with a seed of its own: fixed, the same page is the same PDF."""
    before = os.environ.get("QT_HASH_SEED")
    os.environ["QT_HASH_SEED"] = "0"
    try:
        yield
    finally:
        if before is None:
            os.environ.pop("QT_HASH_SEED", None)
        else:
            os.environ["QT_HASH_SEED"] = before


class CollectionEvidenceWizard(models.TransientModel):
    """What an evidence pack is about. The pack itself is made while it is downloaded, file by file.

    ``_get_parts`` names the methods that give its files; bridges append theirs.
    """

    _name = "collection.evidence.wizard"
    _description = "Evidence Pack"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one("res.partner", string="Customer", required=True, readonly=True)
    case_id = fields.Many2one("collection.case", string="Legal Case", readonly=True)
    date = fields.Date(string="As of", required=True, readonly=True, default=fields.Date.context_today)
    move_ids = fields.Many2many(
        "account.move",
        string="Documents",
        domain="[('commercial_partner_id', '=', partner_id), ('state', '=', 'posted')]",
        help="What the pack proves: these documents with all that belongs to them.",
    )
    with_emails = fields.Boolean(string="E-Mails", default=True, help="Messages to and from the customer, no notes.")
    with_attachments = fields.Boolean(
        string="Attachments", default=True, help="What is attached to the documents, such as proofs of delivery."
    )
    with_interest = fields.Boolean(string="Interest", default=True, help="How the late interest comes about.")
    can_print = fields.Boolean(compute="_compute_can_print")

    @api.depends("partner_id")
    def _compute_can_print(self):
        self.can_print = self.env["ir.actions.report"]._can_print()

    # ------------------------------------------------------------------
    # ASK
    # ------------------------------------------------------------------

    @api.model
    def _ask(self, partner, moves=None, case=None):
        """The form of a pack of these documents; without any, of all that is open of the customer."""
        if len(partner) != 1:
            raise UserError(self.env._("An evidence pack is about one customer: choose documents of one."))
        wizard = self._make(partner, moves, case)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Evidence Pack"),
            "res_model": self._name,
            "res_id": wizard.id,
            "views": [(False, "form")],
            "target": "new",
        }

    @api.model
    def _make(self, partner, moves=None, case=None):
        # sudo: a branch's customers are dealt with by its root
        company = (case or moves or self.env).sudo().company_id if case or moves else self.env.company.sudo()
        company = company.root_id[:1]
        moves = moves or self._open_moves(partner, company)
        if not moves:
            raise UserError(self.env._("Nothing of this customer is open: choose the documents on their list."))
        return self.create(
            {
                "company_id": company.id,
                "partner_id": partner.id,
                "case_id": case and case.id,
                "move_ids": [Command.set(moves.ids)],
            }
        )

    @api.model
    def _open_moves(self, partner, company):
        domain = [
            ("partner_id.commercial_partner_id", "=", partner.id),
            ("company_id", "child_of", company.id),
            ("account_type", "=", "asset_receivable"),
            ("parent_state", "=", "posted"),
            ("reconciled", "=", False),
            ("amount_residual", ">", 0),
        ]
        return self.env["account.move.line"].search(domain).move_id

    def action_download(self):
        self.ensure_one()
        self._check_documents()
        return {
            "type": "ir.actions.act_url",
            "target": "download",
            "url": f"/receivable_dunning/evidence/{self.id}.zip",
        }

    def _check_documents(self):
        if not self.move_ids:
            raise UserError(self.env._("Choose the documents that the pack is to prove."))
        strangers = self.move_ids.filtered(lambda move: move.commercial_partner_id != self.partner_id)
        if strangers:
            raise UserError(
                self.env._("%(document)s is of another customer: it has no place here.", document=strangers[0].name)
            )

    # ------------------------------------------------------------------
    # PACK
    # ------------------------------------------------------------------

    def _file_name(self):
        self.ensure_one()
        return safe_name(
            f"evidence_{self.case_id.name or ''}_{self.partner_id.name}_{self.date}.zip".replace("__", "_")
        )

    def _write_pack(self, stream):
        """Write the pack, and note it with the case or the customer; return the fingerprint."""
        self.ensure_one()
        self._check_documents()
        pack = Pack(stream)
        for part in self._get_parts():
            for file in part():
                pack.add(file)
        fingerprint = pack.index(self._facts())
        pack.close([self._index_page(pack.entries, fingerprint)])
        self._note(len(pack.entries), fingerprint)
        return fingerprint

    def _get_parts(self):
        """Methods that yield the files (``EvidenceFile``), in the order of the pack. To be extended."""
        parts = [self._case_files, self._invoice_files]
        if self.with_attachments:
            parts.append(self._attachment_files)
        parts += [self._statement_files, self._letter_files]
        if self.with_emails:
            parts.append(self._email_files)
        return [*parts, self._agreement_files, self._sheet_files]

    def _facts(self):
        """What the index says of the pack as a whole."""
        # sudo: the names of a company are on every invoice
        company = self.company_id.sudo()
        return {
            "format": "receivable_dunning evidence pack 1",
            "creditor": company.name,
            "creditor_tax_id": company.vat or "",
            "debtor": self.partner_id.name,
            "debtor_tax_id": self.partner_id.vat or "",
            "case": self.case_id.name or "",
            "as_of": str(self.date),
            "documents": sorted(filter(None, self.move_ids.mapped("name"))),
            "made_by": self.env.user.name,
            "pdf": self.can_print,
        }

    def _index_page(self, entries, fingerprint):
        content, kind = self._render(
            "receivable_dunning.report_evidence_index", self, entries=entries, fingerprint=fingerprint
        )
        return EvidenceFile(f"index.{kind}", content, "", self.date)

    def _render(self, report_name, records, day=None, **data):
        """``(content, extension)`` of a report: a PDF with the day it is about, or a page where none can be made."""
        report = self.env["ir.actions.report"].with_context(report_pdf_no_attachment=True)
        render = report._render_qweb_pdf if self.can_print else report._render_qweb_html
        with _steady_fonts():
            content, kind = render(report_name, records.ids, data=data)
        if kind == "pdf":
            return steady_pdf(content, day or self.date), kind
        return content if isinstance(content, bytes) else content.encode(), "html"

    def _note(self, count, fingerprint):
        """Who made which pack is kept with the case, else with the customer."""
        # sudo: who may read the evidence may not write the case, but that it was read is noted
        record = (self.case_id or self.partner_id).sudo()
        record.message_post(
            body=self.env._(
                "Evidence pack of %(count)s files made; SHA-256 of its index.json: %(fingerprint)s",
                count=count,
                fingerprint=fingerprint,
            )
        )
