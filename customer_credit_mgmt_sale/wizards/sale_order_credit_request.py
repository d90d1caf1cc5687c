from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.customer_credit_mgmt.core import verdict as core


class SaleOrderCreditRequest(models.TransientModel):
    """Ask for a release before a confirmed order is made larger or due later."""

    _name = "sale.order.credit.request"
    _description = "Ask for More Credit for an Order"

    order_id = fields.Many2one("sale.order", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="order_id.currency_id")
    current_amount = fields.Monetary(related="order_id.amount_total", string="Order Now")
    amount = fields.Monetary(
        string="Order with the Change",
        compute="_compute_from_order",
        store=True,
        readonly=False,
        required=True,
        help="The total of the order, taxes included, as it is to be.",
    )
    payment_term_id = fields.Many2one(
        "account.payment.term",
        string="Payment Terms",
        compute="_compute_from_order",
        store=True,
        readonly=False,
        help="As they are to be; the same as now if only the amount changes.",
    )
    reason = fields.Text(required=True, help="Why the customer needs it: read by who decides, and kept.")
    passes = fields.Boolean(compute="_compute_outlook")
    outlook = fields.Text(compute="_compute_outlook", help="What the check says of the change today.")

    @api.depends("order_id")
    def _compute_from_order(self):
        for request in self:
            request.amount = request.order_id.amount_total
            request.payment_term_id = request.order_id.payment_term_id

    def _decide(self):
        order = self.order_id
        today = fields.Date.context_today(self)
        amount = order.currency_id._convert(self.amount, order.company_id.currency_id, order.company_id, today)
        return order._credit_decide_request(amount, order._credit_days_of(self.payment_term_id))

    @api.depends("order_id", "amount", "payment_term_id")
    def _compute_outlook(self):
        for request in self:
            decision = request._decide()
            request.passes = decision.outcome != core.Outcome.BLOCK
            request.outlook = request.order_id._credit_text(decision) or False

    def action_request(self):
        """Hold the change until somebody releases it."""
        self.ensure_one()
        order = self.order_id
        if order.state != "sale":
            raise UserError(self.env._("Only a confirmed order needs this: change the quotation and confirm it."))
        decision = self._decide()
        if decision.outcome != core.Outcome.BLOCK:
            raise UserError(self.env._("This change passes without a release: make it on the order."))
        order._credit_request(decision, self.reason)
        return {"type": "ir.actions.act_window_close"}
