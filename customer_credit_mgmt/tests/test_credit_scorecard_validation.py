import random
from datetime import date, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..core import quality
from ..core import validation as core
from .common import CreditCommon

DAY = date(2024, 6, 30)


@tagged("post_install", "-at_install")
class TestCreditScorecardValidation(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.card = cls.env.ref("customer_credit_mgmt.credit_scorecard_default")

    def _validation(self, **values):
        return self.env["credit.scorecard.validation"].create(
            {
                "company_id": self.company.id,
                "scorecard_id": self.card.id,
                "date": DAY,
                "days": 90,
                "late_days": 30,
                **values,
            }
        )

    def _customers(self, count):
        partners = self.env["res.partner"].create([{"name": f"Judged {number:02}"} for number in range(count)])
        self.env["credit.profile"].create(
            [{"partner_id": partner.id, "company_id": self.company.id} for partner in partners]
        )
        return partners

    def _paid(self, partner, days, due):
        invoice = self._invoice(partner, 100, due - timedelta(days=30), due=due)
        if days is not None:
            self._pay(invoice, 100, due + timedelta(days=days))
        return invoice

    def _history(self, partner, days_late, start=date(2024, 2, 5)):
        for week in range(4):
            self._paid(partner, days_late, start + timedelta(weeks=week))

    # ------------------------------------------------------------------
    # OUTCOME
    # ------------------------------------------------------------------

    def test_outcome_is_what_happens_in_the_days_after(self):
        partners = self._customers(6)
        cases = {
            "good": (30, date(2024, 7, 10)),
            "bad": (31, date(2024, 7, 10)),
            "never paid": (None, date(2024, 7, 10)),
            "too late to know": (31, date(2024, 8, 29)),
            "bad before": (None, date(2024, 5, 1)),
            "bad on the first day": (None, date(2024, 5, 31)),
        }
        for partner, (days, due) in zip(partners, cases.values(), strict=True):
            self._paid(partner, days, due)
        self._paid(partners[4], 0, date(2024, 7, 1))
        rows = self.env.execute_query_dict(self.card._outcomes_after_sql(self.company, DAY, 90, 30))
        found = {row["partner_id"]: (row["bad"], row["was_bad"]) for row in rows}
        named = {name: found.get(partner.id) for name, partner in zip(cases, partners, strict=True)}
        self.assertEqual(
            named,
            {
                "good": (False, False),
                "bad": (True, False),
                "never paid": (True, False),
                "too late to know": None,
                "bad before": (False, True),
                "bad on the first day": (True, False),
            },
        )

    # ------------------------------------------------------------------
    # SCORES OF THE PAST
    # ------------------------------------------------------------------

    def test_scores_as_of_a_day_are_those_that_were_given_then_and_stay_so(self):
        partners = self._customers(6)
        draw = random.Random(4)
        for partner in partners:
            for week in range(5):
                self._paid(partner, draw.choice([-3, 0, 5, 12, 40]), date(2024, 2, 5) + timedelta(weeks=week))
        waiting = [self._paid(partner, None, date(2024, 6, 20)) for partner in partners]
        given = {score.partner_id.id: score.score for score in self.card._score_profiles(as_of=DAY)}
        validation = self._validation()
        as_of = {partner: score for partner, (score, _rating) in validation._scores(self.card, DAY).items()}
        self.assertTrue(as_of)
        self.assertEqual({partner: as_of[partner] for partner in given}, given)
        before = validation._scores(self.card, DAY)
        for partner, invoice in zip(partners, waiting, strict=True):
            self._pay(invoice, 100, date(2024, 9, 1))
            self._paid(partner, 60, date(2024, 8, 3))
        self.card._score_profiles(as_of=date(2024, 12, 31))
        self.assertEqual(validation._scores(self.card, DAY), before, "what is paid or scored later is not known")

    # ------------------------------------------------------------------
    # MEASURE
    # ------------------------------------------------------------------

    def _bad_and_good(self, count=6):
        """Customers who pay on time, and others who pay late and then go bad."""
        partners = self._customers(count)
        for number, partner in enumerate(partners):
            is_bad = number % 2
            self._history(partner, 20 if is_bad else 0)
            self._paid(partner, 45 if is_bad else 0, date(2024, 7, 10))
        return partners

    def test_measured_and_frozen(self):
        partners = self._bad_and_good()
        validation = self._validation()
        validation.action_measure()
        result = validation.result_ids
        self.assertEqual((result.count, result.bad, result.auc, result.gini, result.ks), (6, 3, 1, 1, 1))
        self.assertFalse(result.is_enough)
        self.assertFalse(result.is_calibrated, "three months before nobody had a history")
        self.assertIn("not enough cases, 3 of 6 customers", validation.verdict)
        ratings = result.band_ids.filtered(lambda band: band.kind == "rating")
        self.assertEqual((sum(ratings.mapped("count")), sum(ratings.mapped("bad"))), (6, 3))
        self.assertEqual(ratings.sorted("sequence").mapped("label"), sorted(ratings.mapped("label")), "the best first")
        self._paid(partners[0], 90, date(2024, 7, 20))
        with self.assertRaisesRegex(UserError, "frozen"):
            validation.date = date(2024, 5, 1)
        with self.assertRaisesRegex(UserError, "frozen"):
            validation.action_measure()
        self.assertEqual((result.count, result.bad), (6, 3))
        copy = validation.copy({"date": DAY})
        self.assertEqual((copy.state, len(copy.result_ids)), ("draft", 0))

    def test_nobody_writes_a_result_by_hand(self):
        validation = self._validation()
        with self.assertRaisesRegex(UserError, "Press Measure"):
            validation.state = "done"
        self.assertEqual(self._validation(state="done").state, "draft")
        self._bad_and_good(4)
        validation.action_measure()
        for record in (validation.result_ids, validation.result_ids.band_ids[:1]):
            with self.assertRaises(AccessError):
                record.write({"bad": 0})

    def test_outcome_must_be_known(self):
        validation = self._validation(date=self.today - timedelta(days=90))
        with self.assertRaisesRegex(UserError, "outcome is not known before"):
            validation.action_measure()

    def test_challenger_is_measured_on_the_same_customers(self):
        self._bad_and_good()
        rival = self.card.copy({"company_id": self.company.id, "name": "Blind"})
        for band in rival.criterion_ids.band_ids:
            band.points = 50
        validation = self._validation(challenger_id=rival.id)
        validation.action_measure()
        self.assertEqual(validation.result_ids.mapped("count"), [6, 6])
        self.assertEqual(
            validation.result_ids.mapped("auc"), [1, 0.5], "a scorecard that says the same of all is a coin"
        )
        with patch.object(core.quality, "MIN_EVENTS", 3), patch.object(type(validation.result_ids), "is_enough", True):
            self.assertIn("ranks better: AUC 1.000 against 0.500", validation.verdict)
        bands = self.env["credit.scorecard.validation.band"].search(validation.action_open_bands()["domain"])
        self.assertEqual(bands.scorecard_id, self.card | rival)

    def test_probabilities_come_from_the_earlier_split(self):
        earlier = [
            core.Case(score, "x", score < 40 and number % 2 == 0) for number in range(4) for score in range(0, 100, 5)
        ]
        now = [core.Case(score, "x", score < 40) for score in range(0, 100, 5)]
        result = core.validate(now, earlier)
        rates = core.group_rates(earlier, core.score_edges(earlier))
        self.assertEqual(rates, sorted(rates, reverse=True))
        chances = [rates[sum(edge <= case.score for edge in core.score_edges(earlier))] for case in now]
        self.assertAlmostEqual(result.brier, quality.brier(chances, [case.bad for case in now]))
        self.assertEqual(sum(band.count for band in result.groups), 20)
        self.assertEqual(sum(band.earlier for band in result.groups), 80)
        self.assertAlmostEqual(result.psi, 0)

    def test_new_one_measures_the_scorecard_in_use(self):
        validations = self.env["credit.scorecard.validation"].with_company(self.company)
        active = self.env["credit.scorecard"]._get_active(self.company)
        self.assertTrue(active)
        self.assertEqual(validations.new({}).scorecard_id._origin, active)
        self.assertFalse(validations.new({"scorecard_id": False}).display_name)

    def test_screens_load(self):
        validations = self.env["credit.scorecard.validation"]
        self.assertEqual(len(validations.get_views([(False, kind) for kind in ("list", "form", "search")])["views"]), 3)
        bands = self.env["credit.scorecard.validation.band"]
        self.assertEqual(len(bands.get_views([(False, kind) for kind in ("list", "graph", "search")])["views"]), 3)
        action = self.card.action_validate()
        self.assertEqual(action["context"], {"default_scorecard_id": self.card.id})
        user = self._user("validation_controller", "base.group_user,customer_credit_mgmt.group_credit_controller")
        mine = validations.with_user(user).with_company(self.company)
        validation = mine.create({"scorecard_id": self.card.id, "date": DAY})
        validation.action_measure()
        self.assertEqual((validation.state, validation.result_ids.count), ("done", 0))
        self.assertIn("not enough cases", validation.verdict)
        with self.assertRaises(AccessError):
            validation.unlink()
