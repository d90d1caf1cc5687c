from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core.what_if import REPLAYED
from .credit_policy_rule import BY_AMOUNT, BY_DAYS, RULE_KINDS


class CreditPolicyBacktestRule(models.Model):
    """A rule that a what-if tries: taken from the policy, its threshold may be varied."""

    _name = "credit.policy.backtest.rule"
    _description = "Rule of a Credit What-If"
    _inherit = ["credit.frozen.part.mixin"]
    _order = "sequence, id"

    backtest_id = fields.Many2one("credit.policy.backtest", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="backtest_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(RULE_KINDS, required=True, default="over_limit")
    threshold = fields.Float(
        help="Days, or an amount in the company's currency, by kind. The threshold itself is still allowed."
    )
    action = fields.Selection([("warn", "Warn"), ("block", "Hold")], required=True, default="block")
    has_threshold = fields.Boolean(compute="_compute_kind")
    is_replayed = fields.Boolean(
        string="Replayed",
        compute="_compute_kind",
        help="Holds by hand, conditions on the customer and the like have no dated history: such rules are left out.",
    )

    @api.depends("kind")
    def _compute_kind(self):
        for rule in self:
            rule.has_threshold = rule.kind in BY_DAYS + BY_AMOUNT
            rule.is_replayed = rule.kind in REPLAYED

    @api.constrains("threshold")
    def _check_threshold(self):
        if self.filtered(lambda rule: rule.threshold < 0):
            raise ValidationError(self.env._("The threshold of a rule cannot be negative."))

    def _get_whole(self):
        return self.backtest_id
