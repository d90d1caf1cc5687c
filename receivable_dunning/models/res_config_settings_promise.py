from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    promise_currency_id = fields.Many2one(related="company_id.root_id.currency_id", string="Currency of Promises")
    promise_tolerance_days = fields.Integer(related="company_id.root_id.promise_tolerance_days", readonly=False)
    promise_tolerance_amount = fields.Monetary(
        related="company_id.root_id.promise_tolerance_amount",
        readonly=False,
        currency_field="promise_currency_id",
    )
    promise_portal_days = fields.Integer(related="company_id.root_id.promise_portal_days", readonly=False)
    plan_manager_amount = fields.Monetary(
        related="company_id.root_id.plan_manager_amount", readonly=False, currency_field="promise_currency_id"
    )
    plan_broken_hold = fields.Boolean(related="company_id.root_id.plan_broken_hold", readonly=False)
