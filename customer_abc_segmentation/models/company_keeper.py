from odoo import models


class CompanyKeeper(models.AbstractModel):
    """Settings of a company: whoever changes them does not push them to a company where they have no rights.

    Record rules are checked before a write only, so what was written is looked at once more.
    """

    _name = "segmentation.company.keeper"
    _description = "Settings of a Company"

    def write(self, vals):
        result = super().write(vals)
        if {"company_id", "policy_id"} & vals.keys():
            self.check_access("write")
        return result
