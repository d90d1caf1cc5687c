from odoo import fields, models
from odoo.tools import SQL


class CreditProfile(models.Model):
    """What we know and decided about one customer in one company."""

    _name = "credit.profile"
    _description = "Credit Profile"
    _inherit = ["mail.thread"]
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", required=True, index=True)
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one("res.users")
    limit_mode = fields.Selection(
        [("no_check", "No check"), ("no_credit", "No credit"), ("limited", "Limited")],
        default="no_check",
        required=True,
    )
    limit_amount = fields.Monetary()
    status = fields.Selection([("ok", "OK"), ("watch", "Watch"), ("hold", "On hold")], default="ok", required=True)
    status_reason = fields.Char()
    manual_hold = fields.Boolean()
    score = fields.Float()
    rating_id = fields.Many2one("credit.rating")
    probability_late = fields.Float()
    next_review_date = fields.Date()

    _partner_company_unique = models.Constraint(
        "UNIQUE(partner_id, company_id)", "This customer has a credit profile in this company already."
    )

    def _figures_sql(self, as_of, company=None, partners=None):
        """``profile_id, utilization`` (NULL where no limit applies) of the profiles."""
        exposure = self.env["receivable.ledger"]._exposure_sql(as_of, company, partners)
        return SQL(
            """
            SELECT profile.id AS profile_id,
                   CASE WHEN profile.limit_mode = 'limited'
                        THEN COALESCE(exposure.receivable_amount + exposure.draft_amount, 0)
                             / NULLIF(profile.limit_amount, 0) END AS utilization
              FROM credit_profile profile
              LEFT JOIN (%s) exposure
                ON exposure.partner_id = profile.partner_id AND exposure.company_id = profile.company_id
            """,
            exposure,
        )
