from odoo import models
from odoo.exceptions import UserError


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
        self._check_loss_entries()
        result = super().button_draft()
        self._drop_recoveries()
        return result

    def _check_loss_entries(self):
        """What a write-off or an assignment stands on leaves the books with it: else undoing it books too much."""
        # sudo: whoever resets need not see what the entry stands for
        writeoff = self.env["receivable.writeoff"].sudo()
        writeoff = writeoff.search([("move_id", "in", self.ids), ("state", "=", "posted")], limit=1)
        if writeoff:
            raise UserError(
                self.env._(
                    "%(entry)s books the write-off %(writeoff)s: undo the write-off instead.",
                    entry=writeoff.move_id.name,
                    writeoff=writeoff.name,
                )
            )
        # sudo: as above
        lines = self.env["receivable.assignment.line"].sudo()
        line = lines.search([("factor_line_id.move_id", "in", self.ids), ("is_standing", "=", True)], limit=1)
        if line:
            raise UserError(
                self.env._(
                    "%(entry)s books the assignment %(batch)s: buy its items back instead.",
                    entry=line.factor_line_id.move_id.name,
                    batch=line.assignment_id.name,
                )
            )

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
