import ast

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..core.stage import Thresholds
from ..core.window import ROLLING, period_bounds, window
from .abc_policy import PERIOD_MONTHS


class CustomerValuePolicy(models.Model):
    """How the value of the customers of a company is read: window, scores, stages, trend; one in force per company."""

    _name = "customer.value.policy"
    _description = "Customer Value Policy"
    _inherit = ["segmentation.root.company.mixin"]
    _order = "company_id, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    window_months = fields.Integer(
        string="Window (months)",
        required=True,
        default=12,
        help="Frequency and monetary look at these last months, up to and including the day.",
    )
    prospect_domain = fields.Char(
        string="Prospects",
        default="[('customer_rank', '>', 0)]",
        help="Contacts that match and were never invoiced, by any company, are prospects: companies and persons of "
        "their own, not archived, of this company or of all companies.",
    )

    # stages
    loyal_purchases = fields.Integer(
        string="Loyal from Purchases", required=True, default=4, help="Days with an invoice within the window."
    )
    loyal_months = fields.Integer(
        string="Loyal after Months", required=True, default=12, help="Months since the first purchase."
    )
    at_risk_days = fields.Integer(
        string="At Risk after Days",
        required=True,
        default=180,
        help="Days without purchase up to which a customer without a rhythm of its own is fine.",
    )
    lost_days = fields.Integer(
        string="Lost after Days",
        required=True,
        default=365,
        help="Days without purchase up to which a customer without a rhythm of its own is only at risk.",
    )
    at_risk_factor = fields.Float(
        string="At Risk after Gaps",
        digits=(6, 2),
        required=True,
        default=2.0,
        help="Silence, in multiples of the customer's own median gap, up to which it is fine.",
    )
    lost_factor = fields.Float(
        string="Lost after Gaps",
        digits=(6, 2),
        required=True,
        default=4.0,
        help="Silence, in multiples of the customer's own median gap, up to which it is only at risk.",
    )
    at_risk_floor = fields.Integer(
        string="At Risk Never before Days", required=True, default=30, help="However often the customer buys."
    )
    lost_floor = fields.Integer(
        string="Lost Never before Days", required=True, default=90, help="However often the customer buys."
    )
    won_back_days = fields.Integer(
        string="Won Back for Days",
        required=True,
        default=180,
        help="For so long after the purchase that ended the silence of a lost customer it counts as won back.",
    )
    rhythm_minimum_gaps = fields.Integer(
        string="Gaps for a Rhythm",
        required=True,
        default=3,
        help="Gaps between purchases from which on the customer has a rhythm of its own. Fewer: plain days count.",
    )

    # trend
    growth_period = fields.Selection(
        [("month", "Months"), ("quarter", "Quarters")], string="Revenue per", required=True, default="quarter"
    )
    growth_period_count = fields.Integer(
        string="Periods", required=True, default=8, help="Complete calendar periods before the end of the window."
    )
    growth_minimum_periods = fields.Integer(
        string="Periods Needed",
        required=True,
        default=5,
        help="Complete periods after the one of the first purchase. Fewer: not enough data for a trend.",
    )
    growth_minimum_active = fields.Integer(
        string="Active Periods Needed",
        required=True,
        default=3,
        help="Periods with positive revenue. Fewer: not enough data for a trend.",
    )
    growth_confidence = fields.Float(
        string="Confidence (%)",
        digits=(4, 1),
        required=True,
        default=95.0,
        help="How sure a trend has to be, two-sided, to be called growing or shrinking.",
    )

    # potential
    peer_field_id = fields.Many2one(
        "ir.model.fields",
        string="Comparable by",
        domain=[("model", "=", "res.partner"), ("ttype", "=", "many2one"), ("store", "=", True)],
        ondelete="set null",
        default=lambda self: self._default_peer_field_id(),
        help="Customers with the same value of this field, such as the industry, are compared with each other.",
    )
    peer_minimum = fields.Integer(
        string="Peers Needed",
        required=True,
        default=10,
        help="Where fewer customers are comparable, all customers are.",
    )

    # schedule
    schedule = fields.Selection(
        [("manual", "By Hand"), ("daily", "Every Day"), ("weekly", "Every Week"), ("monthly", "Every Month")],
        required=True,
        default="daily",
    )
    date_next = fields.Date(
        string="Next Refresh", default=fields.Date.context_today, copy=False, help="Done by a scheduled action."
    )
    last_date = fields.Date(string="As of", readonly=True, copy=False, help="Day the values stand for.")
    history_months = fields.Integer(
        string="Keep History (months)", required=True, default=60, help="Older months of the charts are deleted."
    )

    _one_per_company = models.UniqueIndex(
        "(company_id) WHERE active",
        "A company has one policy of customer value: archive the other one first, or change it.",
    )
    _sensible_window = models.Constraint(
        "CHECK (window_months BETWEEN 1 AND 120 AND history_months BETWEEN 1 AND 600)",
        "The window has 1 to 120 months, the history 1 to 600.",
    )
    _sensible_loyalty = models.Constraint(
        "CHECK (loyal_purchases > 1 AND loyal_months >= 0)",
        "Loyal customers need at least two purchases, and the months cannot be negative.",
    )
    _sensible_days = models.Constraint(
        "CHECK (at_risk_days > 0 AND at_risk_days < lost_days AND at_risk_floor > 0 AND at_risk_floor < lost_floor"
        " AND lost_floor <= lost_days AND won_back_days > 0)",
        "Customers are at risk before they are lost: the days of at risk have to be fewer than those of lost, above "
        "zero, and the least days of lost at most the plain ones.",
    )
    _sensible_factors = models.Constraint(
        "CHECK (at_risk_factor >= 1 AND at_risk_factor < lost_factor AND rhythm_minimum_gaps BETWEEN 2 AND 50)",
        "The multiples need 1 <= at risk < lost, and a rhythm 2 to 50 gaps.",
    )
    _sensible_growth = models.Constraint(
        "CHECK (growth_period_count BETWEEN 4 AND 36 AND growth_minimum_periods BETWEEN 4 AND growth_period_count"
        " AND growth_minimum_active BETWEEN 1 AND growth_minimum_periods"
        " AND growth_confidence >= 50 AND growth_confidence < 100)",
        "A trend needs 4 to 36 periods, of which at least 4, and a confidence from 50 to below 100 %.",
    )
    _sensible_peers = models.Constraint("CHECK (peer_minimum > 1)", "A comparison needs at least two customers.")

    # ------------------------------------------------------------------
    # DEFAULTS AND CONSTRAINTS
    # ------------------------------------------------------------------

    def _default_peer_field_id(self):
        return self.env["ir.model.fields"]._get("res.partner", "industry_id")

    @api.constrains("prospect_domain")
    def _check_prospect_domain(self):
        for policy in self:
            self.env["res.partner"]._check_condition(policy.prospect_domain)

    @api.constrains("peer_field_id")
    def _check_peer_field(self):
        for field in self.peer_field_id:
            self.env["res.partner"]._check_grouping(field.sudo())

    def write(self, vals):
        if "company_id" in vals and any(policy.last_date for policy in self):
            raise UserError(
                self.env._("This policy has values of its company already. Set another one up for the other company.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_values(self):
        if any(policy.last_date for policy in self):
            raise UserError(self.env._("The values of customers stand on this policy. Archive it instead of deleting."))

    # ------------------------------------------------------------------
    # READING THE POLICY
    # ------------------------------------------------------------------

    @api.model
    def _get_for(self, company=None):
        """The policy in force of a company (default: the current one), may be empty. Branches: that of their root."""
        # sudo: that there is a policy is no secret; the values themselves are read with the user's rights
        root = (company or self.env.company).sudo().root_id
        return self.sudo().search([("company_id", "=", root.id)], limit=1)

    def _get_prospect_domain(self):
        return Domain(ast.literal_eval(self.prospect_domain or "[]"))

    def _get_window(self, as_of):
        """First and last day (both inclusive) of frequency and monetary as of a date."""
        return window(as_of, ROLLING, self.window_months)

    def _get_loyal_since(self, as_of):
        """A loyal customer bought for the first time on this day or earlier."""
        return as_of - relativedelta(months=self.loyal_months)

    def _get_thresholds(self):
        """The limits of the stages, for ``core.stage``."""
        return Thresholds(
            **{name: self[name] for name in ("at_risk_days", "lost_days", "at_risk_floor", "lost_floor")},
            **{name: self[name] for name in ("at_risk_factor", "lost_factor", "won_back_days", "loyal_purchases")},
        )

    def _get_growth_bounds(self, as_of):
        """First days of the complete calendar periods whose revenue makes the trend, and the day after the last."""
        return period_bounds(as_of, PERIOD_MONTHS[self.growth_period], self.growth_period_count)
