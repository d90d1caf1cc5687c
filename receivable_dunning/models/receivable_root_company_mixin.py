from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ReceivableRootCompanyMixin(models.AbstractModel):
    """What belongs to a root company: branches share their customers, who are dealt with by the root."""

    _name = "receivable.root.company.mixin"
    _description = "Belongs to a Root Company"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self._default_company_id(),
        domain=[("parent_id", "=", False)],
        help="A root company: its branches are dealt with together with it.",
    )

    def _default_company_id(self):
        return self.env.company.root_id

    @api.constrains("company_id")
    def _check_company_is_root(self):
        self._refuse_branches(self.company_id)

    @api.model
    def _refuse_branches(self, companies):
        # sudo: who works in a branch may not read the root
        for company in companies.sudo():
            if company.parent_id:
                raise ValidationError(
                    self.env._(
                        "%(branch)s is a branch: its customers are dealt with by %(root)s.",
                        branch=company.name,
                        root=company.root_id.name,
                    )
                )
