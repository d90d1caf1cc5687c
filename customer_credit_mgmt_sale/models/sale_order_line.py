from odoo import api, models

from odoo.addons.customer_credit_mgmt.models.computed_again import compute_again, names_of

# What was invoiced follows from the invoices.
INVOICED = {"invoice_status", "qty_invoiced", "qty_to_invoice"}


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    # Whatever is done to the lines of a confirmed order: see sale.order._credit_watch.

    @api.model_create_multi
    def create(self, vals_list):
        orders = self.env["sale.order"].browse({vals["order_id"] for vals in vals_list if vals.get("order_id")})
        with orders._credit_watch():
            lines = super().create(vals_list)
            compute_again(lines, INVOICED & names_of(vals_list))
            return lines

    def write(self, vals):
        orders = self.order_id | self.env["sale.order"].browse(vals.get("order_id") or ())
        with orders._credit_watch():
            result = super().write(vals)
            compute_again(self, INVOICED & vals.keys())
            return result

    def unlink(self):
        with self.order_id._credit_watch():
            return super().unlink()
