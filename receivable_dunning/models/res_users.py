from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _staff_of(self, company):
        """Those of these users who are still here, are no customers on the portal, and work in the company."""
        return self.filtered(lambda user: user.active and not user.share and company in user.company_ids)
