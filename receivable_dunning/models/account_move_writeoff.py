from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain


class AccountMove(models.Model):
    _inherit = "account.move"

    # ------------------------------------------------------------------
    # ENTRIES OF WRITE-OFFS AND ASSIGNMENTS
    # ------------------------------------------------------------------

    def _reverse_moves(self, default_values_list=None, cancel=False):
        self._check_loss_reversal()
        return super()._reverse_moves(default_values_list, cancel)

    def _post(self, soft=True):
        """A recovery whose entry is reversed was none; what must not be reversed is not by a reversal made by hand."""
        self.reversed_entry_id._check_loss_reversal()
        posted = super()._post(soft)
        posted.filtered("reversed_entry_id")._take_back_recoveries()
        return posted

    def _check_reset(self):
        self._check_loss_entries()
        super()._check_reset()

    def _check_loss_entries(self):
        """What losses and recoveries stand on stays as it was booked: else the books say what nobody recorded."""
        self._check_loss_reversal()
        self._check_recoveries(Domain("move_id", "in", self.ids))

    def _check_loss_reversal(self):
        """What a write-off or an assignment stands on leaves the books with it: else undoing it books too much."""
        if not self:
            return
        self._check_writeoff_entries()
        # sudo: whoever takes an entry back need not see what it stands for
        lines = self.env["receivable.assignment.line"].sudo()
        line = lines.search(self._assignment_entry_domain(), order="is_standing DESC", limit=1)
        if line:
            raise UserError(line._entry_refusal(((line.factor_line_id.move_id | line.buy_back_id) & self)[:1]))
        self._check_recoveries(self._taken_back_entry_domain())

    def _check_writeoff_entries(self):
        # sudo: as above
        writeoff = self.env["receivable.writeoff"].sudo().search(self._writeoff_entry_domain(), limit=1)
        if writeoff:
            raise UserError(writeoff._entry_refusal(((writeoff.move_id | writeoff.undo_move_id) & self)[:1]))

    def _check_recoveries(self, domain):
        # sudo: as above
        recoveries = self.env["receivable.writeoff.recovery"].sudo().with_context(active_test=False)
        recovery = recoveries.search(domain, limit=1)
        if recovery:
            raise UserError(recovery._entry_refusal(((recovery.move_id | recovery.reversal_id) & self)[:1]))

    def _writeoff_entry_domain(self):
        posted = Domain("move_id", "in", self.ids) & Domain("state", "=", "posted")
        undone = Domain("move_id", "in", self.ids) | Domain("undo_move_id", "in", self.ids)
        return posted | undone & Domain("undo_move_id", "!=", False)

    def _assignment_entry_domain(self):
        standing = Domain("factor_line_id.move_id", "in", self.ids) & Domain("is_standing", "=", True)
        bought_back = Domain("factor_line_id.move_id", "in", self.ids) | Domain("buy_back_id", "in", self.ids)
        return standing | bought_back & Domain("buy_back_id", "!=", False)

    def _taken_back_entry_domain(self):
        taken_back = Domain("move_id", "in", self.ids) | Domain("reversal_id", "in", self.ids)
        return taken_back & Domain("active", "=", False)

    def _take_back_recoveries(self):
        """These are reversals: the money was for something else."""
        # sudo: whoever may reverse an entry takes back what it stands for
        recoveries = self.env["receivable.writeoff.recovery"].sudo()
        reversals = self.grouped("reversed_entry_id")
        for recovery in recoveries.search([("move_id", "in", self.reversed_entry_id.ids)]):
            recovery.write({"active": False, "reversal_id": reversals[recovery.move_id][:1].id})
            recovery.writeoff_id.message_post(
                body=self.env._(
                    "The recovery of %(amount)s was taken back with its entry.",
                    amount=recovery.currency_id.format(recovery.amount_currency),
                )
            )

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
