from odoo import api, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    # Whatever is done to the lines of a confirmed order: see sale.order._credit_watch.

    def _credit_compute_again(self, names):
        """What was invoiced follows from the invoices, whatever somebody wrote on it."""
        for name in {"invoice_status", "qty_invoiced", "qty_to_invoice"} & set(names):
            self.env.add_to_compute(self._fields[name], self)

    @api.model_create_multi
    def create(self, vals_list):
        orders = self.env["sale.order"].browse({vals["order_id"] for vals in vals_list if vals.get("order_id")})
        with orders._credit_watch():
            lines = super().create(vals_list)
            lines._credit_compute_again({name for vals in vals_list for name in vals})
            return lines

    def write(self, vals):
        orders = self.order_id | self.env["sale.order"].browse(vals.get("order_id") or ())
        with orders._credit_watch():
            result = super().write(vals)
            self._credit_compute_again(vals)
            return result

    def unlink(self):
        with self.order_id._credit_watch():
            return super().unlink()
