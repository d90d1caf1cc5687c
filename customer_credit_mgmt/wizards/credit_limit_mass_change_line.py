from odoo import fields, models


class CreditLimitMassChangeLine(models.TransientModel):
    """What would change for one customer."""

    _name = "credit.limit.mass.change.line"
    _description = "Preview of a Changed Credit Limit"
    _order = "wizard_id, effect, id"

    wizard_id = fields.Many2one("credit.limit.mass.change", required=True, index=True, ondelete="cascade")
    company_currency_id = fields.Many2one(related="wizard_id.currency_id", string="Company Currency")
    profile_id = fields.Many2one("credit.profile", string="Customer", required=True, readonly=True, ondelete="cascade")
    limit_mode = fields.Selection(related="profile_id.limit_mode")
    currency_id = fields.Many2one("res.currency", readonly=True)
    base_id = fields.Many2one("credit.limit", readonly=True, ondelete="set null")
    old_amount = fields.Monetary(string="Limit Before", readonly=True, help="The base limit on the first day.")
    new_amount = fields.Monetary(string="New Limit", readonly=True)
    old_company = fields.Monetary(
        string="Before in Company Currency", readonly=True, currency_field="company_currency_id"
    )
    new_company = fields.Monetary(string="New in Company Currency", readonly=True, currency_field="company_currency_id")
    exposure_amount = fields.Monetary(string="Exposure", readonly=True, currency_field="company_currency_id")
    limit_before = fields.Monetary(
        string="Effective Before", readonly=True, currency_field="company_currency_id", help="With all that is on top."
    )
    limit_after = fields.Monetary(
        string="Effective After", readonly=True, currency_field="company_currency_id", help="With all that is on top."
    )
    effect = fields.Selection(
        [("held", "Would Be Held"), ("free", "Would Be Free"), ("same", "No Other Status")],
        readonly=True,
        help="Whether the next document of the customer would be held, by the policy in force and the exposure of now.",
    )
    skipped = fields.Selection(
        [
            ("no_limit", "No Limit to Change"),
            ("no_credit", "No Credit"),
            ("unknown", "Not Enough Data"),
            ("unchanged", "Same Limit"),
        ],
        string="Left as It Is",
        readonly=True,
        help="No limit is asked for. Customers who get no credit are decided on one by one, on their profile.",
    )
    proposals = fields.Json(readonly=True)
