from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    limitation_alarms = fields.Boolean(
        help="Handlers, collectors and the manager get an activity 90, 30 and 7 days before claims are time-barred.",
    )
    limitation_user_id = fields.Many2one(
        "res.users",
        string="Limitation Manager",
        domain=[("share", "=", False)],
        help="Is told where a claim has neither a handler nor a collector, and of every claim 7 days before. Empty: a"
        " manager of collections.",
    )
