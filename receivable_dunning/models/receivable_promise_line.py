from odoo import api, fields, models

from ..core.promise import Part, PromiseState
from .receivable_promise import STATES


class ReceivablePromiseLine(models.Model):
    """An amount of an item that is promised for a day."""

    _name = "receivable.promise.line"
    _description = "Promised Amount"
    _order = "date_promised, id"
    _rec_names_search = ["promise_id", "move_line_id"]

    promise_id = fields.Many2one("receivable.promise", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="promise_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="promise_id.partner_id", store=True, string="Customer")
    user_id = fields.Many2one(related="promise_id.user_id", store=True, string="Owner")
    currency_id = fields.Many2one(related="promise_id.currency_id")
    move_line_id = fields.Many2one(
        "account.move.line", string="Item", required=True, readonly=True, index=True, ondelete="cascade"
    )
    move_id = fields.Many2one(related="move_line_id.move_id", string="Document", store=True, index=True)
    date_maturity = fields.Date(related="move_line_id.date_maturity", string="Due Date")
    date_promised = fields.Date(string="Promised for", required=True, readonly=True)
    amount = fields.Monetary(string="Promised", required=True, readonly=True)
    amount_kept = fields.Monetary(
        string="Paid in Time",
        readonly=True,
        help="What was paid of it by the promised day and the days of tolerance. Money goes to the promised amount with"
        " the earliest day that it is in time for.",
    )
    amount_open = fields.Monetary(
        string="Still to Come", compute="_compute_amount_open", help="Promised and not paid, while the promise is open."
    )
    settled_before = fields.Json(
        readonly=True,
        copy=False,
        groups="receivable_dunning.group_collections_user",
        help="What was settled of the item when it was promised, per payment: it does not count for the promise.",
    )
    state = fields.Selection(STATES, required=True, readonly=True, default=PromiseState.OPEN, copy=False)
    date_decided = fields.Date(string="Decided on", readonly=True, copy=False)

    _amount_check = models.Constraint("CHECK (amount > 0)", "A promised amount is above zero.")

    @api.depends("amount", "amount_kept", "state")
    def _compute_amount_open(self):
        for line in self:
            is_open = line.state == PromiseState.OPEN and line.promise_id.state == PromiseState.OPEN
            line.amount_open = line.amount - line.amount_kept if is_open else 0.0

    @api.depends("partner_id", "amount")
    def _compute_display_name(self):
        """What a calendar says: who, and how much."""
        for line in self:
            line.display_name = f"{line.partner_id.name}: {line.currency_id.format(line.amount)}"

    def _core_part(self):
        """The line as the pure rules read it."""
        self.ensure_one()
        deadline = self.env["receivable.settlement"]._deadline(self.date_promised, self.promise_id.tolerance_days)
        before = {int(credit): amount for credit, amount in (self.settled_before or {}).items()}
        return Part(self.id, self.move_line_id.id, self.amount, deadline, before)
