from odoo import fields, models


class ReceivableDisputeWizardLine(models.TransientModel):
    """An open item, and how much of it is disputed."""

    _name = "receivable.dispute.wizard.line"
    _description = "Item to Dispute"

    wizard_id = fields.Many2one("receivable.dispute.wizard", required=True, index=True, ondelete="cascade")
    move_line_id = fields.Many2one("account.move.line", string="Item", required=True, ondelete="cascade")
    move_id = fields.Many2one(related="move_line_id.move_id", string="Document")
    partner_id = fields.Many2one(related="move_line_id.partner_id", string="Customer")
    date_maturity = fields.Date(related="move_line_id.date_maturity")
    currency_id = fields.Many2one(related="move_line_id.currency_id")
    amount_residual = fields.Monetary(related="move_line_id.amount_residual_currency", string="Open Amount")
    amount = fields.Monetary(string="Disputed", help="At most what is open. 0: this item is not disputed.")
