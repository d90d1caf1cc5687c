import random
from datetime import date, timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from ..core import score as core
from ..core.shrinkage import is_late, shrunken_share, weight
from ..models.score_figures import FIGURES
from .common import CreditCommon

TODAY = date(2024, 7, 1)


@tagged("post_install", "-at_install")
class TestCreditScore(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.card = cls.env.ref("customer_credit_mgmt.credit_scorecard_default")
        cls.profile = cls._profile(cls.partner_a)

    @classmethod
    def _profile(cls, partners, company=None):
        """The profiles of customers, in their order; made when they are not there."""
        company = company or cls.company
        domain = [("partner_id", "in", partners.ids), ("company_id", "=", company.id)]
        known = cls.env["credit.profile"].search(domain)
        known |= cls.env["credit.profile"].create(
            [{"partner_id": partner.id, "company_id": company.id} for partner in partners - known.partner_id]
        )
        return known.sorted(lambda profile: partners.ids.index(profile.partner_id.id))

    def _paid_invoices(self, partner, days_late, amount=100, due=date(2024, 2, 1)):
        """One invoice for each number of days late, a week apart."""
        for position, late in enumerate(days_late):
            due_date = due + timedelta(weeks=position)
            invoice = self._invoice(partner, amount, due_date - timedelta(days=30), due=due_date)
            self._pay(invoice, amount, due_date + timedelta(days=late))

    def _score(self, profiles=None, as_of=TODAY):
        return self.card._score_profiles(profiles, as_of)

    def _history(self, profile):
        return self.env["credit.score"].search([("profile_id", "=", profile.id)])

    # ------------------------------------------------------------------
    # WHAT IS STORED
    # ------------------------------------------------------------------

    def test_score_with_its_reasons_is_stored_on_profile_and_in_history(self):
        self._paid_invoices(self.partner_a, [9] * 5)
        score = self._score()
        self.assertEqual(score.profile_id, self.profile)
        self.assertTrue(score.is_current and score.is_scored)
        self.assertEqual((score.date, score.movement, score.scorecard_id), (TODAY, "first", self.card))
        self.assertEqual(self.profile.score, score.score)
        self.assertEqual(self.profile.rating_id, score.rating_id)
        self.assertEqual(self.profile.probability_late, score.probability_late)
        self.assertTrue(self.profile.next_review_date > TODAY)
        self.assertEqual(self.profile.score_id, score)
        self.assertIn(
            "Pays 9 days late on average: 60 of 100 points, weight 20 %",
            score._get_sentences(),
        )
        self.assertIn("What would change it most", score.score_explanation)

    def test_below_three_settled_invoices_there_is_no_score(self):
        self._paid_invoices(self.partner_a, [40, 40])
        other = self._profile(self.partner_b)
        self._paid_invoices(self.partner_b, [0, 0, 0])
        score = self._score()
        self.assertEqual(score.profile_id, other)
        self.assertFalse(self.profile.rating_id)
        self.assertAlmostEqual(self.profile.probability_late, self.company.credit_late_share, 4)
        self.assertIn("not enough history", self.profile.score_explanation)
        (raw,) = self.env.execute_query(SQL("SELECT score FROM credit_profile WHERE id = %s", self.profile.id))
        self.assertEqual(raw, (None,), "unknown is not 0")

    def test_customer_who_never_pays_is_scored(self):
        for day in (1, 2, 3):
            self._invoice(self.partner_a, 100, date(2024, 1, day), due=date(2024, 2, day))
        score = self._score()
        self.assertTrue(score.is_scored)
        self.assertEqual(score.rating_id.code, "D")
        self.assertLess(score.data_share, 1)

    def test_rerun_writes_nothing(self):
        self._paid_invoices(self.partner_a, [9] * 5, due=date(2024, 2, 10))
        self._score()
        before = self._row_versions()
        self.assertFalse(self._score())
        self.assertFalse(self._score(as_of=TODAY + timedelta(days=1)), "nothing happened but a night")
        self.assertEqual(self._row_versions(), before)

    def _row_versions(self):
        return [
            self.env.execute_query(SQL("SELECT id, ctid::text FROM %s ORDER BY id", SQL.identifier(table)))
            for table in ("credit_profile", "credit_score")
        ]

    def test_late_payment_adds_one_row_and_moves_the_rating(self):
        other = self._profile(self.partner_b)
        self._paid_invoices(self.partner_a, [-2] * 4)
        self._paid_invoices(self.partner_b, [9] * 12, due=date(2024, 2, 1))
        first = self._score()
        self.assertEqual(first.profile_id, self.profile | other)
        before = self.profile.rating_id
        late = self._invoice(self.partner_a, 2000, date(2024, 2, 1), due=date(2024, 3, 1))
        self._pay(late, 2000, date(2024, 6, 28))
        second = self._score()
        self.assertEqual(second.profile_id, self.profile)
        self.assertEqual(second.movement, "down")
        previous = first.filtered(lambda score: score.profile_id == self.profile)
        self.assertEqual((second.previous_rating_id, second.previous_score), (before, previous.score))
        self.assertAlmostEqual(second.score_change, second.score - second.previous_score)
        self.assertEqual(self._history(self.profile).mapped("is_current"), [True, False])
        self.assertEqual(len(self._history(other)), 1)

    def test_rating_change_brings_the_review_forward_only(self):
        self._paid_invoices(self.partner_a, [-2] * 4)
        self._score()
        self.assertTrue(self.profile.next_review_date)
        self.profile.next_review_date = date(2024, 6, 1)
        late = self._invoice(self.partner_a, 5000, date(2024, 2, 1), due=date(2024, 3, 1))
        self._pay(late, 5000, date(2024, 6, 28))
        self.assertEqual(self._score().movement, "down")
        self.assertEqual(self.profile.next_review_date, date(2024, 6, 1), "an overdue review stays overdue")

    def test_rating_boundaries_follow_the_ratings(self):
        self._paid_invoices(self.partner_a, [9] * 5)
        score = self._score().score
        rating = self.profile.rating_id
        for minimum, reached in ((score, True), (score + 0.01, False)):
            rating.min_score = minimum
            self._score()
            self.assertEqual(self.profile.rating_id == rating, reached)

    def test_history_is_immutable(self):
        self._paid_invoices(self.partner_a, [9] * 5)
        score = self._score()
        for record in (score, score.sudo()):
            with self.assertRaises(UserError):
                record.write({"score": 100})
            with self.assertRaises(UserError):
                record.unlink()

    # ------------------------------------------------------------------
    # SQL AND CORE
    # ------------------------------------------------------------------

    def _random_ledger(self, draw, partner):
        outcomes = []
        for _ in range(draw.randint(0, 6)):
            due = date(2024, 1, 1) + timedelta(days=draw.randint(0, 170))
            invoice = self._invoice(partner, draw.choice([100, 250, 999]), due - timedelta(days=20), due=due)
            paid = due + timedelta(days=draw.choice([-5, 0, 2, 4, 5, 7, 20, 70]))
            if paid <= TODAY and draw.random() < 0.8:
                parts = [40, invoice.amount_total - 40] if draw.random() < 0.3 else [invoice.amount_total]
                for part in parts:
                    self._pay(invoice, part, paid)
                outcomes.append((due, paid))
            else:
                outcomes.append((due, None))
        return outcomes

    def _expected_probability(self, outcomes, late_share):
        judged = [(due, is_late(due, paid, TODAY)) for due, paid in outcomes]
        pairs = zip(outcomes, judged, strict=True)
        known = sum(paid is not None or late is not None for (_due, paid), (_same, late) in pairs)
        if known < core.MIN_HISTORY:
            return known, late_share
        weights = [(weight((TODAY - due).days), late) for due, late in judged if late is not None]
        late_weight = sum(own for own, late in weights if late)
        return known, shrunken_share(late_weight, sum(own for own, _late in weights), late_share)

    def test_statement_and_core_agree_on_random_customers(self):
        draw = random.Random(42)
        card = self.card.copy({"company_id": self.company.id})
        policies = draw.choices(["neutral", "worst", "exclude"], k=8)
        for criterion, missing in zip(card.criterion_ids, policies, strict=True):
            criterion.missing = missing
        card.action_activate()
        partners = self.env["res.partner"].create([{"name": f"Customer {number}"} for number in range(12)])
        outcomes = {partner: self._random_ledger(draw, partner) for partner in partners}
        profiles = self._profile(partners)
        scores = {score.profile_id: score for score in card._score_profiles(as_of=TODAY)}
        criteria = [criterion._get_core_criterion() for criterion in card.criterion_ids]
        ratings = [(rating.min_score, rating.id) for rating in self.env["credit.rating"].search([])]
        late_share = self.company.credit_late_share
        for profile in profiles:
            known, probability = self._expected_probability(outcomes[profile.partner_id], late_share)
            self.assertAlmostEqual(profile.probability_late, probability, 4)
            score = scores.get(profile)
            self.assertEqual(bool(score), known >= core.MIN_HISTORY)
            if not score:
                continue
            values = {row["criterion"]: row["value"] for row in score.reasons}
            expected = core.score_customer(criteria, values, known)
            self.assertEqual(score.score, expected.value)
            self.assertAlmostEqual(score.data_share, expected.data_share, 4)
            self.assertEqual(score._get_findings(), tuple(reason.finding for reason in expected.reasons))
            self.assertEqual(score.rating_id.id, core.rate(expected.value, ratings))
        self.assertGreater(len(scores), 3)

    # ------------------------------------------------------------------
    # WHO AND HOW
    # ------------------------------------------------------------------

    def test_companies_are_scored_apart(self):
        other_company = self.setup_other_company()["company"]
        other = self._profile(self.partner_a, other_company)
        self._paid_invoices(self.partner_a, [9] * 5)
        scores = self._score()
        self.assertEqual(scores.profile_id, self.profile)
        self.assertFalse(other.rating_id)
        own = self.card.copy({"company_id": other_company.id})
        own.action_activate()
        self.assertFalse(own._score_profiles(self.profile, TODAY), "another company's scorecard leaves it alone")

    def test_one_profile_is_scored_like_all(self):
        other = self._profile(self.partner_b)
        self._paid_invoices(self.partner_a, [9] * 5)
        self._paid_invoices(self.partner_b, [0] * 5)
        one = self._score(self.profile)
        self.assertEqual(one.profile_id, self.profile)
        probability = self.profile.probability_late
        self.assertEqual(self._score().profile_id, other)
        self.assertEqual(self.profile.probability_late, probability)

    def test_button_on_the_profile_scores_today(self):
        self._paid_invoices(self.partner_a, [9] * 5, due=date.today() - timedelta(days=90))
        self.profile.action_score_now()
        self.assertTrue(self.profile.rating_id)
        self.assertEqual(self.profile.action_open_scores()["domain"], [("profile_id", "=", self.profile.id)])

    def test_retired_scorecard_does_not_score(self):
        card = self.card.copy({"company_id": self.company.id})
        with self.assertRaisesRegex(UserError, "Activate"):
            card._score_profiles()

    def test_query_count_does_not_grow_with_customers(self):
        partners = self.env["res.partner"].create([{"name": f"Customer {number}"} for number in range(51)])
        for partner in partners:
            for _ in range(3):
                self._invoice(partner, 100, date(2024, 1, 1))
        profiles = self._profile(partners)
        self._score(self.profile)
        counts = []
        for some in (profiles[:1], profiles[1:]):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            scores = self._score(some)
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(scores), len(some))
        # the first one may fill a cache
        self.assertLessEqual(counts[1], counts[0])

    def test_job_scores_every_company_and_goes_on_where_it_stopped(self):
        other_company = self.setup_other_company()["company"]
        self._paid_invoices(self.partner_a, [9] * 5, due=date.today() - timedelta(days=90))
        other_company.credit_score_pending = True
        cron = self.env.ref("customer_credit_mgmt.ir_cron_score_profiles").sudo()
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertFalse(self.profile.rating_id, "the pass that was interrupted had one company left")
        self.assertFalse(other_company.credit_score_pending)
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertTrue(self.profile.rating_id)

    # ------------------------------------------------------------------
    # SENTENCES
    # ------------------------------------------------------------------

    def test_every_figure_has_its_sentences(self):
        self.assertEqual(set(FIGURES), set(dict(self.env["credit.scorecard.criterion"]._fields["figure"].selection)))
        for figure in FIGURES.values():
            for value in (-2.5, -1.0, 0.0, 0.125, 12.0):
                sentence = figure.describe(self.env, value, self.company.currency_id)
                self.assertTrue(sentence)
                self.assertNotIn("%(", sentence)
                if value > 0 or (value < 0 and figure.below_zero):
                    self.assertRegex(sentence, r"\d")
        self.assertEqual(FIGURES["days_late_weighted"].describe(self.env, -2.5, None), "Pays 2.5 days early on average")

    def test_utilization_counts_where_a_limit_applies(self):
        card = self.env["credit.scorecard"].create(
            {
                "name": "Limit",
                "company_id": self.company.id,
                "criterion_ids": [
                    (
                        0,
                        0,
                        {
                            "figure": "utilization",
                            "missing": "exclude",
                            "band_ids": [
                                (0, 0, {"open_below": True, "points": 100, "label": "below half"}),
                                (0, 0, {"lower": 0.5, "points": 10, "label": "half and more"}),
                            ],
                        },
                    )
                ],
            }
        )
        card.action_activate()
        self._paid_invoices(self.partner_a, [0] * 3)
        self.assertFalse(card._score_profiles(as_of=TODAY), "nothing is known, nothing counts")
        figures = SQL(
            "SELECT %s AS profile_id, 0.5 AS utilization, 100 AS exposure_amount, 0 AS secured_amount", self.profile.id
        )
        with patch.object(self.env.registry["credit.profile"], "_figures_sql", lambda *_args: figures):
            score = card._score_profiles(as_of=TODAY)
        self.assertEqual((score.score, score.reasons[0]["value"]), (10, 0.5))
        self.assertEqual(score._get_sentences(), ["Uses 50 % of the credit limit: 10 of 100 points, weight 100 %"])
