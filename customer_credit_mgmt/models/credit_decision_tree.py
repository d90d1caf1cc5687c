from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core import tree as core


class CreditDecisionTree(models.Model):
    """From figures to a decision, test by test. A tree in use is frozen: changes are made in a new version."""

    _name = "credit.decision.tree"
    _description = "Credit Decision Tree"
    _inherit = ["credit.version.mixin"]
    _order = "company_id, name, version DESC, id DESC"

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
    # CRUD
    # ------------------------------------------------------------------

    def copy(self, default=None):
        """The nodes go along, and their branches lead to the copies."""
        copies = super().copy(default)
        for tree, copied in zip(self, copies, strict=True):
            twins = dict(zip(tree.node_ids, tree.node_ids.copy({"tree_id": copied.id}), strict=True))
            for node, twin in twins.items():
                twin.write({name: twins[node[name]].id for name in node._branch_fields() if node[name]})
        return copies

    def _check_complete(self):
        """Raise what keeps the tree from deciding every case."""
        if self.problem:
            raise UserError(self.problem)

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

    def action_open_assessments(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_credit_mgmt.action_credit_assessment")
        return {**action, "domain": [("tree_id", "=", self.id)], "context": {"create": False}}

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _walk(self, values):
        """The path of ``{operand: value}``, as a value object of core/tree.py."""
        self.ensure_one()
        nodes = self._get_core_nodes()
        return core.walk(nodes, core.find_roots(nodes)[0], values)
