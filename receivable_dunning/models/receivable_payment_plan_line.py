from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models

from ..core.plan import Due, PartState
from ..core.plan_schedule import with_interest

PART_STATES = [
    (PartState.OPEN, "Open"),
    (PartState.KEPT, "Paid"),
    (PartState.PARTLY, "Missed in Part"),
    (PartState.BROKEN, "Missed"),
]


class ReceivablePaymentPlanLine(models.Model):
    """An instalment: what is to be paid by a day."""

    _name = "receivable.payment.plan.line"
    _description = "Instalment"
    _inherit = ["receivable.plan.part.mixin"]
    _order = "date_due, id"
    _entered = frozenset({"date_due", "principal"})

    plan_id = fields.Many2one("receivable.payment.plan", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="plan_id.partner_id", store=True, string="Customer")
    user_id = fields.Many2one(related="plan_id.user_id", store=True, string="Owner")
    plan_state = fields.Selection(related="plan_id.state", store=True, string="State of the Plan")
    currency_id = fields.Many2one(related="plan_id.currency_id")
    date_due = fields.Date(string="Pay by", required=True)
    principal = fields.Monetary(string="Of the Debt", required=True)
    interest = fields.Monetary(compute="_compute_interest", store=True, precompute=False)
    interest_note = fields.Char(string="How It Comes About", compute="_compute_interest_note")
    amount = fields.Monetary(string="Instalment", compute="_compute_amount", store=True)
    amount_paid = fields.Monetary(
        string="Paid", readonly=True, copy=False, help="Paid by now; money pays the oldest instalments first."
    )
    state = fields.Selection(PART_STATES, required=True, readonly=True, default=PartState.OPEN, copy=False)

    _principal_check = models.Constraint("CHECK (principal > 0)", "An instalment is above zero.")

    @api.depends(
        "plan_id.line_ids.principal",
        "plan_id.line_ids.date_due",
        "plan_id.interest_mode",
        "plan_id.interest_rate",
        "plan_id.date",
    )
    def _compute_interest(self):
        for line, part in self._parts_with_interest():
            line.interest = float(part.interest) if part else 0.0

    @api.depends("interest")
    @api.depends_context("lang")
    def _compute_interest_note(self):
        for line, part in self._parts_with_interest():
            line.interest_note = line._in_words(part) if part and part.interest else ""

    def _parts_with_interest(self):
        """``[(line, Instalment)]`` of all instalments; nothing for those of plans without interest of their own."""
        result = []
        for plan, lines in self.grouped("plan_id").items():
            complete = plan.line_ids.filtered("date_due").sorted("date_due")
            by_line = {}
            if plan.interest_mode == "plan" and plan.interest_rate > 0 and plan.date:
                parts = [(line.date_due, Decimal(str(line.principal))) for line in complete]
                found = with_interest(parts, plan._core_terms(), plan._money())
                by_line = dict(zip(complete, found, strict=True))
            result += ((line, by_line.get(line)) for line in lines)
        return result

    def _in_words(self, part):
        return self.env._(
            "%(balance)s x %(rate)s %% x %(days)s days / 365",
            balance=self.currency_id.format(float(part.balance)),
            rate=f"{self.plan_id.interest_rate:g}",
            days=part.days,
        )

    @api.depends("principal", "interest")
    def _compute_amount(self):
        for line in self:
            line.amount = line.principal + line.interest

    @api.depends("partner_id", "amount")
    def _compute_display_name(self):
        """What a calendar says: who, and how much."""
        for line in self:
            line.display_name = f"{line.partner_id.name}: {line.currency_id.format(line.amount)}"

    def _core_due(self):
        self.ensure_one()
        return Due(self.id, self.amount, self.date_due + timedelta(days=self.plan_id.tolerance_days))
