from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    receivable_dso_target = fields.Float(related="company_id.root_id.receivable_dso_target", readonly=False)
    receivable_kpi_close_day = fields.Integer(related="company_id.root_id.receivable_kpi_close_day", readonly=False)
    receivable_kpi_response_days = fields.Integer(
        related="company_id.root_id.receivable_kpi_response_days", readonly=False
    )
