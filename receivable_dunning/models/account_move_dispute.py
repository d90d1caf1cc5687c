from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    dispute_count = fields.Integer(
        string="Disputes", compute="_compute_dispute_count", groups="receivable_dunning.group_collections_user"
    )
    dispute_open_count = fields.Integer(
        string="Open Disputes", compute="_compute_dispute_count", groups="receivable_dunning.group_collections_user"
    )

    def _compute_dispute_count(self):
        rows = self.env["receivable.dispute"]._read_group(
            [("move_id", "in", self.ids)], ["move_id", "state"], ["__count"]
        )
        for move in self:
            counts = {state: count for document, state, count in rows if document == move._origin}
            move.dispute_count, move.dispute_open_count = sum(counts.values()), counts.get("open", 0)

    # ------------------------------------------------------------------
    # CREDIT NOTES
    # ------------------------------------------------------------------

    def _post(self, soft=True):
        posted = super()._post(soft)
        posted._disputes_credited()._credit_notes_posted(posted)
        return posted

    def write(self, vals):
        withdrawn = self.browse()
        if vals.get("state") in ("draft", "cancel"):
            withdrawn = self.filtered(lambda move: move.state == "posted" and move.move_type == "out_refund")
        result = super().write(vals)
        if withdrawn:
            withdrawn._disputes_credited()._credit_notes_withdrawn(withdrawn)
        return result

    def _disputes_credited(self):
        """Disputes that these credit notes carry out."""
        # sudo: whoever posts or resets a credit note need not see the disputes
        disputes = self.env["receivable.dispute"].sudo()
        refunds = self.filtered(lambda move: move.move_type == "out_refund")
        return disputes.search([("credit_note_ids", "in", refunds.ids)]) if refunds else disputes

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_view_disputes(self):
        """Disputes of the documents, closed ones too."""
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_receivable_dispute")
        return {**action, "domain": [("move_id", "in", self.ids)], "context": {}}

    def action_open_dispute(self):
        """Ask what is disputed of these documents."""
        return self.env["receivable.dispute.wizard"]._ask({"active_model": self._name, "active_ids": self.ids})
