from odoo import models


class ReceivableAging(models.Model):
    """From the list of open items to court or to an agency."""

    _inherit = "receivable.aging"

    def action_open_case(self):
        """Drafts of legal cases with these items, one per customer."""
        return self.env["collection.case"]._open_drafts(self.move_line_id)

    def action_hand_over(self):
        """A new hand-over with these items."""
        return self.env["collection.handover"]._open_draft(self.move_line_id)
