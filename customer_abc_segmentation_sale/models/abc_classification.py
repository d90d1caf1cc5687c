from odoo import fields, models


class AbcClassification(models.Model):
    _inherit = "abc.classification"

    team_id = fields.Many2one(related="partner_id.user_id.sale_team_id", string="Sales Team")
