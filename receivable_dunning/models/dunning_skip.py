from odoo import fields, models

from ..core.ladder import SkipReason

# The meaning of each reason is told in core/ladder.py; here are the words that people read.
REASONS = [
    (SkipReason.NO_FOLLOWUP, "No follow-up"),
    (SkipReason.BLOCKED, "Blocked"),
    (SkipReason.REPLIED, "Customer replied"),
    (SkipReason.LEGAL, "In a legal case"),
    (SkipReason.AGENCY, "At a collection agency"),
    (SkipReason.DISPUTED, "In dispute"),
    (SkipReason.PROMISED, "Promised"),
    (SkipReason.IN_PLAN, "In a payment plan"),
    (SkipReason.IN_PAYMENT, "Payment under way"),
    (SkipReason.NOT_DUE, "Overdue, first reminder not due yet"),
    (SkipReason.WAITING, "Reminded, next level not due yet"),
    (SkipReason.LAST_LEVEL, "Last level reached"),
    (SkipReason.BELOW_MINIMUM, "Below the minimum amount"),
    (SkipReason.TOO_SOON, "Contacted recently"),
    (SkipReason.NET_CREDIT, "Covered by the customer's credits"),
    (SkipReason.OPEN_CREDIT, "Credits are to be allocated first"),
    (SkipReason.HOLDOUT, "Left alone by an experiment"),
    (SkipReason.NO_ADDRESS, "No address for any channel"),
    (SkipReason.OPEN_NOTICE, "On another notice not sent yet"),
    (SkipReason.NO_PLAN, "No plan applies"),
    (SkipReason.PAID, "Paid meanwhile"),
    (SkipReason.EXCLUDED, "Excluded by hand"),
    (SkipReason.ASSIGNED, "Assigned to a factor"),
]
# Parts held back that the lines of notices show by themselves.
HELD_AMOUNTS = {
    "amount_disputed": (SkipReason.DISPUTED,),
    "amount_promised": (SkipReason.PROMISED, SkipReason.IN_PLAN),
}
NOTHING_HELD = dict.fromkeys(HELD_AMOUNTS)


def held_amounts(parts):
    """What the line of a notice shows of ``{reason: amount held back}``."""
    return {name: sum(parts.get(reason) or 0.0 for reason in reasons) for name, reasons in HELD_AMOUNTS.items()}


class DunningSkip(models.Model):
    """An overdue item that a run does not remind, and why."""

    _name = "dunning.skip"
    _description = "Item Not Reminded"
    _order = "run_id, partner_id, date_maturity, id"
    _log_access = False  # as for the lines of notices

    run_id = fields.Many2one("dunning.run", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="run_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True, index=True, ondelete="cascade")
    move_line_id = fields.Many2one(
        "account.move.line", string="Item", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    move_id = fields.Many2one(related="move_line_id.move_id", string="Document")
    date_maturity = fields.Date(string="Due Date", readonly=True)
    days = fields.Integer(string="Days Overdue", readonly=True)
    residual = fields.Monetary(string="Open Amount", readonly=True, help="In company currency.")
    reason = fields.Selection(REASONS, required=True, readonly=True)
