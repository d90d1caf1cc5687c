from odoo import models
from odoo.tools import SQL


class ReceivableLedger(models.AbstractModel):
    _inherit = "receivable.ledger"

    def _judged_condition(self):
        """What was booked to a factor was settled by us, on the day of the assignment: it says nothing of the
        customer."""
        return SQL(
            "%s AND line.id NOT IN (SELECT move_line_id FROM receivable_assignment_line"
            " WHERE is_standing AND factor_line_id IS NOT NULL)",
            super()._judged_condition(),
            to_flush=[
                self.env["receivable.assignment.line"]._fields[name] for name in ("is_standing", "factor_line_id")
            ],
        )
