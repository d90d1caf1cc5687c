from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

REASONS = [
    ("insolvent", "Insolvent"),
    ("uncollectible", "Cannot be collected"),
    ("limitation", "Barred by limitation"),
    ("old", "Old"),
    ("small", "Small amount"),
    ("agreed", "Agreed with the customer"),
    ("other", "Other"),
]

# What people enter of an item, while the write-off is a draft; the rest is worked out.
ENTERED = frozenset({"move_line_id", "amount_currency", "reason", "note"})


class ReceivableWriteoffLine(models.Model):
    """One open item that is given up, whole or in part."""

    _name = "receivable.writeoff.line"
    _description = "Write-Off Item"
    _order = "writeoff_id, partner_id, date_maturity, id"
    _rec_name = "move_line_id"

    writeoff_id = fields.Many2one("receivable.writeoff", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="writeoff_id.company_id", store=True, index=True)
    company_currency_id = fields.Many2one(related="company_id.currency_id")
    state = fields.Selection(related="writeoff_id.state")
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Open Item",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('account_type', '=', 'asset_receivable'), ('parent_state', '=', 'posted'), "
        " ('reconciled', '=', False), ('amount_residual', '>', 0), ('company_id', 'child_of', company_id)]",
    )
    move_id = fields.Many2one(related="move_line_id.move_id", string="Document")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", compute="_compute_partner_id", store=True, index=True
    )
    date_maturity = fields.Date(related="move_line_id.date_maturity", string="Due Date", store=True)
    days = fields.Integer(string="Days Overdue", compute="_compute_days", help="On the date of the write-off.")
    currency_id = fields.Many2one(related="move_line_id.currency_id", string="Currency")
    residual_currency = fields.Monetary(
        related="move_line_id.amount_residual_currency", string="Open Now", currency_field="currency_id"
    )
    amount_currency = fields.Monetary(
        string="Write Off",
        currency_field="currency_id",
        compute="_compute_amount_currency",
        store=True,
        readonly=False,
        help="In the currency of the document, no more than what is open.",
    )
    amount = fields.Monetary(
        string="In Company Currency",
        compute="_compute_amount",
        store=True,
        currency_field="company_currency_id",
        help="At the rate of the date of the write-off; what the document was booked at more or less becomes an"
        " exchange difference.",
    )
    amount_tax = fields.Monetary(
        string="Tax",
        compute="_compute_amount",
        store=True,
        currency_field="company_currency_id",
        help="Part of the amount that goes to the tax relief account: the share that tax has in the document.",
    )
    reason = fields.Selection(REASONS, required=True, default="uncollectible")
    note = fields.Char()
    credit_line_id = fields.Many2one("account.move.line", readonly=True, copy=False, index="btree_not_null")
    recovery_ids = fields.One2many("receivable.writeoff.recovery", "line_id", string="Recoveries", readonly=True)
    left_currency = fields.Monetary(
        string="Not Recovered",
        compute="_compute_left_currency",
        currency_field="currency_id",
        help="Written off less what was paid after all.",
    )

    _item_uniq = models.UniqueIndex("(writeoff_id, move_line_id)", "An item stands in a write-off once.")

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("move_line_id.partner_id")
    def _compute_partner_id(self):
        for line in self:
            line.partner_id = line.move_line_id.partner_id.commercial_partner_id

    @api.depends("date_maturity", "writeoff_id.date")
    def _compute_days(self):
        for line in self:
            due = line.date_maturity or line.move_line_id.date
            line.days = (line.writeoff_id.date - due).days if due and line.writeoff_id.date else 0

    @api.depends("move_line_id")
    def _compute_amount_currency(self):
        for line in self:
            line.amount_currency = line.move_line_id.amount_residual_currency

    @api.depends("amount_currency", "move_line_id", "writeoff_id.date", "company_id.bad_debt_tax_account_id")
    def _compute_amount(self):
        for line in self:
            company, date = line.company_id or line.writeoff_id.company_id, line.writeoff_id.date
            if not line.move_line_id or not date:
                line.amount = line.amount_tax = 0.0
                continue
            amount = line.currency_id._convert(line.amount_currency, company.currency_id, company, date)
            line.amount = amount
            line.amount_tax = company.currency_id.round(amount * line._tax_share())

    def _tax_share(self):
        """Share of tax in the document, where the company claims it back."""
        document = self.move_line_id.move_id
        if not self.writeoff_id.company_id.bad_debt_tax_account_id or not document.amount_total:
            return 0.0
        return document.amount_tax / document.amount_total if document.is_sale_document() else 0.0

    @api.depends("amount_currency", "recovery_ids.amount_currency", "recovery_ids.active")
    def _compute_left_currency(self):
        for line in self:
            line.left_currency = line.amount_currency - sum(line.recovery_ids.mapped("amount_currency"))

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.writeoff_id._check_changeable()
        return lines

    def write(self, vals):
        if not self.env.su and vals.keys() - ENTERED:
            raise AccessError(self.env._("Only the items, what is written off of them and why are entered."))
        self.writeoff_id._check_changeable()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_submitted(self):
        self.writeoff_id._check_changeable()

    # ------------------------------------------------------------------
    # CHECK
    # ------------------------------------------------------------------

    def _check_amounts(self):
        """Refuse what cannot be written off as it stands now."""
        for line in self:
            item, currency = line.move_line_id, line.currency_id
            name = item.move_id.name or item.display_name
            if item.account_type != "asset_receivable" or item.parent_state != "posted":
                raise UserError(self.env._("%(item)s is not an open item of a customer: take it out.", item=name))
            if item.company_id.root_id != line.writeoff_id.company_id:
                raise UserError(self.env._("%(item)s belongs to another company: take it out.", item=name))
            if currency.compare_amounts(line.amount_currency, 0) <= 0:
                raise UserError(self.env._("Enter what is to be written off of %(item)s, or take it out.", item=name))
            if currency.compare_amounts(line.amount_currency, item.amount_residual_currency) > 0:
                raise UserError(
                    self.env._(
                        "Of %(item)s only %(open)s is still open: no more than that can be written off. Set the"
                        " write-off back to draft and change the amount, or take the item out.",
                        item=name,
                        open=currency.format(item.amount_residual_currency),
                    )
                )

    def action_open_document(self):
        self.ensure_one()
        return self.move_id._get_records_action()
