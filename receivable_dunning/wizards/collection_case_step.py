from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.collection_case import OUTCOMES
from ..models.collection_case_event import COST_KINDS

STEPS = [
    ("demand", "Demand"),
    ("order", "Order for Payment"),
    ("judgment", "Judgment"),
    ("enforcement", "Enforcement"),
    ("closed", "Close"),
]


class CollectionCaseStep(models.TransientModel):
    """What happened when a case reached its next stage."""

    _name = "collection.case.step"
    _description = "Next Stage of a Legal Case"

    case_id = fields.Many2one("collection.case", required=True, readonly=True, ondelete="cascade")
    kind = fields.Selection(related="case_id.kind")
    partner_id = fields.Many2one(related="case_id.partner_id")
    step = fields.Selection(STEPS, required=True, readonly=True)
    date = fields.Date(required=True, default=fields.Date.context_today)
    deadline = fields.Date(string="Pay by", compute="_compute_deadline", store=True, readonly=False)
    send_email = fields.Boolean(string="Also by E-mail", help="The letter goes to the contact of the case as well.")
    court_id = fields.Many2one("res.partner", compute="_compute_court", store=True, readonly=False)
    reference = fields.Char(string="Court File Number", compute="_compute_court", store=True, readonly=False)
    outcome = fields.Selection(OUTCOMES)
    note = fields.Char()
    attachment_ids = fields.Many2many("ir.attachment", string="Attachments", bypass_search_access=True)
    currency_id = fields.Many2one(related="case_id.currency_id")
    cost = fields.Monetary(help="Without tax, in company currency.")
    cost_kind = fields.Selection(COST_KINDS, string="Cost of", default="court")
    payee_id = fields.Many2one("res.partner", string="Paid to")
    amount_total = fields.Monetary(related="case_id.amount_total")
    can_print = fields.Boolean(compute="_compute_can_print")

    @api.depends("date")
    def _compute_deadline(self):
        for step in self:
            step.deadline = fields.Date.add(step.date, days=14) if step.date else False

    @api.depends("case_id")
    def _compute_court(self):
        for step in self:
            step.court_id = step.case_id.court_id
            step.reference = step.case_id.reference

    @api.depends("step")
    def _compute_can_print(self):
        self.can_print = self.env["ir.actions.report"]._can_print()

    def action_apply(self):
        self.ensure_one()
        {"demand": self._demand, "closed": self._close}.get(self.step, self._court)()
        return {"type": "ir.actions.act_window_close"}

    def _event(self):
        """Values of the event that tells the step."""
        return {
            "note": self.note,
            "attachment_ids": [Command.set(self.attachment_ids.ids)],
            "cost": self.cost,
            "cost_kind": self.cost and self.cost_kind,
            "payee_id": self.cost and self.payee_id.id,
        }

    def _demand(self):
        if not self.deadline or self.deadline <= self.date:
            raise UserError(self.env._("Name a day after the letter's by which the customer is to pay."))
        case = self.case_id
        event = case._enter("demand", self.date, {"deadline": self.deadline}, self._event())
        case._attach_demand(event, self.send_email)

    def _court(self):
        values = {"court_id": self.court_id.id, "reference": self.reference}
        self.case_id._enter(self.step, self.date, values, self._event())

    def _close(self):
        if not self.outcome:
            raise UserError(self.env._("Say how the case ended."))
        self.case_id._close(self.outcome, self.date, self._event())
