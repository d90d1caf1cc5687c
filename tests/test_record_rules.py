"""Every table that belongs to a company is hidden from other companies; salespeople see their own customers.

The models are found in the registry, so one that is added without a rule fails here.
"""

from odoo.tests import TransactionCase, tagged

import databases


@tagged("post_install", "-at_install")
class TestRecordRules(TransactionCase):
    def _own_models(self):
        """Models that one of our addons defines and that are tables or reports people read."""
        for name, model in self.env.items():
            if model._original_module in databases.ADDONS and not (model._abstract or model._transient):
                yield name, model

    def test_the_models_of_the_suite_are_found(self):
        names = {name for name, _model in self._own_models()}
        self.assertLess({"credit.limit", "abc.classification", "customer.value", "dunning.notice"}, names)

    def _rules(self, name):
        return self.env["ir.rule"].sudo().search([("model_id.model", "=", name), ("active", "=", True)])

    def test_every_table_with_a_company_has_a_rule_on_it(self):
        missing = [
            name
            for name, model in self._own_models()
            if "company_id" in model._fields
            and not any("company_id" in (rule.domain_force or "") for rule in self._rules(name))
        ]
        self.assertFalse(missing, "without a record rule on the company")

    def test_rules_on_the_company_bind_everybody_who_may_read(self):
        """A rule of one group only leaves the others without: it binds those whom no rule for all binds."""
        loose = []
        for name, model in self._own_models():
            if "company_id" not in model._fields:
                continue
            rules = self._rules(name).filtered(lambda rule: "company_id" in (rule.domain_force or ""))
            if any(not rule.groups for rule in rules):
                continue
            readers = (
                self.env["ir.model.access"].sudo().search([("model_id.model", "=", name), ("perm_read", "=", True)])
            )
            bound = self._rules(name).groups
            loose += [f"{name}: {access.name}" for access in readers if not (access.group_id.all_implied_ids & bound)]
        self.assertFalse(loose)

    def test_salespeople_see_their_own_customers_and_managers_all(self):
        user = self.env.ref("customer_abc_segmentation.group_segmentation_user")
        manager = self.env.ref("customer_abc_segmentation.group_segmentation_manager")
        wrong = []
        for name, model in self._own_models():
            if not model._original_module.startswith("customer_abc_segmentation") or "partner_id" not in model._fields:
                continue
            readers = (
                self.env["ir.model.access"].sudo().search([("model_id.model", "=", name), ("perm_read", "=", True)])
            )
            if user not in readers.group_id:
                continue
            own = self._rules(name).filtered(lambda rule: rule.groups == user)
            full = self._rules(name).filtered(lambda rule: rule.groups == manager)
            if not (own and "user.id" in own[0].domain_force and full):
                wrong.append(name)
        self.assertFalse(wrong, "salespeople see customers of others, or managers do not see all")
