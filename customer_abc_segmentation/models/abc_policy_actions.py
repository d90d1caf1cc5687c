from odoo import fields, models


class AbcPolicy(models.Model):
    """Buttons of the policy."""

    _inherit = "abc.policy"

    def action_classify(self):
        """Classify now and show the Pareto chart."""
        self.ensure_one()
        self.check_access("write")
        self.lock_for_update(allow_referencing=True)
        self._classify(fields.Date.context_today(self))
        return self.action_open_pareto()

    def action_open_pareto(self):
        self.ensure_one()
        return {**self._get_action("action_abc_pareto"), "params": {"policy_id": self.id}}

    def action_open_classifications(self):
        return {**self._get_action("action_abc_classification"), "domain": [("policy_id", "in", self.ids)]}

    def action_open_runs(self):
        return {**self._get_action("action_abc_run"), "domain": [("policy_id", "in", self.ids)]}

    def _get_action(self, name):
        return self.env["ir.actions.actions"]._for_xml_id(f"customer_abc_segmentation.{name}")
