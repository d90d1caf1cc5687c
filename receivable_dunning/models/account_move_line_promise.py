"""Promises and instalment plans follow what is matched with their items: once per transaction, at its end."""

from odoo import models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _commitments_touched(self):
        """Note the items; when the transaction ends, one indexed search each finds what is promised or planned."""
        if not self:
            return
        precommit = self.env.cr.precommit
        if "commitments.touched" not in precommit.data:
            precommit.data["commitments.touched"] = set()
            # sudo: what becomes of a promise follows from the ledger, whoever books
            precommit.add(self.sudo().browse()._decide_commitments)
        precommit.data["commitments.touched"].update(self.ids)

    def _decide_commitments(self):
        touched = self.env.cr.precommit.data.pop("commitments.touched", set())
        self.env["receivable.promise"]._decide_touched(touched)
        self.env["receivable.payment.plan"]._decide_touched(touched)
        self.env.flush_all()
