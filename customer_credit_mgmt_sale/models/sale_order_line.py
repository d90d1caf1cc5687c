from odoo import api, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    # Whatever is done to the lines of a confirmed order: see sale.order._credit_watch.

    @api.model_create_multi
    def create(self, vals_list):
        orders = self.env["sale.order"].browse({vals["order_id"] for vals in vals_list if vals.get("order_id")})
        with orders._credit_watch():
            return super().create(vals_list)

    def write(self, vals):
        orders = self.order_id | self.env["sale.order"].browse(vals.get("order_id") or ())
        with orders._credit_watch():
            return super().write(vals)

    def unlink(self):
        with self.order_id._credit_watch():
            return super().unlink()
