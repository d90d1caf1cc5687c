from odoo import api, fields, models

from ..core import verdict as core


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "credit.check.mixin"]

    _credit_stage = "invoice"

    credit_status = fields.Selection(related="commercial_partner_id.credit_status", string="Credit Status")

    # ------------------------------------------------------------------
    # CREDIT CHECK
    # ------------------------------------------------------------------

    def _credit_partner(self):
        return self.partner_id

    def _credit_document(self):
        if not self._credit_is_ours():
            return core.Document(0.0)
        return core.Document(self.amount_total_signed, self._credit_counted_amount())

    def _credit_counted_amount(self):
        """The part of the invoice that the exposure holds already: what it invoices of confirmed orders."""
        return 0.0

    def _credit_is_ours(self):
        return self.move_type in ("out_invoice", "out_receipt")

    def _credit_is_immediate(self):
        return self.invoice_date_due and self.invoice_date_due <= (self.invoice_date or fields.Date.context_today(self))

    def _credit_salesperson(self):
        return self.invoice_user_id

    def _credit_resume(self):
        self.action_post()

    # ------------------------------------------------------------------
    # POSTING
    # ------------------------------------------------------------------

    def action_post(self):
        passed = self._credit_hold()
        result = super(AccountMove, passed).action_post() if passed else False
        held = self - passed
        return held._credit_hold_notification(held) if held else result

    def action_validate_moves_with_confirmation(self):
        drafts = self.filtered(lambda move: move.state == "draft" and move.line_ids)
        held = drafts - drafts._credit_hold()
        remaining = self - held
        if held and not remaining:
            return held._credit_hold_notification(held)
        return super(AccountMove, remaining).action_validate_moves_with_confirmation()

    def write(self, vals):
        if vals.get("state") != "posted":
            return super().write(vals)
        posting = self.filtered(lambda move: move.state != "posted")
        posting._credit_enforce()
        result = super().write(vals)
        posting._credit_open_files()
        return result

    @api.depends("company_id", "partner_id", "tax_totals", "currency_id", "state")
    def _compute_partner_credit_warning(self):
        super()._compute_partner_credit_warning()
        self._credit_fill_warning()
