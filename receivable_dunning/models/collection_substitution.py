from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CollectionSubstitution(models.Model):
    """Somebody stands in for a collector for some days: both see the customers in their portfolio."""

    _name = "collection.substitution"
    _description = "Substitution of a Collector"
    _inherit = ["receivable.root.company.mixin"]
    _order = "date_from desc, id desc"
    _rec_names_search = ["user_id", "substitute_id"]

    user_id = fields.Many2one(
        "res.users", string="Collector", required=True, index=True, domain=[("share", "=", False)], help="Who is away."
    )
    substitute_id = fields.Many2one(
        "res.users", required=True, index=True, domain=[("share", "=", False)], help="Sees the worklist of who is away."
    )
    date_from = fields.Date(string="From", required=True, default=fields.Date.context_today)
    date_until = fields.Date(string="Until", required=True, help="Last day of the absence.")
    reason = fields.Char(help="For instance holidays.")

    _dates_check = models.Constraint("CHECK (date_until >= date_from)", "The absence ends before it begins.")

    @api.depends("user_id", "substitute_id")
    def _compute_display_name(self):
        for row in self:
            row.display_name = self.env._(
                "%(substitute)s for %(collector)s", substitute=row.substitute_id.name, collector=row.user_id.name
            )

    @api.constrains("user_id", "substitute_id")
    def _check_people(self):
        if any(row.user_id == row.substitute_id for row in self):
            raise ValidationError(self.env._("Nobody stands in for himself: choose somebody else."))

    @api.model
    def _collectors_of(self, user, day):
        """The user, and whom he stands in for on a day, in the active companies."""
        rows = self.search(
            [
                ("substitute_id", "=", user.id),
                ("date_from", "<=", day),
                ("date_until", ">=", day),
                ("company_id", "in", self.env.companies.root_id.ids),
            ]
        )
        return user | rows.user_id
