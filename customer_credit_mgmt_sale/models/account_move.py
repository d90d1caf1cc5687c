from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    def _credit_counted_amount(self):
        """What the invoice takes of confirmed orders moves from one part of the exposure to another."""
        counted = super()._credit_counted_amount()
        if not self.line_ids.sale_line_ids:
            return counted
        company, customer = self.company_id, self._credit_customer()
        # sudo: the amount decides, whoever posts. The order of somebody else is in somebody else's exposure.
        orders = self.sudo().line_ids.sale_line_ids.order_id.filtered(
            lambda order: (
                order.state == "sale"
                and order._credit_customer() == customer
                and order.company_id.root_id == company.root_id
            )
        )
        today = fields.Date.context_today(self)
        for order in orders:
            lines = self.invoice_line_ids.filtered(lambda line, order=order: order in line.sale_line_ids.order_id)
            taken = self.currency_id._convert(sum(lines.mapped("price_total")), order.currency_id, company, today)
            left = order.amount_total - order._credit_posted_amount()
            amount = max(min(taken, left), 0.0)
            counted += amount / (order.currency_rate or 1.0)
        return min(counted, self.amount_total_signed)

    def _credit_was_granted(self, spec):
        """The orders were checked, unless the policy does not hold orders, or not those that are due at once."""
        if spec.action_at("order") != "block":
            return False
        # sudo: the terms decide, whoever posts
        orders = self.sudo().line_ids.sale_line_ids.order_id
        return not (spec.exempt_immediate and any(order._credit_is_immediate() for order in orders))
