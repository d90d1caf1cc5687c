from odoo import fields, models


class CreditProfile(models.Model):
    """The early warnings about the customer on the profile."""

    _inherit = "credit.profile"

    signal_ids = fields.One2many("credit.signal", "profile_id", string="Signals", readonly=True)
    open_signal_count = fields.Integer(string="Open Signals", compute="_compute_open_signal_count")

    def _compute_open_signal_count(self):
        counts = dict(
            self.env["credit.signal"]._read_group(
                [("profile_id", "in", self.ids), ("state", "=", "open")], ["profile_id"], ["__count"]
            )
        )
        for profile in self:
            profile.open_signal_count = counts.get(profile, 0)

    def action_open_signals(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_credit_mgmt.action_credit_signal")
        context = {"search_default_open": 1}
        return {**action, "domain": [("profile_id", "=", self.id)], "context": context}
