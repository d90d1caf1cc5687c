from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    collection_cost_of_money = fields.Float(
        string="Cost of Money (%)",
        default=8.0,
        help="What a year of waiting for money costs, in percent of the amount: the rate of your overdraft, or of what"
        " you would do with the money.",
    )
    collection_hour_cost = fields.Monetary(
        string="Cost of a Working Hour",
        default=30.0,
        currency_field="currency_id",
        help="Of a collector. A customer who is not overdue yet is on the worklist only if a call is expected to save"
        " more than it costs; small ones are written to instead of called.",
    )
    collection_phone_minutes = fields.Float(
        string="Minutes of a Call", default=8.0, help="Usual minutes until your own calls say otherwise."
    )
    collection_visit_minutes = fields.Float(
        string="Minutes of a Visit", default=90.0, help="With the way there, until your own visits say otherwise."
    )
    collection_email_minutes = fields.Float(
        string="Minutes of an E-mail", default=3.0, help="Usual minutes until your own e-mails say otherwise."
    )
    collection_rest_days = fields.Integer(
        string="Days to Half Effect",
        default=7,
        help="So many days after somebody was reached, calling again helps half as much as the first time; after twice"
        " as many three quarters.",
    )

    _collection_cost_check = models.Constraint(
        "CHECK (collection_cost_of_money >= 0 AND collection_hour_cost >= 0)", "Costs cannot be negative."
    )
    _collection_minutes_check = models.Constraint(
        "CHECK (collection_phone_minutes > 0 AND collection_visit_minutes > 0 AND collection_email_minutes > 0"
        " AND collection_rest_days > 0)",
        "Minutes and days must be above zero.",
    )
