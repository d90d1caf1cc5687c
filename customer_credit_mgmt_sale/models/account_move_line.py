from odoo import models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def write(self, vals):
        """How much of an order an item took follows from its price: it is computed again, whatever was written on it."""
        result = super().write(vals)
        if "price_total" in vals:
            self.env.add_to_compute(self._fields["price_total"], self)
        return result
