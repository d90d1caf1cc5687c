from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_repr

from ..core import verdict as core

RULE_KINDS = [
    ("over_limit", "Over the limit"),
    ("no_credit", "No credit granted"),
    ("overdue_days", "Overdue for days"),
    ("overdue_amount", "Overdue amount"),
    ("document_amount", "Amount of the document"),
    ("terms_longer", "Terms longer than agreed"),
    ("limit_expired", "Limit ended"),
    ("review_overdue", "Review overdue"),
    ("rating_below", "Rating worse than"),
    ("partner_domain", "Condition on the customer"),
    ("manual_hold", "On hold by hand"),
]

BY_DAYS = ("overdue_days", "terms_longer", "review_overdue")
BY_AMOUNT = ("overdue_amount", "document_amount")


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
        "No credit granted: the limit mode of the customer is 'No Credit' and the document is not paid in advance.\n"
        "Overdue for days: the oldest overdue item, not covered by unmatched credits, is older than the threshold.\n"
        "Overdue amount: more than the threshold is overdue, less unmatched credits.\n"
        "Amount of the document: the document alone is more than the threshold.\n"
        "Terms longer than agreed: the last instalment is due more than the threshold in days after what was agreed"
        " with the customer.\n"
        "Limit ended: the customer is limited, and the last base limit has ended or there never was one.\n"
        "Review overdue: the next review of the customer is late by more than the threshold in days.\n"
        "Rating worse than: the customer has a rating, and it is worse than the one named.\n"
        "Condition on the customer: the customer meets the condition; any field counts, those of other apps too.\n"
        "On hold by hand: somebody put the customer on hold.",
    )
    threshold = fields.Float(
        help="Days, or an amount in the company's currency, by kind. The threshold itself is still allowed."
    )
    has_threshold = fields.Boolean(compute="_compute_has_threshold")
    rating_id = fields.Many2one(
        "credit.rating", ondelete="restrict", help="The worst rating with which a document still passes."
    )
    partner_domain = fields.Char(
        string="Condition", default="[]", help="Customers who meet it break the rule. An empty condition is refused."
    )
    name = fields.Char(
        string="Called", help="What the condition is called in the reasons, such as 'Wholesale without a contract'."
    )
    action = fields.Selection([("warn", "Warn"), ("block", "Hold")], required=True, default="block")

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("kind")
    def _compute_has_threshold(self):
        for rule in self:
            rule.has_threshold = rule.kind in BY_DAYS + BY_AMOUNT

    @api.depends("kind", "threshold", "rating_id", "name")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for rule in self:
            detail = rule._get_detail()
            label = labels.get(rule.kind) or ""
            rule.display_name = f"{label}: {detail}" if detail else label

    def _get_detail(self):
        """What the rule is set to, for lists."""
        if self.kind in BY_DAYS:
            return float_repr(self.threshold, 0)
        if self.kind in BY_AMOUNT:
            return self.policy_id.currency_id.format(self.threshold)
        return {"rating_below": self.rating_id.code, "partner_domain": self.name}.get(self.kind)

    # ------------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------------

    @api.constrains("threshold")
    def _check_threshold(self):
        if self.filtered(lambda rule: rule.threshold < 0):
            raise ValidationError(self.env._("The threshold of a rule cannot be negative."))

    @api.constrains("kind", "rating_id", "partner_domain", "name")
    def _check_complete(self):
        for rule in self:
            if rule.kind == "rating_below" and not rule.rating_id:
                raise ValidationError(self.env._("Say which rating is the worst that still passes."))
            if rule.kind == "partner_domain":
                if (rule.partner_domain or "[]") == "[]" or not rule.name:
                    raise ValidationError(
                        self.env._("Say which customers the condition is for, and what it is called in the reasons.")
                    )
                self.env["res.partner"].search_count(rule.policy_id._domain(rule.partner_domain), limit=1)

    # ------------------------------------------------------------------
    # DECIDE
    # ------------------------------------------------------------------

    def _prepare_spec(self):
        self.ensure_one()
        by_rating = self.kind == "rating_below"
        return core.Rule(
            kind=self.kind,
            action=self.action,
            threshold=self.rating_id.min_score if by_rating else self.threshold,
            rule_id=self.id,
            partner_domain=self.partner_domain or "[]",
            label=(self.rating_id.code if by_rating else self.name) or "",
        )
