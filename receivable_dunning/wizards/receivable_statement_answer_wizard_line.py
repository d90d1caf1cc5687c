from odoo import fields, models


class ReceivableStatementAnswerWizardLine(models.TransientModel):
    _name = "receivable.statement.answer.wizard.line"
    _description = "Answer to an Open Item"

    wizard_id = fields.Many2one("receivable.statement.answer.wizard", required=True, index=True, ondelete="cascade")
    line_id = fields.Many2one("receivable.statement.line", string="Open Item", required=True, ondelete="cascade")
    date_maturity = fields.Date(related="line_id.date_maturity")
    currency_id = fields.Many2one(related="line_id.currency_id")
    amount = fields.Monetary(related="line_id.amount")
    answer_amount = fields.Monetary(string="Amount by the Customer")
    answer_note = fields.Char(string="Comment of the Customer")
