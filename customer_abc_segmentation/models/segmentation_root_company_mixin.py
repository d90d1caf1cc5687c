from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SegmentationRootCompanyMixin(models.AbstractModel):
    """What belongs to a root company: its branches are read with it, so they have none of their own."""

    _name = "segmentation.root.company.mixin"
    _description = "Belongs to a Root Company"
    _inherit = ["segmentation.company.keeper"]

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self._default_company_id(),
        help="A root company: its branches are read with it.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")

    def _default_company_id(self):
        return self.env.company.root_id

    @api.constrains("company_id")
    def _check_company_is_root(self):
        for record in self:
            # sudo: a manager of a branch may not read the parent
            company = record.company_id.sudo()
            if company.parent_id:
                raise ValidationError(
                    self.env._(
                        "%(branch)s is a branch. Choose its root company %(root)s: branches are read with it.",
                        branch=company.name,
                        root=company.root_id.name,
                    )
                )
