from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core import tree as core
from .decision_operands import OPERANDS, OPERATOR_SIGNS, OUTCOMES, describe

PARTNER_FIELD = "partner_field"


class CreditDecisionNode(models.Model):
    """A test with three ways out, or a leaf with a decision."""

    _name = "credit.decision.node"
    _description = "Credit Decision Node"
    _inherit = ["credit.frozen.part.mixin"]
    _order = "tree_id, sequence, id"

    tree_id = fields.Many2one("credit.decision.tree", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="tree_id.company_id", store=True)
    sequence = fields.Integer(string="No.", default=10)
    kind = fields.Selection(
        [("test", "Test"), ("leaf", "Decision")],
        required=True,
        default="test",
        help="A test compares a figure with a threshold; a decision ends the way through the tree.",
    )
    operand = fields.Selection(
        [*((operand.key, operand.label) for operand in OPERANDS.values()), (PARTNER_FIELD, "Field of the customer")],
        string="Figure",
        help="What is compared. A figure that is not known takes the branch Not Known.",
    )
    partner_field_id = fields.Many2one(
        "ir.model.fields",
        string="Customer Field",
        domain="[('model', '=', 'res.partner'), ('ttype', 'in', ['integer', 'float', 'monetary', 'boolean']),"
        " ('store', '=', True)]",
        ondelete="cascade",
        help="A number of the customer, or a check box (1 when ticked).",
    )
    operator = fields.Selection(list(OPERATOR_SIGNS.items()), default="gt")
    threshold = fields.Float(digits=(16, 4), help="Shares are written as fractions: 0.05 is 5 %.")
    yes_id = fields.Many2one("credit.decision.node", ondelete="restrict", copy=False)
    no_id = fields.Many2one("credit.decision.node", ondelete="restrict", copy=False)
    missing_id = fields.Many2one(
        "credit.decision.node",
        string="Not Known",
        ondelete="restrict",
        copy=False,
        help="Where it goes on when the figure is not known.",
    )
    decision = fields.Selection(OUTCOMES)

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("sequence", "kind", "operand", "partner_field_id", "operator", "threshold", "decision")
    @api.depends_context("lang")
    def _compute_display_name(self):
        decisions = dict(self._fields["decision"]._description_selection(self.env))
        for node in self:
            if node.kind == "leaf":
                node.display_name = decisions.get(node.decision, "")
            else:
                node.display_name = node._get_question() or self.env._("New test")

    def _get_question(self):
        """The test in words, such as "Oldest overdue item in days > 30"."""
        self.ensure_one()
        label = self._get_operand_label()
        return label and f"{label} {OPERATOR_SIGNS.get(self.operator, '')} {self._describe(self.threshold)}"

    def _get_operand_label(self):
        if self.operand == PARTNER_FIELD:
            # sudo: the name of a field is no secret, the models of the system are not open to everybody
            return self.partner_field_id.sudo().field_description
        return dict(self._fields["operand"]._description_selection(self.env)).get(self.operand)

    def _describe(self, value):
        operand = OPERANDS.get(self.operand)
        return describe(self.env, operand.unit if operand else "number", value, self._get_currency())

    def _get_currency(self):
        return (self.company_id or self.env.company).currency_id

    @api.model
    def _get_branch_labels(self):
        return {core.YES: self.env._("Yes"), core.NO: self.env._("No"), core.MISSING: self.env._("Not known")}

    @api.model
    def _branch_fields(self):
        return ("yes_id", "no_id", "missing_id")

    def _get_core_node(self):
        """This node as a value object of core/tree.py."""
        self.ensure_one()
        if self.kind == "leaf":
            return core.Node(self.id, decision=self.decision or "review")
        ends = [self[name].id or None for name in self._branch_fields()]
        return core.Node(self.id, self._get_operand_key(), self.operator, self.threshold, *ends)

    def _get_operand_key(self):
        """The key of the tested value; a field of the customer is ``partner_field:<name>``."""
        if self.operand != PARTNER_FIELD:
            return self.operand or None
        # sudo: the name of a field is no secret, the models of the system are not open to everybody
        field = self.partner_field_id.sudo()
        return f"{PARTNER_FIELD}:{field.name}" if field else None

    # ------------------------------------------------------------------
    # CONSTRAINTS AND CRUD
    # ------------------------------------------------------------------

    @api.constrains("kind", "operator", "decision", "yes_id", "no_id", "missing_id", "tree_id")
    def _check_node(self):
        for node in self:
            if node.kind == "leaf" and not node.decision:
                raise ValidationError(self.env._("Choose the decision this branch ends with."))
            if node.kind == "test" and not node.operator:
                raise ValidationError(self.env._("Choose how the figure is compared with the threshold."))
            children = node.yes_id | node.no_id | node.missing_id
            if children.tree_id - node.tree_id:
                raise ValidationError(self.env._("A branch leads to a node of the same tree."))
            if core.find_cycle(node.tree_id._get_core_nodes()) is not None:
                raise ValidationError(self.env._("A branch cannot lead back to where it came from."))

    def _get_whole(self):
        return self.tree_id
