from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command


class ReceivableDisputeResolveWizard(models.TransientModel):
    """What is decided of a dispute, why it came to this, what the customer is told, and the credit note."""

    _name = "receivable.dispute.resolve.wizard"
    _description = "Resolve a Dispute"

    dispute_id = fields.Many2one("receivable.dispute", required=True, readonly=True, ondelete="cascade")
    currency_id = fields.Many2one(related="dispute_id.currency_id")
    amount = fields.Monetary(related="dispute_id.amount", string="In Dispute")
    note = fields.Text(related="dispute_id.note")
    decision = fields.Selection(
        [("accept", "Accept"), ("reject", "Reject"), ("withdraw", "Withdrawn by the Customer")],
        required=True,
        default="accept",
        help="Accept: all or a part of it is credited. Reject: it is claimed again, and interest for the days in"
        " dispute is charged as the interest rule says. Withdrawn: the same, because the customer does not insist any"
        " more.",
    )
    credit_by = fields.Selection(
        [
            ("amount", "A credit note of the amount"),
            ("lines", "A credit note of lines of the invoice"),
            ("none", "No credit note: it is settled otherwise"),
        ],
        string="Credited by",
        required=True,
        default="amount",
        help="Otherwise: for instance a payment that is to be allocated. The dispute ends once that much less is open.",
    )
    amount_accepted = fields.Monetary(string="Accepted", help="Taxes included; at most what is in dispute.")
    line_ids = fields.One2many("receivable.dispute.resolve.wizard.line", "wizard_id", string="Lines to Credit")
    amount_lines = fields.Monetary(
        string="Without Taxes", compute="_compute_amount_lines", help="What the lines below come to, before taxes."
    )
    cause_id = fields.Many2one(
        "receivable.dispute.cause",
        string="Root Cause",
        required=True,
        help="Why it came to this: read in the analysis.",
    )
    answer = fields.Text(help="Sent to the contact by e-mail, and shown on the portal. Empty: nobody is written to.")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        dispute = self.env["receivable.dispute"].browse(values.get("dispute_id"))
        is_invoice = dispute.move_id.is_sale_document()
        values["amount_accepted"] = dispute.amount
        values["cause_id"] = dispute.cause_id.id
        if not is_invoice:
            values["credit_by"] = "none"
        lines = dispute.move_id.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        values["line_ids"] = [
            Command.create({"invoice_line_id": line.id, "price_credited": line.price_unit}) for line in lines
        ]
        return values

    @api.depends("line_ids.quantity_credited", "line_ids.price_credited")
    def _compute_amount_lines(self):
        for wizard in self:
            amounts = (
                line.quantity_credited * line.price_credited * (1 - line.discount / 100) for line in wizard.line_ids
            )
            wizard.amount_lines = wizard.currency_id.round(sum(amounts)) if wizard.currency_id else 0.0

    def action_apply(self):
        """Decide; where something is credited, go to the draft credit note: posting it ends the dispute."""
        self.ensure_one()
        dispute, is_accepted = self.dispute_id, self.decision == "accept"
        dispute.check_access("write")
        credit_note = self._make_credit_note() if is_accepted else None
        accepted = credit_note.amount_total if credit_note and self.credit_by == "lines" else self.amount_accepted
        dispute._decide(self.decision, accepted, self.cause_id, self.answer)
        if credit_note:
            return dispute._open_credit_notes(credit_note)
        return {"type": "ir.actions.act_window_close"}

    def _make_credit_note(self):
        dispute = self.dispute_id
        dispute._expect_open()
        if self.credit_by == "none":
            return None
        if self.credit_by == "lines":
            wanted = {
                line.invoice_line_id: (line.quantity_credited, line.price_credited)
                for line in self.line_ids
                if line.quantity_credited
            }
            if not wanted:
                raise UserError(self.env._("Give the quantity to credit of at least one line."))
            return dispute._make_credit_note_by_lines(wanted)
        dispute._check_decision(self.decision, dispute.currency_id.round(self.amount_accepted))
        return dispute._make_credit_note_of(self.amount_accepted)
