from odoo import fields, models


class CollectionCase(models.Model):
    """What belongs to a case elsewhere."""

    _inherit = "collection.case"

    handover_count = fields.Integer(
        string="Hand-Overs", compute="_compute_handover_count", help="Hand-overs to agencies of items of the case."
    )

    def _handover_domain(self):
        return [("line_ids.move_line_id", "in", self.line_ids.move_line_id.ids)]

    def _compute_handover_count(self):
        for case in self:
            case.handover_count = self.env["collection.handover"].search_count(case._handover_domain())

    def action_view_handovers(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_collection_handover")
        return {**action, "domain": self._handover_domain(), "context": {}}

    def action_evidence(self):
        """Ask what the evidence pack is to hold."""
        self.ensure_one()
        return self.env["collection.evidence.wizard"]._ask(self.partner_id, self.line_ids.move_id, self)


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_evidence(self):
        """Evidence of everything open of the customer."""
        self.ensure_one()
        return self.env["collection.evidence.wizard"]._ask(self.commercial_partner_id)


class AccountMove(models.Model):
    _inherit = "account.move"

    def action_evidence(self):
        """Evidence of these documents."""
        return self.env["collection.evidence.wizard"]._ask(self.commercial_partner_id, self)
