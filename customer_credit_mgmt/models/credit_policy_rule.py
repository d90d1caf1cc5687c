from odoo import api, fields, models
from odoo.exceptions import ValidationError

RULE_KINDS = [
    ("over_limit", "Over the limit"),
    ("no_credit", "No credit granted"),
    ("overdue_days", "Overdue for days"),
    ("overdue_amount", "Overdue amount"),
    ("document_amount", "Amount of the document"),
    ("manual_hold", "On hold by hand"),
]


class CreditPolicyRule(models.Model):
    """One rule of a policy: a figure, a threshold and what follows when it is passed."""

    _name = "credit.policy.rule"
    _description = "Credit Policy Rule"
    _inherit = ["credit.cache.mixin"]
    _order = "sequence, id"

    policy_id = fields.Many2one("credit.policy", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="policy_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        RULE_KINDS,
        required=True,
        default="over_limit",
        help="Over the limit: open receivable + orders to invoice + this document are more than the limit.\n"
        "No credit granted: the limit mode of the customer is 'No Credit'.\n"
        "Overdue for days: the oldest overdue item, not covered by unmatched credits, is older than the threshold.\n"
        "Overdue amount: more than the threshold is overdue, less unmatched credits.\n"
        "Amount of the document: the document alone is more than the threshold.\n"
        "On hold by hand: somebody put the customer on hold.",
    )
    threshold = fields.Float(
        help="Days, or an amount in the company's currency, by kind. The threshold itself is still allowed."
    )
    has_threshold = fields.Boolean(compute="_compute_has_threshold")
    action = fields.Selection([("warn", "Warn"), ("block", "Hold")], required=True, default="block")

    @api.depends("kind")
    def _compute_has_threshold(self):
        for rule in self:
            rule.has_threshold = rule.kind in ("overdue_days", "overdue_amount", "document_amount")

    @api.depends("kind")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for rule in self:
            rule.display_name = labels.get(rule.kind)

    @api.constrains("threshold")
    def _check_threshold(self):
        if self.filtered(lambda rule: rule.threshold < 0):
            raise ValidationError(self.env._("The threshold of a rule cannot be negative."))
