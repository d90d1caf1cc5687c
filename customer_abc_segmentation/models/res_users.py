from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _who_may_work(self, company):
        """Those of the people who can open the sheets and win-backs of a root company."""
        return self.filtered(lambda user: user._may_prepare_sheets(company))

    def _may_prepare_sheets(self, company):
        """Whether this person can read and prepare the key-account sheets of a root company."""
        # sudo: the groups and companies of a colleague, which a manager of segmentation may not read
        user = self.sudo()
        return (
            user.active
            and company in user.company_ids.root_id
            and user.has_group("customer_abc_segmentation.group_segmentation_user")
        )
