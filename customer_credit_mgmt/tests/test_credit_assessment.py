from datetime import date
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged

from .assessment_common import TODAY, AssessmentCommon


@tagged("post_install", "-at_install")
class TestCreditAssessment(AssessmentCommon):
    # ------------------------------------------------------------------
    # FIGURES AND SCORE
    # ------------------------------------------------------------------

    def test_draft_is_filled_from_ledger_questions_and_tree(self):
        self._paid_invoices([9] * 5)
        assessment = self._assessment()
        self.assertRegex(assessment.name, r"^CA/\d{4}/\d{4}$")
        self.assertEqual(assessment.scorecard_id, self.card)
        self.assertEqual(assessment.tree_id, self.tree)
        self.assertEqual(assessment.line_ids.criterion_id, self.card.criterion_ids)
        self.assertTrue(assessment.answer_ids.filtered("is_required"))
        self.assertTrue(assessment.tree_decision)
        self.assertIn(
            "Pays 9 days late on average: 60 of 100 points, weight 20 %", assessment.line_ids.mapped("sentence")
        )
        self.assertTrue(assessment.improvement)

    def test_score_is_the_one_of_the_night(self):
        self._paid_invoices([9, 0, 30, 2, 5])
        night = self.card._score_profiles(self.profile, TODAY)
        assessment = self._assessment()
        self.assertEqual(assessment.score, night.score)
        self.assertEqual(assessment.rating_id, night.rating_id)
        self.assertAlmostEqual(assessment.data_share, night.data_share, 4)
        self.assertAlmostEqual(sum(assessment.line_ids.mapped("contribution")), night.score, 1)

    def test_customer_without_history_has_no_score_and_unknown_values(self):
        assessment = self._assessment()
        self.assertFalse(assessment.is_scored)
        self.assertIsNone(assessment.score)
        self.assertFalse(assessment.rating_id)
        days = assessment.line_ids.filtered(lambda line: "days late, by amount" in line.criterion_id.display_name)
        self.assertIsNone(days.value, "unknown is not 0")
        self.env.flush_all()
        self.env.cr.execute("SELECT value FROM credit_assessment_line WHERE id = %s", [days.id])
        self.assertEqual(self.env.cr.fetchall(), [(None,)])

    def test_figures_are_those_of_the_day_not_of_today(self):
        self._invoice(self.partner_a, 300, date(2024, 5, 1), due=date(2024, 6, 1))
        before = self._assessment(date=date(2024, 5, 20))
        after = self._assessment(date=TODAY)
        self.assertEqual(before.figures["aging"], [300, 0, 0, 0, 0, 0])
        self.assertEqual(after.figures["aging"], [0, 300, 0, 0, 0, 0])
        self.assertEqual(after.figures["ledger"]["overdue_days"], 30)

    def test_aging_of_the_file_adds_up_to_the_open_receivable(self):
        for days, amount in ((0, 10), (1, 20), (30, 40), (31, 80), (60, 160), (61, 320), (90, 640), (91, 1280)):
            due = date.fromordinal(TODAY.toordinal() - days)
            self._invoice(self.partner_a, amount, date(2024, 1, 1), due=due)
        self._invoice(self.partner_a, 5, date(2024, 6, 1), move_type="out_refund")
        assessment = self._assessment()
        self.assertEqual(assessment.figures["aging"], [10, 60, 240, 960, 1280, -5])
        self.assertEqual(sum(assessment.figures["aging"]), assessment.figures["position"]["receivable_amount"])
        self.assertEqual(assessment._get_aging_rows()[-1][1], 2545)

    def test_dimensions_are_the_weighted_means_of_their_criteria(self):
        self._paid_invoices([9] * 5)
        assessment = self._assessment()
        character = assessment.line_ids.filtered(lambda line: line.dimension == "character" and line.points is not None)
        mean = sum(line.points * line.share for line in character) / sum(character.mapped("share"))
        subscores = {sub.dimension: sub.value for _label, sub in assessment._get_subscores()}
        self.assertAlmostEqual(subscores["character"], mean)
        self.assertIsNone(subscores["collateral"])
        self.assertIn("nothing is judged here", assessment.dimension_chart)

    def test_changing_the_day_reads_the_ledger_again(self):
        self._invoice(self.partner_a, 300, date(2024, 5, 1), due=date(2024, 6, 1))
        assessment = self._assessment(date=date(2024, 5, 20))
        assessment.date = TODAY
        self.assertEqual(assessment.figures["ledger"]["overdue_days"], 30)

    def test_draft_scorecards_are_not_used(self):
        version = self.card.copy()
        with self.assertRaisesRegex(UserError, "active version"):
            self._assessment(scorecard_id=version.id)

    # ------------------------------------------------------------------
    # FROM DRAFT TO DECISION
    # ------------------------------------------------------------------

    def test_required_questions_are_named_before_submission(self):
        assessment = self._assessment(decision="grant", proposed_limit=100, decision_reason="x")
        required = assessment.answer_ids.filtered("is_required")
        self._answer(assessment)
        required[0].answer = "  "
        with self.assertRaises(UserError) as caught:
            assessment.action_submit()
        self.assertIn(required[0].question, str(caught.exception))
        self.assertNotIn(required[1].question, str(caught.exception))
        optional = assessment.answer_ids - required
        optional.answer = False
        required[0].answer = "Yes."
        assessment.action_submit()
        self.assertEqual(assessment.state, "submitted")

    def test_questions_are_kept_as_they_were_asked(self):
        assessment = self._submitted()
        answer = assessment.answer_ids[0]
        asked = answer.question
        answer.question_id.sudo().name = "Something else?"
        self.assertEqual(answer.question, asked)

    def test_decision_against_the_tree_needs_a_reason(self):
        self._paid_invoices([0] * 5)
        assessment = self._assessment(proposed_limit=50)
        self._answer(assessment)
        self.assertEqual(assessment.tree_decision, "grant")
        assessment.write({"decision": "refuse", "proposed_limit": 0})
        with self.assertRaisesRegex(UserError, "differs from the decision tree"):
            assessment.action_submit()
        assessment.decision_reason = "The owner changed."
        assessment.action_submit()

    def test_decision_and_limit_fit_together(self):
        assessment = self._assessment()
        self._answer(assessment)
        assessment.decision_reason = "By hand"
        with self.assertRaisesRegex(UserError, "Choose the decision"):
            assessment.action_submit()
        assessment.decision = "grant"
        with self.assertRaisesRegex(UserError, "proposed limit"):
            assessment.action_submit()
        assessment.write({"decision": "prepay", "proposed_limit": 10})
        with self.assertRaisesRegex(UserError, "no credit"):
            assessment.action_submit()

    @freeze_time("2024-07-01")
    def test_approval_takes_effect_on_limit_profile_and_review(self):
        self._paid_invoices([0] * 5)
        assessment = self._submitted(proposed_terms_id=self.env.ref("account.account_payment_term_45days").id)
        self.assertEqual((assessment.state, assessment.prepared_by), ("submitted", self.controller))
        assessment.with_user(self.manager).action_approve()
        self.assertEqual((assessment.state, assessment.decided_by), ("approved", self.manager))
        self.assertEqual(self.profile.last_assessment_id, assessment)
        self.assertEqual(self.profile.next_review_date, date(2025, 7, 1))
        self.assertEqual(self.profile.agreed_terms_days, 45)
        limit = assessment.limit_id
        self.assertEqual((limit.amount, limit.state), (500, "approved"))
        self.assertEqual((limit.requested_by, limit.approved_by), (self.controller, self.manager))
        self.assertEqual((self.profile.limit_mode, self.profile.limit_amount), ("limited", 500))

    def test_prepayment_only_ends_the_credit(self):
        assessment = self._submitted(decision="prepay", decision_reason="Two chargebacks")
        assessment.with_user(self.manager).action_approve()
        self.assertEqual(self.profile.limit_mode, "no_credit")
        self.assertFalse(assessment.limit_id)

    def test_refusal_is_kept_with_its_reason_and_changes_nothing(self):
        assessment = self._submitted().with_user(self.manager)
        action = assessment.action_refuse()
        wizard = Form(self.env[action["res_model"]].with_user(self.manager).with_context(**action["context"]))
        wizard.reason = "Figures are missing"
        wizard.save().action_apply()
        self.assertEqual((assessment.state, assessment.refusal_reason), ("refused", "Figures are missing"))
        self.assertEqual(self.profile.limit_mode, "no_check")
        self.assertFalse(self.profile.last_assessment_id)

    def test_reset_to_draft_voids_the_signature(self):
        assessment = self._submitted()
        assessment.action_reset_to_draft()
        self.assertEqual((assessment.state, assessment.prepared_by.id), ("draft", False))
        assessment.proposed_limit = 700

    def test_figures_are_read_a_last_time_on_submission(self):
        assessment = self._assessment(decision="grant", proposed_limit=100, decision_reason="By hand")
        self._answer(assessment)
        self._invoice(self.partner_a, 300, date(2024, 5, 1), due=date(2024, 6, 1))
        assessment.action_submit()
        self.assertEqual(assessment.figures["ledger"]["overdue_days"], 30)
        self._invoice(self.partner_a, 300, date(2024, 1, 1), due=date(2024, 2, 1))
        assessment.with_user(self.manager).action_approve()
        self.assertEqual(assessment.figures["ledger"]["overdue_days"], 30, "what was submitted is what was approved")

    def test_managers_are_asked_and_those_who_worked_on_it_are_told(self):
        other = self._user("assess_second_manager", "customer_credit_mgmt.group_credit_manager")
        assessment = self._assessment(decision="grant", proposed_limit=100, decision_reason="x")
        self._answer(assessment)
        assessment.with_user(other).note = "Helped"
        assessment.action_submit()
        self.assertIn(self.manager, assessment.activity_ids.user_id)
        self.assertNotIn(other, assessment.activity_ids.user_id, "who worked on it is not asked")
        assessment.with_user(self.manager).action_approve()
        self.assertFalse(assessment.activity_ids)
        told = assessment.message_ids.filtered(lambda message: "was approved" in (message.body or "")).partner_ids
        self.assertEqual(told, (self.controller | other).partner_id)

    def test_limit_waits_for_whom_the_approval_rules_name(self):
        director = self._user("assess_director", "customer_credit_mgmt.group_credit_manager")
        self.env["credit.approval.rule"].create(
            {
                "name": "Large",
                "company_id": self.company.id,
                "amount_from": 100,
                "user_ids": [Command.set(director.ids)],
            }
        )
        assessment = self._submitted()
        assessment.with_user(self.manager).action_approve()
        self.assertEqual((assessment.state, assessment.limit_id.state), ("approved", "submitted"))
        assessment.limit_id.with_user(director).action_approve()
        self.assertEqual(self.profile.limit_amount, 500)

    def test_proposals_of_the_day_are_kept_and_the_binding_one_is_taken_over(self):
        self._paid_invoices([0] * 5)
        assessment = self._assessment()
        expected = {it.key: it.amount for it in self.profile._limit_proposals(TODAY)}
        self.assertEqual({it.key: it.amount for it in assessment._get_proposals()}, expected)
        assessment.action_use_proposal()
        binding = min(value for value in expected.values() if value is not None)
        self.assertEqual(assessment.proposed_limit, self.company.currency_id.round(binding))
        self.assertIn("binds", assessment.proposal_text)

    # ------------------------------------------------------------------
    # PROFILE
    # ------------------------------------------------------------------

    def test_profile_begins_an_assessment(self):
        action = self.profile.with_user(self.controller).action_new_assessment()
        assessment = self.env["credit.assessment"].browse(action["res_id"])
        self.assertEqual((assessment.profile_id, assessment.state), (self.profile, "draft"))
        self.assertEqual(self.profile.assessment_count, 1)
        self.assertEqual(
            self.env["credit.assessment"].search(self.profile.action_open_assessments()["domain"]), assessment
        )

    def test_score_chart_holds_a_score_until_the_next(self):
        self._paid_invoices([0] * 5)
        self.card._score_profiles(self.profile, date(2024, 5, 1))
        self._invoice(self.partner_a, 900, date(2024, 1, 1), due=date(2024, 2, 1))
        self.card._score_profiles(self.profile, date(2024, 6, 1))
        values = self.profile._prepare_score_chart(TODAY)
        ((first, corner, drop, _end),) = values["lines"]
        self.assertEqual((first[0], corner[1], drop[0]), (0, first[1], corner[0]))
        self.assertGreater(drop[1], corner[1], "a lower score is drawn lower")
        self.assertIn("polyline", self.profile.score_chart)

    def test_review_is_asked_for_once(self):
        self.profile.user_id = self.controller
        self.profile.next_review_date = self.today
        job = self.env["credit.profile"].sudo()
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=60):
            job._cron_ask_for_reviews()
            job._cron_ask_for_reviews()
        activity = self.profile.activity_ids
        self.assertEqual((len(activity), activity.user_id), (1, self.controller))
        activity.action_done()
        with patch.object(type(self.env["ir.cron"]), "_commit_progress", return_value=60):
            job._cron_ask_for_reviews()
        self.assertFalse(self.profile.activity_ids, "done is done, until there is a new date")

    # ------------------------------------------------------------------
    # SCREENS
    # ------------------------------------------------------------------

    def test_every_screen_loads(self):
        for model in (
            "credit.assessment",
            "credit.assessment.line",
            "credit.question",
            "credit.decision.tree",
            "credit.expert.opinion",
        ):
            views = self.env["ir.ui.view"].search([("model", "=", model)])
            self.env[model].with_user(self.manager).get_views([(view.id, view.type) for view in views])
        form = Form(self.env["credit.assessment"].with_user(self.controller))
        form.profile_id = self.profile
        record = form.save()
        with Form(record) as edited:
            edited.proposed_limit = 300
        self.assertTrue(record.figures_overview and record.tree_explanation)
