from odoo import models
from odoo.exceptions import ValidationError


class AccountMove(models.Model):
    """An invoice that a factor holds, and the customer knows so, is not paid to us on line."""

    _inherit = "account.move"

    def _has_to_be_paid(self):
        return not self.assigned_factor_id and super()._has_to_be_paid()

    def _get_online_payment_error(self):
        return self._paid_elsewhere_words() or super()._get_online_payment_error()

    def _check_paid_to_us(self):
        for invoice in self:
            if words := invoice._paid_elsewhere_words():
                raise ValidationError(words)

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
