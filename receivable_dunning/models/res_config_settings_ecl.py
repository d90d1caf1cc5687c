from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    ecl_allowance_account_id = fields.Many2one(related="company_id.root_id.ecl_allowance_account_id", readonly=False)
    ecl_expense_account_id = fields.Many2one(related="company_id.root_id.ecl_expense_account_id", readonly=False)
    ecl_release_account_id = fields.Many2one(related="company_id.root_id.ecl_release_account_id", readonly=False)
    ecl_journal_id = fields.Many2one(related="company_id.root_id.ecl_journal_id", readonly=False)
    ecl_posting = fields.Selection(related="company_id.root_id.ecl_posting", readonly=False)
    ecl_four_eyes = fields.Boolean(related="company_id.root_id.ecl_four_eyes", readonly=False)
