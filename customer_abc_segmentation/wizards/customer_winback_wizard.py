from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

#: Longer than three years nobody tells a win-back from chance.
MOST_DAYS = 1095


class CustomerWinbackWizard(models.TransientModel):
    """Who tries to win the chosen customers back, how and by when."""

    _name = "customer.winback.wizard"
    _description = "Schedule Win-Backs"

    value_ids = fields.Many2many("customer.value", string="Customers", required=True)
    measure_id = fields.Many2one(
        "customer.winback.measure",
        string="Win-Back Measure",
        required=True,
        default=lambda self: self._default_measure(),
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        domain=[("share", "=", False)],
        help="Empty: each customer's salesperson, or you where there is none.",
    )
    activity_date = fields.Date(string="To Do by", required=True, default=lambda self: self._default_activity_date())
    days = fields.Integer(
        string="Days to Buy Again",
        required=True,
        default=lambda self: self._default_days(),
        help="A purchase within so many days from today counts as won back. By default the churn horizon.",
    )
    note = fields.Text(string="What to Offer or Say")
    summary = fields.Char(compute="_compute_summary")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if self.env.context.get("active_model") == "customer.value":
            values["value_ids"] = [Command.set(self.env.context.get("active_ids") or [])]
        return values

    def _default_measure(self):
        return self.env["customer.winback.measure"].search([], limit=1)

    def _default_activity_date(self):
        return fields.Date.context_today(self) + relativedelta(days=7)

    def _default_days(self):
        today = fields.Date.context_today(self)
        policy = self.env["customer.value.policy"]._get_for()
        return (today + relativedelta(months=policy.churn_months or 6) - today).days

    @api.depends("value_ids")
    def _compute_summary(self):
        for wizard in self:
            underway = len(wizard.value_ids.filtered("has_open_winback"))
            fresh = len(wizard.value_ids) - underway
            wizard.summary = self.env._(
                "%(fresh)s win-backs will be started; %(underway)s of the chosen customers have one under way.",
                fresh=fresh,
                underway=underway,
            )

    def action_schedule(self):
        """Start the attempts and show them."""
        self.ensure_one()
        if self.days < 1:
            raise UserError(self.env._("Give the customers at least one day to buy again."))
        if self.days > MOST_DAYS:
            raise UserError(self.env._("Give the customers at most %(days)s days to buy again.", days=MOST_DAYS))
        today = fields.Date.context_today(self)
        winbacks = self.env["customer.winback"]._start(
            self.value_ids,
            {
                "date": today,
                "deadline": today + relativedelta(days=self.days),
                "activity_date": self.activity_date,
                "user_id": self.user_id.id,
                "measure_id": self.measure_id.id,
                "note": self.note,
            },
        )
        if not winbacks:
            raise UserError(self.env._("Each of these customers has a win-back under way already."))
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("customer_abc_segmentation.action_customer_winback"),
            "domain": [("id", "in", winbacks.ids)],
            "context": {},
        }
