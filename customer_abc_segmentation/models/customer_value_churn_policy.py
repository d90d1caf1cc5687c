from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CustomerValuePolicy(models.Model):
    """How churn and lifetime value are computed."""

    _inherit = "customer.value.policy"

    churn_months = fields.Integer(
        string="Churn Horizon (months)",
        required=True,
        default=6,
        help="The churn risk is the probability of no purchase within so many months. The models are tested on the "
        "last so many months, and a win-back has as long by default.",
    )
    churn_high = fields.Float(
        string="High Risk from",
        required=True,
        default=0.7,
        help="Customers with this churn risk or more are on the churn list by default.",
    )
    clv_years = fields.Integer(
        string="Lifetime (years)", required=True, default=3, help="How far the lifetime value looks ahead."
    )
    clv_discount_rate = fields.Float(
        string="Discount Rate", required=True, default=0.1, help="Per year: what a margin a year away is worth less."
    )
    clv_margin_source = fields.Selection(
        [("own", "Customer's Own Margin"), ("percentage", "Fixed Percentage")],
        string="Margin",
        required=True,
        default="own",
        help="Customer's Own Margin: that of the last 12 months at the products' present cost, drawn to the margin of "
        "all customers the fewer the purchases. Products without a cost earn all of their price: use a fixed "
        "percentage then.",
    )
    clv_margin_rate = fields.Float(string="Margin Percentage", default=0.3, help="Of the revenue.")
    clv_loss_field_id = fields.Many2one(
        "ir.model.fields",
        string="Credit Loss from",
        domain=[
            ("model", "=", "res.partner"),
            ("ttype", "in", ("float", "integer", "monetary")),
            ("store", "=", True),
        ],
        ondelete="set null",
        help="A number of the customer that says what is lost by not being paid. Empty: no loss is deducted.",
    )
    clv_loss_unit = fields.Selection(
        [("share", "Share of Revenue (0 to 1)"), ("percent", "Percent of Revenue"), ("amount", "Amount")],
        string="Credit Loss is a",
        required=True,
        default="percent",
        help="Shares are deducted from the revenue to come, an amount (company currency) once from the lifetime value.",
    )

    _sensible_churn = models.Constraint(
        "CHECK (churn_months BETWEEN 1 AND 24 AND churn_high > 0 AND churn_high <= 1)",
        "The churn horizon has 1 to 24 months, and a high risk lies above 0 and up to 100 %.",
    )
    _sensible_lifetime = models.Constraint(
        "CHECK (clv_years BETWEEN 1 AND 10 AND clv_discount_rate >= 0 AND clv_discount_rate < 1"
        " AND clv_margin_rate >= 0 AND clv_margin_rate <= 1)",
        "A lifetime has 1 to 10 years; discount rate and margin lie between 0 and 100 %.",
    )

    @api.constrains("clv_loss_field_id")
    def _check_loss_field(self):
        for field in self.clv_loss_field_id:
            if field.model != "res.partner" or field.ttype not in ("float", "integer", "monetary") or not field.store:
                raise ValidationError(
                    self.env._("%(field)s is no stored number of contacts.", field=field.field_description)
                )
            self.env["res.partner"]._check_readable(field.sudo())

    def _refresh(self, as_of):
        """After the figures of each customer, churn and what is expected."""
        super()._refresh(as_of)
        self.env["customer.value.expectation"]._refresh(self, as_of)

    def action_fit_churn(self):
        """Fit the models of churn and value of this company now."""
        self.ensure_one()
        return self.env["customer.churn.model"].with_company(self.company_id).action_fit()
