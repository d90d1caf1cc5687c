from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.exceptions import UserError

MOST_MONTHS = 60


class CreditPredictionBacktestWizard(models.TransientModel):
    """Back-test the payment prediction on the last months of the ledger."""

    _name = "credit.prediction.backtest.wizard"
    _description = "Back-Test the Payment Prediction"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self._default_company_id(),
        domain="[('parent_id', '=', False)]",
    )
    months = fields.Integer(
        default=12, required=True, help="How many months, back from the newest one that is old enough."
    )
    newest_month = fields.Date(compute="_compute_newest_month", help="It ended at least 90 days ago.")

    def _default_company_id(self):
        return self.env.company.root_id

    def _compute_newest_month(self):
        today = fields.Date.context_today(self)
        for wizard in self:
            wizard.newest_month = self.env["credit.prediction.backtest"]._newest_month(today)

    def action_measure(self):
        """Measure, and show what was found."""
        self.ensure_one()
        if not 1 <= self.months <= MOST_MONTHS:
            raise UserError(self.env._("Choose between 1 and %(most)s months.", most=MOST_MONTHS))
        backtests = self.env["credit.prediction.backtest"]
        months = [self.newest_month - relativedelta(months=number) for number in range(self.months)]
        backtests._measure_months(self.company_id, months, fields.Date.context_today(self))
        return self.env["ir.actions.act_window"]._for_xml_id("customer_credit_mgmt.action_credit_prediction_backtest")
