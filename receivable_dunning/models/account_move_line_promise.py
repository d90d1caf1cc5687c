"""Promises and instalment plans follow what is matched with their items: once per transaction, at its end."""

from odoo import models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _credit_facts_changed(self):
        super()._credit_facts_changed()
        self._commitments_touched()

    def _commitments_touched(self):
        """Note the items, and those that they pay; when the transaction ends, one indexed search each finds what is
        promised or planned."""
        receivable = self.env["receivable.ledger"]._receivable_account_ids() if self else ()
        lines = self.exists().filtered(lambda line: line.account_id.id in receivable)
        if not lines:
            return
        precommit = self.env.cr.precommit
        if "commitments.touched" not in precommit.data:
            precommit.data["commitments.touched"] = set()
            # sudo: what becomes of a promise follows from the ledger, whoever books
            precommit.add(self.sudo().browse()._decide_commitments)
        precommit.data["commitments.touched"].update((lines | lines.matched_debit_ids.debit_move_id).ids)

    def _decide_commitments(self):
        touched = self.env.cr.precommit.data.pop("commitments.touched", set())
        self.env["receivable.promise"]._decide_touched(touched)
        self.env["receivable.payment.plan"]._decide_touched(touched)
        self.env.flush_all()
