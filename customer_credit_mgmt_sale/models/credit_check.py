from odoo import fields, models


class CreditCheck(models.Model):
    _inherit = "credit.check"

    stage = fields.Selection(selection_add=[("order", "Order")], ondelete={"order": "cascade"})
