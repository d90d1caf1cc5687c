from odoo import models


class ResCompany(models.Model):
    _inherit = "res.company"

    def _receivable_bank_accounts(self):
        """Bank accounts that letters to customers name: those of the bank journals."""
        self.ensure_one()
        # sudo: which accounts a company asks to be paid on is printed on every invoice
        journals = (
            self.env["account.journal"]
            .sudo()
            .search(
                [("company_id", "=", self.id), ("type", "=", "bank"), ("bank_account_id", "!=", False)],
                limit=3,
            )
        )
        return journals.bank_account_id
