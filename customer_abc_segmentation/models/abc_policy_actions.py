from odoo import api, fields, models
from odoo.fields import Domain


class AbcPolicy(models.Model):
    """Buttons of the policy, and what follows a copy."""

    _inherit = "abc.policy"

    open_proposal_count = fields.Integer(
        string="Open Proposals",
        compute="_compute_open_proposal_count",
        help="That wait for a person. Plans that start by themselves do not count.",
    )

    @api.depends("last_run_id")
    def _compute_open_proposal_count(self):
        waiting = (
            Domain("policy_id", "in", self.ids) & Domain("state", "=", "open") & Domain("is_automatic", "=", False)
        )
        groups = self.env["abc.proposal"]._read_group(waiting, ["policy_id"], ["__count"])
        counts = {policy.id: count for policy, count in groups}
        for policy in self:
            policy.open_proposal_count = counts.get(policy.id, 0)

    def copy(self, default=None):
        """What follows is copied too, for the classes of the copy."""
        copies = super().copy(default)
        for policy, twin in zip(self, copies, strict=True):
            classes = {level.code: level.id for level in twin.class_ids}
            for action in policy.action_ids.filtered(lambda action, known=classes: action.class_id.code in known):
                action.copy({"policy_id": twin.id, "class_id": classes[action.class_id.code]})
        return copies

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

    def action_open_proposals(self):
        return {**self._get_action("action_abc_proposal"), "domain": [("policy_id", "in", self.ids)]}

    def _get_action(self, name):
        return self.env["ir.actions.actions"]._for_xml_id(f"customer_abc_segmentation.{name}")
