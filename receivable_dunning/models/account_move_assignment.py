from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from .dunning_facts import END_OF_TIME


class AccountMove(models.Model):
    """Invoices that a factor holds, as far as the customer was told: they are not to be paid to us."""

    _inherit = "account.move"

    assigned_factor_id = fields.Many2one(
        "res.partner",
        string="To Be Paid to",
        compute="_compute_assigned_factor_id",
        compute_sudo=True,
        help="The factor that all of what is open of the invoice was assigned to, where the customer was told so.",
    )

    @api.depends(
        "line_ids.amount_residual",
        "line_ids.assignment_line_ids.is_standing",
        "line_ids.assignment_line_ids.agreement_id.is_disclosed",
    )
    def _compute_assigned_factor_id(self):
        for move in self:
            factor = move._assigned_parts().agreement_id.factor_id[:1]
            move.assigned_factor_id = factor if factor and not move._open_with_us() else False

    def _assigned_parts(self):
        """Assignments of what the customer was told to pay to a factor and has not paid: all, or some instalments."""
        return self.line_ids._assigned_parts()

    def _open_with_us(self):
        """Open items of the document that are to be paid to us."""
        items = self.line_ids.filtered(
            lambda item: item.account_id.account_type == "asset_receivable" and not item.reconciled
        )
        return items - items._assigned_parts().move_line_id

    def _assigned_sql(self):
        """Ids of documents that are open with a factor, wholly or in part, and the customer was told so."""
        return SQL(
            """(
            SELECT item.move_id
              FROM (%s) told
              JOIN account_move_line item ON item.id = told.line_id AND NOT item.reconciled
            )""",
            self.env["receivable.assignment.line"]._told_sql(END_OF_TIME),
            to_flush=self.env["account.move.line"]._fields["reconciled"],
        )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    assignment_line_ids = fields.One2many(
        "receivable.assignment.line",
        "move_line_id",
        string="Assignments",
        groups="receivable_dunning.group_collections_user",
    )

    def _assigned_parts(self):
        """Assignments of those of these items that the customer was told to pay to a factor and has not paid."""
        # sudo: whom to pay is said to whoever asks for the money
        return self.sudo().assignment_line_ids.filtered(lambda line: line._is_to_be_paid_to_factor())

    def _check_owed_to_us(self):
        """Nothing is agreed with us about what is to be paid to a factor. In words fit for a customer."""
        parts = self._assigned_parts()
        if parts:
            raise UserError(
                self.env._(
                    "%(items)s: assigned to %(factor)s and to be paid there, not to us. Please agree on it there.",
                    items=", ".join(part._part_name() for part in parts),
                    factor=parts.agreement_id.factor_id[:1].name,
                )
            )


class ReceivableAssignmentLine(models.Model):
    _inherit = "receivable.assignment.line"

    def _part_name(self):
        """The invoice; where the rest of it is to be paid to us, which part of it."""
        self.ensure_one()
        if not self.move_id._open_with_us():
            return self.move_id.name
        return self.env._(
            "%(document)s, due on %(day)s", document=self.move_id.name, day=format_date(self.env, self.date_maturity)
        )
