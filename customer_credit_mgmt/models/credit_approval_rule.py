from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..core import approval as core


class CreditApprovalRule(models.Model):
    """Who signs which limits. Of the rules that are for a limit the first one counts; without one a credit manager."""

    _name = "credit.approval.rule"
    _description = "Credit Approval Rule"
    _inherit = ["mail.thread"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True, tracking=True)
    sequence = fields.Integer(default=10, help="Of the rules that are for a limit the first in this order counts.")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company.root_id,
        domain="[('parent_id', '=', False)]",
        help="Its branches follow the same rules.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_from = fields.Monetary(
        string="From",
        tracking=True,
        help="This amount included, in the company's currency. What counts is the whole limit that the customer would "
        "have: the base limit and everything on top of it while the limit that is asked for is valid.",
    )
    amount_to = fields.Monetary(string="Below", tracking=True, help="This amount excluded; 0 for no upper end.")
    rating_ids = fields.Many2many(
        "credit.rating", string="Ratings", tracking=True, help="Of the customer; empty: all, and customers without one."
    )
    group_id = fields.Many2one(
        "res.groups", string="Signed by Group", tracking=True, ondelete="restrict", help="Anyone of them may sign."
    )
    user_ids = fields.Many2many(
        "res.users",
        string="Signed by Users",
        tracking=True,
        domain="[('share', '=', False)]",
        help="Each of them may sign alone, beside those of the group.",
    )
    coverage = fields.Text(
        compute="_compute_coverage", help="Amounts for which no rule is, or for which this rule never counts."
    )

    _range_in_order = models.Constraint(
        "CHECK(amount_from >= 0 AND (amount_to = 0 OR amount_to > amount_from))",
        "The upper end of the amounts must be above the lower one, or 0 for none.",
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("sequence", "active", "company_id", "amount_from", "amount_to", "rating_ids")
    @api.depends_context("lang")
    def _compute_coverage(self):
        for company, rules in self.grouped("company_id").items():
            siblings = self._order_of(company) | rules.filtered("active")
            specs = [
                rule._prepare_spec() for rule in siblings.sorted(lambda it: (it.sequence, it.id or it._origin.id or 0))
            ]
            for rule in rules:
                rule.coverage = "\n".join(rule._coverage_sentences(specs)) or False

    def _coverage_sentences(self, specs):
        """What is odd about this rule and the list that it stands in, as sentences."""
        self.ensure_one()
        sentences = [
            self.env._(
                "From %(start)s %(end)s: signed as rule “%(rule)s” says, which comes first.",
                start=self.currency_id.format(span.start),
                end=self._end_text(span),
                rule=first.key.name,
            )
            for first, second, span in core.overlaps(specs)
            if second.key == self
        ]
        sentences += [
            self.env._(
                "From %(start)s %(end)s no rule is for every customer: a credit manager signs.",
                start=self.currency_id.format(span.start),
                end=self._end_text(span),
            )
            for span in core.gaps(specs)
        ]
        return sentences

    def _end_text(self, span):
        if span.end is None:
            return self.env._("upwards")
        return self.env._("to below %(amount)s", amount=self.currency_id.format(span.end))

    # ------------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------------

    @api.constrains("name", "group_id", "user_ids")
    def _check_somebody_signs(self):
        # the name is in every new rule, so that one without signers is found
        for rule in self:
            if not rule.group_id and not rule.user_ids:
                raise ValidationError(self.env._("Choose the group or the users who sign."))
            for user in rule._approvers():
                if not user.has_group("customer_credit_mgmt.group_credit_user"):
                    raise ValidationError(
                        self.env._(
                            "%(user)s cannot see credit limits: give the right Credit / User first.",
                            user=user.display_name,
                        )
                    )

    @api.constrains("company_id")
    def _check_company_is_root(self):
        if branch := self.company_id.filtered("parent_id")[:1]:
            raise ValidationError(
                self.env._(
                    "%(branch)s is a branch: make the rule for %(root)s.", branch=branch.name, root=branch.root_id.name
                )
            )

    # ------------------------------------------------------------------
    # MATCH
    # ------------------------------------------------------------------

    @api.model
    def _order_of(self, company):
        """The rules of a root company in their order."""
        # sudo: who asks for a limit is told who signs it; no context of theirs has a say in it
        neutral = self.with_env(self.env(su=True, context={}))
        return neutral.search([("company_id", "=", company.id)]).with_env(self.env(su=True))

    def _prepare_spec(self):
        self.ensure_one()
        return core.Rule(self, self.amount_from, self.amount_to or None, frozenset(self.rating_ids._origin.ids))

    @api.model
    @tools.ormcache()
    def _manager_group_id(self):
        return self.env.ref("customer_credit_mgmt.group_credit_manager").id

    def _approvers(self):
        """Users who may sign in their own right; of no rule: the credit managers."""
        # sudo: who is in a group is no secret among those who work with limits
        managers = self.env["res.groups"].sudo().browse(self._manager_group_id())
        group = self.group_id.sudo() if self else managers
        return (group.all_user_ids | self.sudo().user_ids).filtered(lambda user: user.active and not user.share)
