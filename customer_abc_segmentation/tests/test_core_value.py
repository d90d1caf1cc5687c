from datetime import date
from fractions import Fraction
from math import isclose

import numpy as np
from scipy.stats import linregress
from scipy.stats import t as student

from odoo.tests import BaseCase, tagged

from ..core.growth import Demand, trend
from ..core.rfm import SCORES, by_cuts, by_days, quintiles
from ..core.rfm_segments import SEGMENTS, shipped_cells
from ..core.stage import STAGES, Purchases, Thresholds, limits, stage
from ..core.window import period_bounds


@tagged("post_install", "-at_install")
class TestCoreValue(BaseCase):
    def test_the_shipped_map_is_complete_and_names_existing_segments(self):
        cells = shipped_cells()
        self.assertEqual(set(cells), {(r, f) for r in SCORES for f in SCORES})
        self.assertEqual(set(cells.values()), {segment["code"] for segment in SEGMENTS})

    def test_the_shipped_map_is_the_one_in_common_use(self):
        patterns = {
            "hibernating": [(r, f) for r in (1, 2) for f in (1, 2)],
            "at_risk": [(r, f) for r in (1, 2) for f in (3, 4)],
            "cannot_lose": [(1, 5), (2, 5)],
            "sleep": [(3, 1), (3, 2)],
            "attention": [(3, 3)],
            "loyal": [(r, f) for r in (3, 4) for f in (4, 5)],
            "promising": [(4, 1)],
            "new": [(5, 1)],
            "potential": [(r, f) for r in (4, 5) for f in (2, 3)],
            "champions": [(5, 4), (5, 5)],
        }
        self.assertEqual({cell: code for code, cells in patterns.items() for cell in cells}, shipped_cells())

    def test_equal_values_have_equal_scores(self):
        values = np.random.default_rng(7).integers(0, 6, 500).tolist()
        scores = {}
        for value, score in zip(values, quintiles(values), strict=True):
            self.assertEqual(scores.setdefault(value, score), score)
        self.assertEqual(max(scores.values()), 5)

    def test_a_fifth_is_a_fifth_where_nobody_ties(self):
        scores = quintiles(list(range(100)))
        self.assertEqual([scores.count(score) for score in SCORES], [20] * 5)

    def test_cut_points_are_inclusive(self):
        self.assertEqual([by_cuts(value, (1, 2, 3, 4)) for value in (0, 1, 4, 5)], [1, 2, 5, 5])
        self.assertEqual([by_days(days, (1, 2, 3, 4)) for days in (0, 1, 2, 4, 5)], [5, 5, 4, 2, 1])

    def test_every_stage_can_be_reached(self):
        cases = [
            Purchases(0),
            Purchases(1, 1, 1),
            Purchases(2, 2, 1),
            Purchases(9, 9, 1, is_old=True),
            Purchases(1, 0, 200),
            Purchases(1, 0, 400),
            Purchases(2, 1, 1, ended_gap=400),
        ]
        self.assertEqual([stage(case, Thresholds()) for case in cases], list(STAGES))

    def test_more_silence_never_is_a_better_stage(self):
        order = ("repeat", "at_risk", "lost")
        for median in (None, 1, 20, 300):
            stages = [stage(Purchases(5, 0, days, median), Thresholds()) for days in range(0, 2000, 5)]
            places = [order.index(each) for each in stages]
            self.assertEqual(places, sorted(places))

    def test_the_limits_of_a_rhythm_have_a_floor(self):
        self.assertEqual(limits(1, Thresholds()).at_risk, 30)
        self.assertEqual(limits(365, Thresholds()).lost, 1460)

    def test_the_trend_is_that_of_scipy(self):
        random = np.random.default_rng(3)
        for _round in range(50):
            n = int(random.integers(5, 13))
            revenues = [Fraction(int(cents), 100) for cents in random.integers(1, 100000, n)]
            expected = linregress(range(n), [float(revenue) for revenue in revenues])
            critical = student.ppf(0.975, n - 2)
            found = trend(revenues, critical, Demand())
            self.assertTrue(isclose(found.slope, expected.slope, abs_tol=1e-9))
            self.assertTrue(isclose(found.t, expected.slope / expected.stderr, rel_tol=1e-9))
            self.assertEqual(found.verdict != "steady", bool(expected.pvalue < 0.05))

    def test_trend_periods_are_complete_calendar_quarters(self):
        bounds = period_bounds(date(2024, 6, 29), 3, 8)
        self.assertEqual((bounds[0], bounds[-1]), (date(2022, 4, 1), date(2024, 4, 1)))
