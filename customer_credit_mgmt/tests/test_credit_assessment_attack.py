from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .assessment_common import TODAY, AssessmentCommon


@tagged("post_install", "-at_install")
class TestCreditAssessmentAttack(AssessmentCommon):
    """What nobody may do, by no door."""

    # ------------------------------------------------------------------
    # ATTACKS
    # ------------------------------------------------------------------

    def test_nobody_approves_what_they_worked_on(self):
        own = self._submitted(user=self.manager)
        with self.assertRaisesRegex(UserError, "another credit manager"):
            own.action_approve()
        with self.assertRaisesRegex(UserError, "another credit manager"):
            own._refuse("I changed my mind")

    def test_who_edited_a_draft_of_somebody_else_cannot_approve_it(self):
        for edit in ("limit", "answer", "refresh"):
            with self.subTest(edit=edit):
                assessment = self._assessment(decision="grant", proposed_limit=100, decision_reason="x")
                self._answer(assessment)
                helped = assessment.with_user(self.manager)
                if edit == "limit":
                    helped.proposed_limit = 9999
                elif edit == "answer":
                    helped.answer_ids[0].answer = "I know them"
                else:
                    helped.action_refresh()
                assessment.action_submit()
                with self.assertRaisesRegex(UserError, "another credit manager"):
                    helped.action_approve()

    def test_controllers_do_not_approve(self):
        assessment = self._submitted()
        other = self._user("assess_other", "customer_credit_mgmt.group_credit_controller")
        for method in ("action_approve", "action_refuse"):
            with self.assertRaises(AccessError):
                getattr(assessment.with_user(other), method)()

    def test_signatures_and_findings_are_not_written(self):
        assessment = self._submitted().with_user(self.manager)
        for values in (
            {"state": "approved"},
            {"state": "approved", "decided_by": self.manager.id},
            {"prepared_by": self.manager.id},
            {"preparer_ids": [Command.clear()]},
            {"score": 100},
            {"tree_decision": "grant"},
            {"figures": {}},
            {"panel_median": 100},
            {"limit_id": False},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                assessment.write(values)

    def test_new_assessments_are_empty_drafts(self):
        assessments = self.env["credit.assessment"].with_user(self.controller)
        for values in ({"state": "approved"}, {"score": 99}, {"prepared_by": self.manager.id}, {"tree_path": [1]}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                assessments.create({"profile_id": self.profile.id, **values})
        by_context = assessments.with_context(default_state="approved").create({"profile_id": self.profile.id})
        self.assertEqual(by_context.state, "draft")
        with self.assertRaises(AccessError):
            assessments.with_context(default_prepared_by=self.manager.id).create({"profile_id": self.profile.id})

    def test_submitted_is_frozen_and_decided_is_frozen_for_everybody(self):
        assessment = self._submitted()
        line, answer = assessment.line_ids[0], assessment.answer_ids[0]
        for _state in ("submitted", "approved"):
            for user in (self.controller, self.manager, self.env.ref("base.user_root")):
                for record, values in (
                    (assessment, {"proposed_limit": 1}),
                    (assessment, {"date": TODAY}),
                    (assessment, {"note": "changed"}),
                    (line, {"value": 1}),
                    (line.sudo(), {"points": 100}),
                    (answer, {"answer": "changed"}),
                ):
                    with self.subTest(state=_state, user=user.login, values=values), self.assertRaises(UserError):
                        record.with_user(user).write(values)
            for record in (assessment, line, answer):
                with self.assertRaises(UserError):
                    record.sudo().unlink()
            if assessment.state == "submitted":
                assessment.with_user(self.manager).action_approve()
        for values in ({"state": "draft"}, {"score": 1}, {"decided_by": self.controller.id}):
            with self.assertRaises(UserError):
                assessment.sudo().write(values)
        with self.assertRaises(UserError):
            assessment.action_reset_to_draft()
        with self.assertRaises(UserError):
            assessment.action_refresh()

    def test_lines_of_the_ledger_are_not_entered(self):
        assessment = self._assessment()
        with self.assertRaises(AccessError):
            assessment.line_ids[0].value = 0
        with self.assertRaises(AccessError):
            assessment.line_ids[0].points = 100
        with self.assertRaises(AccessError):
            assessment.line_ids = [Command.create({"criterion_id": self.card.criterion_ids[0].id, "points": 100})]
        with self.assertRaises(AccessError):
            assessment.line_ids = [Command.delete(assessment.line_ids[0].id)]

    def test_last_assessment_is_not_set_by_hand(self):
        assessment = self._assessment()
        with self.assertRaises(UserError):
            self.profile.with_user(self.manager).last_assessment_id = assessment

    # ------------------------------------------------------------------
    # WHO SEES WHAT
    # ------------------------------------------------------------------

    def test_credit_users_see_only_what_they_are_asked_about(self):
        assessment = self._assessment()
        user = self._user("assess_user", "customer_credit_mgmt.group_credit_user")
        for model in ("credit.assessment", "credit.assessment.line", "credit.answer"):
            self.assertFalse(self.env[model].with_user(user).search([]))
        assessment.expert_ids = user
        assessment.action_invite_experts()
        self.assertEqual(self.env["credit.assessment"].with_user(user).search([]), assessment)
        with self.assertRaises(AccessError):
            assessment.with_user(user).proposed_limit = 5
        with self.assertRaises(AccessError):
            assessment.with_user(user).action_submit()

    def test_assessments_stay_in_their_company(self):
        other = self.setup_other_company()["company"]
        foreign = self._user("assess_foreign", "customer_credit_mgmt.group_credit_manager", other)
        assessment = self._assessment()
        for record in (assessment, assessment.line_ids, assessment.answer_ids):
            self.assertFalse(record.with_user(foreign).search([("id", "in", record.ids)]))
            with self.assertRaises(AccessError):
                record.with_user(foreign).read(["id"])
        with self.assertRaises(UserError):
            assessment.expert_ids = foreign
            assessment.action_invite_experts()

    def test_scorecard_of_the_company_goes_before_the_shared_one(self):
        own = self.card.copy({"company_id": self.company.id})
        own.action_activate()
        self.assertEqual(self._assessment().scorecard_id, own)
