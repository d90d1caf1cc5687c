from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    is_sme_declared = fields.Boolean(
        string="Small or Medium Enterprise",
        help="The company is a small or medium enterprise and tells its customers so when it contracts. Rules for"
        " late payment that protect such sellers (China) apply only then.",
    )
