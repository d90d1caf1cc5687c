from odoo import api, fields, models, tools
from odoo.fields import Domain
from odoo.tools.safe_eval import safe_eval

from ..core import verdict as core

STAGE_ACTIONS = [("none", "No Check"), ("warn", "Warn"), ("block", "Hold")]


class CreditPolicy(models.Model):
    """Which rules apply to which customers, and how hard at each stage. The first one that fits a customer counts."""

    _name = "credit.policy"
    _description = "Credit Policy"
    _inherit = ["mail.thread"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True, tracking=True)
    sequence = fields.Integer(default=10, help="The first policy in this order whose customers include one applies to him.")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company.root_id,
        domain="[('parent_id', '=', False)]", help="Its branches follow the same policy.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_domain = fields.Char(
        string="Customers", default="[]", required=True, tracking=True,
        help="Conditions on the customer (the commercial entity); empty: everybody.",
    )
    exempt_domain = fields.Char(
        string="Exempt Customers", default="[(0, '=', 1)]", required=True, tracking=True,
        help="Customers whom this policy never checks, though they match.",
    )
    exempt_intercompany = fields.Boolean(
        string="Exempt Own Companies", default=True, tracking=True, help="Contacts of the companies of this database."
    )
    exempt_immediate = fields.Boolean(
        string="Exempt Cash Terms", tracking=True, help="Documents due on their own date use no credit."
    )
    invoice_action = fields.Selection(
        STAGE_ACTIONS, string="On Invoices", default="none", required=True, tracking=True,
        help="The hardest that a rule may answer when a customer invoice is posted.",
    )
    warn_utilization = fields.Float(
        string="Warn at Utilization", default=0.9,
        help="Share of the limit from which on the customer is watched; 0 for never.",
    )
    user_id = fields.Many2one(
        "res.users", string="Credit Controller",
        help="Is told of held documents of customers who have no credit controller of their own.",
    )
    own_release = fields.Boolean(
        string="Managers Release Own Documents", tracking=True,
        help="Otherwise somebody else than who posted the document has to release it (four eyes).",
    )
    rule_ids = fields.One2many("credit.policy.rule", "policy_id", string="Rules", copy=True)

    # ------------------------------------------------------------------
    # CRUD: what a check needs is cached
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()

    @api.constrains("partner_domain", "exempt_domain")
    def _check_domains(self):
        for policy in self:
            for text in (policy.partner_domain, policy.exempt_domain):
                self.env["res.partner"].search_count(policy._domain(text), limit=1)

    # ------------------------------------------------------------------
    # MATCH
    # ------------------------------------------------------------------

    @api.model
    def _domain(self, text):
        return Domain(safe_eval(text or "[]", {"uid": self.env.uid}))

    @api.model
    @tools.ormcache("company_id")
    def _policy_ids(self, company_id):
        """Ids of the policies of a root company, in order."""
        return tuple(self.sudo().search([("company_id", "=", company_id)]).ids)

    @api.model
    def _match(self, pairs):
        """``{(partner id, company id): policy}`` of commercial partners in root companies; none where none fits."""
        matches = {}
        partners = {}
        for partner, company in pairs:
            partners[company] = partners.get(company, partner.browse()) | partner
        for company, remaining in partners.items():
            # sudo: whoever posts a document must get the policy that the company chose
            remaining = remaining.sudo().with_company(company)
            for policy in self.sudo().browse(self._policy_ids(company.root_id.id)):
                fitting = policy._fitting(remaining)
                matches.update({(partner.id, company.id): policy for partner in fitting})
                remaining -= fitting
        return {key: policy for key, policy in matches.items() if policy}

    def _fitting(self, partners):
        """Those of ``partners`` that this policy is for; exempt ones fit (and nothing else applies to them)."""
        self.ensure_one()
        return partners if self.partner_domain == "[]" else partners.filtered_domain(self._domain(self.partner_domain))

    def _exempts(self, partner):
        """Whether this policy leaves the customer unchecked."""
        self.ensure_one()
        if self.exempt_intercompany and partner.id in self._company_partner_ids():
            return True
        return bool(partner.filtered_domain(self._domain(self.exempt_domain)))

    @api.model
    @tools.ormcache()
    def _company_partner_ids(self):
        # sudo: which contacts are our own companies is no secret
        return frozenset(self.env["res.company"].sudo().search([]).partner_id.commercial_partner_id.ids)

    # ------------------------------------------------------------------
    # DECIDE
    # ------------------------------------------------------------------

    def _core_rules(self):
        """The rules as the pure core reads them."""
        self.ensure_one()
        return [
            core.Rule(kind=rule.kind, action=rule.action, threshold=rule.threshold, rule_id=rule.id)
            for rule in self.rule_ids
        ]

    def _decide(self, facts, document, stage_action):
        return core.decide(facts, document, self._core_rules(), stage_action)

    @api.model
    def _reasons(self, verdict):
        """The findings of a verdict as plain data, to be frozen with a check."""
        return [
            {
                "rule_id": finding.rule.rule_id,
                "kind": finding.rule.kind,
                "action": finding.rule.action,
                "figure": finding.figure,
                "threshold": finding.threshold,
            }
            for finding in verdict.findings
        ]
