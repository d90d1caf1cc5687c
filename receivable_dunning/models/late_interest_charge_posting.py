"""From charges to invoices and credit notes."""

import logging

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import split_every

from ..core.interest_case import Kind

_logger = logging.getLogger(__name__)

# What the data of one customer may raise. Errors of the database connection are not among them.
INVOICE_ERRORS = (UserError, ValueError, psycopg2.DataError, psycopg2.IntegrityError)


class LateInterestCharge(models.Model):
    _inherit = "late.interest.charge"
    _invoices_per_batch = 20

    # ------------------------------------------------------------------
    # INVOICE
    # ------------------------------------------------------------------

    def _by_invoice(self):
        """The charges that go on one invoice each: a customer's in one currency."""
        return self.grouped(lambda charge: (charge.company_id, charge.partner_id, charge.currency_id)).values()

    def _post_queued(self):
        """Invoice the charges, which are locked and to be invoiced: they change in the transaction of their invoice."""
        for charges in self._by_invoice():
            company = charges.company_id
            env = self.with_company(company).env
            invoice = env["account.move"].create(charges._prepare_invoice())
            for group, line in zip(charges._by_line(), invoice.invoice_line_ids.sorted("sequence"), strict=True):
                group._set({"state": "posted", "invoice_id": invoice.id, "invoice_line_id": line.id})
            invoice.action_post()

    def _by_line(self):
        """The charges that are told in one line each: an item's interest, a lump sum, a fee."""
        ordered = self.sorted(
            lambda charge: (charge.move_id.id, charge.kind != Kind.INTEREST, charge.date_from, charge.id)
        )
        return list(ordered.grouped(lambda charge: (charge.kind, charge.move_line_id, charge.notice_id)).values())

    def _prepare_invoice(self):
        """Values of the invoice of one customer and currency, in the customer's language."""
        partner = self.partner_id
        address = partner.browse(partner.address_get(["invoice"])["invoice"])
        charges = self.with_context(lang=partner.lang or self.env.lang).with_company(self.company_id)
        texts = charges.rule_id.mapped("legal_text")
        return {
            "move_type": "out_invoice",
            "company_id": self.company_id.id,
            "partner_id": address.id,
            "currency_id": self.currency_id.id,
            "invoice_date": fields.Date.context_today(self),
            "invoice_origin": ", ".join(self.run_id.mapped("name")) or False,
            "is_late_interest": True,
            "narration": "<br/>".join(dict.fromkeys(filter(None, texts))) or False,
            "invoice_line_ids": [
                Command.create({**group._prepare_invoice_line(), "sequence": number})
                for number, group in enumerate(charges._by_line())
            ],
        }

    def _prepare_invoice_line(self):
        """One line: the document, and how the amount comes about."""
        rule = self.rule_id[:1]
        product = self._product()
        values = {
            "name": "\n".join([self._heading(), *(charge._in_words() for charge in self)]),
            "product_id": product.id,
            "quantity": 1,
            "price_unit": sum(self.mapped("amount")),
            "tax_ids": [Command.set(self._taxes(product).ids)],
        }
        if rule.account_id:
            values["account_id"] = rule.account_id.id
        return values

    def _heading(self):
        first = self[0]
        if first.kind == Kind.FEE:
            return self.env._("Reminder fee")
        if first.kind == Kind.COMPENSATION:
            return self.env._("Late payment of %(document)s", document=first.move_id.name)
        return self.env._("Late interest on %(document)s", document=first.move_id.name)

    def _product(self):
        product = self.rule_id[:1].product_id
        return product or self.env.ref("receivable_dunning.product_late_interest", raise_if_not_found=False) or product

    def _taxes(self, product):
        """Taxes as the rule says, of the charging company, mapped by the customer's fiscal position."""
        company = self.company_id
        if self.rule_id[:1].tax_mode == "company":
            taxes = company.account_sale_tax_id
        else:
            taxes = product.taxes_id.filtered(lambda tax: tax.company_id == company)
        position = self.env["account.fiscal.position"].with_company(company)._get_fiscal_position(self.partner_id)
        return position.map_tax(taxes)

    # ------------------------------------------------------------------
    # CREDIT NOTE
    # ------------------------------------------------------------------

    def _credit_back(self, reason):
        """Credit notes for invoiced charges, matched with their invoices."""
        for invoice, charges in self.grouped("invoice_id").items():
            if invoice.state != "posted":
                raise UserError(
                    self.env._("%(invoice)s is not posted: post or cancel it first.", invoice=invoice.display_name)
                )
            today = fields.Date.context_today(self)
            note = invoice.with_context(late_interest_credit=True)._reverse_moves(
                [{"invoice_date": today, "date": today, "ref": reason[:200]}]
            )
            pairs = zip(
                invoice.invoice_line_ids.sorted(lambda line: (line.sequence, line.id)),
                note.invoice_line_ids.sorted(lambda line: (line.sequence, line.id)),
                strict=True,
            )
            commands = []
            for line, copy in pairs:
                amount = sum(
                    charges.filtered(lambda charge, line=line: charge.invoice_line_id == line).mapped("amount")
                )
                commands.append(Command.update(copy.id, {"price_unit": amount}) if amount else Command.delete(copy.id))
            note.write({"invoice_line_ids": commands})
            note.with_context(late_interest_credit=True).action_post()
            charges._set({"credit_note_id": note.id})

    # ------------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------------

    @api.model
    def _cron_invoice(self):
        """Invoice what is queued, a batch of customers per transaction; what fails keeps its error and waits."""
        progress = self.env["ir.cron"]._commit_progress
        groups = [
            charge_ids
            for *_group, charge_ids in self._read_group(
                [("state", "=", "queued"), ("error", "=", False)],
                ["company_id", "partner_id", "currency_id"],
                ["id:array_agg"],
            )
        ]
        progress(remaining=len(groups))
        for batch in split_every(self._invoices_per_batch, groups):
            for charge_ids in batch:
                self.browse(charge_ids)._invoice_alone()
            if not progress(len(batch)):
                break

    def _invoice_alone(self):
        """Invoice what of these charges is still queued and not in somebody else's hands."""
        charges = self.try_lock_for_update()
        charges.invalidate_recordset()
        charges = charges.filtered(lambda charge: charge.state == "queued")
        try:
            with self.env.cr.savepoint():
                charges._post_queued()
        except INVOICE_ERRORS as error:
            _logger.info("Late interest of %s is not invoiced: %s", charges.partner_id, error)
            charges.write({"error": str(error)})
