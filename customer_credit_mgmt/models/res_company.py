from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    credit_late_share = fields.Float(
        string="Late Share of All Customers",
        readonly=True,
        help="Share of the recent invoices of all customers that were paid late; what is assumed of a customer of whom"
        " little is known. Kept by the scoring.",
    )
    credit_score_pending = fields.Boolean(
        readonly=True, help="The nightly scoring has begun and has not come to this company yet."
    )
    credit_guarantee_alert_days = fields.Integer(
        string="Guarantee Alert",
        default=30,
        help="Days before the end of a guarantee at which the credit controller gets an activity; 0 for never.",
    )
    credit_panel_spread = fields.Float(
        string="Spread for a Second Round",
        default=30.0,
        help="When the points of the experts of an assessment are further apart than this, they are asked a second time,"
        " having read each other's reasons. 0: never.",
    )
