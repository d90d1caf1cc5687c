from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    is_sme_declared = fields.Boolean(
        string="Small or Medium Enterprise",
        help="The company is a small or medium enterprise and tells its customers so when it contracts. Rules for"
        " late payment that protect such sellers (China) apply only then.",
    )

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
