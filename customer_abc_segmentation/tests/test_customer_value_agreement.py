"""The statements say what ``core`` says, on random figures and on every limit."""

import random
from datetime import date, timedelta
from fractions import Fraction

from odoo.tests import tagged
from odoo.tools import SQL

from ..core.growth import Demand, trend
from ..core.rfm import by_cuts, by_days, quintiles
from ..core.stage import Purchases, stage
from .value_common import ValueCommon


@tagged("post_install", "-at_install")
class TestCustomerValueAgreement(ValueCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.refresher = cls.env["customer.value.refresher"]

    def _values(self, rows):
        return SQL("VALUES %s", SQL(", ").join(SQL("%s", tuple(row)) for row in rows))

    # ------------------------------------------------------------------
    # STAGE
    # ------------------------------------------------------------------

    def _random_purchases(self, draw):
        """Figures around the limits: the silence is one of them, or beside it."""
        policy = self.value_policy
        count = draw.choice([0, 1, 2, 5, 9])
        median = draw.choice([None, 1.0, 7.5, 15.0, 40.0, 90.25, 365.0]) if count > 3 else None
        at_risk, lost = (
            (policy.at_risk_days, policy.lost_days)
            if median is None
            else (
                max(policy.at_risk_floor, policy.at_risk_factor * median),
                max(policy.lost_floor, policy.lost_factor * median),
            )
        )
        near = [int(at_risk) + shift for shift in (-1, 0, 1)] + [int(lost) + shift for shift in (-1, 0, 1)]
        return {
            "count": count,
            "frequency": draw.randint(0, count),
            "silence": draw.choice([*near, draw.randint(0, 800)]),
            "median": median,
            "ended_gap": draw.choice([None, *near, draw.randint(1, 2000)]) if count > 1 else None,
            "age": draw.choice([0, 200, 365, 366, 367, 900]),
        }

    def test_stage_in_sql_is_the_stage_of_the_core(self):
        draw = random.Random(19)
        as_of, policy = self.AS_OF, self.value_policy
        cases = [self._random_purchases(draw) for _case in range(3000)]
        rows = [
            (
                place,
                case["count"],
                case["frequency"],
                case["silence"],
                case["median"],
                case["ended_gap"],
                as_of - timedelta(days=case["age"]),
            )
            for place, case in enumerate(cases)
        ]
        found = dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT place, %s
                      FROM (%s) row(
                           place, purchase_count, frequency, silence, gap_median, gap_ended, first_invoice_date)
                    """,
                    self.refresher._stage_sql(policy, as_of),
                    self._values(rows),
                )
            )
        )
        thresholds, seen = policy._get_thresholds(), set()
        for place, case in enumerate(cases):
            age = case.pop("age")
            is_old = as_of - timedelta(days=age) <= date(2023, 6, 30)
            expected = stage(Purchases(**case, is_old=is_old), thresholds) if case["count"] else None
            self.assertEqual(found[place], expected, case)
            seen.add(expected)
        self.assertEqual(len(seen), 7, "all stages of customers and none were tried")

    # ------------------------------------------------------------------
    # SCORES
    # ------------------------------------------------------------------

    def _scores(self, rows, figure, column):
        return [
            score
            for _place, score in self.env.execute_query(
                SQL(
                    "SELECT place, %s FROM (%s) row(place, frequency, monetary, last_invoice_date) ORDER BY place",
                    self.refresher._score_sql(self.value_policy, figure, SQL.identifier(column), self.AS_OF),
                    self._values(rows),
                )
            )
        ]

    def test_scores_in_sql_are_the_scores_of_the_core(self):
        draw, policy = random.Random(5), self.value_policy
        rows = [
            (place, draw.randint(1, 15), draw.randint(-50, 9000), self.AS_OF - timedelta(days=draw.randint(0, 364)))
            for place in range(777)
        ]
        silences = [(self.AS_OF - row[3]).days for row in rows]
        for method in ("quintiles", "cuts"):
            policy.write({f"{figure}_method": method for figure in ("recency", "frequency", "monetary")})
            expected = (
                (
                    quintiles([-days for days in silences]),
                    quintiles([r[1] for r in rows]),
                    quintiles([r[2] for r in rows]),
                )
                if method == "quintiles"
                else (
                    [by_days(days, policy._get_cuts("recency")) for days in silences],
                    [by_cuts(row[1], policy._get_cuts("frequency")) for row in rows],
                    [by_cuts(row[2], policy._get_cuts("monetary")) for row in rows],
                )
            )
            columns = (("recency", "last_invoice_date"), ("frequency", "frequency"), ("monetary", "monetary"))
            for (figure, column), scores in zip(columns, expected, strict=True):
                with self.subTest(figure=figure, method=method):
                    self.assertEqual(self._scores(rows, figure, column), scores)
                    self.assertGreater(len(set(scores)), 2)

    # ------------------------------------------------------------------
    # TREND
    # ------------------------------------------------------------------

    def _random_revenues(self, draw):
        kind, start = draw.randrange(5), draw.randint(1, 1000)
        step = draw.choice([0, 0, 10, -10, 75, -75])
        noise = draw.choice([0, 5, 200])
        periods = [start + step * place + draw.randint(-noise, noise) for place in range(8)]
        if kind == 0:
            periods = [amount if draw.random() < 0.5 else 0 for amount in periods]
        return [Fraction(amount * 100 + draw.randint(0, 99) * (noise > 0), 100) for amount in periods]

    def test_trend_in_sql_is_the_trend_of_the_core(self):
        draw, policy = random.Random(11), self.value_policy
        bounds = policy._get_growth_bounds(self.AS_OF)
        cases = [
            (self._random_revenues(draw), draw.choice([date(2019, 1, 1), *bounds[:-1], bounds[2] + timedelta(days=40)]))
            for _case in range(1500)
        ]
        columns = self.env["customer.value.facts"]._period_columns(policy)
        rows = [
            (
                *(place, first),
                *(f"{float(amount) * (first <= start):.2f}" for amount, start in zip(revenues, bounds, strict=False)),
            )
            for place, (revenues, first) in enumerate(cases)
        ]
        statement = SQL(
            """
            WITH scored AS (
                SELECT row.*, %(sums)s
                  FROM (SELECT place, first_invoice_date, %(numbers)s
                          FROM (%(rows)s) text(place, first_invoice_date, %(columns)s)) row
            ), lined AS (SELECT scored.*, %(line)s FROM scored)
            SELECT place, %(growth)s FROM lined ORDER BY place
            """,
            sums=self.refresher._growth_sums_sql(policy, self.AS_OF),
            numbers=SQL(", ").join(SQL("%s::numeric AS %s", column, column) for column in columns),
            columns=SQL(", ").join(columns),
            rows=self._values(rows),
            line=self.refresher._growth_line_sql(policy),
            growth=self.refresher._growth_sql(policy),
        )
        verdicts = {}
        for row, (revenues, first) in zip(self.env.execute_query_dict(statement), cases, strict=True):
            used = [revenue for revenue, start in zip(revenues, bounds, strict=False) if first <= start]
            critical = policy._get_critical_t(len(used)) if len(used) > 2 else 0
            demand = Demand(policy.growth_minimum_periods, policy.growth_minimum_active)
            expected = trend(used, critical, demand)
            self.assertEqual(row["growth_trend"], expected.verdict, (used, row))
            for name, figure in (
                ("growth_slope", expected.slope),
                ("growth_rate", expected.rate),
                ("growth_t", expected.t),
            ):
                if figure is None:
                    self.assertIsNone(row[name], (name, used))
                else:
                    self.assertAlmostEqual(float(row[name]), figure, 3, (name, used))
            verdicts[expected.verdict] = verdicts.get(expected.verdict, 0) + 1
        self.assertEqual(set(verdicts), {None, "growing", "steady", "shrinking"})
        self.assertGreater(min(verdicts.values()), 20)
