from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _may_prepare_sheets(self, company):
        """Whether this person can read and prepare the key-account sheets of a root company."""
        # sudo: the groups and companies of a colleague, which a manager of segmentation may not read
        user = self.sudo()
        return (
            user.active
            and company in user.company_ids.root_id
            and user.has_group("customer_abc_segmentation.group_segmentation_user")
        )
