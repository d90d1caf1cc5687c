import random
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import SQL

from ..core import score as core
from .common import CreditCommon

TODAY = date(2024, 7, 1)
TRUST = ("good", "normal", "bad")


@tagged("post_install", "-at_install")
class TestCreditScorecardSources(CreditCommon):
    """Every source of a criterion: what it reads, when it is not known, and how it is said."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profile = cls.env["credit.profile"].create({"partner_id": cls.partner_a.id, "company_id": cls.company.id})

    @classmethod
    def _field(cls, name):
        return cls.env["ir.model.fields"]._get("res.partner", name)

    def _card(self, *criteria, **values):
        bands = [
            Command.create({"open_below": True, "points": 20, "label": "low"}),
            Command.create({"lower": 2, "points": 80, "label": "high"}),
        ]
        card = self.env["credit.scorecard"].create(
            {
                "name": "Own",
                "company_id": self.company.id,
                "min_history": 0,
                "criterion_ids": [Command.create({"band_ids": bands, **criterion}) for criterion in criteria],
                **values,
            }
        )
        card.action_activate()
        return card

    def _statement(self, partner, date_end, **values):
        statement = self.env["partner.financial.statement"].create(
            {"partner_id": partner.id, "date_end": date_end, **values}
        )
        # sudo: the buttons refuse an empty statement, which the scoring must stand all the same
        statement.sudo().state = "confirmed"
        return statement

    def _value(self, card, profile=None, as_of=TODAY):
        (value,) = card._get_values(profile or self.profile, as_of).values()
        return value

    # ------------------------------------------------------------------
    # FIELDS OF THE CONTACT
    # ------------------------------------------------------------------

    def test_fields_of_the_contact_are_read_as_numbers(self):
        self.partner_a.write({"color": 7, "is_company": True, "partner_latitude": 48.25, "trust": "bad"})
        # no date field on contacts in this version: the creation date stands for one
        self.env.cr.execute(SQL("UPDATE res_partner SET create_date = '2023-03-15' WHERE id = %s", self.partner_a.id))
        self.partner_a.invalidate_recordset(["create_date"])
        expected = {"color": 7, "is_company": 1, "partner_latitude": 48.25, "trust": 3, "create_date": 15}
        for name, value in expected.items():
            with self.subTest(name):
                card = self._card({"source": "partner_field", "field_id": self._field(name).id})
                self.assertEqual(self._value(card), value)

    def test_company_dependent_field_is_read_as_the_scored_company_sees_it(self):
        other = self.setup_other_company()["company"]
        self.partner_a.with_company(self.company).trust = "good"
        self.partner_a.with_company(other).trust = "bad"
        card = self._card({"source": "partner_field", "field_id": self._field("trust").id}, company_id=False)
        profile = self.env["credit.profile"].create({"partner_id": self.partner_a.id, "company_id": other.id})
        self.assertEqual((self._value(card), self._value(card, profile)), (1, 3))

    def test_number_nobody_entered_is_not_known(self):
        criterion = {"source": "partner_field", "field_id": self._field("color").id}
        self.partner_a.color = 0
        self.assertEqual(self._value(self._card(criterion)), 0)
        self.assertIsNone(self._value(self._card({**criterion, "zero_unknown": True})))

    def test_field_that_the_database_cannot_read_is_refused(self):
        refused = ("name", "credit_to_invoice", "category_id", "parent_id")
        for name in refused:
            with self.subTest(name), self.assertRaisesRegex(ValidationError, "cannot be judged"):
                self._card({"source": "partner_field", "field_id": self._field(name).id})
        with self.assertRaisesRegex(ValidationError, "cannot be judged"):
            self._card({"source": "partner_field", "field_id": self.env["ir.model.fields"]._get("res.users", "id").id})

    def test_field_of_an_application_that_was_removed_is_not_known(self):
        card = self._card({"source": "partner_field", "field_id": self._field("color").id})
        self.env.cr.execute(
            SQL("UPDATE credit_scorecard_criterion SET field_id = NULL WHERE id = %s", card.criterion_ids.id)
        )
        card.criterion_ids.invalidate_recordset(["field_id"])
        self.assertIsNone(self._value(card))
        self.assertEqual(card.criterion_ids._get_fact(None, None), "A field that was removed: not known")
        self.assertEqual(card.criterion_ids._get_fact(3.0, None), "A field that was removed: 3")

    # ------------------------------------------------------------------
    # FINANCIAL STATEMENTS
    # ------------------------------------------------------------------

    def test_ratio_comes_from_the_latest_confirmed_statement(self):
        card = self._card({"source": "financial_ratio", "ratio": "current_ratio"})
        self.assertIsNone(self._value(card))
        self._statement(self.partner_a, date(2022, 12, 31), current_assets=100, current_liabilities=100)
        self._statement(self.partner_a, date(2023, 12, 31), current_assets=300, current_liabilities=100)
        draft = self._statement(self.partner_a, date(2024, 3, 31), current_assets=900, current_liabilities=100)
        self.assertEqual(self._value(card), 9)
        draft.action_reset_to_draft()
        self.assertEqual(self._value(card), 3)
        self.assertEqual(self._value(card, as_of=date(2023, 6, 30)), 1, "what was known then")

    def test_statement_older_than_allowed_is_not_used(self):
        criterion = {"source": "financial_ratio", "ratio": "current_ratio"}
        self._statement(self.partner_a, date(2022, 12, 31), current_assets=300, current_liabilities=100)
        for months, value in ((18, None), (19, 3)):
            with self.subTest(months):
                self.assertEqual(self._value(self._card({**criterion, "max_age_months": months})), value)

    def test_unknown_item_of_the_latest_statement_is_not_taken_from_an_older_one(self):
        card = self._card({"source": "financial_ratio", "ratio": "current_ratio"})
        self._statement(self.partner_a, date(2022, 12, 31), current_assets=300, current_liabilities=100)
        self._statement(self.partner_a, date(2023, 12, 31), current_assets=300)
        self.assertIsNone(self._value(card))

    def test_statement_of_another_company_is_not_used(self):
        other = self.setup_other_company()["company"]
        card = self._card({"source": "financial_ratio", "ratio": "current_ratio"})
        figures = {"current_assets": 300, "current_liabilities": 100}
        self._statement(self.partner_a, date(2023, 12, 31), company_id=other.id, **figures)
        self.assertIsNone(self._value(card))
        self._statement(self.partner_a, date(2022, 12, 31), **figures)
        self.assertEqual(self._value(card), 3)

    # ------------------------------------------------------------------
    # ANSWERS
    # ------------------------------------------------------------------

    def test_answers_outlive_a_new_version_while_the_question_is_the_same(self):
        questions = [
            {"source": "answer", "question": "How many plants?"},
            {"source": "expert", "question": "How good?"},
        ]
        first = self._card(*questions)
        second = self.env["credit.scorecard"].browse(first.action_new_version()["res_id"])
        third = self.env["credit.scorecard"].browse(second.action_new_version()["res_id"])
        third.criterion_ids[1].question = "How good are they?"
        plants, good = third.criterion_ids
        families = third.criterion_ids._get_families()
        self.assertEqual(
            families[plants], (first | second | third).criterion_ids.filtered(lambda it: it.source == "answer")
        )
        self.assertEqual(families[good], good)

    def test_answer_comes_from_the_last_approved_assessment(self):
        card = self._card({"source": "answer", "question": "How many plants?"})
        question = card.criterion_ids
        self.assertIsNone(self._value(card))
        self._approve(self.profile, card, {question: 2}, date(2024, 5, 1))
        latest = self._approve(self.profile, card, {question: 5}, date(2024, 6, 1))
        draft = self.env["credit.assessment"].sudo().create({"profile_id": self.profile.id, "date": TODAY})
        draft.line_ids.value = 9
        self.assertEqual((self._value(card), self._value(card, as_of=date(2024, 5, 31))), (5, 2))
        second = self.env["credit.scorecard"].browse(card.action_new_version()["res_id"])
        second.action_activate()
        self.assertEqual(self._value(second), 5, "the question is the same in the new version")
        self.assertEqual(latest.scorecard_id, card)

    # ------------------------------------------------------------------
    # ONE SUBJECT FOR EACH SOURCE
    # ------------------------------------------------------------------

    def test_criterion_without_its_subject_is_refused(self):
        for source in ("behaviour", "partner_field", "financial_ratio", "guarantee", "answer", "expert"):
            with self.subTest(source), self.assertRaisesRegex(ValidationError, "Say what is judged"):
                self._card({"source": source})
        with self.assertRaisesRegex(ValidationError, "belongs to another source"):
            self._card({"source": "behaviour", "figure": "guarantee_cover"})

    def test_changing_the_source_forgets_the_old_subject(self):
        criterion = self.env["credit.scorecard.criterion"].create(
            {
                "scorecard_id": self.env["credit.scorecard"].create({"name": "Own"}).id,
                "figure": "overdue_days",
            }
        )
        criterion.write({"source": "financial_ratio", "ratio": "net_margin"})
        self.assertEqual((criterion.figure, criterion.ratio), (False, "net_margin"))

    # ------------------------------------------------------------------
    # SCORES
    # ------------------------------------------------------------------

    def test_new_customer_is_scored_on_what_is_known(self):
        self._statement(self.partner_a, date(2023, 12, 31), current_assets=300, current_liabilities=100)
        criteria = ({"source": "financial_ratio", "ratio": "current_ratio"}, {"figure": "overdue_days"})
        score = self._card(*criteria)._score_profiles(self.profile, TODAY)
        self.assertEqual((score.score, score.data_share), (65, 0.5))
        self.assertIn("Current Ratio of the latest statement: 3.00: 80 of 100 points", score._get_sentences()[0])

    def test_nothing_known_is_no_score(self):
        card = self._card({"source": "answer", "question": "Is the management stable?", "missing": "neutral"})
        self.assertFalse(card._score_profiles(self.profile, TODAY))
        self.assertFalse(self.profile.rating_id)

    # ------------------------------------------------------------------
    # POINTS
    # ------------------------------------------------------------------

    def _points_card(self, **values):
        bands = [
            Command.create({"open_below": True, "points": -30, "label": "low"}),
            Command.create({"lower": 2, "points": 20, "label": "high"}),
        ]
        criterion = {"source": "financial_ratio", "ratio": "current_ratio", "band_ids": bands}
        return self._card(criterion, scale="points", average_odds=25, **values)

    def test_points_are_added_to_the_score_of_the_average_customer(self):
        card = self._points_card()
        self.assertAlmostEqual(card.start_score, 580)
        self._statement(self.partner_a, date(2023, 12, 31), current_assets=300, current_liabilities=100)
        score = card._score_profiles(self.profile, TODAY)
        self.assertEqual(score.score, 600)
        self.assertEqual(score.rating_id.code, "A", "50:1")
        self.assertEqual(score._get_sentences(), ["Current Ratio of the latest statement: 3.00: +20 points"])
        self.assertIn(
            "Good customers for each bad one at this score: 50.0. 20 points double the odds.", score.score_explanation
        )
        self.assertIn("Start: the score of the average customer", score.score_explanation)

    def test_rating_on_a_points_scale_starts_at_its_odds(self):
        card = self._points_card()
        grades = {minimum: rating for minimum, rating, _months in card._get_grades_ascending()}
        codes = {minimum: self.env["credit.rating"].browse(rating).code for minimum, rating in grades.items()}
        self.assertEqual((codes[620.0], codes[600.0], codes[580.0], codes[float("-inf")]), ("AA", "A", "BBB", "D"))

    def test_scores_on_other_scales_are_not_compared(self):
        self._statement(self.partner_a, date(2023, 12, 31), current_assets=300, current_liabilities=100)
        percent = self._card({"source": "financial_ratio", "ratio": "current_ratio"})
        percent._score_profiles(self.profile, TODAY)
        score = self._points_card()._score_profiles(self.profile, TODAY)
        self.assertTrue(score.scale_changed)
        self.env.flush_all()
        (raw,) = self.env.execute_query(SQL("SELECT score_change FROM credit_score WHERE id = %s", score.id))
        self.assertEqual(raw, (None,))
        self.assertFalse(self._points_card(name="Again")._score_profiles(self.profile, TODAY).scale_changed)

    def test_points_must_fit_the_scale(self):
        with self.assertRaisesRegex(ValidationError, "between 0 and 100"):
            self._card(
                {
                    "figure": "overdue_days",
                    "band_ids": [Command.create({"open_below": True, "points": -1, "label": "x"})],
                }
            )
        card = self._points_card().copy({})
        with self.assertRaisesRegex(ValidationError, "between 0 and 100"):
            card.scale = "percent"

    def _random_card(self, draw, scale):
        """A card with every source, random bands, weights and policies for missing data."""
        subjects = [
            ("behaviour", {"figure": "days_late_weighted"}, 20),
            ("behaviour", {"figure": "overdue_days"}, 60),
            ("partner_field", {"field_id": self._field("color").id, "zero_unknown": True}, 10),
            ("partner_field", {"field_id": self._field("partner_latitude").id}, 50),
            ("partner_field", {"field_id": self._field("is_company").id}, 1),
            ("partner_field", {"field_id": self._field("trust").id}, 3),
            ("financial_ratio", {"ratio": "current_ratio"}, 4),
            ("financial_ratio", {"ratio": "debt_equity", "max_age_months": 10}, 4),
            ("financial_ratio", {"ratio": "altman_z2"}, 6),
            ("guarantee", {"figure": "guarantee_cover"}, 1),
            ("answer", {"question": "How many plants?"}, 5),
            ("expert", {"question": "How good is the management?"}, 10),
        ]
        return self._card(
            *(
                {
                    "source": source,
                    **subject,
                    "weight": draw.choice([1, 2.5, 7]),
                    "missing": draw.choice([core.NEUTRAL, core.WORST, core.EXCLUDE]),
                    "band_ids": self._random_bands(draw, top, scale),
                }
                for source, subject, top in subjects
            ),
            scale=scale,
            average_odds=draw.choice([1, 7.5]),
            min_history=draw.choice([0, 1, 3]),
        )

    def _random_bands(self, draw, top, scale):
        lowers = sorted({round(draw.uniform(-1, top), 2) for _ in range(draw.randint(0, 4))})
        points = (0, 100) if scale == "percent" else (-40, 40)
        starts = [{"open_below": True}, *({"lower": lower} for lower in lowers)]
        return [
            Command.create({**start, "label": "band", "points": round(draw.uniform(*points), 2)}) for start in starts
        ]

    def _random_customer(self, draw, number):
        partner = self.env["res.partner"].create(
            {
                "name": f"Customer {number}",
                "color": draw.choice([0, 3, 9]),
                "partner_latitude": draw.choice([0, 12.34567, 48]),
                "is_company": draw.random() < 0.5,
                "trust": draw.choice(TRUST),
            }
        )
        for _ in range(draw.randint(0, 4)):
            due = TODAY - timedelta(days=draw.randint(10, 200))
            invoice = self._invoice(partner, draw.choice([100, 250]), due - timedelta(days=20), due=due)
            paid = due + timedelta(days=draw.choice([-5, 0, 8, 30]))
            if paid <= TODAY and draw.random() < 0.8:
                self._pay(invoice, invoice.amount_total, paid)
        for date_end in draw.sample([date(2021, 12, 31), date(2022, 12, 31), date(2023, 12, 31)], draw.randint(0, 3)):
            items = ("current_assets", "current_liabilities", "total_assets", "total_liabilities", "equity", "ebit")
            amounts = {name: draw.choice([None, 0, -50, 80, 200]) for name in (*items, "retained_earnings")}
            known = {name: amount for name, amount in amounts.items() if amount is not None}
            self._statement(partner, date_end, **known)
        return partner

    def _expected_value(self, criterion, partner, statements, given):
        """The figure of a criterion, found without the scoring statement; the ledger's figures have their own tests."""
        if criterion.source == "partner_field":
            value = partner[criterion.field_id.name]
            if criterion.field_id.name == "trust":
                return TRUST.index(value) + 1
            return None if criterion.zero_unknown and not value else round(float(value), 4)
        if criterion.source == "financial_ratio":
            latest = statements.filtered(lambda each: each.partner_id == partner).sorted("date_end")[-1:]
            oldest = TODAY - relativedelta(months=criterion.max_age_months)
            return latest[criterion.ratio] if latest and latest.date_end > oldest else None
        return given[criterion.id].get(partner.id)

    def test_statement_and_core_agree_for_every_source_and_scale(self):
        for seed, scale in ((1, "percent"), (2, "points"), (3, "percent"), (4, "points")):
            with self.subTest(seed=seed):
                self._check_agreement(random.Random(seed), scale)

    def _check_agreement(self, draw, scale):
        card = self._random_card(draw, scale)
        partners = self.env["res.partner"].browse(self._random_customer(draw, number).id for number in range(8))
        known = self.env["credit.profile"].search([("partner_id", "in", partners.ids)])
        new = [{"partner_id": partner.id, "company_id": self.company.id} for partner in partners - known.partner_id]
        profiles = known | known.create(new)
        answered = card._criteria_from("answer", "expert")
        given = {
            criterion.id: {partner.id: draw.choice([None, 0, 2, 4.5]) for partner in partners} for criterion in answered
        }
        covered = {profile.id: draw.choice([0, 60, 500]) for profile in profiles}
        for profile in profiles:
            self._approve(profile, card, {each: given[each.id][profile.partner_id.id] for each in answered})
            self._guarantee(profile, covered[profile.id])
        scores = {score.profile_id: score for score in card._score_profiles(profiles, TODAY)}
        values = {profile: card._get_values(profile, TODAY) for profile in profiles}
        self._check_values(card, values, given, covered)
        self._check_scores(card, scores, values)

    def _approve(self, profile, card, answers, day=TODAY):
        """An approved assessment of the day with these answers, past the rules of who may approve what."""
        # sudo: the assessments have their own tests of who answers and approves
        assessment = (
            self.env["credit.assessment"]
            .sudo()
            .create({"profile_id": profile.id, "scorecard_id": card.id, "date": day})
        )
        for line in assessment.line_ids:
            if line.criterion_id in answers:
                line.value = answers[line.criterion_id]
        self.env.flush_all()
        self.env.cr.execute(SQL("UPDATE credit_assessment SET state = 'approved' WHERE id = %s", assessment.id))
        assessment.invalidate_recordset(["state"])
        return assessment

    def _guarantee(self, profile, amount):
        if amount:
            # sudo: who activates a guarantee is tested elsewhere
            self.env["credit.guarantee"].sudo().create(
                {
                    "profile_id": profile.id,
                    "amount": amount,
                    "effect": "raise_limit",
                    "date_from": date(2024, 1, 1),
                    "date_to": date(2024, 12, 31),
                    "state": "active",
                }
            )

    def _check_values(self, card, values, given, covered):
        statements = self.env["partner.financial.statement"].search([])
        exposures = {row["profile_id"]: row for profile in values for row in profile._gather_figures(TODAY)}
        for profile, of_profile in values.items():
            for criterion in card.criterion_ids:
                if criterion.source == "behaviour":
                    continue
                if criterion.source == "guarantee":
                    exposure = float(exposures[profile.id]["exposure_amount"])
                    expected = round(covered[profile.id] / exposure, 4) if exposure > 0 else None
                else:
                    expected = self._expected_value(criterion, profile.partner_id, statements, given)
                self.assertEqual(of_profile[criterion], expected, f"{criterion.display_name} of {profile.id}")

    def _check_scores(self, card, scores, values):
        criteria = [criterion._get_core_criterion() for criterion in card.criterion_ids]
        grades = [(minimum, rating) for minimum, rating, _months in card._get_grades_ascending()]
        judged = 0
        for profile, of_profile in values.items():
            findings = [
                core.judge(criterion, value) for criterion, value in zip(criteria, of_profile.values(), strict=True)
            ]
            expected = core.summarize(findings, card._get_start())
            self.assertEqual(card._summarize(findings), expected)
            score = scores.get(profile)
            if not score:
                self.assertTrue(card.min_history or expected.value is None, "left out for its history only")
                continue
            judged += 1
            self.assertEqual(score.score, expected.value)
            self.assertAlmostEqual(score.data_share, expected.data_share, 4)
            self.assertEqual(score._get_findings(), tuple(findings))
            self.assertEqual(score.rating_id.id, core.rate(expected.value, grades))
            self.assertEqual(len(score._get_sentences()), len(criteria))
        self.assertGreater(judged, 0)
