from odoo import api, fields, models
from odoo.exceptions import UserError

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
    date_maturity = fields.Date(string="Due Date", readonly=True)
    days = fields.Integer(string="Days Overdue", readonly=True, help="On the date of the run; negative: not due yet.")
    amount_original = fields.Monetary(
        related="move_line_id.amount_currency", string="Original Amount", help="In document currency."
    )
    residual_currency = fields.Monetary(string="Open Amount", readonly=True, help="In document currency.")
    residual = fields.Monetary(string="Open in Company Currency", currency_field="company_currency_id", readonly=True)
    level_number = fields.Integer(string="Level", readonly=True)
    is_credit = fields.Boolean(string="Credit", readonly=True)
    is_covered = fields.Boolean(
        string="Covered", readonly=True, help="The customer's credits pay this item: it does not climb a level."
    )
    drop_reason = fields.Selection(
        REASONS, string="Taken Off", readonly=True, help="Why the item is no longer claimed by this notice."
    )

    @api.depends("move_id", "date_maturity")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line._document_name()

    def _document_name(self):
        """Number of the document, as the customer knows it."""
        self.ensure_one()
        return self.move_id.name or self.move_line_id.name or ""

    def _portal_url(self):
        """Address at which the customer sees and pays the invoice; empty for what is no invoice."""
        self.ensure_one()
        # sudo: the signed link is made for the customer, whoever sends the notice
        move = self.move_id.sudo()
        return move.get_base_url() + move.get_portal_url() if move.is_sale_document() else ""

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_exclude(self):
        """Take items off their notices, by hand, before the run is confirmed."""
        self._check_editable()
        self.filtered(lambda line: not line.drop_reason).write({"drop_reason": SkipReason.EXCLUDED})
        self.notice_id._refresh_totals()

    def action_include(self):
        """Take back an exclusion by hand."""
        self._check_editable()
        self.filtered(lambda line: line.drop_reason == SkipReason.EXCLUDED).write({"drop_reason": False})
        self.notice_id._refresh_totals()

    def _check_editable(self):
        if any(line.is_credit for line in self):
            raise UserError(self.env._("Credits cannot be taken off a notice: they are the customer's."))
        if any(run.state != "proposed" for run in self.notice_id.run_id):
            raise UserError(self.env._("Items can be taken off only while the run is proposed."))
