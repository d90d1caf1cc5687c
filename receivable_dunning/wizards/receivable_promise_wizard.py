from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.receivable_promise import CHANNELS

# The day that is proposed first.
USUAL_DAYS = 7


class ReceivablePromiseWizard(models.TransientModel):
    """Take down what a customer promises: for which items, how much, on which days."""

    _name = "receivable.promise.wizard"
    _description = "Enter a Promise to Pay"

    line_ids = fields.One2many("receivable.promise.wizard.line", "wizard_id", string="Items")
    date_ids = fields.One2many(
        "receivable.promise.wizard.date",
        "wizard_id",
        string="Days",
        help="One row per day on which money is promised. Money of the first day pays the items due first.",
    )
    partner_id = fields.Many2one("res.partner", string="Customer", compute="_compute_partner_id")
    is_bulk = fields.Boolean(
        compute="_compute_partner_id", help="Items of several customers, companies or currencies: one promise for each."
    )
    promised_on = fields.Date(string="Promised for", default=lambda self: self._default_promised_on())
    contact_id = fields.Many2one(
        "res.partner", string="Promised by", domain="[('id', 'child_of', partner_id)]", help="The person who promises."
    )
    channel = fields.Selection(
        [pair for pair in CHANNELS if pair[0] != "portal"], string="Given by", required=True, default="phone"
    )
    user_id = fields.Many2one("res.users", string="Owner", default=lambda self: self.env.user, required=True)
    note = fields.Text(help="What was said. Customers never see it.")
    currency_id = fields.Many2one("res.currency", compute="_compute_partner_id")
    amount_items = fields.Monetary(string="Of the Items", compute="_compute_amounts")
    amount_days = fields.Monetary(string="On the Days", compute="_compute_amounts")
    reliability = fields.Char(compute="_compute_reliability", help="Promises of this customer that were kept so far.")

    def _default_promised_on(self):
        return fields.Date.context_today(self) + timedelta(days=USUAL_DAYS)

    # ------------------------------------------------------------------
    # OPEN
    # ------------------------------------------------------------------

    @api.model
    def _open(self, items):
        """The wizard, with what may be promised of these items."""
        self.env["receivable.promise"].check_access("write")
        available = self.env["receivable.promise"]._available(items)
        lines = [item for item in items if not item.currency_id.is_zero(available.get(item.id, 0.0))]
        if not lines:
            raise UserError(self.env._("Nothing of this is open and not promised yet."))
        wizard = self.create(
            {
                "line_ids": [
                    Command.create(
                        {"move_line_id": item.id, "available": available[item.id], "amount": available[item.id]}
                    )
                    for item in lines
                ]
            }
        )
        if not wizard.is_bulk:
            day, total = self._default_promised_on(), sum(available[item.id] for item in lines)
            wizard.date_ids = [Command.create({"date_promised": day, "amount": total})]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Promise to Pay"),
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("line_ids.move_line_id")
    def _compute_partner_id(self):
        for wizard in self:
            groups = wizard._groups()
            wizard.is_bulk = len(groups) > 1
            only = next(iter(groups)) if len(groups) == 1 else (False, False, False)
            wizard.partner_id, wizard.currency_id = only[0], only[2]

    def _groups(self):
        """``{(customer, root company, currency): lines}``: a promise for each."""
        return self.line_ids.grouped(
            lambda line: (
                line.move_line_id.partner_id.commercial_partner_id,
                line.move_line_id.company_id.root_id,
                line.currency_id,
            )
        )

    @api.depends("line_ids.amount", "date_ids.amount", "is_bulk")
    def _compute_amounts(self):
        for wizard in self:
            wizard.amount_items = 0.0 if wizard.is_bulk else sum(wizard.line_ids.mapped("amount"))
            wizard.amount_days = 0.0 if wizard.is_bulk else sum(wizard.date_ids.mapped("amount"))

    @api.depends("partner_id", "contact_id")
    def _compute_reliability(self):
        people = self.contact_id | self.partner_id
        texts = people._promise_reliability_texts()
        for wizard in self:
            wizard.reliability = texts.get((wizard.contact_id or wizard.partner_id)._origin.id, "")

    @api.onchange("line_ids")
    def _onchange_line_ids(self):
        """With one day, the day takes what the items come to."""
        if len(self.date_ids) == 1:
            self.date_ids.amount = sum(self.line_ids.mapped("amount"))

    # ------------------------------------------------------------------
    # APPLY
    # ------------------------------------------------------------------

    def action_apply(self):
        self.ensure_one()
        values = {
            "contact_id": self.contact_id.id,
            "channel": self.channel,
            "note": self.note,
            "user_id": self.user_id.id,
        }
        Promise = self.env["receivable.promise"]
        promises = Promise.union(*(Promise._make_parts(parts, values) for parts in self._parts()))
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_receivable_promise")
        if len(promises) == 1:
            return {**action, "res_id": promises.id, "views": [(False, "form")]}
        return {**action, "domain": [("id", "in", promises.ids)], "context": {}}

    def _parts(self):
        """``[[(item, amount, day)]]``, one list per promise."""
        if self.is_bulk:
            if not self.promised_on:
                raise UserError(self.env._("Enter the day for which payment is promised."))
            return [
                [(line.move_line_id, line.amount, self.promised_on) for line in lines if line.amount]
                for lines in self._groups().values()
            ]
        if self.currency_id.compare_amounts(self.amount_days, self.amount_items) > 0:
            raise UserError(self.env._("The days come to more than the items: enter amounts of items or days anew."))
        return [self._spread_days()]

    def _spread_days(self):
        """The money of each day, in their order, pays what is due first."""
        lines = self.line_ids.filtered("amount").sorted(lambda line: (line.date_maturity, line.move_line_id.id))
        left = {line: line.amount for line in lines}
        parts = []
        for day in self.date_ids.sorted("date_promised"):
            rest = day.amount
            for line in lines:
                part = self.currency_id.round(min(rest, left[line]))
                if part > 0:
                    parts.append((line.move_line_id, part, day.date_promised))
                    left[line] -= part
                    rest -= part
        return parts


class ReceivablePromiseWizardLine(models.TransientModel):
    _name = "receivable.promise.wizard.line"
    _description = "Item to be Promised"
    _order = "id"

    wizard_id = fields.Many2one("receivable.promise.wizard", required=True, index=True, ondelete="cascade")
    move_line_id = fields.Many2one(
        "account.move.line", string="Item", required=True, readonly=True, index=True, ondelete="cascade"
    )
    move_id = fields.Many2one(related="move_line_id.move_id", string="Document")
    partner_id = fields.Many2one(related="move_line_id.partner_id", string="Contact")
    currency_id = fields.Many2one(related="move_line_id.currency_id")
    date_maturity = fields.Date(related="move_line_id.date_maturity", string="Due Date")
    available = fields.Monetary(
        string="Open", readonly=True, help="Open, less what is promised already and still to come."
    )
    amount = fields.Monetary(string="Promised")


class ReceivablePromiseWizardDate(models.TransientModel):
    _name = "receivable.promise.wizard.date"
    _description = "Day of a Promise"
    _order = "date_promised, id"

    wizard_id = fields.Many2one("receivable.promise.wizard", required=True, index=True, ondelete="cascade")
    currency_id = fields.Many2one(related="wizard_id.currency_id")
    date_promised = fields.Date(string="Day", required=True, default=fields.Date.context_today)
    amount = fields.Monetary(required=True)
