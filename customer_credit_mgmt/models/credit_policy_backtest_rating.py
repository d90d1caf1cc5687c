from odoo import api, fields, models


class CreditPolicyBacktestRating(models.Model):
    """The limit that a rating would give."""

    _name = "credit.policy.backtest.rating"
    _description = "Limit by Rating of a Credit What-If"
    _order = "rating_id, id"

    backtest_id = fields.Many2one("credit.policy.backtest", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="backtest_id.company_id", store=True)
    currency_id = fields.Many2one(related="backtest_id.currency_id")
    rating_id = fields.Many2one("credit.rating", required=True, ondelete="cascade")
    amount = fields.Monetary(string="Limit", required=True)

    _rating_unique = models.Constraint("UNIQUE(backtest_id, rating_id)", "Each rating has one limit.")
    _amount_not_negative = models.Constraint("CHECK(amount >= 0)", "A credit limit cannot be negative.")

    @api.model_create_multi
    def create(self, vals_list):
        limits = super().create(vals_list)
        limits.backtest_id._expect_draft()
        return limits

    def write(self, vals):
        self.backtest_id._expect_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_frozen(self):
        self.backtest_id._expect_draft()
