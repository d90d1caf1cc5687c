from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    collection_currency_id = fields.Many2one(related="company_id.root_id.currency_id")
    collection_cost_of_money = fields.Float(related="company_id.root_id.collection_cost_of_money", readonly=False)
    collection_hour_cost = fields.Monetary(
        related="company_id.root_id.collection_hour_cost", readonly=False, currency_field="collection_currency_id"
    )
    collection_phone_minutes = fields.Float(related="company_id.root_id.collection_phone_minutes", readonly=False)
    collection_visit_minutes = fields.Float(related="company_id.root_id.collection_visit_minutes", readonly=False)
    collection_email_minutes = fields.Float(related="company_id.root_id.collection_email_minutes", readonly=False)
    collection_rest_days = fields.Integer(related="company_id.root_id.collection_rest_days", readonly=False)
