from odoo import fields, models


class ReceivableDisputeCause(models.Model):
    """Why the dispute came about, as found by who looked into it: what a company can do better."""

    _name = "receivable.dispute.cause"
    _description = "Dispute Root Cause"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    is_customers = fields.Boolean(
        string="Customer's Doing", help="The customer caused it: nothing in our own house is to be mended."
    )
    description = fields.Text(translate=True, help="When to choose it.")

    _name_unique = models.UniqueIndex("(name)", "There is a root cause of this name already.")
