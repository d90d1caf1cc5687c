from odoo import fields, models


class ReceivableStatementAnswerWizard(models.TransientModel):
    """Enters the answer of a customer who gave it by letter, e-mail or telephone."""

    _name = "receivable.statement.answer.wizard"
    _description = "Answer to a Statement"

    statement_id = fields.Many2one("receivable.statement", required=True, readonly=True, ondelete="cascade")
    name = fields.Char(string="Answered by", required=True, help="The person at the customer's.")
    note = fields.Text(string="What Else the Customer Says", help="Not empty: the statement has a difference.")
    line_ids = fields.One2many("receivable.statement.answer.wizard.line", "wizard_id", string="Open Items")

    def action_record(self):
        self.ensure_one()
        self.statement_id.check_access("write")
        differences = {
            line.line_id.id: (line.answer_amount, line.answer_note)
            for line in self.line_ids
            if line.answer_note or line.answer_amount != line.amount
        }
        self.statement_id._answer({"name": self.name, "via": "staff"}, differences, self.note)
