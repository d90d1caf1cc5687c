from odoo import fields, models

from ..core.shrinkage import GRACE_DAYS


class ResCompany(models.Model):
    _inherit = "res.company"

    credit_late_share = fields.Float(
        string="Late Share of All Customers",
        readonly=True,
        help="Share of the recent invoices of all customers that were paid late; what is assumed of a customer of whom"
        " little is known. Kept by the scoring.",
    )
    credit_grace_days = fields.Integer(
        string="Days of Grace",
        default=GRACE_DAYS,
        required=True,
        help="A payment counts as late when it comes more than this many days after the next business day after the due"
        " date. Used by the probability of paying late, the payment prediction and its back-tests.",
    )
    credit_score_pending = fields.Boolean(
        readonly=True, help="The nightly scoring has begun and has not come to this company yet."
    )
    credit_guarantee_alert_days = fields.Integer(
        string="Guarantee Alert",
        default=30,
        help="Days before the end of a guarantee at which the credit controller gets an activity; 0 for never.",
    )
    credit_panel_spread = fields.Float(
        string="Spread for a Second Round",
        default=30.0,
        help="When the points of the experts of an assessment are further apart than this, they are asked once more,"
        " having read each other's reasons. 0: never.",
    )
    credit_limit_notice_days = fields.Integer(
        string="Notice before a Limit Ends",
        default=7,
        help="So many days before the last day of a credit limit the salesperson and the credit controller are told.",
    )
    credit_proposal_factor = fields.Float(
        string="Purchases Factor of Proposed Limits",
        default=2.0,
        help="The k of the proposal k × average monthly purchases × agreed terms in months: 2 leaves room for delays"
        " and for a month that is twice the average.",
    )
    credit_proposal_equity_share = fields.Float(
        string="Equity Share of Proposed Limits",
        default=0.1,
        help="The part of the customer's equity that the limit should not exceed; 0.1 is a tenth.",
    )

    _credit_grace_days_positive = models.Constraint(
        "CHECK (credit_grace_days BETWEEN 0 AND 60)", "The days of grace must be between 0 and 60."
    )
    _credit_limit_notice_days_not_negative = models.Constraint(
        "CHECK(credit_limit_notice_days >= 0)", "The days of notice before a limit ends cannot be negative."
    )
    _credit_proposal_not_negative = models.Constraint(
        "CHECK(credit_proposal_factor >= 0 AND credit_proposal_equity_share >= 0)",
        "The factors of proposed limits cannot be negative.",
    )
