from odoo import api, fields, models

from .credit_decision_node import PARTNER_FIELD
from .decision_operands import OPERANDS, OPERATOR_SIGNS, OUTCOMES, describe


class CreditAssessment(models.Model):
    """What the decision tree says of the customer, and the way it took."""

    _inherit = "credit.assessment"

    tree_id = fields.Many2one(
        "credit.decision.tree",
        compute="_compute_methods",
        store=True,
        readonly=False,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('state', '=', 'active'), ('company_id', 'in', [company_id, False])]",
        help="The version that proposes the decision. Active versions cannot be changed.",
    )
    tree_path = fields.Json(string="Path through the Tree", readonly=True, copy=False)
    tree_decision = fields.Selection(
        OUTCOMES, string="Decision of the Tree", readonly=True, copy=False, help="The leaf at the end of the path."
    )
    tree_explanation = fields.Html(
        compute="_compute_tree_explanation", compute_sudo=True, sanitize=False, string="Path"
    )

    @api.depends("tree_path", "tree_decision")
    @api.depends_context("lang")
    def _compute_tree_explanation(self):
        labels = dict(self._fields["tree_decision"]._description_selection(self.env))
        for assessment in self:
            values = {"sentences": assessment._get_path_sentences(), "decision": labels.get(assessment.tree_decision)}
            assessment.tree_explanation = self.env["ir.qweb"]._render(
                "customer_credit_mgmt.credit_decision_path", values
            )

    # ------------------------------------------------------------------
    # WALK
    # ------------------------------------------------------------------

    def _walk_tree(self):
        """Walk the tree with what was found; keep the path."""
        tree = self.tree_id
        if not tree or tree.problem:
            self.write({"tree_path": False, "tree_decision": False})
            return
        path = tree._walk({**self._get_operands(), **self._get_partner_operands()})
        steps = [{**step.as_dict(), **self._get_field_label(step)} for step in path.steps]
        self.write({"tree_path": steps, "tree_decision": path.decision})

    def _get_operands(self):
        """``{operand: value or None}`` of all that a tree may test; a bridge may add its own operands."""
        ledger = self.figures["ledger"]
        turnover = ledger.get("turnover_12m")
        return {
            # the ledger last: it tells "never invoiced" from "nothing overdue"
            **self.figures["position"],
            **ledger,
            "score": self.score,
            "data_share": self.data_share,
            "panel_median": self.panel_median,
            "panel_spread": self.panel_spread,
            "proposed_limit": self.proposed_limit or None,
            "proposed_share": self.proposed_limit / turnover if self.proposed_limit and turnover else None,
        }

    def _get_partner_operands(self):
        """``{partner_field:name: value}`` of the customer's own fields that the tree tests."""
        partner = self.partner_id.with_company(self.company_id)
        names = self.tree_id.node_ids.filtered(lambda node: node.operand == PARTNER_FIELD).partner_field_id.mapped(
            "name"
        )
        return {f"{PARTNER_FIELD}:{name}": float(partner[name]) for name in names}

    def _get_field_label(self, step):
        """The name of a field of the customer goes with the step: the field may be gone when somebody reads it."""
        if not str(step.operand).startswith(f"{PARTNER_FIELD}:"):
            return {}
        return {"label": self.env["credit.decision.node"].browse(step.node)._get_operand_label()}

    # ------------------------------------------------------------------
    # EXPLANATION
    # ------------------------------------------------------------------

    def _get_path_sentences(self):
        """One sentence per step: "Oldest overdue item in days 45 > 30: yes"."""
        self.ensure_one()
        labels = dict(self.env["credit.decision.node"]._fields["operand"]._description_selection(self.env))
        return [self._get_step_sentence(step, labels) for step in self.tree_path or ()]

    def _get_step_sentence(self, step, labels):
        operand = OPERANDS.get(step["operand"])
        unit = operand.unit if operand else "number"
        label = step.get("label") or labels.get(step["operand"], step["operand"])
        if step["value"] is None:
            return self.env._("%(figure)s: not known", figure=label)
        return self.env._(
            "%(figure)s %(value)s %(operator)s %(threshold)s: %(answer)s",
            figure=label,
            value=describe(self.env, unit, step["value"], self.currency_id),
            operator=OPERATOR_SIGNS[step["operator"]],
            threshold=describe(self.env, unit, step["threshold"], self.currency_id),
            answer=self.env._("yes") if step["branch"] == "yes" else self.env._("no"),
        )
