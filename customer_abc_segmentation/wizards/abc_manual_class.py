from odoo import api, fields, models


class AbcManualClass(models.TransientModel):
    """Dialog that puts customers into a class by hand."""

    _name = "abc.manual.class"
    _description = "Set ABC Class by Hand"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        ondelete="cascade",
        domain=[("parent_id", "=", False)],
    )
    policy_id = fields.Many2one(
        "abc.policy", required=True, ondelete="cascade", default=lambda self: self._default_policy_id()
    )
    computed_class_id = fields.Many2one("abc.class", compute="_compute_computed_class_id")
    class_id = fields.Many2one("abc.class", required=True, ondelete="cascade", domain="[('policy_id', '=', policy_id)]")
    reason = fields.Char(required=True, help="Shown wherever the class is explained.")
    date_to = fields.Date(
        string="Until",
        help="Last day of the manual class. Empty: until it is undone. Then the computed class counts again.",
    )

    def _default_policy_id(self):
        return self.env["abc.policy"]._get_default()

    @api.depends("partner_id", "policy_id")
    def _compute_computed_class_id(self):
        for wizard in self:
            wizard.computed_class_id = (
                self.env["abc.classification"]
                .search(
                    [
                        ("policy_id", "=", wizard.policy_id.id),
                        ("partner_id", "=", wizard.partner_id.commercial_partner_id.id),
                        ("is_manual", "=", False),
                        ("date_to", "=", False),
                    ]
                )
                .class_id
            )

    def action_apply(self):
        """Set the class from today on."""
        self.ensure_one()
        self.env["abc.classification"]._set_manual(self.partner_id, self.class_id, self.reason, self.date_to)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
