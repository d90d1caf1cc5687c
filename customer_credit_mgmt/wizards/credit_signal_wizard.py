from odoo import Command, api, fields, models


class CreditSignalWizard(models.TransientModel):
    """Act on signals, or dismiss them with a reason that is kept."""

    _name = "credit.signal.wizard"
    _description = "Act on Signals"

    signal_ids = fields.Many2many("credit.signal", string="Signals", required=True)
    decision = fields.Selection(
        [("acted", "Done something"), ("dismissed", "Needs nothing")], default="acted", required=True
    )
    reason = fields.Text(
        string="What Was Done, or Why Not", help="Kept with the signals; needed to dismiss them. Others learn from it."
    )
    left_out = fields.Char(compute="_compute_left_out", help="Selected signals that are closed already.")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if "signal_ids" in fields and self.env.context.get("active_model") == "credit.signal":
            values["signal_ids"] = [Command.set(self._selected().filtered(lambda it: it.state == "open").ids)]
        return values

    def _selected(self):
        return self.env["credit.signal"].browse(self.env.context.get("active_ids", [])).exists()

    @api.depends("signal_ids")
    def _compute_left_out(self):
        selected = self._selected() if self.env.context.get("active_model") == "credit.signal" else []
        for wizard in self:
            count = len(selected) - len(wizard.signal_ids)
            wizard.left_out = count > 0 and self.env._(
                "Of the selected signals, %(count)d are closed already and left as they are.", count=count
            )

    def action_apply(self):
        self.ensure_one()
        self.signal_ids._close(self.decision, self.reason)
        return {"type": "ir.actions.act_window_close"}
