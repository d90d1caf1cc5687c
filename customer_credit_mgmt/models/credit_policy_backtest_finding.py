from odoo import fields, models

from .credit_policy_backtest_month import SIDES
from .credit_policy_rule import RULE_KINDS


class CreditPolicyBacktestFinding(models.Model):
    """What one rule did on one side."""

    _name = "credit.policy.backtest.finding"
    _description = "Rule Result of a Credit What-If"
    _order = "side, broken_count desc, id"

    backtest_id = fields.Many2one(
        "credit.policy.backtest", string="What-If", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    currency_id = fields.Many2one(related="company_id.currency_id")
    side = fields.Selection(SIDES, string="Policy Side", required=True, readonly=True)
    policy_id = fields.Many2one(
        "credit.policy", readonly=True, ondelete="set null", help="Empty: the policy that was tried."
    )
    kind = fields.Selection(RULE_KINDS, string="Rule", required=True, readonly=True)
    threshold = fields.Float(readonly=True, aggregator=None)
    action = fields.Selection([("warn", "Warn"), ("block", "Hold")], required=True, readonly=True)
    broken_count = fields.Integer(string="Broken", readonly=True, help="Held documents that broke this rule.")
    only_count = fields.Integer(
        string="Alone",
        readonly=True,
        help="Held documents that broke no other rule: without it they would have passed.",
    )
    held_amount = fields.Monetary(string="Amount", readonly=True)
    false_alarm_count = fields.Integer(
        string="False Alarms", readonly=True, help="Of these, paid on time all the same."
    )
    lost_amount = fields.Monetary(string="Losses Avoided", readonly=True)
