from odoo import fields, models

KINDS = [
    ("opening", "Opening balance"),
    ("added", "Added"),
    ("used", "Used by write-offs"),
    ("recovered", "Recovered"),
    ("released", "Released"),
    ("exchange", "Exchange differences"),
    ("other", "Other entries"),
    ("closing", "Closing balance"),
]


class EclMovement(models.Model):
    """How the allowance account came from its opening to its closing balance: the lines add up to the ledger."""

    _name = "ecl.movement"
    _description = "Movement of the Allowance"
    _order = "run_id desc, sequence, id"
    _rec_name = "kind"

    run_id = fields.Many2one("ecl.run", required=True, index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one(related="run_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="run_id.currency_id")
    sequence = fields.Integer(readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    date_from = fields.Date(readonly=True)
    date_to = fields.Date(readonly=True)
    amount = fields.Monetary(readonly=True, help="Positive: the allowance grows.")

    def action_view_entries(self):
        """The entries of the allowance account behind the line."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "account.move.line",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", self.run_id._movement_lines(self.kind).ids)],
            "context": {"create": False},
        }
