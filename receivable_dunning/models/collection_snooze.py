from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

SIGNED = {"user_id", "lifted_on", "lifted_by"}


class CollectionSnooze(models.Model):
    """A customer who is off the worklist until a day, and why. It lifts itself; reminders go on."""

    _name = "collection.snooze"
    _description = "Snoozed Customer"
    _inherit = ["receivable.own.customer.mixin"]
    _order = "date_until desc, id desc"
    _rec_names_search = ["partner_id", "reason"]

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('parent_id', '=', False)]",
    )
    date_until = fields.Date(
        string="Until", required=True, help="The customer is back on the worklist on this day, by itself."
    )
    reason = fields.Char(required=True, help="Why, in a few words.")
    user_id = fields.Many2one("res.users", string="By", readonly=True, default=lambda self: self._default_user_id())
    lifted_on = fields.Date(readonly=True, copy=False)
    lifted_by = fields.Many2one("res.users", readonly=True, copy=False)

    _standing_idx = models.Index("(company_id, partner_id) WHERE lifted_on IS NULL")

    def _default_user_id(self):
        return self.env.user

    @api.depends("partner_id", "date_until")
    def _compute_display_name(self):
        for snooze in self:
            snooze.display_name = snooze.partner_id.name

    @api.constrains("date_until")
    def _check_date_until(self):
        today = fields.Date.context_today(self)
        if any(snooze.date_until <= today and not snooze.lifted_on for snooze in self):
            raise ValidationError(self.env._("Choose a day after today on which the customer comes back."))

    @api.model_create_multi
    def create(self, vals_list):
        snoozes = super().create(vals_list)
        # the result is checked, not the values: the context may hold defaults
        if not self.env.su and any(s.lifted_on or s.lifted_by or s.user_id != self.env.user for s in snoozes):
            raise AccessError(self.env._("A customer is snoozed by whoever does it, and taken back later."))
        return snoozes

    def write(self, vals):
        if not self.env.su:
            if SIGNED & set(vals):
                raise AccessError(self.env._("Take the customer back instead of writing who did what."))
            if any(snooze.lifted_on for snooze in self):
                raise UserError(self.env._("This is history: snooze the customer anew."))
        return super().write(vals)

    def action_lift(self):
        """Back on the worklist now."""
        self.check_access("write")
        standing = self.filtered(lambda snooze: not snooze.lifted_on)
        # sudo: the only door to who lifted; the right to write was checked
        standing.sudo().write({"lifted_on": fields.Date.context_today(self), "lifted_by": self.env.user.id})

    def action_apply(self):
        """The dialog is saved when its button is pressed."""
        return {"type": "ir.actions.act_window_close"}
