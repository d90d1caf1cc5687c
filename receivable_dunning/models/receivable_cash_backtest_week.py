from odoo import api, fields, models

from odoo.addons.customer_credit_mgmt.models.optional_number import OptionalMonetary


class ReceivableCashBacktestWeek(models.Model):
    """One week of a back-test: what was expected on the eve of the month, and what came."""

    _name = "receivable.cash.backtest.week"
    _description = "Week of a Cash Forecast Back-Test"
    _order = "backtest_id desc, number"
    _rec_name = "week_start"

    backtest_id = fields.Many2one(
        "receivable.cash.backtest", string="Month", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="backtest_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    number = fields.Integer(
        string="Weeks Ahead", readonly=True, aggregator=None, help="1: the seven days after the eve of the month."
    )
    week_start = fields.Date(string="From", readonly=True)
    expected = fields.Monetary(readonly=True)
    variance = fields.Float(readonly=True, aggregator=None, help="Of the sum, by chance alone.")
    due = fields.Monetary(string="By Due Date", readonly=True)
    actual = fields.Monetary(string="Came", readonly=True)
    low = OptionalMonetary(string="Low (10 %)", readonly=True, aggregator=None)
    high = OptionalMonetary(string="High (90 %)", readonly=True, aggregator=None)
    has_band = fields.Boolean(
        string="With Band", readonly=True, help="Enough was measured before to draw the whole band."
    )
    is_within = fields.Boolean(string="Within Band", compute="_compute_is_within", store=True)

    @api.depends("actual", "low", "high", "has_band")
    def _compute_is_within(self):
        for week in self:
            week.is_within = week.has_band and week.low <= week.actual <= week.high
