"""What stands beside the limit of a customer: the guarantees, and the pot that he shares with others."""

from collections import defaultdict

from odoo import api, fields, models

from ..core import pot as core


class CreditProfile(models.Model):
    _inherit = "credit.profile"

    group_id = fields.Many2one(
        "credit.group",
        string="Credit Group",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        domain="[('company_id', '=', company_id)]",
        help="Shares a limit with the other members of the group; the own limit still applies.",
    )
    guarantee_ids = fields.One2many("credit.guarantee", "profile_id", string="Guarantees")
    cover_amount = fields.Monetary(
        string="Cover",
        compute="_compute_live_figures",
        help="Guarantees in force today that reduce the exposure, after their haircut.",
    )
    secured_amount = fields.Monetary(
        string="Secured",
        compute="_compute_live_figures",
        help="Cover of what is open: taken off the exposure. The rest of the cover is available for further documents.",
    )

    group_available_amount = fields.Monetary(
        related="group_id.available_amount",
        string="Left in the Group",
        help="Cap of the group less what its members use.",
    )

    # ------------------------------------------------------------------
    # GATHER
    # ------------------------------------------------------------------

    @api.model
    def _with_pots(self, rows):
        """Rows of figures, of all members of the groups in them, with the ``pot`` that the verdict needs."""
        totals = defaultdict(float)
        for row in rows:
            row["taken"] = core.exposed(self._checked_amount(row), row["cover_amount"])
            totals[row["group_id"]] += row["taken"]
        for row in rows:
            row["pot"] = row["group_id"] and core.Pot(
                row["group_id"],
                row["group_name"],
                row["group_limit_amount"],
                totals[row["group_id"]] - row["taken"],
            )
        return rows

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        profiles = super().create(vals_list)
        if profiles.group_id:
            self._check_decides()
        return profiles

    def write(self, vals):
        if "group_id" not in vals:
            return super().write(vals)
        # who leaves a pot is not limited by it any more
        self._check_decides()
        groups = self.group_id
        result = super().write(vals)
        (groups | self.group_id)._refresh_members(self)
        return result

    @api.constrains("group_id", "company_id")
    def _check_group_company(self):
        self.group_id._check_company_of_members()

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_open_guarantees(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_credit_mgmt.action_credit_guarantee")
        context = {"default_profile_id": self.id, "default_currency_id": self.currency_id.id}
        return {**action, "domain": [("profile_id", "=", self.id)], "context": context}

    def action_open_group(self):
        self.ensure_one()
        return self.group_id._get_records_action()
