from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    dispute_count = fields.Integer(
        string="Open Disputes",
        compute="_compute_dispute_count",
        groups="receivable_dunning.group_collections_user",
        help="Of the customer, in the active companies.",
    )
    dispute_total_count = fields.Integer(
        string="Disputes", compute="_compute_dispute_count", groups="receivable_dunning.group_collections_user"
    )

    def _compute_dispute_count(self):
        rows = self.env["receivable.dispute"]._read_group(
            [("partner_id", "in", self.commercial_partner_id.ids)], ["partner_id", "state"], ["__count"]
        )
        for partner in self:
            counts = {state: count for customer, state, count in rows if customer == partner.commercial_partner_id}
            partner.dispute_count, partner.dispute_total_count = counts.get("open", 0), sum(counts.values())

    def action_view_disputes(self):
        """Disputes of the customer, closed ones too."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_receivable_dispute")
        return {**action, "domain": [("partner_id", "=", self.commercial_partner_id.id)], "context": {}}
