from odoo import api, fields, models
from odoo.tools import SQL


class AccountMove(models.Model):
    """Invoices that a factor holds, as far as the customer was told: they are not to be paid to us."""

    _inherit = "account.move"

    assigned_factor_id = fields.Many2one(
        "res.partner",
        string="To Be Paid to",
        compute="_compute_assigned_factor_id",
        compute_sudo=True,
        help="The factor that the invoice was assigned to, where the customer was told so and it is not paid yet.",
    )

    @api.depends(
        "line_ids.amount_residual",
        "line_ids.assignment_line_ids.is_standing",
        "line_ids.assignment_line_ids.agreement_id.is_disclosed",
    )
    def _compute_assigned_factor_id(self):
        for move in self:
            lines = move.line_ids.assignment_line_ids.filtered(lambda line: line._is_to_be_paid_to_factor())
            move.assigned_factor_id = lines.agreement_id.factor_id[:1]

    def _assigned_sql(self):
        """Ids of documents of which a factor that the customer was told of holds something."""
        return SQL(
            """(
            SELECT item.move_id
              FROM receivable_assignment_line line
              JOIN factoring_agreement agreement ON agreement.id = line.agreement_id AND agreement.is_disclosed
              JOIN account_move_line item ON item.id = line.move_line_id
             WHERE line.is_standing
            )""",
            to_flush=[
                self.env["receivable.assignment.line"]._fields["is_standing"],
                self.env["factoring.agreement"]._fields["is_disclosed"],
            ],
        )


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    assignment_line_ids = fields.One2many(
        "receivable.assignment.line",
        "move_line_id",
        string="Assignments",
        groups="receivable_dunning.group_collections_user",
    )
