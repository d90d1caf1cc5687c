from odoo import models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """A recovery whose entry is reversed was none."""
        reversals = super()._reverse_moves(default_values_list, cancel)
        if cancel:
            self._drop_recoveries()
        return reversals

    def button_draft(self):
        """A recovery whose entry is taken out of the books was none."""
        result = super().button_draft()
        self._drop_recoveries()
        return result

    def _drop_recoveries(self):
        # sudo: whoever may take an entry back takes back what it stands for
        recoveries = self.env["receivable.writeoff.recovery"].sudo().search([("move_id", "in", self.ids)])
        for recovery in recoveries:
            recovery.writeoff_id.message_post(
                body=self.env._(
                    "The recovery of %(amount)s was taken back with its entry.",
                    amount=recovery.currency_id.format(recovery.amount_currency),
                )
            )
        recoveries.unlink()

    def action_propose_writeoff(self):
        """Propose what is open of the chosen invoices for a write-off."""
        return self.env["receivable.writeoff.wizard"]._propose_items(self.line_ids)


class ReceivableAging(models.Model):
    _inherit = "receivable.aging"

    def action_propose_writeoff(self):
        """Propose the chosen open items for a write-off."""
        return self.env["receivable.writeoff.wizard"]._propose_items(self.move_line_id)
