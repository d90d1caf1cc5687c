from odoo import fields, models


class ResPartner(models.Model):
    """The law agreed with a customer, and what is at court or with an agency."""

    _inherit = "res.partner"

    limitation_rule_id = fields.Many2one(
        "limitation.rule",
        string="Limitation",
        company_dependent=True,
        help="The law agreed with this customer. Empty: that of our company's country.",
        groups="receivable_dunning.group_collections_user",
    )
    collection_case_count = fields.Integer(
        string="Legal Cases",
        compute="_compute_collection_case_count",
        groups="receivable_dunning.group_collections_user",
        help="Cases of the customer that are not closed.",
    )

    def _compute_collection_case_count(self):
        groups = self.env["collection.case"]._read_group(
            [("partner_id", "in", self.commercial_partner_id.ids), ("state", "!=", "closed")],
            ["partner_id"],
            ["__count"],
        )
        counts = dict(groups)
        for partner in self:
            partner.collection_case_count = counts.get(partner.commercial_partner_id, 0)

    def write(self, vals):
        result = super().write(vals)
        if "limitation_rule_id" in vals:
            self.env["limitation.term"]._refresh(self.env.company.root_id, self.commercial_partner_id)
        return result

    def action_view_collection_cases(self):
        """Cases of the customer, closed ones too; a new one claims everything that is overdue."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_collection_case")
        customer = self.commercial_partner_id
        return {**action, "domain": [("partner_id", "=", customer.id)], "context": {"default_partner_id": customer.id}}
