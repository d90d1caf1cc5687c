from odoo import api, fields, models

OUTCOMES = [("pass", "Passes"), ("warn", "Warned"), ("block", "Held")]


class CreditPolicyBacktestLine(models.Model):
    """A document that one of the two policies would have held, with what each would have said and what became of it."""

    _name = "credit.policy.backtest.line"
    _description = "Document of a Credit What-If"
    _order = "amount desc, id"
    _rec_name = "move_id"

    backtest_id = fields.Many2one(
        "credit.policy.backtest", string="What-If", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    currency_id = fields.Many2one(related="company_id.currency_id")
    move_id = fields.Many2one("account.move", string="Invoice", readonly=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True, index=True, ondelete="cascade")
    date = fields.Date(readonly=True)
    amount = fields.Monetary(readonly=True, help="In the company's currency.")

    # What each side says
    change = fields.Selection(
        [("more", "Newly held"), ("less", "No longer held"), ("same", "Held by both")], readonly=True
    )
    in_force_outcome = fields.Selection(OUTCOMES, string="In Force", readonly=True)
    what_if_outcome = fields.Selection(OUTCOMES, string="What-If", readonly=True)
    in_force_days = fields.Integer(string="Days Waiting in Force", readonly=True, aggregator="avg")
    what_if_days = fields.Integer(string="Days Waiting in What-If", readonly=True, aggregator="avg")
    in_force_waits = fields.Boolean(string="Still Waiting in Force", readonly=True)
    what_if_waits = fields.Boolean(string="Still Waiting in What-If", readonly=True)
    in_force_reasons = fields.Json(readonly=True)
    what_if_reasons = fields.Json(readonly=True)
    in_force_reason = fields.Text(string="Why, in Force", compute="_compute_reasons")
    what_if_reason = fields.Text(string="Why, in What-If", compute="_compute_reasons")

    # The position on the day
    receivable_amount = fields.Monetary(
        string="Exposure Before", readonly=True, aggregator=None, help="Just before the document, on its day."
    )
    overdue_amount = fields.Monetary(
        string="Overdue", readonly=True, aggregator=None, help="On that day, less credits that were not matched then."
    )
    overdue_days = fields.Integer(
        string="Days Overdue",
        readonly=True,
        aggregator="max",
        help="On that day, of the oldest item that credits did not cover.",
    )
    in_force_limit = fields.Monetary(string="Limit in Force", readonly=True, aggregator=None)
    what_if_limit = fields.Monetary(string="Limit in What-If", readonly=True, aggregator=None)

    # What became of it
    result = fields.Selection(
        [("on_time", "Paid on time"), ("late", "Late"), ("open", "Not known yet")],
        readonly=True,
        help="On time: settled within three days after the next business day after each due date.",
    )
    paid_on = fields.Date(readonly=True)
    amount_days = fields.Float(
        string="Overdue Amount-Days",
        digits=(16, 2),
        readonly=True,
        help="What was open after the due date, times the days it was: no money, but a measure to compare by.",
    )
    lost_amount = fields.Monetary(
        string="Lost", readonly=True, help="Open more than 90 days after the due date, or written off."
    )

    @api.depends("in_force_reasons", "what_if_reasons")
    @api.depends_context("lang")
    def _compute_reasons(self):
        for line in self:
            line.in_force_reason = line._sentences(line.in_force_reasons)
            line.what_if_reason = line._sentences(line.what_if_reasons)

    def _sentences(self, reasons):
        return "\n".join(self.env["credit.check"]._sentences(reasons or [], self.currency_id)) or False

    def action_open_document(self):
        self.ensure_one()
        return self.move_id._get_records_action()
