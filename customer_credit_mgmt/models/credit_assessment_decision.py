from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..core.limit_proposal import Proposal, binding
from .decision_operands import NO_CREDIT


class CreditAssessment(models.Model):
    """From draft to decision: two people sign, and the decision takes effect on the customer."""

    _inherit = "credit.assessment"

    answer_ids = fields.One2many("credit.answer", "assessment_id", string="Questionnaire")
    needs_reason = fields.Boolean(compute="_compute_needs_reason")
    proposal_text = fields.Html(
        string="Limits That Suggest Themselves",
        compute="_compute_proposal_text",
        compute_sudo=True,
        sanitize=False,
        help="As of the day of the assessment; the one that binds is the smallest.",
    )

    @api.depends("decision", "tree_decision")
    def _compute_needs_reason(self):
        for assessment in self:
            proposed = assessment.tree_decision
            assessment.needs_reason = bool(assessment.decision and proposed and assessment.decision != proposed)

    @api.depends("figures")
    @api.depends_context("lang")
    def _compute_proposal_text(self):
        for assessment in self:
            found = assessment._get_proposals()
            assessment.proposal_text = found and assessment.profile_id._proposals_table(found, assessment.currency_id)

    def _get_proposals(self):
        """The frozen proposals, as value objects of core/limit_proposal.py."""
        self.ensure_one()
        return [Proposal(**values) for values in (self.figures or {}).get("proposals", ())]

    def _ask_questions(self):
        """The active questions of the company, each once."""
        questions = self.env["credit.question"].search([("company_id", "in", [*self.company_id.ids, False])])
        # sudo: the questionnaire is given, only its answers are entered
        self.env["credit.answer"].sudo().create(
            [
                {
                    "assessment_id": assessment.id,
                    "question_id": question.id,
                    "dimension": question.dimension,
                    "sequence": position,
                    "is_required": question.is_required,
                }
                for assessment in self
                for position, question in enumerate(questions)
                if question.company_id in (assessment.company_id, assessment.company_id.browse())
            ]
        )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_use_tree_decision(self):
        """Take over what the tree says."""
        self._expect("draft")
        for assessment in self:
            if assessment.tree_decision in (False, "review"):
                raise UserError(self.env._("The tree leaves this case to you: choose the decision yourself."))
            assessment.decision = assessment.tree_decision

    def action_use_proposal(self):
        """Take over the limit that binds among the proposals."""
        self._expect("draft")
        for assessment in self:
            bound = binding(assessment._get_proposals())
            if not bound:
                raise UserError(self.env._("Too little is known for a proposal: enter the limit yourself."))
            assessment.proposed_limit = bound.amount

    def action_submit(self):
        """Freeze: figures are read a last time, and a second person is asked."""
        self.check_access("write")
        self._expect("draft")
        self._sign_as_preparer()
        self._evaluate()
        self._check_complete()
        # sudo: signatures are written by the action that checks who signs
        for answer in self.sudo().answer_ids:
            answer.asked = answer.question_id.name
        self.sudo().write({"state": "submitted", "prepared_by": self.env.uid, "submitted_on": fields.Datetime.now()})
        self._ask_deciders()

    def action_approve(self):
        """Four eyes: nobody approves what he worked on."""
        self._expect("submitted")
        self._check_second_person()
        self._check_complete()
        for assessment in self:
            assessment._take_effect()
            # sudo: see action_submit; the limit first, since nothing is written after the decision
            assessment.sudo().write(
                {"state": "approved", "decided_by": self.env.uid, "decided_on": fields.Datetime.now()}
            )
            assessment._apply_to_profile()
            assessment._attach_credit_file()
            assessment._drop_questions()
            assessment._tell_outcome(assessment.credit_file_id)

    def action_refuse(self):
        """Asks for the reason."""
        self._expect("submitted")
        self._check_second_person()
        action = self.env["ir.actions.act_window"]._for_xml_id("customer_credit_mgmt.action_credit_assessment_refuse")
        return {**action, "context": {"default_assessment_ids": self.ids}}

    def _refuse(self, reason):
        """Not approved: kept as it is, without effect on the customer."""
        self._expect("submitted")
        self._check_second_person()
        # sudo: see action_submit
        self.sudo().write(
            {
                "state": "refused",
                "decided_by": self.env.uid,
                "decided_on": fields.Datetime.now(),
                "refusal_reason": reason,
            }
        )
        self._drop_questions()
        self._tell_outcome()

    def action_reset_to_draft(self):
        """Back to work; the signature of who submitted it is void."""
        self.check_access("write")
        self._expect("submitted")
        # sudo: see action_submit
        self.sudo().write({"state": "draft", "prepared_by": False, "submitted_on": False})
        self.sudo().answer_ids.asked = False
        self._drop_questions()

    def action_open_profile(self):
        self.ensure_one()
        return self.profile_id._get_records_action()

    def action_open_limit(self):
        self.ensure_one()
        return self.limit_id._get_records_action()

    # ------------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------------

    def _check_second_person(self):
        """Who may decide: a credit manager who did not work on it."""
        if not self.env.user.has_group("customer_credit_mgmt.group_credit_manager"):
            raise AccessError(self.env._("Only a credit manager can approve or refuse assessments."))
        self.check_access("write")
        if own := self.filtered(lambda assessment: self.env.user in assessment.sudo().preparer_ids):
            raise UserError(
                self.env._(
                    "You worked on %(assessment)s yourself: another credit manager has to decide.",
                    assessment=own[0].display_name,
                )
            )

    def _check_complete(self):
        for assessment in self:
            assessment._check_answered()
            assessment._check_panel_closed()
            assessment._check_decision()

    def _check_answered(self):
        """Required questions, and the criteria that are questions."""
        open_answers = self.answer_ids.filtered(lambda it: it.is_required and not (it.answer or "").strip())
        open_lines = self.line_ids.filtered(lambda it: it.is_answer and it.value is None)
        names = [*open_answers.mapped("question"), *open_lines.mapped("criterion_id.display_name")]
        if names:
            raise UserError(
                self.env._(
                    "Answer these questions first:\n%(questions)s", questions="\n".join(f"- {name}" for name in names)
                )
            )

    def _check_panel_closed(self):
        waiting = self.opinion_ids.filtered(lambda opinion: opinion.state == "invited").user_id
        if waiting:
            raise UserError(
                self.env._(
                    "These experts have not judged yet: %(experts)s. Wait for them, or withdraw the invitation.",
                    experts=", ".join(waiting.mapped("name")),
                )
            )

    def _check_decision(self):
        if not self.scorecard_id:
            raise UserError(self.env._("Choose a scorecard, or activate one in Configuration > Credit > Scorecards."))
        if not self.decision:
            raise UserError(self.env._("Choose the decision first."))
        if self.decision == "grant" and self.proposed_limit <= 0:
            raise UserError(self.env._("Enter the proposed limit that is to be granted."))
        if self.decision in NO_CREDIT and self.proposed_limit:
            raise UserError(self.env._("This decision grants no credit: set the proposed limit to zero."))
        if self.needs_reason and not (self.decision_reason or "").strip():
            raise UserError(
                self.env._("The decision differs from the decision tree: enter why in 'Reason for the Decision'.")
            )

    # ------------------------------------------------------------------
    # EFFECT
    # ------------------------------------------------------------------

    def _take_effect(self):
        """The decision as a limit that was asked for by who prepared it, and approved by who approves now.

        Where the approval rules name somebody else for such a limit, it waits for them.
        """
        if self.decision in NO_CREDIT:
            self.profile_id.limit_mode = "no_credit"
        else:
            limit = self._request_limit()
            if limit.can_approve:
                limit.action_approve()
            # sudo: see action_submit
            self.sudo().limit_id = limit

    def _prepare_limit_vals(self):
        return {
            "profile_id": self.profile_id.id,
            "amount": self.proposed_limit,
            "date_from": fields.Date.context_today(self),
            "reason": self.env._("Credit assessment %(number)s", number=self.name),
        }

    def _request_limit(self):
        # sudo: it is asked for in the name of who prepared the assessment, who signed it
        limit = self.env["credit.limit"].sudo().create(self._prepare_limit_vals())
        limit._request(self.prepared_by)
        return limit.sudo(False)

    def _apply_to_profile(self):
        """The profile knows its last assessment and its next review; answers count in the score from now on."""
        profile = self.profile_id
        months = self.rating_id.review_months or 12
        # sudo: who decides on an assessment need not have the right to write the profile
        profile.sudo().write(
            {
                "last_assessment_id": self.id,
                "next_review_date": self.date + relativedelta(months=months),
                **self._prepare_terms_vals(),
            }
        )
        # sudo: the reminder of the controller is done, whoever approved; the score follows from the answers
        profile.sudo().activity_feedback(["customer_credit_mgmt.mail_activity_type_profile_review"])
        profile.sudo().action_score_now()

    def _prepare_terms_vals(self):
        """The agreed terms as the days until the last instalment; without proposed terms they stay."""
        lines = self.proposed_terms_id.line_ids
        if not lines:
            return {}
        return {"agreed_terms_days": max((line._get_due_date(self.date) - self.date).days for line in lines)}
