"""Tables of the scoring arithmetic; no database."""

import random
from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from ..core import score as core
from ..core.bands import Band, band_index, better_band, find_band_problem
from ..core.shrinkage import is_late, late_after, shrunken_share


@tagged("post_install", "-at_install")
class TestCoreScore(BaseCase):
    def _criterion(self, missing=core.NEUTRAL, weight=10):
        return core.Criterion("c", "x", weight, (Band(None, 100, "a"), Band(0, 60, "b"), Band(10, 20, "c")), missing)

    def test_every_value_is_in_exactly_one_band(self):
        bands = self._criterion().bands
        cases = {float("-inf"): 0, -1e-9: 0, 0: 1, 9.9999: 1, 10: 2, 1e12: 2, float("inf"): 2}
        for value, index in cases.items():
            with self.subTest(value=value):
                self.assertEqual(band_index(bands, value), index)

    def test_incomplete_bands_are_found(self):
        cases = {
            "empty": (),
            "closed": (Band(0, 100), Band(5, 0)),
            "twice": (Band(None, 100), Band(5, 50), Band(5, 0)),
            "points": (Band(None, 100), Band(5, -1)),
            None: (Band(None, 50),),
        }
        for problem, bands in cases.items():
            with self.subTest(problem=problem):
                self.assertEqual(find_band_problem(bands), problem)

    def test_missing_data_policies(self):
        known = core.Criterion("k", "k", 30, (Band(None, 80, "k"),))
        cases = {core.NEUTRAL: (80 * 30 + 50 * 10) / 40, core.WORST: (80 * 30 + 20 * 10) / 40, core.EXCLUDE: 80.0}
        for policy, value in cases.items():
            with self.subTest(policy=policy):
                result = core.score_customer([known, self._criterion(policy)], {"k": 1.0, "c": None}, history=3)
                self.assertEqual(result.value, value)
                self.assertEqual(result.data_share, 0.75)

    def test_below_three_invoices_there_is_no_score(self):
        for history, value in ((2, None), (3, 60.0)):
            self.assertEqual(core.score_customer([self._criterion()], {"c": 5.0}, history).value, value)

    def test_contributions_add_up_to_the_score(self):
        draw = random.Random(7)
        for _ in range(200):
            policies = draw.choices([core.NEUTRAL, core.WORST, core.EXCLUDE], k=3)
            card = [self._criterion(policy, weight) for policy, weight in zip(policies, (7, 11, 3), strict=True)]
            findings = [core.judge(criterion, draw.choice([None, -1.0, 5.0, 40.0])) for criterion in card]
            result = core.summarize(findings)
            if result.value is None:
                self.assertFalse(any(reason.share for reason in result.reasons))
                continue
            self.assertAlmostEqual(sum(reason.contribution for reason in result.reasons), result.value, delta=0.005)
            self.assertAlmostEqual(sum(reason.share for reason in result.reasons), 1.0)

    def test_improvement_is_the_largest_gain_to_the_next_better_band(self):
        heavy, light = self._criterion(weight=10), self._criterion(weight=2)
        result = core.summarize([core.judge(heavy, 5.0), core.judge(light, 50.0)])
        self.assertEqual(result.improvement.finding.better_band, "a")
        self.assertAlmostEqual(result.improvement.gain, 40 * 10 / 12)
        self.assertIsNone(core.summarize([core.judge(heavy, -5.0)]).improvement)

    def test_next_better_band_is_the_nearest_one(self):
        bands = (Band(None, 20), Band(1, 50), Band(2, 40), Band(3, 50))
        self.assertEqual(better_band(bands, 2), bands[1])
        self.assertEqual(better_band(bands, 0), bands[1])
        self.assertIsNone(better_band(bands, 3))

    def test_rating_starts_at_its_minimum(self):
        ratings = [(0, "D"), (40, "B"), (90, "AAA")]
        for value, rating in ((100, "AAA"), (90, "AAA"), (89.99, "B"), (40, "B"), (39.99, "D"), (0, "D"), (None, None)):
            with self.subTest(value=value):
                self.assertEqual(core.rate(value, ratings), rating)

    def test_findings_survive_storage(self):
        finding = core.judge(self._criterion(), 5.0)
        self.assertEqual(core.Finding(**finding.as_dict()), finding)

    def test_late_is_more_than_three_days_after_the_next_business_day(self):
        monday = date(2024, 4, 29)
        for weekday, days in enumerate((4, 4, 4, 4, 6, 5, 4)):
            due = monday + timedelta(days=weekday)
            last = due + timedelta(days=days)
            with self.subTest(due=due):
                self.assertEqual(late_after(due), last)
                self.assertFalse(is_late(due, last, date(2024, 12, 31)))
                self.assertTrue(is_late(due, last + timedelta(days=1), date(2024, 12, 31)))
                self.assertIsNone(is_late(due, due, last))

    def test_few_invoices_stay_near_the_portfolio(self):
        shares = [shrunken_share(count, count, 0.2) for count in (0, 1, 5, 45, 4995)]
        self.assertEqual([round(share, 3) for share in shares], [0.2, 0.333, 0.6, 0.92, 0.999])
