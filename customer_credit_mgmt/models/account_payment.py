from odoo import models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    # Payments without journal entry leave the residual of the invoice as it was: find them without a scan.
    _credit_without_entry_idx = models.Index("(date) WHERE move_id IS NULL AND state IN ('in_process', 'paid')")

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            for company, payments in self.grouped("company_id").items():
                customers = payments.partner_id.commercial_partner_id
                self.env["credit.profile"]._refresh_soon(customers, company.root_id)
        return result
