from odoo import api, fields, models, tools
from odoo.fields import Domain
from odoo.tools.safe_eval import safe_eval

from ..core import verdict as core

STAGE_ACTIONS = [("none", "No Check"), ("warn", "Warn"), ("block", "Hold")]

NOBODY = "[(0, '=', 1)]"


class CreditPolicy(models.Model):
    """Which rules apply to which customers, and how hard at each stage. The first one that fits a customer counts."""

    _name = "credit.policy"
    _description = "Credit Policy"
    _inherit = ["mail.thread", "credit.cache.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True, tracking=True)
    sequence = fields.Integer(
        default=10, help="The first policy in this order that includes a customer applies to that customer."
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company.root_id,
        domain="[('parent_id', '=', False)]",
        help="Its branches follow the same policy.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_domain = fields.Char(
        string="Customers",
        default="[]",
        required=True,
        tracking=True,
        help="Conditions on the customer (the commercial entity); empty: everybody.",
    )
    exempt_domain = fields.Char(
        string="Exempt Customers",
        default=NOBODY,
        required=True,
        tracking=True,
        help="Matching customers that this policy never checks.",
    )
    exempt_intercompany = fields.Boolean(
        string="Exempt Own Companies", default=True, tracking=True, help="Contacts of the companies of this database."
    )
    exempt_immediate = fields.Boolean(
        string="Exempt Cash Terms", tracking=True, help="Documents due on their own date use no credit."
    )
    invoice_action = fields.Selection(
        STAGE_ACTIONS,
        string="On Invoices",
        default="none",
        required=True,
        tracking=True,
        help="The strictest action a rule may take when a customer invoice is posted.",
    )
    warn_utilization = fields.Float(
        string="Warn at Utilization",
        default=0.9,
        help="Share of the limit from which on the customer is watched; 0 for never.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Credit Controller",
        help="Is notified of held documents of customers without a credit controller of their own.",
    )
    own_release = fields.Boolean(
        string="Managers Release Own Documents",
        tracking=True,
        help="Otherwise somebody else than who posted the document has to release it (four eyes).",
    )
    rule_ids = fields.One2many("credit.policy.rule", "policy_id", string="Rules", copy=True)

    # ------------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------------

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

    def _stages(self):
        """Stages at which documents are checked; each has a field ``<stage>_action``. Bridges add theirs."""
        return ["invoice"]

    @api.model
    @tools.ormcache("company_id")
    def _specs(self, company_id):
        """The policies of a root company in order, as ``core.Policy``."""
        # sudo: whoever posts a document gets the policy that the company chose; no context of his has a say in it
        neutral = self.with_env(self.env(su=True, context={}))
        policies = neutral.search([("company_id", "=", company_id)])
        return tuple(policy._prepare_spec() for policy in policies)

    def _prepare_spec(self):
        self.ensure_one()
        return core.Policy(
            policy_id=self.id,
            partner_domain=self.partner_domain,
            exempt_domain=self.exempt_domain,
            exempt_intercompany=self.exempt_intercompany,
            exempt_immediate=self.exempt_immediate,
            warn_utilization=self.warn_utilization,
            actions=tuple((stage, self[f"{stage}_action"]) for stage in self._stages()),
            rules=tuple(
                core.Rule(kind=rule.kind, action=rule.action, threshold=rule.threshold, rule_id=rule.id)
                for rule in self.rule_ids
            ),
        )

    @api.model
    @tools.ormcache()
    def _own_company_partner_ids(self):
        # sudo: which contacts are our own companies is no secret
        companies = self.env["res.company"].sudo().with_context(active_test=False).search([])
        return frozenset(companies.partner_id.commercial_partner_id.ids)

    @api.model
    def _match(self, customers, company, by_hand=None):
        """``{commercial partner id: core.Policy}``: the policy set by hand, else the first that is for the customer.

        :param by_hand: ``{commercial partner id: policy id}``
        """
        specs = self._specs(company.root_id.id)
        by_id = {spec.policy_id: spec for spec in specs}
        chosen = {partner: by_id[policy] for partner, policy in (by_hand or {}).items() if policy in by_id}
        remaining = self._neutral(customers).with_company(company).filtered(lambda it: it.id not in chosen)
        for spec in specs:
            fitting = self._filter(remaining, spec.partner_domain)
            chosen.update(dict.fromkeys(fitting.ids, spec))
            remaining -= fitting
        return chosen

    @api.model
    def _neutral(self, customers):
        """The customers as conditions read them: the same for whoever asks, in whatever language."""
        # sudo: conditions may read fields that who posts the document may not
        return customers.sudo().with_context(lang=None, active_test=True)

    @api.model
    def _filter(self, customers, domain):
        return customers if domain == "[]" else customers.filtered_domain(self._domain(domain))

    @api.model
    def _is_exempt(self, spec, customer):
        """Whether the policy leaves the customer unchecked."""
        if spec.exempt_intercompany and customer.id in self._own_company_partner_ids():
            return True
        return spec.exempt_domain != NOBODY and bool(self._filter(self._neutral(customer), spec.exempt_domain))

    # ------------------------------------------------------------------
    # REASONS
    # ------------------------------------------------------------------

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
                "label": finding.rule.label,
                **({"subject": finding.subject} if finding.subject else {}),
            }
            for finding in verdict.findings
        ]
