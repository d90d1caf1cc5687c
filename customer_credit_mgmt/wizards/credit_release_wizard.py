from datetime import timedelta

from odoo import api, fields, models


class CreditReleaseWizard(models.TransientModel):
    """Release or reject held documents, with a reason that is kept."""

    _name = "credit.release.wizard"
    _description = "Release Held Documents"

    check_ids = fields.Many2many("credit.check", string="Held Documents", required=True)
    decision = fields.Selection([("release", "Release"), ("reject", "Reject")], default="release", required=True)
    reason = fields.Text(required=True, help="Kept with the check; an auditor may ask for it.")
    valid_until = fields.Date(
        default=lambda self: self._default_valid_until(),
        help="Last day on which the documents may pass. They are passed at once; the date counts if that fails.",
    )
    currency_id = fields.Many2one(related="check_ids.currency_id")
    amount = fields.Monetary(
        string="Up To",
        compute="_compute_amount",
        store=True,
        readonly=False,
        help="The release holds for the document up to this amount. Only for a single document.",
    )
    is_single = fields.Boolean(compute="_compute_is_single")

    @api.model
    def _default_valid_until(self):
        return fields.Date.context_today(self) + timedelta(days=7)

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if "check_ids" in fields and self.env.context.get("active_model") == "credit.check":
            values["check_ids"] = [(6, 0, self.env.context.get("active_ids", []))]
        return values

    @api.depends("check_ids")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = wizard.check_ids.amount if len(wizard.check_ids) == 1 else 0.0

    @api.depends("check_ids")
    def _compute_is_single(self):
        for wizard in self:
            wizard.is_single = len(wizard.check_ids) == 1

    def action_apply(self):
        self.ensure_one()
        for check in self.check_ids:
            if self.decision == "reject":
                check._reject(self.reason)
            else:
                check._release(self.amount if self.is_single else check.amount, self.valid_until, self.reason)
        return {"type": "ir.actions.act_window_close"}
