import re

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .assessment_common import TODAY, AssessmentCommon


@tagged("post_install", "-at_install")
class TestCreditExpertOpinion(AssessmentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        group = "customer_credit_mgmt.group_credit_user"
        cls.experts = [cls._user(f"expert_{number}", group) for number in range(3)]
        cls.card = cls._question_card("expert", "answer")

    def _panel(self, *experts):
        assessment = self._assessment()
        assessment.expert_ids = self.env["res.users"].union(*(experts or self.experts))
        assessment.action_invite_experts()
        return assessment

    def _opinion(self, assessment, expert, number=None):
        rounds = number or assessment.panel_round
        return assessment.sudo().opinion_ids.filtered(lambda it: it.user_id == expert and it.round == rounds)

    def _give(self, assessment, expert, points, reason="Because."):
        opinion = self._opinion(assessment, expert).with_user(expert)
        opinion.write({"points": points, "reason": reason})
        opinion.action_give()
        assessment.invalidate_recordset()
        return opinion

    # ------------------------------------------------------------------
    # RESULT
    # ------------------------------------------------------------------

    def test_median_of_the_experts_is_judged_by_the_scorecard(self):
        assessment = self._panel()
        line = assessment.line_ids.filtered(lambda it: it.source == "expert")
        for expert, points in zip(self.experts, (60, 80, 75), strict=True):
            self.assertIsNone(line.value)
            self._give(assessment, expert, points)
        self.assertEqual((assessment.panel_median, assessment.panel_spread), (75, 20))
        self.assertEqual((line.value, line.band_id.label, line.points), (75, "Strong", 90))

    def test_wide_spread_asks_a_second_time_and_keeps_both_rounds(self):
        self.company.credit_panel_spread = 30
        assessment = self._panel()
        for expert, points in zip(self.experts, (20, 51, 90), strict=True):
            self._give(assessment, expert, points)
        self.assertEqual(assessment.panel_round, 2)
        self.assertIsNone(assessment.panel_median)
        self.assertEqual(assessment.sudo().opinion_ids.mapped("state").count("invited"), 3)
        for expert, points in zip(self.experts, (30, 50, 95), strict=True):
            self._give(assessment, expert, points)
        self.assertEqual((assessment.panel_median, assessment.panel_spread), (50, 65), "the second round stands")
        self.assertEqual(len(assessment.opinion_ids), 6)

    def test_spread_at_the_limit_is_enough(self):
        self.company.credit_panel_spread = 30
        assessment = self._panel()
        for expert, points in zip(self.experts, (40, 50, 70), strict=True):
            self._give(assessment, expert, points)
        self.assertEqual((assessment.panel_round, assessment.panel_median), (1, 50))

    def test_submission_waits_for_the_experts(self):
        assessment = self._panel()
        assessment.line_ids.filtered("is_answer").value = 80
        self._answer(assessment)
        assessment.write({"decision": "grant", "proposed_limit": 5, "decision_reason": "x"})
        with self.assertRaisesRegex(UserError, re.escape(self.experts[2].name)):
            assessment.action_submit()

    def test_withdrawing_the_last_invitation_closes_the_round(self):
        assessment = self._panel()
        self._give(assessment, self.experts[0], 60)
        self._give(assessment, self.experts[1], 70)
        self._opinion(assessment, self.experts[2]).with_user(self.controller).action_withdraw()
        assessment.invalidate_recordset()
        self.assertEqual(assessment.panel_median, 65)
        assessment.expert_ids = self.experts[2]
        with self.assertRaisesRegex(UserError, "has judged"):
            assessment.action_invite_experts()

    def test_experts_get_an_activity_until_they_have_judged(self):
        assessment = self._panel()
        self.assertEqual(assessment.activity_ids.user_id, self.env["res.users"].union(*self.experts))
        self._give(assessment, self.experts[0], 60)
        self.assertNotIn(self.experts[0], assessment.activity_ids.user_id)

    def test_answers_and_expert_result_count_every_night_after_approval(self):
        assessment = self._panel()
        for expert in self.experts:
            self._give(assessment, expert, 80)
        answer = assessment.line_ids.filtered("is_answer")
        answer.band_id = answer.criterion_id.band_ids.filtered(lambda band: band.label == "Fair")
        self.assertEqual((answer.value, answer.points), (40, 50))
        self._answer(assessment)
        assessment.write({"decision": "grant", "proposed_limit": 5, "decision_reason": "x"})
        assessment.action_submit()
        before = self.card._get_values(self.profile, TODAY)
        self.assertIsNone(before[answer.criterion_id], "what is not approved does not count")
        assessment.with_user(self.manager).action_approve()
        after = self.card._get_values(self.profile, TODAY)
        self.assertEqual(after[answer.criterion_id], 40)
        self.assertEqual(sorted(value for value in after.values() if value), [40, 80])
        self.assertEqual(self.profile.score, assessment.score)

    def test_questions_of_the_scorecard_are_answered_before_submission(self):
        assessment = self._assessment(decision="grant", proposed_limit=5, decision_reason="x")
        self._answer(assessment)
        with self.assertRaisesRegex(UserError, "Judge: answer"):
            assessment.action_submit()
        line = assessment.line_ids.filtered("is_answer")
        line.value = 0
        self.assertEqual((line.value, line.band_id.label), (0, "Weak"), "0 is an answer")
        line.value = False
        self.assertIsNone(line.value)
        line.value = 71
        self.assertEqual(line.band_id.label, "Strong")
        assessment.action_submit()

    def test_answer_of_another_question_is_refused(self):
        line = self._assessment().line_ids.filtered("is_answer")
        foreign = (self.card.criterion_ids - line.criterion_id).band_ids[0]
        with self.assertRaises(AccessError):
            line.band_id = foreign

    # ------------------------------------------------------------------
    # BLIND
    # ------------------------------------------------------------------

    def test_nobody_reads_the_points_of_others_before_all_have_judged(self):
        assessment = self._panel()
        self._give(assessment, self.experts[0], 37, "A secret")
        opinion = self._opinion(assessment, self.experts[0])
        admin = self._user(
            "expert_admin", "base.group_system,base.group_allow_export,customer_credit_mgmt.group_credit_manager"
        )
        for user in (self.experts[1], self.controller, self.manager, admin):
            with self.subTest(user=user.login):
                self._assert_blind(opinion.with_user(user))
        own = opinion.with_user(self.experts[0])
        own.invalidate_recordset()
        self.assertEqual((own.points, own.reason), (37, "A secret"))
        self._give(assessment, self.experts[1], 50)
        self._give(assessment, self.experts[2], 45)
        for user in (self.experts[1], self.controller):
            seen = opinion.with_user(user)
            seen.invalidate_recordset()
            self.assertEqual((seen.points, seen.reason), (37, "A secret"))

    @mute_logger("odoo.models", "odoo.orm.models")
    def _assert_blind(self, opinion):
        opinion.invalidate_recordset()
        opinions = opinion.browse()
        assessments = self.env["credit.assessment"].with_user(opinion.env.user)
        ((values),) = opinion.read(["points", "reason", "is_visible", "state"])
        self.assertEqual((values["points"], values["reason"], values["is_visible"]), (False, False, False))
        self.assertEqual(values["state"], "given")
        if opinion.env.user.has_group("base.group_allow_export"):
            self.assertEqual(opinion.export_data(["points", "reason"])["datas"], [["", ""]])
        self.assertNotIn("sealed_points", opinions.fields_get())
        for name in ("sealed_points", "sealed_reason"):
            for leak in (
                lambda name=name: opinion.read([name]),
                lambda name=name: opinion[name],
                lambda name=name: opinion.export_data([name]),
                lambda name=name: opinion.mapped(name),
                lambda name=name: opinion.web_read({name: {}}),
                lambda name=name: opinion.copy_data(),
                lambda name=name: opinion.assessment_id.mapped(f"opinion_ids.{name}"),
                lambda name=name: opinion.assessment_id.export_data([f"opinion_ids/{name}"]),
                lambda name=name: opinion.filtered_domain([(name, "=", 37)]),
            ):
                self._assert_refused(leak)
        for name in ("sealed_points", "sealed_reason", "points", "reason"):
            for leak in (
                lambda name=name: opinions.search([(name, "!=", False)]),
                lambda name=name: opinions.search([(name, "=", 37)]),
                lambda name=name: opinions.search_count([(name, ">", 30)]),
                lambda name=name: opinions.search([], order=name),
                lambda name=name: opinions.formatted_read_group([], [name], ["__count"]),
                lambda name=name: opinions._read_group([], [name], ["__count"]),
                lambda name=name: opinions._read_group([], [], [f"{name}:max"]),
                lambda name=name: opinions.formatted_read_group([], [], [f"{name}:avg"]),
                lambda name=name: assessments.search([(f"opinion_ids.{name}", "=", 37)]),
                lambda name=name: assessments.search([("opinion_ids", "any", [(name, "=", 37)])]),
                lambda name=name: assessments.search([("profile_id.assessment_ids.opinion_ids." + name, "=", 37)]),
            ):
                self._assert_refused(leak)

    def _assert_refused(self, leak):
        """Refused, with whatever error; an empty answer would tell as much as a full one."""
        try:
            with self.cr.savepoint():
                answer = leak()
        except (UserError, ValueError):
            return
        self.fail(f"not refused: {answer}")

    def test_score_says_nothing_of_the_experts_before_all_have_judged(self):
        assessment = self._panel()
        before = assessment.score
        self._give(assessment, self.experts[0], 5)
        assessment.action_refresh()
        self.assertEqual(assessment.score, before)
        self.assertIsNone(assessment.panel_median)
        self.assertNotIn("5 ", " ".join(assessment.message_ids.mapped("body")))

    def test_second_round_is_blind_again(self):
        self.company.credit_panel_spread = 10
        assessment = self._panel()
        for expert, points in zip(self.experts, (20, 50, 90), strict=True):
            self._give(assessment, expert, points)
        again = self._give(assessment, self.experts[0], 33)
        seen = again.with_user(self.experts[1])
        seen.invalidate_recordset()
        self.assertEqual((seen.points, seen.reason), (None, False))
        first = self._opinion(assessment, self.experts[0], 1).with_user(self.experts[1])
        self.assertEqual(first.points, 20, "the first round is open, that is what the second one is for")

    def test_opinion_is_written_by_its_expert_only_and_once(self):
        assessment = self._panel()
        opinion = self._opinion(assessment, self.experts[0])
        for user in (self.experts[1], self.controller, self.manager):
            with self.assertRaises(AccessError):
                opinion.with_user(user).points = 99
            with self.assertRaises(AccessError):
                opinion.with_user(user).action_give()
            for values in ({"user_id": user.id}, {"state": "given"}, {"sealed_points": 1}, {"round": 2}):
                with self.assertRaises(AccessError):
                    opinion.with_user(user).write(values)
            with self.assertRaises(AccessError):
                opinion.with_user(user).create({"assessment_id": assessment.id, "user_id": user.id, "points": 1})
            with self.assertRaises(AccessError):
                opinion.with_user(user).unlink()
        self._give(assessment, self.experts[0], 60)
        with self.assertRaisesRegex(UserError, "already"):
            opinion.with_user(self.experts[0]).points = 61
        with self.assertRaisesRegex(UserError, "kept"):
            opinion.with_user(self.controller).action_withdraw()

    def test_opinion_needs_points_and_a_reason(self):
        assessment = self._panel()
        opinion = self._opinion(assessment, self.experts[0]).with_user(self.experts[0])
        for values in ({"points": 0}, {"points": False, "reason": "x"}, {"points": 5, "reason": " "}):
            opinion.write({"points": False, "reason": False, **values})
            with self.assertRaisesRegex(UserError, "points from 0 to 100"):
                opinion.action_give()
        for points in (-1, 101):
            with self.assertRaisesRegex(UserError, "between 0 and 100"):
                opinion.points = points

    def test_experts_see_the_whole_form_but_decide_nothing(self):
        assessment = self._panel().with_user(self.experts[0])
        view = self.env.ref("customer_credit_mgmt.credit_assessment_view_form")
        names = assessment.get_views([(view.id, "form")])["models"]["credit.assessment"]["fields"]
        values = assessment.web_read({name: {} for name in names})[0]
        self.assertTrue(values["my_opinion_id"])
        self.assertTrue(values["figures_overview"])
        assessment.line_ids.web_read({"fact": {}, "sentence": {}, "criterion_id": {}, "band_id": {}})
        action = assessment.action_give_opinion()
        self.assertEqual(action["res_id"], self._opinion(assessment, self.experts[0]).id)
        with self.assertRaises(AccessError):
            assessment.action_invite_experts()

    def test_only_colleagues_with_a_credit_right_are_invited(self):
        stranger = self._user("expert_stranger", "base.group_user")
        assessment = self._assessment()
        assessment.expert_ids = stranger
        with self.assertRaisesRegex(UserError, "Credit / User"):
            assessment.action_invite_experts()
