from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    has_portal_account = fields.Boolean(related="company_id.root_id.has_portal_account", readonly=False)
    has_portal_link = fields.Boolean(related="company_id.root_id.has_portal_link", readonly=False)
    portal_link_days = fields.Integer(related="company_id.root_id.portal_link_days", readonly=False)
    portal_contacts = fields.Selection(related="company_id.root_id.portal_contacts", readonly=False)
    has_portal_promise = fields.Boolean(related="company_id.root_id.has_portal_promise", readonly=False)
    portal_promise_max = fields.Integer(related="company_id.root_id.portal_promise_max", readonly=False)
    portal_promise_minimum = fields.Monetary(related="company_id.root_id.portal_promise_minimum", readonly=False)
    has_portal_dispute = fields.Boolean(related="company_id.root_id.has_portal_dispute", readonly=False)
    has_portal_plan = fields.Boolean(related="company_id.root_id.has_portal_plan", readonly=False)
    portal_plan_count = fields.Integer(related="company_id.root_id.portal_plan_count", readonly=False)
    portal_user_id = fields.Many2one(related="company_id.root_id.portal_user_id", readonly=False)
    portal_retention_days = fields.Integer(related="company_id.root_id.portal_retention_days", readonly=False)
