from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain


class AccountMove(models.Model):
    _inherit = "account.move"

    # ------------------------------------------------------------------
    # ENTRIES OF WRITE-OFFS AND ASSIGNMENTS
    # ------------------------------------------------------------------

    def _reverse_moves(self, default_values_list=None, cancel=False):
        self._check_loss_entries()
        return super()._reverse_moves(default_values_list, cancel)

    def _post(self, soft=True):
        """A recovery whose entry is reversed was none; what must not be reversed is not by a reversal made by hand."""
        self.reversed_entry_id._check_loss_entries()
        posted = super()._post(soft)
        posted.reversed_entry_id._drop_recoveries()
        return posted

    def write(self, vals):
        """A recovery whose entry is taken out of the books was none."""
        result = super().write(vals)
        if vals.get("state") in ("draft", "cancel"):
            self._drop_recoveries()
        return result

    def _check_reset(self):
        self._check_loss_entries()
        super()._check_reset()

    def _check_loss_entries(self):
        """What a write-off or an assignment stands on leaves the books with it: else undoing it books too much."""
        if not self:
            return
        # sudo: whoever takes an entry back need not see what it stands for
        writeoff = self.env["receivable.writeoff"].sudo().search(self._writeoff_entry_domain(), limit=1)
        if writeoff:
            raise UserError(writeoff._entry_refusal((writeoff.move_id | writeoff.undo_move_id) & self))
        # sudo: as above
        lines = self.env["receivable.assignment.line"].sudo()
        line = lines.search(self._assignment_entry_domain(), order="is_standing DESC", limit=1)
        if line:
            raise UserError(line._entry_refusal((line.factor_line_id.move_id | line.buy_back_id) & self))

    def _writeoff_entry_domain(self):
        posted = Domain("move_id", "in", self.ids) & Domain("state", "=", "posted")
        undone = Domain("move_id", "in", self.ids) | Domain("undo_move_id", "in", self.ids)
        return posted | undone & Domain("undo_move_id", "!=", False)

    def _assignment_entry_domain(self):
        standing = Domain("factor_line_id.move_id", "in", self.ids) & Domain("is_standing", "=", True)
        bought_back = Domain("factor_line_id.move_id", "in", self.ids) | Domain("buy_back_id", "in", self.ids)
        return standing | bought_back & Domain("buy_back_id", "!=", False)

    def _drop_recoveries(self):
        if not self:
            return
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

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_propose_writeoff(self):
        """Propose what is open of the chosen invoices for a write-off."""
        return self.env["receivable.writeoff.wizard"]._propose_items(self.line_ids)


class ReceivableAging(models.Model):
    _inherit = "receivable.aging"

    def action_propose_writeoff(self):
        """Propose the chosen open items for a write-off."""
        return self.env["receivable.writeoff.wizard"]._propose_items(self.move_line_id)
