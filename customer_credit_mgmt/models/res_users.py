from odoo import fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    credit_release_amount = fields.Float(
        string="Credit Release Allowance",
        help="Up to which amount, in the company's currency, this credit controller releases held documents alone. "
        "Credit managers release any amount.",
    )
