from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    credit_review_persons = fields.Boolean(related="company_id.root_id.credit_review_persons", readonly=False)
    credit_review_user_id = fields.Many2one(related="company_id.root_id.credit_review_user_id", readonly=False)
    credit_retention_months = fields.Integer(related="company_id.root_id.credit_retention_months", readonly=False)
    credit_portal = fields.Boolean(related="company_id.root_id.credit_portal", readonly=False)
    credit_portal_limit = fields.Boolean(related="company_id.root_id.credit_portal_limit", readonly=False)
    credit_portal_score = fields.Boolean(related="company_id.root_id.credit_portal_score", readonly=False)
