from odoo import api, fields, models
from odoo.exceptions import AccessError

SECTIONS = [
    ("opening", "Brought Forward"),
    ("movement", "Activity"),
    ("elsewhere", "Settled in Another Currency"),
    ("handed", "Assigned to a Factor"),
    ("item", "Open Item"),
    ("assigned", "To Be Paid to a Factor"),
]
# What leads from the balance brought forward to that of the day.
ACTIVITY = ("opening", "movement", "elsewhere", "handed")


class ReceivableStatementLine(models.Model):
    """A line of a statement, frozen with it. Amounts are in the currency of the document; credits are negative."""

    _name = "receivable.statement.line"
    _description = "Statement Line"
    _order = "statement_id, sequence, id"
    _log_access = False  # statements come by the ten thousand, and who made them is said there

    statement_id = fields.Many2one("receivable.statement", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="statement_id.company_id")
    state = fields.Selection(related="statement_id.state")
    section = fields.Selection(SECTIONS, required=True)
    sequence = fields.Integer(required=True, help="Place on the statement.")
    move_line_id = fields.Many2one(
        "account.move.line", string="Journal Item", index="btree_not_null", ondelete="set null"
    )
    move_id = fields.Many2one(related="move_line_id.move_id", string="Document")
    name = fields.Char(string="Number", help="Of the document, as it was when the statement was made.")
    date = fields.Date()
    date_maturity = fields.Date(string="Due Date")
    days = fields.Integer(string="Days Overdue", help="On the date of the statement; negative: not due yet.")
    factor_id = fields.Many2one(
        "res.partner",
        string="To Be Paid to",
        index="btree_not_null",
        ondelete="restrict",
        help="The factor that the item was assigned to and that the customer was told to pay: it is not part of the "
        "balance.",
    )
    currency_id = fields.Many2one("res.currency", required=True)
    amount = fields.Monetary(
        help="Of an open item: what is open. Else what was brought forward or booked.", aggregator=None
    )
    amount_original = fields.Monetary(string="Original Amount", aggregator=None)

    answer = fields.Selection(
        [("agreed", "Agreed"), ("disputed", "Difference")], help="What the customer said of this open item."
    )
    answer_amount = fields.Monetary(
        string="Amount by the Customer", aggregator=None, help="What the customer thinks is open."
    )
    answer_difference = fields.Monetary(
        string="Difference", compute="_compute_answer_difference", aggregator=None, help="Ours less the customer's."
    )
    answer_note = fields.Char(string="Comment of the Customer")

    @api.depends("answer", "amount", "answer_amount")
    def _compute_answer_difference(self):
        for line in self:
            difference = line.amount - line.answer_amount if line.answer == "disputed" else 0.0
            line.answer_difference = line.currency_id.round(difference) if line.currency_id else difference

    @api.depends("name")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.name or dict(SECTIONS)[line.section]

    def _content(self):
        """What the customer is shown, as texts that are the same before and after they were stored."""
        self.ensure_one()
        amount = f"{self.amount:.{self.currency_id.decimal_places}f}"
        factor = str(self.factor_id.id or "")
        days = [str(self.date), str(self.date_maturity)]
        return [self.section, self.name or "", *days, self.currency_id.name, amount, factor]

    @api.model_create_multi
    def create(self, vals_list):
        self._check_door()
        return super().create(vals_list)

    def write(self, vals):
        self._check_door()
        return super().write(vals)

    def unlink(self):
        self._check_door()
        return super().unlink()

    def _check_door(self):
        if not self.env.su:
            raise AccessError(
                self.env._("The lines of a statement come from the ledger and from the customer's answer.")
            )
