from odoo import api, fields, models
from odoo.exceptions import UserError


class CreditVersionMixin(models.AbstractModel):
    """A method of judging customers, kept in versions: what is or was in use is frozen, so that everything that came of
    it can always be explained.

    A model names the parts that a new version copies, says in :meth:`_check_complete` when it can be used, and declares
    the unique index by which a company has one active version.
    """

    _name = "credit.version.mixin"
    _description = "Method in Versions"

    name = fields.Char(required=True, translate=True)
    version = fields.Integer(default=1, required=True, readonly=True, copy=False)
    state = fields.Selection(
        [("draft", "Draft"), ("active", "Active"), ("retired", "Retired")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        help="In use is the active version of the company, else that of all companies.",
    )
    company_id = fields.Many2one(
        "res.company",
        domain="[('parent_id', '=', False)]",
        help="Leave empty for all companies that have no active version of their own.",
    )
    description = fields.Html(translate=True, help="What this is for, and where its figures come from.")

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("name", "version")
    def _compute_display_name(self):
        for method in self:
            method.display_name = self.env._(
                "%(name)s, version %(version)s", name=method.name or self.env._("New"), version=method.version
            )

    # ------------------------------------------------------------------
    # CONSTRAINTS AND CRUD
    # ------------------------------------------------------------------

    @api.constrains("company_id")
    def _check_company_is_root(self):
        for method in self:
            if method.company_id.parent_id:
                raise UserError(
                    self.env._(
                        "Branches follow their main company: choose %(company)s instead.",
                        company=method.company_id.root_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        # it comes into use by its activation only, which checks that it is complete
        return super().create([{**vals, "state": "draft"} for vals in vals_list])

    def write(self, vals):
        if set(vals) - self._get_fields_never_frozen():
            self._check_not_frozen()
        if "state" in vals:
            self._check_transition(vals["state"])
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_frozen(self):
        self._check_not_frozen()

    def copy_data(self, default=None):
        copies = super().copy_data(default)
        for method, vals in zip(self, copies, strict=True):
            vals["name"] = (default or {}).get("name") or self.env._("%(name)s (copy)", name=method.name)
        return copies

    def _get_fields_never_frozen(self):
        """Fields on which nothing depends that was judged."""
        return {"state", "description"}

    def _check_not_frozen(self):
        if frozen := self.filtered(lambda method: method.state != "draft"):
            raise UserError(
                self.env._(
                    "%(method)s is or was in use and is frozen, so that what came of it can always be explained."
                    " Make a new version and change that.",
                    method=frozen[0].display_name,
                )
            )

    def _check_transition(self, state):
        """A draft is activated when complete, an active version retires, and nothing becomes a draft again."""
        following = {"draft": ("active", "retired"), "active": ("retired",)}
        for method in self.filtered(lambda method: method.state != state):
            if state not in following.get(method.state, ()):
                raise UserError(
                    self.env._("%(method)s was in use: make a new version of it instead.", method=method.display_name)
                )
            if state == "active":
                method._check_complete()

    def _check_complete(self):
        """Raise, saying what to do, when it cannot judge every customer."""
        raise NotImplementedError

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_activate(self):
        """Put drafts into use; what was in use for the same company retires."""
        for method in self:
            method._get_active_rival().action_retire()
            method.state = "active"
            # the unique index must not see the next one before this
            method.flush_recordset(["state"])

    def action_retire(self):
        self.write({"state": "retired"})
        self.flush_recordset(["state"])

    def action_new_version(self):
        """A draft copy with the next version number, opened for editing."""
        self.ensure_one()
        same_name = self.search([("name", "=", self.name), ("company_id", "=", self.company_id.id)])
        version = self.copy({"name": self.name, "version": max(same_name.mapped("version")) + 1})
        return version._get_records_action()

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _get_active_rival(self):
        self.ensure_one()
        return self.search([("state", "=", "active"), ("company_id", "=", self.company_id.id), ("id", "!=", self.id)])

    @api.model
    def _get_active(self, company):
        """The version in use for a root company: its own, else the one of all companies; may be empty."""
        candidates = self.search([("state", "=", "active"), ("company_id", "in", [company.id, False])])
        return candidates.sorted(lambda method: not method.company_id)[:1]
