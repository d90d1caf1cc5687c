from odoo import api, fields, models
from odoo.fields import Domain


def parts_of_others(companies):
    """Branches of companies that are among ``companies`` too: what they have is in the figures of those."""
    # sudo: who works in a branch may not read the companies above it
    return companies.filtered(lambda company: (company.sudo().parent_ids - company) & companies)


class ReceivableCompanyTreeMixin(models.AbstractModel):
    """Figures of a company: of what it and the branches below it booked. Each branch has figures of its own."""

    _name = "receivable.company.tree.mixin"
    _description = "Figures of a Company with its Branches"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        help="What the company and the branches below it booked.",
    )
    is_part = fields.Boolean(
        string="Part of Another Company",
        compute="_compute_is_part",
        search="_search_is_part",
        help="A branch of a company that is active too: the figures of that one hold it already.",
    )

    @api.depends("company_id")
    @api.depends_context("allowed_company_ids")
    def _compute_is_part(self):
        parts = parts_of_others(self.env.companies)
        for row in self:
            row.is_part = row.company_id in parts

    def _search_is_part(self, operator, value):
        if operator != "in":
            return NotImplemented
        parts = Domain("company_id", "in", parts_of_others(self.env.companies).ids)
        return Domain.OR(parts if each else ~parts for each in value)
