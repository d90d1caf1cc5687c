from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class CreditGroup(models.Model):
    """A limit that several customers share, beside the limit that each of them may have of its own."""

    _name = "credit.group"
    _description = "Credit Group"
    _inherit = ["mail.thread", "mail.activity.mixin", "credit.cache.mixin"]
    _order = "name, id"
    _mail_post_access = "read"  # only managers change a group, yet controllers talk about it

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True, tracking=True, help="An archived group caps nobody.")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self._default_company_id(),
        domain="[('parent_id', '=', False)]",
        help="The root company: its branches share the group.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    limit_amount = fields.Monetary(
        string="Cap",
        required=True,
        tracking=True,
        help="What all members together may owe. Each member's own limit still applies.",
    )
    head_id = fields.Many2one(
        "res.partner",
        string="Parent Company",
        tracking=True,
        help="Head of the tree: its subsidiaries can be added in one go.",
    )
    profile_ids = fields.One2many("credit.profile", "group_id", string="Members")
    note = fields.Text()
    checked_at = fields.Datetime(
        readonly=True, help="Written by each check of a member, so that two at once cannot both pass."
    )

    # Live figures
    member_count = fields.Integer(compute="_compute_live_figures")
    exposure_amount = fields.Monetary(
        string="Exposure", compute="_compute_live_figures", help="Sum of the exposures of the members."
    )
    available_amount = fields.Monetary(
        string="Available", compute="_compute_live_figures", help="Cap less exposure; negative when it is passed."
    )
    utilization = fields.Float(compute="_compute_live_figures", help="Exposure as a share of the cap.")

    _limit_not_negative = models.Constraint("CHECK(limit_amount >= 0)", "The cap of a group cannot be negative.")

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.model
    def _default_company_id(self):
        return self.env.company.root_id

    @api.depends("profile_ids", "limit_amount")
    def _compute_live_figures(self):
        sums = {}
        if self.ids:
            # sudo: the pot is what all members use of it, also of customers that the reader may not see
            profiles = self.env["credit.profile"].sudo().search([("group_id", "in", self.ids)])
            rows = profiles._gather_figures(fields.Date.context_today(self))
            for row in rows:
                count, exposure = sums.get(row["group_id"], (0, 0))
                sums[row["group_id"]] = count + 1, exposure + row["exposure_amount"]
        for group in self:
            count, exposure = sums.get(group._origin.id, (0, 0))
            group.member_count = count
            group.exposure_amount = exposure
            group.available_amount = group.limit_amount - exposure
            group.utilization = exposure / group.limit_amount if group.limit_amount else 0.0

    # ------------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------------

    @api.constrains("company_id")
    def _check_company_of_members(self):
        for group in self:
            if group.company_id.parent_id:
                raise ValidationError(
                    self.env._(
                        "%(branch)s is a branch: make the credit group for %(root)s.",
                        branch=group.company_id.name,
                        root=group.company_id.root_id.name,
                    )
                )
            if group.profile_ids.company_id - group.company_id:
                raise ValidationError(self.env._("All members of a credit group belong to the company of the group."))

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    def write(self, vals):
        result = super().write(vals)
        if {"limit_amount", "active"} & vals.keys():
            self._refresh_members()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_shared(self):
        if self.profile_ids:
            raise UserError(self.env._("Customers still share this group: archive it, or take them out first."))

    def _refresh_members(self, others=None):
        """The status of the members follows from the pot; of ``others`` too, who have left it."""
        # sudo: the status follows from the facts, whoever touched them
        members = self.env["credit.profile"].sudo().search([("group_id", "in", self.ids)])
        (members | others.sudo() if others else members)._refresh_status()

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_add_subsidiaries(self):
        """Make members of the parent company and all companies below it."""
        self.ensure_one()
        if not self.head_id:
            raise UserError(self.env._("Set the parent company first."))
        below = self.env["res.partner"].search([("id", "child_of", self.head_id.id)])
        customers = below.filtered(lambda partner: partner == partner.commercial_partner_id)
        profiles = self.env["credit.profile"]._get_or_create(customers, self.company_id).sudo(False)
        taken = profiles.filtered(lambda profile: profile.group_id and profile.group_id != self)
        (profiles - taken).write({"group_id": self.id})
        message = self.env._("%(count)d customers are members now.", count=len(profiles - taken))
        if taken:
            names = ", ".join(taken.mapped("display_name"))
            message += " " + self.env._("In another group already: %(names)s.", names=names)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if taken else "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _open_exposure(self, views):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Exposure of %(group)s", group=self.name),
            "res_model": "credit.exposure",
            "views": [(False, view) for view in views],
            "domain": [("group_id", "=", self.id)],
        }

    def action_open_exposure(self):
        return self._open_exposure(["list", "graph", "pivot"])

    def action_open_graph(self):
        return self._open_exposure(["graph", "list", "pivot"])
