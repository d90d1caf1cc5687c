from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    segmentation_capital_rate = fields.Float(related="company_id.root_id.segmentation_capital_rate", readonly=False)
    segmentation_activity_cost = fields.Monetary(
        related="company_id.root_id.segmentation_activity_cost", readonly=False
    )
    segmentation_activity_type_ids = fields.Many2many(
        related="company_id.root_id.segmentation_activity_type_ids", readonly=False
    )
