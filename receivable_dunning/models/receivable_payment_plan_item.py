from odoo import api, fields, models


class ReceivablePaymentPlanItem(models.Model):
    """An open item that a plan pays, with what was open of it."""

    _name = "receivable.payment.plan.item"
    _description = "Item of a Payment Plan"
    _inherit = ["receivable.plan.part.mixin"]
    _order = "date_maturity, id"

    plan_id = fields.Many2one("receivable.payment.plan", required=True, readonly=True, index=True, ondelete="cascade")
    move_line_id = fields.Many2one(
        "account.move.line", string="Item", required=True, readonly=True, index=True, ondelete="cascade"
    )
    move_id = fields.Many2one(related="move_line_id.move_id", string="Document", store=True, index=True)
    name = fields.Char(string="Number", compute="_compute_name", store=True, help="Of the document, as it was offered.")
    date_maturity = fields.Date(string="Due Date", compute="_compute_name", store=True)
    amount = fields.Monetary(required=True, readonly=True, help="What was open when the plan was made.")
    amount_residual = fields.Monetary(
        string="Open Today", related="move_line_id.amount_residual_currency", currency_field="currency_id"
    )
    currency_id = fields.Many2one(related="plan_id.currency_id")
    is_interest = fields.Boolean(readonly=True, help="The invoice of the plan's interest.")
    settled_before = fields.Json(
        readonly=True,
        copy=False,
        groups="receivable_dunning.group_collections_user",
        help="What was settled of the item when the plan was accepted, per payment: it does not count for the plan.",
    )

    _item_uniq = models.UniqueIndex("(plan_id, move_line_id)", "The item is in the plan already.")

    @api.depends("move_line_id")
    def _compute_name(self):
        for item in self:
            # sudo: the customer knows its own documents
            line = item.move_line_id.sudo()
            item.name = line.move_id.name
            item.date_maturity = line.date_maturity or line.date
