"""Who decides on a held document for somebody who is away."""

from odoo import fields, models


class CreditCheck(models.Model):
    _inherit = "credit.check"

    decided_for = fields.Many2one(
        "res.users", readonly=True, help="Whose right was used: who decided did so under their delegation."
    )

    def _standing(self, user, obstacle_of):
        """``(obstacle, principal)``: what keeps ``user`` from deciding, and for whom he may decide.

        His own right comes first. A delegate needs to be a credit controller himself: a delegation gives the allowance
        of somebody else, not a view of what is held. Four eyes: neither of both may have asked for the document.

        :param obstacle_of: ``function(user)``, why a user may not decide in his own right; False when he may
        """
        self.ensure_one()
        nobody = self.env["res.users"]
        obstacle = obstacle_of(user)
        if not obstacle or self.requested_by == user:
            return obstacle, nobody
        today = fields.Date.context_today(self)
        principals = self.env["credit.delegation"]._principals(user, self.company_id.root_id, today)
        for principal in principals - self.requested_by:
            if principal.has_group("customer_credit_mgmt.group_credit_controller") and not obstacle_of(principal):
                return False, principal
        return obstacle, nobody

    def _decider_name(self, principal):
        """Who decides, as those concerned are told."""
        name = self.env.user.name
        if not principal:
            return name
        return self.env._("%(delegate)s for %(approver)s", delegate=name, approver=principal.name)
