from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ..core.ladder import SkipReason
from .dunning_skip import REASONS


class DunningNoticeLine(models.Model):
    """An open item, or a credit, on a notice. Amounts are frozen with the notice; the guard shrinks them at sending."""

    _name = "dunning.notice.line"
    _description = "Dunning Notice Line"
    _order = "notice_id, is_credit, date_maturity, id"
    # Lines come by the hundred thousand: every foreign key and every log column would be checked for each of them.
    _log_access = False

    notice_id = fields.Many2one("dunning.notice", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="notice_id.company_id")
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company Currency")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    move_line_id = fields.Many2one(
        "account.move.line", string="Item", readonly=True, index="btree_not_null", ondelete="set null"
    )
    move_id = fields.Many2one(related="move_line_id.move_id", string="Document")
    statement_line_id = fields.Many2one(
        "account.bank.statement.line",
        string="Bank Receipt",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Money that has come in and is not reconciled yet.",
    )
    payment_id = fields.Many2one(
        "account.payment",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="A payment without journal entry that is under way.",
    )
    date_maturity = fields.Date(string="Due Date", readonly=True)
    days = fields.Integer(string="Days Overdue", readonly=True, help="On the date of the run; negative: not due yet.")
    amount_original = fields.Monetary(
        related="move_line_id.amount_currency", string="Original Amount", help="In document currency."
    )
    residual_currency = fields.Monetary(string="Open Amount", readonly=True, help="In document currency.")
    residual = fields.Monetary(string="Open in Company Currency", currency_field="company_currency_id", readonly=True)
    amount_held = fields.Monetary(
        string="Held Back",
        currency_field="company_currency_id",
        readonly=True,
        help="Part of the open item that is not claimed, in company currency.",
    )
    held_reason = fields.Selection(REASONS, readonly=True, help="Why a part of the item is not claimed.")
    amount_disputed = fields.Monetary(
        string="In Dispute",
        currency_field="company_currency_id",
        readonly=True,
        help="Of what is held back: what the customer says that it is not owed, in company currency.",
    )
    amount_promised = fields.Monetary(
        string="Promised",
        currency_field="company_currency_id",
        readonly=True,
        help="Of what is held back: what is promised or in a payment plan, in company currency.",
    )
    level_number = fields.Integer(string="Level", readonly=True)
    is_credit = fields.Boolean(string="Credit", readonly=True)
    is_covered = fields.Boolean(
        string="Covered", readonly=True, help="The customer's credits pay this item: it does not climb a level."
    )
    drop_reason = fields.Selection(
        REASONS, string="Taken Off", readonly=True, help="Why the item is no longer claimed by this notice."
    )

    draft_reason = fields.Text(
        readonly=True, help="Why the document was reset to draft or cancelled after it had been reminded."
    )

    @api.depends("move_id", "date_maturity")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line._document_name()

    def _document_name(self):
        """Number of the document as the customer knows it, or what kind of credit it is."""
        self.ensure_one()
        if self.move_line_id:
            return self.move_id.name or self.move_line_id.name or ""
        if not self.is_credit:
            return ""
        day = format_date(self.env, self.date_maturity)
        if self.payment_id:
            return self.env._("Payment of %(day)s, under way", day=day)
        return self.env._("Payment received on %(day)s, not allocated yet", day=day)

    def _key(self):
        """The item as ``dunning.facts`` calls it."""
        self.ensure_one()
        if self.statement_line_id:
            return -2 * self.statement_line_id.id
        return -2 * self.payment_id.id - 1 if self.payment_id else self.move_line_id.id

    def _portal_url(self):
        """Address at which the customer sees and pays the invoice; empty for what is no invoice."""
        self.ensure_one()
        # sudo: the signed link is made for the customer, whoever sends the notice
        move = self.move_id.sudo()
        return move.get_base_url() + move.get_portal_url() if move.is_sale_document() else ""

    @api.model
    def _reached_sql(self, as_of):
        """The highest level at which the row ``item`` was reminded by the end of a day, NULL for none."""
        notice = self.env["dunning.notice"]._fields
        return SQL(
            """
            (SELECT max(line.level_number)
               FROM dunning_notice_line line
               JOIN dunning_notice notice ON notice.id = line.notice_id
              WHERE line.move_line_id = item.line_id AND line.drop_reason IS NULL AND line.is_covered IS NOT TRUE
                AND line.is_credit IS NOT TRUE AND notice.state IN ('sent', 'replied') AND notice.sent_date <= %s)
            """,
            as_of,
            to_flush=[notice["state"], notice["sent_date"]],
        )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_exclude(self):
        """Take items off their notices, by hand, before the run is confirmed."""
        self._check_editable()
        # sudo: lines and notices are written by the actions only, which check who acts
        excluded = self.sudo().notice_id.filtered(lambda notice: notice.state == "excluded")
        self.sudo().filtered(lambda line: not line.drop_reason).write({"drop_reason": SkipReason.EXCLUDED})
        self.notice_id._refresh_totals()
        # who was left out stays so, whatever of the items is taken off
        excluded.write({"state": "excluded"})

    def action_include(self):
        """Take back an exclusion by hand."""
        self._check_editable()
        # sudo: as above
        self.sudo().filtered(lambda line: line.drop_reason == SkipReason.EXCLUDED).write({"drop_reason": False})
        self.notice_id._refresh_totals()

    def _check_editable(self):
        self.notice_id.check_access("write")
        if any(line.is_credit for line in self):
            raise UserError(self.env._("Credits cannot be taken off a notice: they are the customer's."))
        if any(run.state != "proposed" for run in self.notice_id.run_id):
            raise UserError(self.env._("Items can be taken off only while the run is proposed."))
