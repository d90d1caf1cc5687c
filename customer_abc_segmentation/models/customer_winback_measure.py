from odoo import fields, models


class CustomerWinbackMeasure(models.Model):
    """What is done to win a customer back; success rates are compared by it."""

    _name = "customer.winback.measure"
    _description = "Win-Back Measure"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    description = fields.Text(translate=True, help="How it is done; shown to whoever plans it.")
