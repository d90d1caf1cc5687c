from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = "res.company"

    ecl_allowance_account_id = fields.Many2one(
        "account.account",
        string="Allowance Account",
        check_company=True,
        help="Contra account of the receivables in the balance sheet (China: 坏账准备). Use it for nothing else: the"
        " movement table of a run explains all its entries.",
    )
    ecl_expense_account_id = fields.Many2one(
        "account.account", string="Impairment Loss Account", check_company=True, help="Takes what is added."
    )
    ecl_release_account_id = fields.Many2one(
        "account.account",
        string="Release Account",
        check_company=True,
        help="Takes what is released. Empty: the impairment loss account.",
    )
    ecl_journal_id = fields.Many2one(
        "account.journal",
        string="Allowance Journal",
        check_company=True,
        domain=[("type", "=", "general")],
        help="Empty: the first miscellaneous journal.",
    )
    ecl_posting = fields.Selection(
        [
            ("difference", "Only the difference to what is booked"),
            ("full", "The whole allowance; the next run reverses it"),
        ],
        string="Allowance Entry",
        required=True,
        default="difference",
        help="Difference: the allowance account shows the expected loss after each entry, also where write-offs use it."
        "\nWhole: each run takes the entry of the run before back, on its own date, and books the expected loss anew.",
    )
    ecl_four_eyes = fields.Boolean(
        string="Somebody Else Approves Allowances", help="Who computed an expected credit loss cannot approve it."
    )

    ecl_last_date = fields.Date(
        string="Allowance Booked Until",
        readonly=True,
        copy=False,
        help="Day of the newest allowance that is booked. Written with each entry: of two people who post at once, the"
        " second one starts anew from what the first has booked.",
    )

    @api.constrains("ecl_allowance_account_id", "ecl_posting", "writeoff_account_id")
    def _check_ecl_allowance_account(self):
        for company in self:
            allowance = company.ecl_allowance_account_id
            if allowance.account_type == "asset_receivable":
                raise ValidationError(
                    self.env._("The allowance needs an account of its own beside the receivable accounts.")
                )
            if allowance and company.ecl_posting == "full" and company.writeoff_account_id == allowance:
                raise ValidationError(
                    self.env._(
                        "Write-offs that use the allowance go with entries of the difference: the whole allowance could"
                        " not be taken back after a part of it was used."
                    )
                )

    def _ecl_journal(self):
        self.ensure_one()
        return self.ecl_journal_id or self._first_general_journal()

    def _note_allowance(self, date):
        """Written before the ledger is read: who reads it from an older snapshot fails, and is started anew."""
        # sudo: who books an allowance may not change the company otherwise
        self.sudo().write({"ecl_last_date": date})
        self.env["res.company"].flush_model(["ecl_last_date"])
