from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..core.plan_schedule import schedule
from ..models.receivable_plan_terms_mixin import PLAN_TERMS

# The first instalment that is proposed.
USUAL_DAYS = 30


class ReceivablePaymentPlanWizard(models.TransientModel):
    """Split what a customer owes into instalments, with the schedule as it is entered."""

    _name = "receivable.payment.plan.wizard"
    _description = "Make a Payment Plan"
    _inherit = ["receivable.plan.terms.mixin"]

    line_ids = fields.One2many("receivable.payment.plan.wizard.item", "wizard_id", string="Items")
    part_ids = fields.One2many(
        "receivable.payment.plan.wizard.part",
        "wizard_id",
        string="Instalments",
        compute="_compute_part_ids",
        store=True,
        readonly=True,
    )
    partner_id = fields.Many2one("res.partner", string="Customer", compute="_compute_partner_id")
    currency_id = fields.Many2one("res.currency", compute="_compute_partner_id")
    amount_items = fields.Monetary(string="Debt", compute="_compute_partner_id")
    amount_interest = fields.Monetary(string="Interest of the Plan", compute="_compute_sums")
    amount_total = fields.Monetary(string="Total", compute="_compute_sums")
    down_date = fields.Date(default=lambda self: self._default_down_date())
    instalment_count = fields.Integer(required=True)
    first_date = fields.Date(required=True, default=lambda self: self._default_first_date())

    def _default_down_date(self):
        return fields.Date.context_today(self)

    def _default_first_date(self):
        return fields.Date.context_today(self) + timedelta(days=USUAL_DAYS)

    @api.model
    def _open(self, items):
        """The wizard, with what is open of these items."""
        self.env["receivable.payment.plan"].check_access("write")
        self.env["receivable.payment.plan"]._check_items(items)
        wizard = self.create({"line_ids": [Command.create({"move_line_id": item.id}) for item in items]})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Payment Plan"),
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("line_ids")
    def _compute_partner_id(self):
        for wizard in self:
            items = wizard.line_ids.move_line_id
            wizard.partner_id = items.partner_id.commercial_partner_id[:1]
            wizard.currency_id = items.currency_id[:1]
            wizard.amount_items = sum(items.mapped("amount_residual_currency"))

    @api.depends(
        "line_ids",
        "date",
        "down_payment",
        "down_date",
        "instalment_count",
        "first_date",
        "rhythm",
        "interest_mode",
        "interest_rate",
    )
    def _compute_part_ids(self):
        for wizard in self:
            rows = wizard._schedule() if wizard._is_complete() else []
            wizard.part_ids = [
                Command.clear(),
                *(
                    Command.create(
                        {
                            "date_due": part.due,
                            "principal": float(part.principal),
                            "interest": float(part.interest),
                            "amount": float(part.amount),
                        }
                    )
                    for part in rows
                ),
            ]

    def _is_complete(self):
        """Whether a schedule can be shown of what is entered so far."""
        dates = self.date and self.first_date
        amounts = self.amount_items > self.down_payment >= 0 and self.interest_rate >= 0
        return bool(dates and amounts and self.instalment_count > 0 and self.currency_id)

    def _schedule(self):
        return schedule(Decimal(str(self.amount_items)), self._core_terms(), self._money())

    @api.depends("part_ids")
    def _compute_sums(self):
        for wizard in self:
            wizard.amount_interest = sum(wizard.part_ids.mapped("interest"))
            wizard.amount_total = sum(wizard.part_ids.mapped("amount"))

    # ------------------------------------------------------------------
    # APPLY
    # ------------------------------------------------------------------

    def action_apply(self):
        self.ensure_one()
        if not self._is_complete():
            raise UserError(self.env._("Enter at least one instalment, and a down payment below the debt."))
        values = {name: self[name] for name in PLAN_TERMS}
        return self.env["receivable.payment.plan"]._make(self.line_ids.move_line_id, values)._open()


class ReceivablePaymentPlanWizardItem(models.TransientModel):
    _name = "receivable.payment.plan.wizard.item"
    _description = "Item to be Paid in Instalments"

    wizard_id = fields.Many2one("receivable.payment.plan.wizard", required=True, index=True, ondelete="cascade")
    move_line_id = fields.Many2one(
        "account.move.line", string="Item", required=True, readonly=True, index=True, ondelete="cascade"
    )
    move_id = fields.Many2one(related="move_line_id.move_id", string="Document")
    date_maturity = fields.Date(related="move_line_id.date_maturity", string="Due Date")
    currency_id = fields.Many2one(related="move_line_id.currency_id")
    amount_residual = fields.Monetary(string="Open", related="move_line_id.amount_residual_currency")


class ReceivablePaymentPlanWizardPart(models.TransientModel):
    _name = "receivable.payment.plan.wizard.part"
    _description = "Instalment as It Would Be"
    _order = "date_due, id"

    wizard_id = fields.Many2one("receivable.payment.plan.wizard", required=True, index=True, ondelete="cascade")
    currency_id = fields.Many2one(related="wizard_id.currency_id")
    date_due = fields.Date(string="Pay by")
    principal = fields.Monetary(string="Of the Debt")
    interest = fields.Monetary()
    amount = fields.Monetary(string="Instalment")
