"""Natural persons: what the system decides against them is looked at by a person, explained and contestable."""

from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import SQL

from .common import CreditCommon

TODAY = date(2024, 7, 1)


@tagged("post_install", "-at_install")
class TestCreditReview(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.controller = cls._user("review_controller", "customer_credit_mgmt.group_credit_controller")
        cls.person = cls.env["res.partner"].create({"name": "Paula Person", "lang": "en_US"})
        cls.firm = cls.env["res.partner"].create({"name": "Firm", "is_company": True})
        cls.profile, cls.firm_profile = (cls._open_file(partner) for partner in (cls.person, cls.firm))
        cls.card = cls.env.ref("customer_credit_mgmt.credit_scorecard_default")
        for partner in (cls.person, cls.firm):
            for day in (1, 2, 3):
                cls._invoice(partner, 100, date(2024, 1, day), due=date(2024, 2, day))

    @classmethod
    def _open_file(cls, partner):
        return cls.env["credit.profile"]._get_or_create(partner, cls.company).sudo(False)

    def _score(self, as_of=TODAY):
        scores = self.card._score_profiles(as_of=as_of)
        self.env.invalidate_all()
        return scores

    def _reviews(self):
        return self.env["credit.review"].search([])

    # ------------------------------------------------------------------
    # WHEN A PERSON LOOKS
    # ------------------------------------------------------------------

    def test_worst_rating_of_a_person_is_reviewed_and_that_of_a_firm_is_not(self):
        self.profile.user_id = self.controller
        scores = self._score()
        self.assertEqual(scores.rating_id.code, "D")
        review = self._reviews()
        self.assertEqual(review.partner_id, self.person)
        self.assertEqual((review.trigger, review.state), ("rating", "open"))
        self.assertEqual(review.score_id.partner_id, self.person)
        self.assertEqual(review.activity_ids.user_id, self.controller)
        self.assertIn("Points of 100", review.with_user(self.controller).score_explanation)

    def test_contact_of_a_firm_is_no_customer_of_its_own(self):
        self.person.parent_id = self.firm
        contact = self.env["res.partner"].create({"name": "Contact", "parent_id": self.firm.id})
        self.assertEqual(self.env["credit.profile"]._get_or_create(contact, self.company).partner_id, self.firm)

    def test_the_company_can_switch_the_safeguard_off(self):
        self.company.credit_review_persons = False
        self._score()
        self.assertFalse(self._reviews())

    def test_good_rating_needs_no_look(self):
        self.env["credit.rating"].search([]).needs_review = False
        self._score()
        self.assertFalse(self._reviews())

    def test_scoring_again_opens_no_second_review(self):
        self._score()
        self._score()
        self._score(TODAY + timedelta(days=40))
        self.assertEqual(len(self._reviews()), 1)

    def test_held_because_of_the_score_is_reviewed_and_held_for_debts_is_not(self):
        self._score()
        self._reviews()._decide("confirmed", "looked at the ledger")
        for kind, expected in (("overdue_days", 1), ("rating_below", 2)):
            self._held_check(kind, self.person)
            self.assertEqual(len(self._reviews()), expected, kind)
        review = self._reviews()[0]
        self.assertEqual((review.trigger, review.score_id.partner_id), ("hold", self.person))
        self._held_check("rating_below", self.firm)
        self.assertEqual(len(self._reviews()), 2)

    # ------------------------------------------------------------------
    # WHAT THE PERSON DECIDES
    # ------------------------------------------------------------------

    def test_decision_needs_a_reason_and_is_kept(self):
        self._score()
        review = self._reviews().with_user(self.controller)
        with self.assertRaises(UserError):
            review._decide("confirmed", " ")
        wizard = Form(
            self.env["credit.review.wizard"]
            .with_user(self.controller)
            .with_context(active_model="credit.review", active_ids=review.ids)
        )
        wizard.decision, wizard.reason = "overturned", "two invoices were disputed"
        wizard.save().action_apply()
        self.assertEqual((review.state, review.decided_by), ("overturned", self.controller))
        with self.assertRaises(UserError):
            review._decide("confirmed", "again")

    def test_overturned_rating_no_longer_holds_until_it_changes(self):
        self._score()
        policy = self._strict_policy()
        worst = self.env["credit.rating"].search([("code", "=", "BB")])
        policy.rule_ids = [Command.create({"kind": "rating_below", "rating_id": worst.id})]
        invoice = self._draft(10, self.person)
        invoice.action_post()
        self.assertEqual(self._check_of(invoice).state, "held")
        waiting = self._reviews().filtered(lambda review: review.state == "open")
        self.assertEqual(sorted(waiting.mapped("trigger")), ["hold", "rating"])
        waiting._decide("overturned", "the slips prove it")
        invoice.action_post()
        self.assertEqual(invoice.state, "posted")
        self.env.execute_query(
            SQL("UPDATE credit_score SET is_current = FALSE WHERE profile_id = %s RETURNING id", self.profile.id)
        )
        self.env.invalidate_all()
        again = self._draft(10, self.person)
        again.action_post()
        self.assertEqual(self._check_of(again).state, "held", "another score is another decision")

    def test_only_controllers_decide_and_nobody_writes(self):
        self._score()
        review = self._reviews()
        user = self._user("review_user", "customer_credit_mgmt.group_credit_user")
        manager = self._user("review_manager", "customer_credit_mgmt.group_credit_manager")
        with self.assertRaises(AccessError):
            review.with_user(user)._decide("confirmed", "x")
        for method in ("write", "create"):
            with self.assertRaises(AccessError):
                getattr(review.with_user(manager), method)({"state": "confirmed"})
        with self.assertRaises(AccessError):
            review.with_user(manager).unlink()

    def test_other_companies_do_not_see_the_review(self):
        self._score()
        other = self.setup_other_company()["company"]
        stranger = self._user("stranger", "customer_credit_mgmt.group_credit_controller", other)
        self.assertFalse(self.env["credit.review"].with_user(stranger).search([]))

    # ------------------------------------------------------------------
    # CONTEST
    # ------------------------------------------------------------------

    def test_contest_goes_to_the_review_that_waits(self):
        self._score()
        self.env["credit.review"]._contest(self.profile, "The goods never came", "told")
        self.env["credit.review"]._contest(self.profile, "And I told you so", "portal")
        review = self._reviews()
        self.assertTrue(review.contested)
        self.assertEqual(review.contest_text, "The goods never came\n\nAnd I told you so")

    def test_contest_after_the_decision_opens_another_look(self):
        self._score()
        self._reviews()._decide("confirmed", "looked")
        form = Form(
            self.env["credit.contest.wizard"]
            .with_user(self.controller)
            .with_context(default_profile_id=self.profile.id)
        )
        form.text = "Paid in March, see the slip"
        action = form.save().action_apply()
        review = self.env["credit.review"].browse(action["res_id"])
        self.assertEqual((review.trigger, review.state, review.contest_channel), ("contest", "open", "told"))
        self.assertEqual(review.score_id.partner_id, self.person)
        with self.assertRaises(UserError):
            self.env["credit.review"]._contest(self.profile, "  ", "told")

    # ------------------------------------------------------------------
    # EXPLANATION
    # ------------------------------------------------------------------

    def _letter(self, profile):
        report = self.env["ir.actions.report"].sudo()
        name = "customer_credit_mgmt.report_credit_explanation"
        return report._render_qweb_html(name, profile.ids)[0].decode()

    def test_letter_tells_figures_points_and_rights_in_the_persons_language(self):
        self._score()
        letter = self._letter(self.profile)
        for text in ("Paula Person", "How your credit score came about", "of 100", "contest the score", "Article"):
            self.assertIn(text, letter)
        self.assertIn("The oldest open item is 151 days overdue today", letter)
        self.assertNotIn("Firm", letter)

    def test_letter_without_a_score_says_so(self):
        new = self._open_file(self.env["res.partner"].create({"name": "New"}))
        self.assertIn("You have no score", self._letter(new))

    def test_letter_names_the_document_that_waits(self):
        self._score()
        check = self._held_check("rating_below", self.person)
        letter = self._letter(self.profile)
        self.assertIn("waits until a person has decided", letter)
        self.assertIn(check.document_name, letter)

    def test_screens_load(self):
        self._score()
        for model, kinds in (("credit.review", ("list", "form", "search")), ("credit.purge", ("list",))):
            self.env[model].get_views([(False, kind) for kind in kinds])
        profile = Form(self.profile.with_user(self.controller))
        self.assertEqual((profile.is_person, profile.open_review_count), (True, 1))
        found = self.env["credit.profile"].search([("is_person", "=", True), ("company_id", "=", self.company.id)])
        self.assertIn(self.profile, found)
        self.assertNotIn(self.firm_profile, found)
