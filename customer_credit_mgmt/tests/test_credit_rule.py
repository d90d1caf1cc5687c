"""Every kind of rule on real documents: the boundary passes, one step beyond is held and says why."""

from datetime import timedelta

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestCreditRule(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profile = cls.env["credit.profile"]._get_or_create(cls.partner_a, cls.company).sudo(False)
        cls.partner_a.property_payment_term_id = False

    def _held(self, amount=100, **values):
        """The check of a document that was held; none for one that passed."""
        draft = self._draft(amount, **values)
        draft.action_post()
        check = self._check_of(draft)
        self.assertEqual(draft.state, "draft" if check else "posted")
        return check

    def _term(self, days):
        return self.env["account.payment.term"].create(
            {"name": f"{days} days", "line_ids": [Command.create({"value_amount": 100, "nb_days": days})]}
        )

    # ------------------------------------------------------------------
    # TERMS
    # ------------------------------------------------------------------

    def test_terms_longer_than_agreed_by_more_than_the_threshold(self):
        self._strict_policy(("terms_longer", 5))
        self.profile.agreed_terms_days = 30
        self.assertFalse(self._held(due=self.today + timedelta(days=35)))
        check = self._held(due=self.today + timedelta(days=36))
        self.assertEqual((check.reasons[0]["figure"], check.reasons[0]["threshold"]), (36, 35))
        self.assertEqual(check.reason_text, "It falls due after 36 days, 35 are allowed.")
        self.assertEqual(check.offer_text, "It passes when it is due within 35 days.")
        self.assertEqual(check.terms_days, 36)

    def test_terms_of_the_customer_count_where_no_days_were_agreed(self):
        self._strict_policy("terms_longer")
        self.assertFalse(self._held(due=self.today + timedelta(days=90)), "nothing was agreed: nothing is longer")
        self.partner_a.property_payment_term_id = self._term(14)
        self.assertFalse(self._held(due=self.today + timedelta(days=14)))
        self.assertTrue(self._held(due=self.today + timedelta(days=15)))

    def test_last_instalment_counts(self):
        self._strict_policy("terms_longer")
        self.profile.agreed_terms_days = 30
        halves = [{"value_amount": 50, "nb_days": days} for days in (10, 60)]
        term = self.env["account.payment.term"].create(
            {"name": "In two", "line_ids": [Command.create(half) for half in halves]}
        )
        check = self._held(invoice_payment_term_id=term.id)
        self.assertEqual(check.terms_days, 60)

    def test_a_date_in_the_future_makes_no_terms_shorter(self):
        self._strict_policy("terms_longer")
        self.profile.agreed_terms_days = 30
        future = self.today + timedelta(days=200)
        draft = self._invoice(self.partner_a, 100, future, due=future + timedelta(days=30), post=False)
        self.assertEqual(draft._credit_terms_days(), 230)

    def test_terms_and_limit_are_offered_together(self):
        self._strict_policy("terms_longer", "over_limit")
        self._limited_profile(self.partner_a, 60)
        self.profile.agreed_terms_days = 30
        check = self._held(due=self.today + timedelta(days=60))
        for line in check.offer_text.split("\n"):
            self.assertIn("It must then be due within 30 days.", line)

    # ------------------------------------------------------------------
    # LIMIT, REVIEW, RATING
    # ------------------------------------------------------------------

    def test_limit_that_ended(self):
        self._strict_policy("limit_expired")
        self.assertFalse(self._held(), "no limit mode, no limit to end")
        self._limited_profile(self.partner_a, 1000)
        self.assertFalse(self._held())
        limit = self.profile.limit_ids.sudo()
        limit.write({"state": "revoked"})
        self.env["credit.limit"].sudo().create(
            {
                "profile_id": self.profile.id,
                "amount": 1000,
                "date_from": self.today - timedelta(days=30),
                "date_to": self.today - timedelta(days=2),
                "state": "approved",
            }
        )
        check = self._held()
        self.assertEqual(check.reason_text, "The credit limit ended 2 days ago.")
        self.assertFalse(check.offer_text, "only a person can decide")

    def test_limited_without_any_limit(self):
        self._strict_policy("limit_expired")
        self.profile.limit_mode = "limited"
        self.assertIn("no limit was ever approved", self._held().reason_text)

    def test_review_overdue(self):
        self._strict_policy(("review_overdue", 10))
        self.assertFalse(self._held(), "no review is planned")
        self.profile.next_review_date = self.today - timedelta(days=10)
        self.assertFalse(self._held())
        self.profile.next_review_date = self.today - timedelta(days=11)
        self.assertIn("11 days late, 10 are allowed", self._held().reason_text)
        self.profile._refresh_status()
        self.assertEqual(self.profile.status, "hold")

    def test_rating_below(self):
        ratings = self.env["credit.rating"].search([])
        good, worse, bad = ratings[0], ratings[1], ratings[-1]
        self._strict_policy()
        policy = self.env["credit.policy"].search([("name", "=", "Strict")])
        policy.rule_ids = [Command.create({"kind": "rating_below", "rating_id": worse.id})]
        self.assertFalse(self._held(), "nothing is known without a rating")
        for rating, is_held in ((good, False), (worse, False), (bad, True)):
            with self.subTest(rating=rating.code):
                self.profile.sudo().rating_id = rating
                self.assertEqual(bool(self._held()), is_held)
        bad_score = bad.min_score
        self.assertIn(worse.code, self._held().reason_text)
        worse.min_score = bad_score + 0.01
        bad.min_score = bad_score
        self.assertTrue(self._held())

    def test_changed_rating_is_seen_by_the_rule(self):
        ratings = self.env["credit.rating"].search([])
        bad = ratings[-2]
        policy = self._strict_policy()
        policy.rule_ids = [Command.create({"kind": "rating_below", "rating_id": ratings[-3].id})]
        self.profile.sudo().rating_id = bad
        self.assertTrue(self._held())
        bad.min_score, ratings[-3].min_score = ratings[-3].min_score + 0.5, ratings[-3].min_score + 0.25
        self.assertFalse(self._held())

    # ------------------------------------------------------------------
    # CONDITION
    # ------------------------------------------------------------------

    def test_condition_on_any_field_of_the_customer(self):
        policy = self._strict_policy()
        values = {"kind": "partner_domain", "name": "Risky trade", "partner_domain": "[('ref', '=', 'risky')]"}
        policy.rule_ids = [Command.create(values)]
        self.assertFalse(self._held())
        self.partner_a.ref = "risky"
        check = self._held()
        self.assertEqual(check.reason_text, "The customer meets a condition of the policy: Risky trade.")
        self.profile._refresh_status()
        self.assertEqual((self.profile.status, self.profile.status_reason), ("hold", check.reason_text))

    def test_rules_are_complete(self):
        policy = self._strict_policy()
        for values in (
            {"kind": "partner_domain", "name": "Everybody"},
            {"kind": "partner_domain", "partner_domain": "[('ref', '=', 'x')]"},
            {"kind": "rating_below"},
            {"kind": "overdue_days", "threshold": -1},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError), self.cr.savepoint():
                policy.rule_ids = [Command.create(values)]
        with self.assertRaises(ValueError), self.cr.savepoint():
            policy.rule_ids = [
                Command.create({"kind": "partner_domain", "name": "x", "partner_domain": "[('nope', '=', 1)]"})
            ]

    def test_rule_is_named_with_its_figure(self):
        policy = self._strict_policy(("overdue_days", 30), ("document_amount", 500), "over_limit")
        names = policy.rule_ids.mapped("display_name")
        self.assertEqual(names[0], "Overdue for days: 30")
        self.assertIn("500.00", names[1])
        self.assertEqual(names[2], "Over the limit")

    # ------------------------------------------------------------------
    # NO CREDIT
    # ------------------------------------------------------------------

    def test_no_credit_passes_what_is_paid_in_advance(self):
        self._strict_policy("no_credit")
        self.profile.limit_mode = "no_credit"
        draft = self._draft(100)
        draft.action_post()
        self.assertIn("payment of", self._check_of(draft).offer_text)
        self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.partner_a.id,
                "amount": 100,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        ).action_post()
        draft.action_post()
        self.assertEqual(draft.state, "posted")
        self.assertTrue(self._held(0.01))

    # ------------------------------------------------------------------
    # POLICY
    # ------------------------------------------------------------------

    def test_nobody_is_exempt_until_somebody_says_who(self):
        policy = self._strict_policy("over_limit")
        self.assertFalse(policy.exempt_some)
        self._limited_profile(self.partner_a, 10)
        self.assertTrue(self._held())
        with self.assertRaisesRegex(ValidationError, "nobody is"), self.cr.savepoint():
            policy.exempt_some = True
        policy.exempt_domain = "[('ref', '=', 'friend')]"
        self.assertTrue(policy.exempt_some)
        self.assertTrue(self._held())
        self.partner_a.ref = "friend"
        self.assertFalse(self._held())
        with Form(policy) as form:
            form.exempt_some = False
        self.assertEqual(policy.exempt_domain, "[]")
        self.assertTrue(self._held())

    def test_checks_that_found_nothing_are_kept_where_the_policy_says_so(self):
        policy = self._strict_policy("over_limit")
        draft = self._draft(10)
        draft.action_post()
        self.assertFalse(self._check_of(draft))
        policy.log_passes = True
        draft = self._draft(10)
        draft.action_post()
        check = self._check_of(draft)
        self.assertEqual((check.state, check.verdict, check.amount), ("done", "pass", 10))
        self.assertFalse(check.reasons)
        self.assertEqual(check.inputs["facts"]["exposure_amount"], 10)

    def test_warnings_are_kept(self):
        policy = self._strict_policy("over_limit")
        policy.rule_ids.action = "warn"
        self._limited_profile(self.partner_a, 10)
        draft = self._draft(50)
        draft.action_post()
        check = self._check_of(draft)
        self.assertEqual((draft.state, check.state, check.verdict), ("posted", "done", "warn"))
        self.assertFalse(check.offer_text, "it passed: there is nothing to bargain about")
