from odoo import fields, models


class ResCompany(models.Model):
    """What receivables and the work of collecting them cost; set on root companies, branches follow."""

    _inherit = "res.company"

    segmentation_capital_rate = fields.Float(
        string="Cost of Capital (% per Year)",
        digits=(6, 3),
        default=8.0,
        help="What the company pays for the money that is tied up in receivables, per year of 365 days. "
        "A customer's balance of each day costs a 365th of it; a credit balance earns the same.",
    )
    segmentation_activity_cost = fields.Monetary(
        string="Cost per Collection Activity",
        help="What one call or reminder costs on average: minutes times the cost of a minute.",
    )
    segmentation_activity_type_ids = fields.Many2many(
        "mail.activity.type",
        relation="res_company_collection_type",
        column1="company_id",
        column2="activity_type_id",
        string="Collection Activities",
        help="Done activities of these types, on a customer or on its invoices, count as collection effort. "
        "Empty: nothing counts.",
    )

    _sensible_capital_rate = models.Constraint(
        "CHECK (segmentation_capital_rate BETWEEN 0 AND 100)", "The cost of capital lies between 0 and 100 % a year."
    )
    _sensible_activity_cost = models.Constraint(
        "CHECK (segmentation_activity_cost >= 0)", "A collection activity cannot cost less than nothing."
    )
