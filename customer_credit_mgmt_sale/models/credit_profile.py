from odoo import api, models


class CreditProfile(models.Model):
    _inherit = "credit.profile"

    @api.model
    def _has_business(self, contacts):
        domain = [("partner_invoice_id", "in", contacts.ids), ("state", "=", "sale")]
        return super()._has_business(contacts) or bool(self.env["sale.order"].search_count(domain, limit=1))
