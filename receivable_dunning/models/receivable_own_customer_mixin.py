from odoo import api, models
from odoo.exceptions import ValidationError

SUBJECT = {"company_id", "partner_id", "move_id"}


class ReceivableOwnCustomerMixin(models.AbstractModel):
    """What counts in the whole tree of a root company, and is done by who works in a branch too: for its customers."""

    _name = "receivable.own.customer.mixin"
    _description = "About a Customer of One's Own"
    _inherit = ["receivable.root.company.mixin"]

    # constraints are checked as superuser: these need to know who asks
    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._of_companies_above()._check_own_subject()
        return records

    def write(self, vals):
        result = super().write(vals)
        if SUBJECT & set(vals):
            self._of_companies_above()._check_own_subject()
        return result

    def _of_companies_above(self):
        """Those for a company in whose branches only the user works."""
        return self.browse() if self.env.su else self.filtered(lambda each: each.company_id not in self.env.companies)

    def _check_own_subject(self):
        others = self.partner_id - self._customers_here()
        if others:
            raise ValidationError(
                self.env._(
                    "%(customer)s owes nothing where you work: ask somebody who works for %(company)s.",
                    customer=others[:1].name,
                    company=self.company_id[:1].sudo().name,  # sudo: who works in a branch may not read the root
                )
            )

    def _customers_here(self):
        """Of their customers those with items, open or not, in the companies of the user."""
        rows = self.env["account.move.line"]._read_group(
            [
                ("partner_id.commercial_partner_id", "in", self.partner_id.ids),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("company_id", "in", self.env.companies.ids),
            ],
            ["partner_id"],
        )
        return self.env["res.partner"].union(*(partner.commercial_partner_id for [partner] in rows))
