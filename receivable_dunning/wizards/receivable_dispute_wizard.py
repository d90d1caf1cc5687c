from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools.mail import html2plaintext

from ..models.receivable_dispute import CHANNELS


class ReceivableDisputeWizard(models.TransientModel):
    """Opens disputes of items chosen on an invoice, on a notice, on the customer or in the aged receivables."""

    _name = "receivable.dispute.wizard"
    _description = "Open Disputes"

    line_ids = fields.One2many("receivable.dispute.wizard.line", "wizard_id", string="Items")
    partner_id = fields.Many2one("res.partner", string="Customer", compute="_compute_partner_id")
    company_id = fields.Many2one("res.company", compute="_compute_partner_id")
    reason_id = fields.Many2one(
        "receivable.dispute.reason",
        required=True,
        domain="['|', ('company_id', '=', False), ('company_id', '=', company_id)]",
    )
    note = fields.Text(string="What the Customer Says", help="Kept as it is: the customer reads it on the portal.")
    contact_id = fields.Many2one("res.partner", domain="[('commercial_partner_id', '=', partner_id)]")
    channel = fields.Selection(CHANNELS, required=True, default="phone", help="How the customer told us.")
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Looks into it. Empty: whom the reason names, else the salesperson, else you.",
    )
    notice_id = fields.Many2one("dunning.notice")
    attachment_ids = fields.Many2many("ir.attachment", string="Files", help="What the customer has sent.")

    @api.depends("line_ids.move_line_id")
    def _compute_partner_id(self):
        """The customer, if all items are of one: who disputes is asked only then."""
        for wizard in self:
            customers = wizard.line_ids.move_line_id.partner_id.commercial_partner_id
            companies = wizard.line_ids.move_line_id.company_id.root_id
            wizard.partner_id = customers if len(customers) == 1 else False
            wizard.company_id = companies[:1]

    @api.model
    def _ask(self, context):
        """The form, for what ``context`` says is chosen (``active_model``, ``active_ids``)."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Open a Dispute"),
            "res_model": self._name,
            "views": [(False, "form")],
            "target": "new",
            "context": context,
        }

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        model, ids = self.env.context.get("active_model"), self.env.context.get("active_ids") or []
        if model and "line_ids" in fields:
            free = self._free_amounts(self._disputable(self._items_of(model, ids)))
            if not free:
                raise UserError(
                    self.env._("Nothing of this is left to dispute: it is settled, a credit, or in dispute already.")
                )
            # who answers a notice seldom means all of it
            is_chosen = model != "dunning.notice" or len(free) == 1
            values["line_ids"] = [
                Command.create({"move_line_id": item.id, "amount": amount if is_chosen else 0.0})
                for item, amount in free.items()
            ]
            if model == "dunning.notice" and len(ids) == 1:
                values |= self._notice_values(self.env[model].browse(ids))
        return values

    @api.model
    def _items_of(self, model, ids):
        """The receivable items that the chosen records are about."""
        records = self.env[model].browse(ids)
        items = {
            "account.move.line": lambda: records,
            "account.move": lambda: records.line_ids,
            "receivable.aging": lambda: records.move_line_id,
            "dunning.notice": lambda: records._claims().move_line_id,
        }
        if model not in items:
            raise UserError(self.env._("Choose invoices, open items or a notice to dispute."))
        return items[model]()

    @staticmethod
    def _disputable(items):
        return items.filtered(
            lambda item: (
                item.account_type == "asset_receivable"
                and item.parent_state == "posted"
                and item.currency_id.compare_amounts(item.amount_residual_currency, 0.0) > 0
            )
        ).sorted("date_maturity")

    def _free_amounts(self, items):
        """``{item: what is open of it and not in dispute}``, of which something is."""
        disputes = self.env["receivable.dispute"]._read_group(
            [("move_line_id", "in", items.ids), ("state", "=", "open")], ["move_line_id"], ["amount_opened:sum"]
        )
        disputed = dict(disputes)
        amounts = {item: item.amount_residual_currency - disputed.get(item, 0.0) for item in items}
        return {item: amount for item, amount in amounts.items() if item.currency_id.compare_amounts(amount, 0.0) > 0}

    @api.model
    def _notice_values(self, notice):
        """What the customer has answered to the notice is what he says; who was written to has said it."""
        said = notice.message_ids.filtered(
            lambda message: message.message_type in ("email", "comment") and message.author_id.commercial_partner_id
            == notice.partner_id
        )[:1]  # fmt: skip
        return {
            "notice_id": notice.id,
            "channel": "email",
            "contact_id": (said.author_id or notice.contact_id).id,
            "note": html2plaintext(said.body).strip() if said else False,
        }

    def action_open(self):
        """A dispute for each item with an amount."""
        self.ensure_one()
        disputes = self.env["receivable.dispute"]
        disputes.check_access("write")
        lines = self.line_ids.filtered("amount")
        if not lines:
            raise UserError(self.env._("Give the amount that is disputed of at least one item."))
        lines.move_line_id.check_access("read")
        values = self._opening_values()
        for line in lines:
            disputes |= disputes._open(line.move_line_id, line.amount, values)
        return self._show(disputes)

    def _opening_values(self):
        return {
            "reason_id": self.reason_id.id,
            "note": self.note,
            "contact_id": self.contact_id.id if self.partner_id else False,
            "channel": self.channel,
            "user_id": self.user_id.id,
            "notice_id": self.notice_id.id,
            "attachments": [(file.name, file.raw) for file in self.attachment_ids],
        }

    def _show(self, disputes):
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_receivable_dispute")
        if len(disputes) == 1:
            return {**action, "views": [(False, "form")], "res_id": disputes.id, "context": {}}
        return {**action, "domain": [("id", "in", disputes.ids)], "context": {}}
