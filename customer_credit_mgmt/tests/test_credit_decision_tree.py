from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .assessment_common import TODAY, AssessmentCommon


@tagged("post_install", "-at_install")
class TestCreditDecisionTree(AssessmentCommon):
    @classmethod
    def _leaf(cls, tree, decision):
        return cls.env["credit.decision.node"].create({"tree_id": tree.id, "kind": "leaf", "decision": decision})

    @classmethod
    def _simple_tree(cls, **test):
        """Yes refuses, no grants, not known asks a person; of the company, so that it goes before the default."""
        tree = cls.env["credit.decision.tree"].create({"name": "Simple", "company_id": cls.company.id})
        yes, no, missing = (cls._leaf(tree, decision) for decision in ("refuse", "grant", "review"))
        cls.env["credit.decision.node"].create(
            {
                "tree_id": tree.id,
                "operand": "overdue_days",
                "operator": "gt",
                "threshold": 30,
                "yes_id": yes.id,
                "no_id": no.id,
                "missing_id": missing.id,
                **test,
            }
        )
        return tree

    # ------------------------------------------------------------------
    # DEFAULT TREE
    # ------------------------------------------------------------------

    def test_default_tree_decides_by_the_ledger_alone(self):
        self.assertEqual((self.tree.state, self.tree.problem), ("active", False))
        self.assertEqual(self._assessment().tree_decision, "guarantee", "never invoiced")
        self._paid_invoices([0] * 5)
        self.assertEqual(self._assessment(proposed_limit=50).tree_decision, "grant")
        self.assertEqual(self._assessment(proposed_limit=5000).tree_decision, "review", "large against the sales")
        self._invoice(self.partner_a, 10, date(2024, 3, 1), due=date(2024, 4, 1))
        self.assertEqual(self._assessment().tree_decision, "prepay", "oldest item 91 days overdue")

    def test_path_is_kept_with_a_sentence_for_each_step(self):
        self._invoice(self.partner_a, 10, date(2024, 3, 1), due=date(2024, 4, 1))
        assessment = self._assessment()
        self.assertEqual(assessment._get_path_sentences(), ["Oldest overdue item in days 91 > 60: yes"])
        self.assertIn("Prepayment only", assessment.tree_explanation)

    def test_unknown_figure_takes_the_branch_not_known(self):
        sentences = self._assessment()._get_path_sentences()
        self.assertEqual(sentences[0], "Oldest overdue item in days: not known")

    # ------------------------------------------------------------------
    # OPERANDS
    # ------------------------------------------------------------------

    def test_thresholds_are_met_on_the_right_side(self):
        self._invoice(self.partner_a, 10, date(2024, 5, 1), due=date(2024, 6, 1))
        for operator, threshold, decision in (
            ("gt", 30, "grant"),
            ("ge", 30, "refuse"),
            ("lt", 30, "grant"),
            ("le", 30, "refuse"),
            ("eq", 30, "refuse"),
            ("ne", 30, "grant"),
        ):
            with self.subTest(operator=operator):
                self._simple_tree(operator=operator, threshold=threshold).action_activate()
                self.assertEqual(self._assessment().tree_decision, decision)

    def test_fields_of_the_customer_are_tested(self):
        field = self.env["ir.model.fields"]._get("res.partner", "color")
        self._simple_tree(operand="partner_field", partner_field_id=field.id, threshold=3).action_activate()
        self.partner_a.color = 5
        assessment = self._assessment()
        self.assertEqual(assessment.tree_decision, "refuse")
        self.assertIn("5 > 3: yes", assessment._get_path_sentences()[0])

    def test_proposed_limit_walks_the_tree_again(self):
        self._simple_tree(operand="proposed_limit", threshold=1000).action_activate()
        assessment = self._assessment()
        self.assertEqual(assessment.tree_decision, "review")
        assessment.proposed_limit = 1000
        self.assertEqual(assessment.tree_decision, "grant")
        assessment.proposed_limit = 1001
        self.assertEqual(assessment.tree_decision, "refuse")

    # ------------------------------------------------------------------
    # EDITOR
    # ------------------------------------------------------------------

    def test_incomplete_trees_are_not_activated(self):
        tree = self.env["credit.decision.tree"].create({"name": "Empty"})
        with self.assertRaisesRegex(UserError, "no nodes"):
            tree.action_activate()
        test = self.env["credit.decision.node"].create({"tree_id": tree.id, "operand": "score", "threshold": 50})
        with self.assertRaisesRegex(UserError, "where Yes, No and Not Known lead"):
            tree.action_activate()
        leaf = self._leaf(tree, "grant")
        test.write({"yes_id": leaf.id, "no_id": leaf.id, "missing_id": leaf.id})
        lost = self._leaf(tree, "refuse")
        with self.assertRaisesRegex(UserError, "not reached"):
            tree.action_activate()
        lost.unlink()
        tree.action_activate()
        self.assertEqual(tree.state, "active")

    def test_branches_lead_forward_inside_one_tree(self):
        tree = self._simple_tree()
        test = tree.node_ids.filtered(lambda node: node.kind == "test")
        second = self.env["credit.decision.node"].create({"tree_id": tree.id, "operand": "score", "no_id": test.id})
        for child, message in ((test, "lead back"), (second, "lead back"), (self.tree.node_ids[0], "same tree")):
            with self.assertRaisesRegex(ValidationError, message), self.cr.savepoint():
                test.yes_id = child

    def test_active_tree_is_frozen_and_changed_in_a_new_version(self):
        tree = self._simple_tree()
        tree.action_activate()
        test = tree.node_ids.filtered(lambda node: node.kind == "test")
        for change in (
            lambda: tree.write({"name": "Other"}),
            lambda: test.write({"threshold": 5}),
            lambda: test.unlink(),
            lambda: tree.unlink(),
            lambda: self._leaf(tree, "grant"),
            lambda: tree.write({"state": "draft"}),
        ):
            with self.assertRaises(UserError):
                change()
        version = self.env["credit.decision.tree"].browse(tree.action_new_version()["res_id"])
        self.assertEqual((version.version, version.state, len(version.node_ids)), (2, "draft", 4))
        self.assertEqual(version.node_ids.yes_id.tree_id, version, "branches lead to the copies")
        version.action_activate()
        self.assertEqual(tree.state, "retired")

    def test_decided_assessment_keeps_its_path_when_the_tree_retires(self):
        tree = self._simple_tree()
        tree.action_activate()
        assessment = self._submitted()
        path = assessment.tree_path
        self.env["credit.decision.tree"].browse(tree.action_new_version()["res_id"]).action_activate()
        assessment.with_user(self.manager).action_approve()
        self.assertEqual((assessment.tree_path, assessment.tree_id), (path, tree))

    def test_outline_tells_the_tree_from_the_root(self):
        tree = self._simple_tree()
        rows = [(depth, branch, node.display_name) for depth, branch, node, _again in tree._get_outline_rows()]
        self.assertEqual(
            rows,
            [
                (0, None, "Oldest overdue item in days > 30"),
                (1, "Yes", "Refuse credit"),
                (1, "No", "Grant the proposed limit"),
                (1, "Not known", "Human review"),
            ],
        )
        self.assertIn("Human review", tree.outline)

    def test_tree_is_built_from_its_form(self):
        form = Form(self.env["credit.decision.tree"].with_user(self.manager))
        form.name = "By hand"
        tree = form.save()
        with Form(tree) as form, form.node_ids.new() as node:
            node.kind = "leaf"
            node.decision = "grant"
        self.assertFalse(tree.problem)

    def test_controllers_read_trees_and_managers_change_them(self):
        self.assertTrue(self.tree.with_user(self.controller).node_ids.mapped("display_name"))
        with self.assertRaises(AccessError):
            self.env["credit.decision.tree"].with_user(self.controller).create({"name": "Mine"})

    def test_trees_of_other_companies_are_not_seen(self):
        other = self.setup_other_company()["company"]
        tree = self._simple_tree()
        tree.action_activate()
        foreign = self._user("tree_foreign", "customer_credit_mgmt.group_credit_manager", other)
        self.assertNotIn(tree, self.env["credit.decision.tree"].with_user(foreign).search([]))
        self.assertEqual(self.env["credit.decision.tree"].with_user(foreign)._get_active(other), self.tree)
        self.assertEqual(self._assessment(date=TODAY).tree_id, tree)
