from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    dispute_file_count = fields.Integer(related="company_id.root_id.dispute_file_count", readonly=False)
    dispute_file_megabytes = fields.Integer(related="company_id.root_id.dispute_file_megabytes", readonly=False)
