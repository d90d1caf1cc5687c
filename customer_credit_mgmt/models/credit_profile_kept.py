"""What was decided on a customer outlives the wish to delete the contact."""

from odoo import api, models
from odoo.exceptions import UserError


class CreditProfile(models.Model):
    _inherit = "credit.profile"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        self._check_nothing_decided()

    def _check_nothing_decided(self):
        """The database would delete limits and guarantees together with the customer, and nobody would know of them."""
        # sudo: whoever deletes need not see what is kept
        for profile in self.sudo():
            limits = profile.limit_ids.filtered(lambda limit: limit.state not in ("draft", "refused"))
            guarantees = profile.guarantee_ids.filtered(lambda guarantee: guarantee.state != "draft")
            if limits or guarantees:
                raise UserError(
                    self.env._(
                        "Limits or guarantees of %(customer)s were decided on and are kept: archive the contact instead"
                        " of deleting it.",
                        customer=profile.partner_id.name,
                    )
                )
