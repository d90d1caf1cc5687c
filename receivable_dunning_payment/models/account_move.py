from odoo import models
from odoo.exceptions import ValidationError


class AccountMove(models.Model):
    """What a factor holds of an invoice, and the customer knows so, is not paid to us on line; the rest is."""

    _inherit = "account.move"

    def _has_to_be_paid(self):
        return not self.assigned_factor_id and super()._has_to_be_paid()

    def _get_online_payment_error(self):
        return self._paid_elsewhere_words() or super()._get_online_payment_error()

    def _get_invoice_next_payment_values(self, custom_amount=None):
        """Of an invoice of which a factor holds some instalments, the others are asked for."""
        values = super()._get_invoice_next_payment_values(custom_amount=custom_amount)
        held = self._assigned_parts().move_line_id
        ours = [part for part in values.get("not_reconciled_installments", ()) if part["line"] not in held]
        if not held or not ours:
            return values
        wanted = [part for part in ours if part["type"] == "overdue"] or ours[:1]
        amount_due = sum(part["amount_residual_currency_unsigned"] for part in ours)
        next_amount = sum(part["amount_residual_currency_unsigned"] for part in wanted)
        return {
            **values,
            "installment_state": "overdue" if wanted[0]["type"] == "overdue" else "next",
            "next_amount_to_pay": min(custom_amount or next_amount, amount_due),
            "next_payment_reference": f"{self.name}-{wanted[0]['number']}",
            "next_due_date": wanted[0]["date_maturity"],
            "amount_due": amount_due,
            "not_reconciled_installments": ours,
            "is_last_installment": len(ours) == 1,
        }

    def _check_paid_to_us(self, amount):
        """Refuse to take more for these invoices than what is to be paid to us."""
        for invoice in self:
            if words := invoice._paid_elsewhere_words():
                raise ValidationError(words)
        parts = self._assigned_parts()
        if not parts or not amount:
            return
        ours = sum(item.amount_residual_currency for invoice in self for item in invoice._open_with_us())
        if self.currency_id[:1].compare_amounts(amount, ours) > 0:
            raise ValidationError(
                self.env._(
                    "%(items)s: assigned to %(factor)s, please pay it there, not to us. To us, please pay %(amount)s.",
                    items=", ".join(part._part_name() for part in parts),
                    factor=parts.agreement_id.factor_id[:1].name,
                    amount=self.currency_id[:1].format(ours),
                )
            )

    def _paid_elsewhere_words(self):
        """Whom to pay, where it is not us."""
        factor = self.assigned_factor_id
        if not factor:
            return ""
        return self.env._(
            "%(invoice)s was assigned to %(factor)s: please pay it there, not to us.",
            invoice=self.name,
            # sudo: the customer was told who it is
            factor=factor.sudo().name,
        )
