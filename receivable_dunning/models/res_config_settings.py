from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    is_sme_declared = fields.Boolean(related="company_id.root_id.is_sme_declared", readonly=False)
