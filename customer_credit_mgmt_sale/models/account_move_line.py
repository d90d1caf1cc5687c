from odoo import models

from odoo.addons.customer_credit_mgmt.models.computed_again import compute_again


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def write(self, vals):
        """How much of an order an item took follows from its price: it is computed again, whatever was written."""
        result = super().write(vals)
        compute_again(self, {"price_total"} & vals.keys())
        return result
