from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    credit_late_share = fields.Float(
        string="Late Share of All Customers",
        readonly=True,
        help="Share of the recent invoices of all customers that were paid late; what is assumed of a customer of whom"
        " little is known. Kept by the scoring.",
    )
    credit_score_pending = fields.Boolean(
        readonly=True, help="The nightly scoring has begun and has not come to this company yet."
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

    _credit_limit_notice_days_not_negative = models.Constraint(
        "CHECK(credit_limit_notice_days >= 0)", "The days of notice before a limit ends cannot be negative."
    )
    _credit_proposal_not_negative = models.Constraint(
        "CHECK(credit_proposal_factor >= 0 AND credit_proposal_equity_share >= 0)",
        "The factors of proposed limits cannot be negative.",
    )
