from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    credit_review_persons = fields.Boolean(related="company_id.root_id.credit_review_persons", readonly=False)
    credit_review_user_id = fields.Many2one(related="company_id.root_id.credit_review_user_id", readonly=False)
    credit_retention_months = fields.Integer(related="company_id.root_id.credit_retention_months", readonly=False)
    credit_portal = fields.Boolean(related="company_id.root_id.credit_portal", readonly=False)
    credit_portal_limit = fields.Boolean(related="company_id.root_id.credit_portal_limit", readonly=False)
    credit_portal_score = fields.Boolean(related="company_id.root_id.credit_portal_score", readonly=False)
    credit_limit_notice_days = fields.Integer(related="company_id.root_id.credit_limit_notice_days", readonly=False)
    credit_guarantee_alert_days = fields.Integer(
        related="company_id.root_id.credit_guarantee_alert_days", readonly=False
    )
    credit_proposal_factor = fields.Float(related="company_id.root_id.credit_proposal_factor", readonly=False)
    credit_proposal_equity_share = fields.Float(
        related="company_id.root_id.credit_proposal_equity_share", readonly=False
    )
    credit_grace_days = fields.Integer(related="company_id.root_id.credit_grace_days", readonly=False)
    credit_panel_spread = fields.Float(related="company_id.root_id.credit_panel_spread", readonly=False)
