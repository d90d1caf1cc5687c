from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core import tree as core


class CreditDecisionTree(models.Model):
    """From figures to a decision, test by test. A tree in use is frozen: changes are made in a new version."""

    _name = "credit.decision.tree"
    _description = "Credit Decision Tree"
    _order = "company_id, name, version DESC, id DESC"

    name = fields.Char(required=True, translate=True)
    version = fields.Integer(default=1, required=True, readonly=True, copy=False)
    state = fields.Selection(
        [("draft", "Draft"), ("active", "Active"), ("retired", "Retired")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        help="New assessments use the active tree of their company, else that of all companies.",
    )
    company_id = fields.Many2one(
        "res.company",
        domain="[('parent_id', '=', False)]",
        help="Leave empty for all companies that have no active tree of their own.",
    )
    description = fields.Html(translate=True, help="What this tree is for, and where its thresholds come from.")
    node_ids = fields.One2many("credit.decision.node", "tree_id", string="Nodes")
    problem = fields.Char(compute="_compute_problem", help="What keeps the tree from deciding every case.")
    outline = fields.Html(compute="_compute_outline", sanitize=False)
    assessment_count = fields.Integer(compute="_compute_assessment_count", string="Assessments")

    _active_uniq = models.UniqueIndex(
        "(COALESCE(company_id, 0)) WHERE state = 'active'", "A company can have one active decision tree only."
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("name", "version")
    def _compute_display_name(self):
        for tree in self:
            tree.display_name = self.env._("%(name)s, version %(version)s", name=tree.name, version=tree.version)

    @api.depends(lambda self: self._get_node_dependencies())
    @api.depends_context("lang")
    def _compute_problem(self):
        for tree in self:
            problem = core.find_tree_problem(tree._get_core_nodes())
            tree.problem = problem and tree._get_problem_message(*problem)

    @api.depends(lambda self: self._get_node_dependencies())
    @api.depends_context("lang")
    def _compute_outline(self):
        for tree in self:
            tree.outline = self.env["ir.qweb"]._render(
                "customer_credit_mgmt.credit_decision_outline", {"rows": tree._get_outline_rows()}
            )

    @api.model
    def _get_node_dependencies(self):
        names = ("kind", "operand", "partner_field_id", "operator", "threshold", "decision")
        return [f"node_ids.{name}" for name in (*names, *self.env["credit.decision.node"]._branch_fields())]

    def _compute_assessment_count(self):
        counts = dict(
            self.env["credit.assessment"]._read_group([("tree_id", "in", self.ids)], ["tree_id"], ["__count"])
        )
        for tree in self:
            tree.assessment_count = counts.get(tree, 0)

    def _get_core_nodes(self):
        """``{node id: Node}`` for core/tree.py."""
        return {node.id: node._get_core_node() for node in self.node_ids}

    def _get_outline_rows(self):
        """The tree as it is read: ``[(depth, branch label, node, is_repeated)]``."""
        nodes = self._get_core_nodes()
        labels = self.env["credit.decision.node"]._get_branch_labels()
        rows = []
        if core.find_cycle(nodes) is None:
            for root in core.find_roots(nodes):
                rows += core.outline(nodes, root)
        browse = self.env["credit.decision.node"].browse
        return [(depth, labels.get(branch), browse(key), again) for depth, branch, key, again in rows]

    # ------------------------------------------------------------------
    # CONSTRAINTS AND CRUD
    # ------------------------------------------------------------------

    @api.constrains("company_id")
    def _check_company_is_root(self):
        for tree in self:
            if tree.company_id.parent_id:
                raise UserError(
                    self.env._(
                        "Branches decide with the tree of their main company: choose %(company)s instead.",
                        company=tree.company_id.root_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        # a tree comes into use by its activation only, which checks that it is complete
        return super().create([{**vals, "state": "draft"} for vals in vals_list])

    def write(self, vals):
        if set(vals) - {"state", "description"}:
            self._check_not_frozen()
        if "state" in vals:
            self._check_transition(vals["state"])
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_frozen(self):
        self._check_not_frozen()

    def copy(self, default=None):
        """The nodes go along, and their branches lead to the copies."""
        copies = super().copy({"name": self.env._("%(name)s (copy)", name=self[:1].name), **(default or {})})
        for tree, copied in zip(self, copies, strict=True):
            twins = dict(zip(tree.node_ids, tree.node_ids.copy({"tree_id": copied.id}), strict=True))
            for node, twin in twins.items():
                twin.write({name: twins[node[name]].id for name in node._branch_fields() if node[name]})
        return copies

    def _check_not_frozen(self):
        if frozen := self.filtered(lambda tree: tree.state != "draft"):
            raise UserError(
                self.env._(
                    "%(tree)s is or was in use and is frozen, so that its decisions can always be explained."
                    " Make a new version and change that.",
                    tree=frozen[0].display_name,
                )
            )

    def _check_transition(self, state):
        """A draft is activated when complete, an active tree retires, and nothing becomes a draft again."""
        following = {"draft": ("active", "retired"), "active": ("retired",)}
        for tree in self.filtered(lambda tree: tree.state != state):
            if state not in following.get(tree.state, ()):
                raise UserError(
                    self.env._("%(tree)s was in use: make a new version of it instead.", tree=tree.display_name)
                )
            if state == "active" and tree.problem:
                raise UserError(tree.problem)

    def _get_problem_message(self, problem, key):
        node = self.env["credit.decision.node"].browse(key).display_name if key else ""
        return {
            "empty": self.env._("The tree has no nodes yet: add the first test."),
            "open": self.env._("%(node)s: choose what it tests, and where Yes, No and Not Known lead.", node=node),
            "cycle": self.env._("%(node)s leads back to itself: change one of its branches.", node=node),
            "roots": self.env._(
                "%(node)s is not reached: let a branch lead to it, or delete it. A tree has one beginning.", node=node
            ),
        }[problem]

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_activate(self):
        """Put drafts into use; the trees that were in use for the same company retire."""
        for tree in self:
            rivals = [("state", "=", "active"), ("company_id", "=", tree.company_id.id), ("id", "!=", tree.id)]
            self.search(rivals).action_retire()
            tree.state = "active"
            # the unique index must not see the next one before this
            tree.flush_recordset(["state"])

    def action_retire(self):
        self.write({"state": "retired"})
        self.flush_recordset(["state"])

    def action_new_version(self):
        """A draft copy with the next version number, opened for editing."""
        self.ensure_one()
        same_name = self.search([("name", "=", self.name), ("company_id", "=", self.company_id.id)])
        return self.copy({"name": self.name, "version": max(same_name.mapped("version")) + 1})._get_records_action()

    def action_open_assessments(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_credit_mgmt.action_credit_assessment")
        return {**action, "domain": [("tree_id", "=", self.id)], "context": {"create": False}}

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    @api.model
    def _get_active(self, company):
        """The tree in use for a root company: its own, else the one of all companies; may be empty."""
        candidates = self.search([("state", "=", "active"), ("company_id", "in", [company.id, False])])
        return candidates.sorted(lambda tree: not tree.company_id)[:1]

    def _walk(self, values):
        """The path of ``{operand: value}``, as a value object of core/tree.py."""
        self.ensure_one()
        nodes = self._get_core_nodes()
        return core.walk(nodes, core.find_roots(nodes)[0], values)
