from odoo import fields, models


class ResCompany(models.Model):
    """What a company promises its customers: a human look, a retention period, their own position on the portal."""

    _inherit = "res.company"

    credit_review_persons = fields.Boolean(
        string="Human Review for Persons",
        default=True,
        help="When the scoring rates a natural person so that it counts against them, or holds their document because"
        " of the score, a person has to look. Holds nothing by itself.",
    )
    credit_review_user_id = fields.Many2one(
        "res.users",
        string="Reviewer",
        help="Gets an activity for each review; empty: the credit controller of the customer.",
    )
    credit_retention_months = fields.Integer(
        string="Keep Score Data (months)",
        help="Older scores and closed signals are deleted every night, and what decided checks of natural persons were"
        " based on is made anonymous. The current score is always kept. 0: everything is kept.",
    )
    credit_portal = fields.Boolean(
        string="Credit Position on the Portal",
        help="Customers see what they owe and what is overdue on their portal.",
    )
    credit_portal_limit = fields.Boolean(
        string="Show Limit and Available Credit",
        default=True,
        help="Otherwise customers see what they owe and what is overdue only.",
    )
    credit_portal_score = fields.Boolean(
        string="Explain the Score to Persons",
        default=True,
        help="Natural persons see how their score came about and can contest it.",
    )

    _credit_retention_not_negative = models.Constraint(
        "CHECK(credit_retention_months >= 0)", "A retention period cannot be negative."
    )
