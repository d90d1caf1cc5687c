from odoo import fields, models

SIDES = [("in_force", "In force"), ("what_if", "What-if")]


class CreditPolicyBacktestMonth(models.Model):
    """What one policy would have done in one month: the sums that are compared."""

    _name = "credit.policy.backtest.month"
    _description = "Month of a Credit What-If"
    _order = "month, side"

    backtest_id = fields.Many2one(
        "credit.policy.backtest", string="What-If", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    currency_id = fields.Many2one(related="company_id.currency_id")
    side = fields.Selection(SIDES, string="Policy", required=True, readonly=True)
    month = fields.Date(required=True, readonly=True)
    document_count = fields.Integer(string="Documents", readonly=True)
    amount = fields.Monetary(string="Sales", readonly=True)
    warned_count = fields.Integer(string="Warned", readonly=True)
    held_count = fields.Integer(string="Held", readonly=True)
    held_amount = fields.Monetary(readonly=True)
    cleared_count = fields.Integer(
        string="Cleared", readonly=True, help="Held, and the facts were good again before the day of the run."
    )
    wait_days = fields.Integer(string="Days Waited", readonly=True, help="Of those that were cleared.")
    amount_days = fields.Float(
        string="Overdue Amount-Days Avoided",
        digits=(16, 2),
        readonly=True,
        help="What was open after the due date, times the days it was: no money, but a measure to compare by.",
    )
    lost_amount = fields.Monetary(string="Losses Avoided", readonly=True)
    judged_count = fields.Integer(
        string="Outcome Known", readonly=True, help="Held, and it is known whether they were paid on time."
    )
    false_alarm_count = fields.Integer(
        string="False Alarms", readonly=True, help="Held, and paid on time all the same."
    )
