from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    limitation_alarms = fields.Boolean(related="company_id.root_id.limitation_alarms", readonly=False)
    limitation_user_id = fields.Many2one(related="company_id.root_id.limitation_user_id", readonly=False)
