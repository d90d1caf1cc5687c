"""Which policy counts for a customer, and what it says, as plain data that the registry caches."""

from odoo import api, models, tools
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools.safe_eval import safe_eval

from ..core import verdict as core


class CreditPolicy(models.Model):
    _inherit = "credit.policy"

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
            exempt_domain=self.exempt_domain if self.exempt_some else "[]",
            exempt_intercompany=self.exempt_intercompany,
            exempt_immediate=self.exempt_immediate,
            warn_utilization=self.warn_utilization,
            actions=tuple((stage, self[f"{stage}_action"]) for stage in self._stages()),
            rules=tuple(rule._prepare_spec() for rule in self.rule_ids),
            default_limit_mode=self.default_limit_mode,
            default_limit_amount=self.default_limit_amount,
            log_passes=self.log_passes,
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
        if domain == "[]":
            return customers
        try:
            return customers.filtered_domain(self._domain(domain))
        except ValueError as error:
            # of an addon that was uninstalled since
            raise UserError(
                self.env._(
                    "A credit policy asks for something that is not known any more: ask a credit manager to correct the"
                    " condition %(condition)s",
                    condition=domain,
                )
            ) from error

    @api.model
    def _is_exempt(self, spec, customer):
        """Whether the policy leaves the customer unchecked."""
        if spec.exempt_intercompany and customer.id in self._own_company_partner_ids():
            return True
        return spec.exempt_domain != "[]" and bool(self._filter(self._neutral(customer), spec.exempt_domain))

    @api.model
    def _fitting_rules(self, spec, customer, company):
        """Ids of the rules of the policy whose condition the customer meets."""
        conditions = [rule for rule in spec.rules if rule.kind == "partner_domain"] if spec else ()
        if not conditions:
            return ()
        neutral = self._neutral(customer).with_company(company)
        return tuple(rule.rule_id for rule in conditions if self._filter(neutral, rule.partner_domain))

    @api.model
    def _default_modes(self, customers, company):
        """``{commercial partner id: limit mode}`` with which a file begins: as the first policy that fits says."""
        specs = self._specs(company.root_id.id)
        if all(spec.default_limit_mode == "no_check" for spec in specs):
            return dict.fromkeys(customers.ids, "no_check")
        matches = self._match(customers, company)
        return {it: matches[it].default_limit_mode if it in matches else "no_check" for it in customers.ids}

    @api.model
    def _default_limits(self, customers, company):
        """``{commercial partner id: core.Policy}`` of the customers whose policy gives new ones a limit."""
        specs = self._specs(company.root_id.id)
        if not any(spec.default_limit_mode == "limited" and spec.default_limit_amount for spec in specs):
            return {}
        matches = self._match(customers, company)
        limited = {it: spec for it, spec in matches.items() if spec.default_limit_mode == "limited"}
        return {it: spec for it, spec in limited.items() if spec.default_limit_amount}

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
            }
            for finding in verdict.findings
        ]
