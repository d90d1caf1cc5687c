"""What losses and recoveries booked stays where it was booked, and matched with what was given up."""

from odoo import api, models

# What a line says in the books.
BOOKED = frozenset({"account_id", "currency_id", "balance", "amount_currency", "debit", "credit"})


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def write(self, vals):
        changed = BOOKED & vals.keys()
        if changed:
            will_change = self.env["account.move"]._field_will_change
            posted = self.filtered(lambda line: line.parent_state == "posted")
            posted.filtered(
                lambda line: any(will_change(line, vals, name) for name in changed)
            ).move_id._check_loss_entries()
        return super().write(vals)


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_written_off(self):
        """A debt whose loss stands in the books is not open: undoing the write-off unmatches both."""
        (self.debit_move_id | self.credit_move_id).move_id._check_writeoff_entries()
