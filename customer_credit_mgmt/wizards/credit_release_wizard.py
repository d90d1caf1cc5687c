from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class CreditReleaseWizard(models.TransientModel):
    """Release, reject or ask about held documents, or withdraw a rejection; with a reason that is kept."""

    _name = "credit.release.wizard"
    _description = "Release Held Documents"

    check_ids = fields.Many2many("credit.check", string="Held Documents", required=True)
    decision = fields.Selection(
        [
            ("release", "Release"),
            ("reject", "Reject"),
            ("ask", "Ask for Information"),
            ("withdraw", "Withdraw the Rejection"),
        ],
        default=lambda self: self._default_decision(),
        required=True,
        help="Release: the documents pass. Reject: they shall not pass as they are. Ask: they keep waiting, and the"
        " answer comes to the chatter. Withdraw: a rejected document is decided anew when somebody tries again.",
    )
    ask_whom = fields.Selection(
        [("salesperson", "Salesperson"), ("customer", "Customer")],
        default="salesperson",
        required=True,
        help="The customer reads the question as you write it: name no limit and no figure that is not his.",
    )
    reason = fields.Text(required=True, help="Kept with the check; an auditor may ask for it.")
    valid_until = fields.Date(
        default=lambda self: self._default_valid_until(),
        help="Last day on which the documents may pass. They are passed at once; the date counts if that fails.",
    )
    currency_id = fields.Many2one(related="check_ids.currency_id")
    amount = fields.Monetary(
        string="Up To",
        compute="_compute_amount",
        store=True,
        readonly=False,
        help="The release holds for the document up to this amount. Only for a single document.",
    )
    is_single = fields.Boolean(compute="_compute_is_single")
    hint = fields.Text(
        compute="_compute_hint", help="Why the document waits, what would make it pass, and who may release it."
    )

    @api.model
    def _default_valid_until(self):
        return fields.Date.context_today(self) + timedelta(days=7)

    @api.model
    def _default_decision(self):
        chosen = self.env["credit.check"].browse(self.env.context.get("active_ids", []))
        return "withdraw" if chosen and set(chosen.mapped("state")) == {"rejected"} else "release"

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if "check_ids" in fields and self.env.context.get("active_model") == "credit.check":
            values["check_ids"] = [Command.set(self.env.context.get("active_ids", []))]
        return values

    @api.depends("check_ids")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = wizard.check_ids.amount if len(wizard.check_ids) == 1 else 0.0

    @api.depends("check_ids")
    def _compute_is_single(self):
        for wizard in self:
            wizard.is_single = len(wizard.check_ids) == 1

    @api.depends("check_ids")
    def _compute_hint(self):
        for wizard in self:
            check = wizard.check_ids if len(wizard.check_ids) == 1 else wizard.check_ids.browse()
            texts = (check.reason_text, check.offer_text, check.approver_text)
            wizard.hint = "\n".join(text for text in texts if text) or False

    def action_apply(self):
        self.ensure_one()
        if not self.check_ids:
            raise UserError(self.env._("Choose the documents to decide on first."))
        for check in self.check_ids:
            match self.decision:
                case "release":
                    check._release(self.amount if self.is_single else check.amount, self.valid_until, self.reason)
                case "reject":
                    check._reject(self.reason)
                case "ask":
                    check._ask(self.reason, self.ask_whom == "customer")
                case "withdraw":
                    check._withdraw(self.reason)
        return {"type": "ir.actions.act_window_close"}
