from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    bad_debt_account_ids = fields.Many2many(
        "account.account",
        relation="res_company_bad_debt_account_rel",
        string="Bad Debt Accounts",
        check_company=True,
        help="An entry that books on one of these accounts and is matched with an open item writes the item off: bad"
        " debt expense, or the allowance that is used up. Write-offs count as losses in the expected credit loss and"
        " in the figures.",
    )
    writeoff_account_id = fields.Many2one(
        "account.account",
        string="Write-Off Account",
        check_company=True,
        help="Write-offs are booked here: bad debt expense, or the allowance account where what was provided for is"
        " used up. It is one of the bad debt accounts, and is added to them.",
    )
    writeoff_journal_id = fields.Many2one(
        "account.journal",
        string="Write-Off Journal",
        check_company=True,
        domain=[("type", "=", "general")],
        help="Empty: the first miscellaneous journal.",
    )
    bad_debt_tax_account_id = fields.Many2one(
        "account.account",
        string="Tax Relief Account",
        check_company=True,
        help="Empty: the whole amount, tax included, becomes bad debt. With an account, the tax contained in the"
        " document goes there, to be claimed back in the tax return. Whether and when the law gives the tax back"
        " (often only after insolvency) is for your tax adviser to say.",
    )
    bad_debt_recovery_account_id = fields.Many2one(
        "account.account",
        string="Recovery Account",
        check_company=True,
        help="Income from debts that were written off and are paid after all; where write-offs use the allowance, the"
        " allowance account.",
    )
    writeoff_manager_amount = fields.Monetary(
        string="Write-Offs Above",
        help="Above this total a manager of collections approves, up to it an accountant may. 0: always a manager.",
    )
    writeoff_four_eyes = fields.Boolean(
        string="Somebody Else Approves Write-Offs",
        default=True,
        help="Who submitted a write-off cannot approve it.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._join_writeoff_account()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if {"writeoff_account_id", "bad_debt_account_ids"} & vals.keys():
            self._join_writeoff_account()
        return result

    def _join_writeoff_account(self):
        """What is booked by the write-offs themselves is always known as bad debt."""
        for company in self:
            if company.writeoff_account_id - company.bad_debt_account_ids:
                company.bad_debt_account_ids |= company.writeoff_account_id

    @api.constrains("bad_debt_account_ids", "bad_debt_tax_account_id", "bad_debt_recovery_account_id")
    def _check_bad_debt_accounts(self):
        for company in self:
            accounts = company.bad_debt_account_ids | company.bad_debt_tax_account_id
            accounts |= company.bad_debt_recovery_account_id
            if "asset_receivable" in accounts.mapped("account_type"):
                raise ValidationError(
                    self.env._("A receivable account cannot take bad debts: choose an expense or allowance account.")
                )

    # ------------------------------------------------------------------
    # BOOKING
    # ------------------------------------------------------------------

    def _writeoff_journal(self):
        self.ensure_one()
        return self.writeoff_journal_id or self._first_general_journal()

    def _first_general_journal(self):
        journals = self.env["account.journal"].search([("company_id", "=", self.id), ("type", "=", "general")])
        journal = (journals - self.currency_exchange_journal_id - self.tax_cash_basis_journal_id)[:1]
        if not journal:
            raise UserError(
                self.env._("There is no miscellaneous journal to book in: create one, or choose it in the settings.")
            )
        return journal

    def _refuse_locked_date(self, date, journal):
        """Odoo would move the entry to the next open day and say nothing."""
        if self._get_violated_lock_dates(date, False, journal):
            raise UserError(
                self.env._("The books of %(date)s are locked: choose a later date, or have them opened.", date=date)
            )
