from odoo import fields, models


class ReceivableDisputeResolveWizardLine(models.TransientModel):
    """A line of the invoice, and what of it is credited."""

    _name = "receivable.dispute.resolve.wizard.line"
    _description = "Invoice Line to Credit"

    wizard_id = fields.Many2one("receivable.dispute.resolve.wizard", required=True, index=True, ondelete="cascade")
    invoice_line_id = fields.Many2one("account.move.line", required=True, ondelete="cascade")
    name = fields.Char(related="invoice_line_id.name", string="Description")
    currency_id = fields.Many2one(related="invoice_line_id.currency_id")
    quantity = fields.Float(related="invoice_line_id.quantity", string="Invoiced")
    price_unit = fields.Float(related="invoice_line_id.price_unit", string="Price")
    discount = fields.Float(related="invoice_line_id.discount")
    quantity_credited = fields.Float(
        string="Quantity to Credit",
        help="0: nothing. For a wrong price: the whole quantity, at the difference in price.",
    )
    price_credited = fields.Float(string="Price to Credit", help="Per unit, before discount and taxes.")
