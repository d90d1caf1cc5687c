from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    writeoff_amount = fields.Monetary(
        string="Written Off",
        compute="_compute_writeoff_amount",
        groups="receivable_dunning.group_collections_user",
        help="By write-offs that stand, less what was recovered; in company currency.",
    )

    def _compute_writeoff_amount(self):
        company = self.env.company.root_id
        customers = self.commercial_partner_id
        domain = [("partner_id", "in", customers.ids), ("company_id", "=", company.id)]
        lost = self.env["receivable.writeoff.line"]._read_group(
            [*domain, ("writeoff_id.state", "=", "posted")], ["partner_id"], ["amount:sum"]
        )
        found = self.env["receivable.writeoff.recovery"]._read_group(domain, ["partner_id"], ["amount:sum"])
        lost, found = dict(lost), dict(found)
        for partner in self:
            customer = partner.commercial_partner_id
            partner.writeoff_amount = lost.get(customer, 0.0) - found.get(customer, 0.0)

    def action_view_writeoffs(self):
        """The write-offs of the customer."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_receivable_writeoff")
        return {**action, "domain": [("line_ids.partner_id", "=", self.commercial_partner_id.id)], "context": {}}
