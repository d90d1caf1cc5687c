from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    bad_debt_company_id = fields.Many2one(related="company_id.root_id", string="Root Company")
    bad_debt_currency_id = fields.Many2one(related="company_id.root_id.currency_id", string="Root Company Currency")
    bad_debt_account_ids = fields.Many2many(related="company_id.root_id.bad_debt_account_ids", readonly=False)
    writeoff_account_id = fields.Many2one(related="company_id.root_id.writeoff_account_id", readonly=False)
    writeoff_journal_id = fields.Many2one(related="company_id.root_id.writeoff_journal_id", readonly=False)
    bad_debt_tax_account_id = fields.Many2one(related="company_id.root_id.bad_debt_tax_account_id", readonly=False)
    bad_debt_recovery_account_id = fields.Many2one(
        related="company_id.root_id.bad_debt_recovery_account_id", readonly=False
    )
    writeoff_manager_amount = fields.Monetary(
        related="company_id.root_id.writeoff_manager_amount", readonly=False, currency_field="bad_debt_currency_id"
    )
    writeoff_four_eyes = fields.Boolean(related="company_id.root_id.writeoff_four_eyes", readonly=False)
