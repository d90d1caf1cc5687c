from odoo import api, fields, models
from odoo.tools import SQL

from ..core.stage import AT_RISK, FIRST_PURCHASE, LOST, LOYAL, PROSPECT, REPEAT, WON_BACK
from .live_field import live_condition
from .optional_number import OptionalFloat, OptionalInteger, OptionalMonetary

STAGES = [
    (PROSPECT, "Prospect"),
    (FIRST_PURCHASE, "First Purchase"),
    (REPEAT, "Repeat"),
    (LOYAL, "Loyal"),
    (AT_RISK, "At Risk"),
    (LOST, "Lost"),
    (WON_BACK, "Won Back"),
]
TRENDS = [("growing", "Growing"), ("steady", "No Clear Trend"), ("shrinking", "Shrinking")]
# What is told from columns at the moment of asking.
LIVE_FIELDS = frozenset({"recency_days", "potential_amount"})


class CustomerValue(models.Model):
    """What a customer is worth to a company and its branches: one row per commercial partner and root company.

    Rows are written by ``customer.value.refresher`` in statements for all customers; nobody may change them but for
    what is entered by hand. Empty means that there is not enough data, never zero.
    """

    _name = "customer.value"
    _description = "Customer Value"
    _order = "monetary DESC NULLS LAST, id"
    _rec_name = "partner_id"
    # written for a hundred thousand customers at once
    _log_access = False

    policy_id = fields.Many2one("customer.value.policy", required=True, readonly=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one(related="partner_id.user_id")
    date = fields.Date(
        string="As of", related="policy_id.last_date", compute_sudo=True, help="Day the figures stand for."
    )

    # purchases: days with at least one posted customer invoice
    first_invoice_date = fields.Date(string="First Purchase", readonly=True)
    last_invoice_date = fields.Date(string="Last Purchase", readonly=True)
    purchase_count = fields.Integer(string="Purchases Ever", readonly=True, help="Days with a posted customer invoice.")
    recency_days = OptionalInteger(
        string="Days since Last Purchase",
        compute="_compute_recency_days",
        search="_search_recency_days",
        aggregator="avg",
        help="As of the day the figures stand for. Empty: never bought.",
    )
    frequency = fields.Integer(
        string="Purchases", readonly=True, help="Days with a posted customer invoice in the window of the policy."
    )
    monetary = fields.Monetary(
        string="Revenue",
        readonly=True,
        help="Posted customer invoices less credit notes in the window of the policy, untaxed, in company currency.",
    )
    gap_median = OptionalFloat(
        string="Usual Gap (days)",
        digits=(8, 1),
        readonly=True,
        aggregator="avg",
        help="Median of the days between purchases: the customer's own rhythm. Empty: too few purchases.",
    )
    gap_spread = OptionalFloat(
        string="Spread of Gaps (days)",
        digits=(8, 1),
        readonly=True,
        aggregator="avg",
        help="Interquartile range: the middle half of all gaps differ by no more than that.",
    )
    gap_ended = OptionalInteger(
        string="Silence Ended (days)",
        readonly=True,
        aggregator=None,
        help="Longest gap that a purchase of late ended; it decides who is won back.",
    )

    # scores
    rfm_r = OptionalInteger(string="R", readonly=True, aggregator="avg", help="Score of recency, 5 is best.")
    rfm_f = OptionalInteger(string="F", readonly=True, aggregator="avg", help="Score of frequency, 5 is best.")
    rfm_m = OptionalInteger(string="M", readonly=True, aggregator="avg", help="Score of the revenue, 5 is best.")
    rfm_segment_id = fields.Many2one(
        "rfm.segment",
        string="Segment",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="By recency and frequency. Empty: no purchase in the window.",
    )
    segment_advice = fields.Text(related="rfm_segment_id.advice", string="What to Do")
    stage = fields.Selection(
        STAGES,
        readonly=True,
        help="Where the customer stands. Empty: credit notes only, nothing to tell a stage from.",
    )
    stage_date = fields.Date(string="In Stage since", readonly=True)

    # trend
    growth_slope = OptionalMonetary(
        string="Trend per Period",
        readonly=True,
        aggregator="avg",
        help="Slope of the line through the revenue of the complete periods. Empty: not enough data.",
    )
    growth_rate = OptionalFloat(
        string="Trend (%)", readonly=True, aggregator="avg", help="Slope, as a share of the mean revenue per period."
    )
    growth_t = OptionalFloat(
        string="t of the Trend",
        digits=(8, 2),
        readonly=True,
        aggregator=None,
        help="Slope / its standard error. Empty: not enough data, or a perfect line.",
    )
    growth_trend = fields.Selection(
        TRENDS, string="Trend", readonly=True, help="Growing and shrinking are significant. Empty: not enough data."
    )

    _unique_customer = models.Constraint("UNIQUE (company_id, partner_id)", "A customer has one value per company.")
    _stage_idx = models.Index("(company_id, stage)")

    # ------------------------------------------------------------------
    # LIVE FIGURES
    # ------------------------------------------------------------------

    @api.depends("last_invoice_date", "date")
    def _compute_recency_days(self):
        for value in self:
            last = value.last_invoice_date
            value.recency_days = (value.date - last).days if last else None

    def _search_recency_days(self, operator, value):
        return live_condition(self, "recency_days", operator, value)

    def _get_live_sql(self, alias, query):
        """``{field: SQL}`` of the figures that are no column, so that they still search, sort, group and sum."""
        day = self._field_to_sql(alias, "date", query)
        return {"recency_days": SQL("(%s - %s)", day, SQL.identifier(alias, "last_invoice_date"))}

    def _field_to_sql(self, alias, field_expr, query=None):
        if query is not None and field_expr in LIVE_FIELDS:
            return self._get_live_sql(alias, query)[field_expr]
        return super()._field_to_sql(alias, field_expr, query)
