from odoo import fields, models


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
        [("no_check", "No check"), ("no_credit", "No credit"), ("limited", "Limited")], default="no_check", required=True
    )
    limit_amount = fields.Monetary()
    status = fields.Selection([("ok", "OK"), ("watch", "Watch"), ("hold", "On hold")], default="ok", required=True)
    status_reason = fields.Char()
    manual_hold = fields.Boolean()
    score = fields.Float()
    rating_id = fields.Many2one("credit.rating")
    probability_late = fields.Float()
    next_review_date = fields.Date()

    _partner_company_uniq = models.Constraint("UNIQUE (partner_id, company_id)", "One profile per customer and company.")
