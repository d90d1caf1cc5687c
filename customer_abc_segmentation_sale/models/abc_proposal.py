from odoo import fields, models


class AbcProposal(models.Model):
    _inherit = "abc.proposal"

    team_id = fields.Many2one(related="partner_id.user_id.sale_team_id", string="Sales Team")
