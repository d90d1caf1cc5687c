from odoo import fields, models

from ..core.interest_case import Refusal

# The meaning of each reason is told in core/interest_case.py; here are the words that people read.
REFUSALS = [
    (Refusal.NO_RULE, "No rule is for this customer and contract"),
    (Refusal.EXEMPT, "No interest is agreed with the customer"),
    (Refusal.NO_RATE, "Reference rate not entered"),
    (Refusal.BELOW_MINIMUM, "Below the rule's minimum"),
    (Refusal.GRACE, "Within the days of grace"),
    (Refusal.CHARGED, "All days are charged, claimed or waived already"),
    (Refusal.COVERED, "Covered by the customer's credits"),
    (Refusal.DISPUTED, "In dispute"),
    (Refusal.NO_FOLLOWUP, "No follow-up"),
    (Refusal.BLOCKED, "Payment blocked"),
    (Refusal.IN_PAYMENT, "Payment under way"),
    (Refusal.CHANGED, "Changed since the proposal: propose again"),
    (Refusal.EXCLUDED, "Excluded by hand"),
]


class LateInterestSkip(models.Model):
    """A late item that a run charges nothing, or nothing from a day on, and why."""

    _name = "late.interest.skip"
    _description = "Late Item Not Charged"
    _order = "run_id, partner_id, date_maturity, id"
    _log_access = False  # as for the lines of notices

    run_id = fields.Many2one("late.interest.run", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="run_id.company_id")
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True, index=True, ondelete="cascade")
    move_line_id = fields.Many2one(
        "account.move.line", string="Item", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    move_id = fields.Many2one(related="move_line_id.move_id", string="Document")
    date_maturity = fields.Date(string="Due Date", readonly=True)
    amount = fields.Monetary(string="Original Amount", readonly=True, help="In document currency.")
    currency_id = fields.Many2one("res.currency", readonly=True)
    reason = fields.Selection(REFUSALS, required=True, readonly=True)
    date = fields.Date(string="From Day", readonly=True, help="First day that is not charged; empty: none is.")
