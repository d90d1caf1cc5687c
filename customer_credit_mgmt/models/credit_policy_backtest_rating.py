from odoo import fields, models


class CreditPolicyBacktestRating(models.Model):
    """The limit that a rating would give."""

    _name = "credit.policy.backtest.rating"
    _description = "Limit by Rating of a Credit What-If"
    _inherit = ["credit.frozen.part.mixin"]
    _order = "rating_id, id"

    backtest_id = fields.Many2one("credit.policy.backtest", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="backtest_id.company_id", store=True)
    currency_id = fields.Many2one(related="backtest_id.currency_id")
    rating_id = fields.Many2one("credit.rating", required=True, ondelete="cascade")
    amount = fields.Monetary(string="Limit", required=True)

    _rating_unique = models.Constraint("UNIQUE(backtest_id, rating_id)", "Each rating has one limit.")
    _amount_not_negative = models.Constraint("CHECK(amount >= 0)", "A credit limit cannot be negative.")

    def _get_whole(self):
        return self.backtest_id
