from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    collector_id = fields.Many2one(
        "res.users",
        company_dependent=True,
        domain=[("share", "=", False)],
        tracking=True,
        groups="base.group_user",
        help="Who looks after what this customer owes: the customer is in this person's portfolio.",
    )
    collection_portfolio_id = fields.Many2one(
        "collection.portfolio",
        string="Assigned by",
        company_dependent=True,
        readonly=True,
        groups="base.group_user",
        help="The portfolio by whose rule the collector was set. Empty: set by hand; no rule changes it.",
    )
    collection_contact_count = fields.Integer(
        string="Contact Log", compute="_compute_collection_contact_count", groups="base.group_user"
    )

    def _compute_collection_contact_count(self):
        """What the contact log of the commercial partner has to show."""
        log = self.env["collection.log"]
        of_customers = [("partner_id", "in", self.commercial_partner_id.ids)]
        counts = dict(log._read_group(of_customers, ["partner_id"], ["__count"]))
        for partner in self:
            partner.collection_contact_count = counts.get(partner.commercial_partner_id, 0)

    @api.model
    def _commercial_fields(self):
        return [*super()._commercial_fields(), "collector_id", "collection_portfolio_id"]

    def write(self, vals):
        """Who sets the collector by hand decides: the rules of portfolios keep off from then on."""
        if "collector_id" in vals and "collection_portfolio_id" not in vals:
            vals = {**vals, "collection_portfolio_id": False}
        return super().write(vals)

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_collection_log(self):
        """Everything that was said and sent, by day."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_collection_log")
        customer = self.commercial_partner_id
        return {**action, "domain": [("partner_id", "=", customer.id)], "context": {"of_one_customer": True}}

    def action_collection_call(self):
        """The form of a call to this customer."""
        self.ensure_one()
        customer = self.commercial_partner_id
        return {
            "type": "ir.actions.act_window",
            "name": customer.display_name,
            "res_model": "collection.contact",
            "views": [(False, "form")],
            "context": {"default_partner_id": customer.id, "default_contact_id": self.id},
        }
