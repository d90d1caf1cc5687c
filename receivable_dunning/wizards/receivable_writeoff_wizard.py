from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.receivable_writeoff_proposal import WriteoffRules


class ReceivableWriteoffWizard(models.TransientModel):
    """Asks by which rules debts are proposed for a write-off."""

    _name = "receivable.writeoff.wizard"
    _description = "Propose Write-Offs"

    company_id = fields.Many2one(
        "res.company", required=True, domain=[("parent_id", "=", False)], default=lambda self: self.env.company.root_id
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, default=lambda self: fields.Date.context_today(self))
    older_than = fields.Integer(default=730, help="Days overdue from which on an item is proposed. 0: not for its age.")
    small_amount = fields.Monetary(
        string="Up To", help="Rests of this amount or less, in company currency, are proposed. 0: not for their size."
    )
    small_days = fields.Integer(
        string="And Older Than", default=90, help="Days overdue: the customer had time to pay the rest."
    )
    with_cases = fields.Boolean(
        string="Given Up in a Legal Case", default=True, help="Cases closed as uncollectible or insolvent."
    )
    with_limitation = fields.Boolean(
        string="Barred by Limitation", help="Their last day is over: the customer may refuse to pay them."
    )
    partner_ids = fields.Many2many("res.partner", string="Customers", help="Empty: all customers.")

    def _rules(self):
        return WriteoffRules(
            self.date,
            max(self.older_than, 0),
            max(self.small_amount, 0.0),
            max(self.small_days, 0),
            self.with_cases,
            self.with_limitation,
        )

    def action_propose(self):
        """A draft of what the rules find, to be looked through."""
        self.ensure_one()
        Writeoff = self.env["receivable.writeoff"]
        Writeoff._check_group("accountant")
        partners = self.partner_ids.commercial_partner_id or None
        candidates = Writeoff._candidates(self.company_id, self._rules(), partners)
        if not candidates:
            raise UserError(self.env._("The rules find no open item: choose a lower age or a higher amount."))
        writeoff = Writeoff._propose(self.company_id, candidates, {"date": self.date})
        return writeoff._get_records_action(target="current")

    @api.model
    def _propose_items(self, items):
        """A draft of open items that somebody chose; opens it."""
        Writeoff = self.env["receivable.writeoff"]
        Writeoff._check_group("accountant")
        items = items.filtered(
            lambda item: (
                item.account_type == "asset_receivable" and item.parent_state == "posted" and item.amount_residual > 0
            )
        )
        companies = items.company_id.root_id
        if not items:
            raise UserError(self.env._("None of these is an open claim: there is nothing to write off."))
        if len(companies) > 1:
            raise UserError(self.env._("Choose items of one company."))
        standing = self.env["receivable.writeoff.line"].search(
            [("move_line_id", "in", items.ids), ("state", "in", ("draft", "submitted", "approved"))]
        )
        if standing:
            raise UserError(
                self.env._(
                    "%(item)s stands in the write-off %(writeoff)s already.",
                    item=standing[0].move_id.name,
                    writeoff=standing[0].writeoff_id.name,
                )
            )
        writeoff = Writeoff._propose(companies, [(item.id, "uncollectible") for item in items])
        return writeoff._get_records_action(target="current")
