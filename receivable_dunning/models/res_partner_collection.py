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
    collection_contact_count = fields.Integer(
        string="Contacts", compute="_compute_collection_contact_count", groups="base.group_user"
    )

    def _compute_collection_contact_count(self):
        """Calls, visits and other contacts of the commercial partner with the active companies."""
        customers = self.commercial_partner_id
        counts = dict(
            self.env["collection.contact"]._read_group(
                [
                    ("partner_id", "in", customers.ids),
                    ("state", "=", "done"),
                    ("company_id", "in", self.env.companies.root_id.ids),
                ],
                ["partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.collection_contact_count = counts.get(partner.commercial_partner_id, 0)

    @api.model
    def _commercial_fields(self):
        return [*super()._commercial_fields(), "collector_id"]
