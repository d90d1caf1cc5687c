from odoo import Command, api, fields, models


class CreditReviewWizard(models.TransientModel):
    """A person's decision on what the system decided."""

    _name = "credit.review.wizard"
    _description = "Decide on Reviews"

    review_ids = fields.Many2many("credit.review", string="Reviews", required=True)
    decision = fields.Selection(
        [("confirmed", "Confirm"), ("overturned", "Overturn")],
        required=True,
        default="confirmed",
        help="Overturn: the rating no longer counts against the person until it changes. A held document is released"
        " separately.",
    )
    reason = fields.Text(required=True, help="What you looked at and why. It is kept, and the person may ask for it.")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if "review_ids" in fields and self.env.context.get("active_model") == "credit.review":
            selected = self.env["credit.review"].browse(self.env.context.get("active_ids", [])).exists()
            values["review_ids"] = [Command.set(selected.filtered(lambda it: it.state == "open").ids)]
        return values

    def action_apply(self):
        self.ensure_one()
        self.review_ids._decide(self.decision, self.reason)
        return {"type": "ir.actions.act_window_close"}
