from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    promise_tolerance_days = fields.Integer(
        string="Days of Tolerance",
        help="A promised payment or an instalment that arrives so many days after its day is in time.",
    )
    promise_tolerance_amount = fields.Monetary(
        string="Tolerated Difference",
        help="What may be missing of a promise or a plan altogether, such as bank charges.",
    )
    promise_portal_days = fields.Integer(
        string="Promises on the Portal",
        default=30,
        help="Customers who promise on the portal choose a day up to so many days ahead: reminders wait for it.",
    )
    plan_manager_amount = fields.Monetary(
        string="Plans Offered by Managers",
        help="Payment plans above this total are offered by managers only. Zero: accountants offer all plans.",
    )
    plan_broken_hold = fields.Boolean(
        string="Hold on a Broken Plan",
        help="A customer whose payment plan is broken is put on hold on its credit profile, for a person to release.",
    )

    _promise_tolerance_check = models.Constraint(
        "CHECK (promise_tolerance_days >= 0 AND promise_tolerance_amount >= 0 AND promise_portal_days >= 0)",
        "Tolerances and days of promises are not below zero.",
    )
