from odoo import api, fields, models
from odoo.exceptions import UserError


class ReceivableRecoveryWizard(models.TransientModel):
    """Asks which payment pays which written-off debt, and how much of it."""

    _name = "receivable.recovery.wizard"
    _description = "Recovery of a Written-Off Debt"

    writeoff_id = fields.Many2one("receivable.writeoff", required=True, readonly=True)
    company_id = fields.Many2one(related="writeoff_id.company_id")
    line_id = fields.Many2one(
        "receivable.writeoff.line",
        string="Written Off",
        required=True,
        compute="_compute_line_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('writeoff_id', '=', writeoff_id)]",
    )
    partner_id = fields.Many2one(related="line_id.partner_id")
    currency_id = fields.Many2one(related="line_id.currency_id")
    left_currency = fields.Monetary(related="line_id.left_currency")
    credit_id = fields.Many2one(
        "account.move.line",
        string="Payment",
        required=True,
        domain="[('partner_id', 'child_of', partner_id), ('account_type', '=', 'asset_receivable'),"
        " ('parent_state', '=', 'posted'), ('reconciled', '=', False), ('amount_residual', '<', 0),"
        " ('currency_id', '=', currency_id), ('company_id', 'child_of', company_id)]",
        help="A payment of the customer that is not matched: register it first, without an invoice.",
    )
    amount = fields.Monetary(
        required=True,
        compute="_compute_amount",
        store=True,
        readonly=False,
        precompute=True,
        help="No more than what was written off and what the payment has left.",
    )
    date = fields.Date(required=True, default=lambda self: fields.Date.context_today(self))

    @api.depends("writeoff_id")
    def _compute_line_id(self):
        for wizard in self:
            wizard.line_id = wizard.writeoff_id.line_ids.filtered(lambda line: line.left_currency > 0)[:1]

    @api.depends("line_id", "credit_id")
    def _compute_amount(self):
        for wizard in self:
            paid = -wizard.credit_id.amount_residual_currency
            wizard.amount = min(wizard.left_currency, paid) if wizard.credit_id else wizard.left_currency

    def action_apply(self):
        """Book the recovery and match it with the payment."""
        self.ensure_one()
        self.writeoff_id._begin("accountant", "posted")
        self._check()
        self.line_id._recover(self.credit_id, self.amount, self.date)
        self.writeoff_id.message_post(
            body=self.env._(
                "Recovered: %(amount)s of %(document)s.",
                amount=self.currency_id.format(self.amount),
                document=self.line_id.move_id.name,
            )
        )
        return {"type": "ir.actions.act_window_close"}

    def _check(self):
        if not self.company_id.bad_debt_recovery_account_id:
            raise UserError(self.env._("Choose the recovery account in the settings, Collections, Bad Debt."))
        if self.line_id.writeoff_id != self.writeoff_id:
            raise UserError(self.env._("Choose an item of this write-off."))
        credit = self.credit_id
        credit.lock_for_update()
        credit.invalidate_recordset()
        if credit.partner_id.commercial_partner_id != self.partner_id or credit.account_type != "asset_receivable":
            raise UserError(self.env._("Choose a payment of the customer who owed."))
        if credit.currency_id != self.currency_id:
            raise UserError(self.env._("Choose a payment in the currency of the debt."))
        highest = min(self.left_currency, -credit.amount_residual_currency)
        if self.currency_id.compare_amounts(self.amount, highest) > 0 or self.amount <= 0:
            raise UserError(
                self.env._(
                    "At most %(amount)s can be recovered: what was written off and what the payment has left.",
                    amount=self.currency_id.format(max(highest, 0)),
                )
            )
