from datetime import date, timedelta

from odoo.tests import tagged

from .value_common import ValueCommon

TEXTS = ("segment_explanation", "stage_explanation", "trend_explanation", "potential_explanation")


@tagged("post_install", "-at_install")
class TestCustomerValueExplanation(ValueCommon):
    def _buy(self, partner, *days, amount=10):
        for day in days:
            self._invoice(partner, amount, day)

    def test_the_segment_is_explained_with_figures_and_limits(self):
        ann, bob = self._customer("Ann"), self._customer("Bob")
        self._buy(ann, "2024-06-10", "2024-06-20", amount=150)
        self._buy(bob, "2024-05-01", amount=100)
        self._refresh()
        text = self._value(ann).segment_explanation
        for part in (
            "Potential Loyalist",
            "recency 5 and frequency 2",
            "10 days ago",
            "2 purchases",
            "from 2.",
            "300.00",
        ):
            self.assertIn(part, text)
        self.value_policy.recency_method = "cuts"
        self._refresh()
        self.assertIn("up to 30 days", self._value(ann).segment_explanation)

    def test_every_stage_is_explained(self):
        every_month = [date(2024, month, 1) for month in range(1, 7)]
        lives = {
            "prospect": [],
            "first_purchase": ["2024-06-01"],
            "repeat": every_month,
            "loyal": [date(2023, month, 1) for month in range(5, 13)] + every_month,
            "at_risk": ["2023-12-01"],
            "lost": ["2022-12-01"],
            "won_back": ["2022-12-01", "2024-06-01"],
        }
        partners = {stage: self._prospect(stage) for stage in lives}
        for stage, days in lives.items():
            self._buy(partners[stage], *days)
        self._refresh()
        texts = {}
        for stage, partner in partners.items():
            value = self._value(partner)
            self.assertEqual(value.stage, stage)
            texts[stage] = value.stage_explanation
        self.assertEqual(len(set(texts.values())), 7)
        self.assertIn("212 days", texts["at_risk"])
        self.assertIn("at risk after 180 days", texts["at_risk"])
        self.assertIn("every 31 days", texts["loyal"])
        self.assertIn("548 days", texts["won_back"])

    def test_the_trend_is_explained_and_too_little_says_so(self):
        ann, bob, cid = (self._customer(name) for name in ("Ann", "Bob", "Cid"))
        for quarter in range(9):
            day = date(2022, 4, 15) + timedelta(days=91 * quarter)
            self._invoice(ann, 100 + 50 * quarter, day)
            self._invoice(bob, 100 + 50 * (quarter % 2), day)
        self._invoice(cid, 10)
        self._refresh()
        self.assertRecordValues(
            self._value(ann) + self._value(bob) + self._value(cid),
            [{"growth_trend": "growing"}, {"growth_trend": "steady"}, {"growth_trend": False}],
        )
        self.assertEqual(self._value(ann).growth_slope, 50)
        self.assertIn("significant at 95.0 %", self._value(ann).trend_explanation)
        self.assertIn("not significant", self._value(bob).trend_explanation)
        self.assertIn("Not enough data", self._value(cid).trend_explanation)

    def test_many_explanations_cost_constant_queries(self):
        partners = self.env["res.partner"].concat(*(self._customer(f"C{place}") for place in range(12)))
        for partner in partners:
            self._buy(partner, "2024-06-01")
        self._refresh()
        values, counts = self._value(partners), []
        for some in (values[:1], values):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            for value in some:
                self.assertTrue(all(value[name] for name in TEXTS))
            counts.append(self.env.cr.sql_log_count - start)
        self.assertLessEqual(counts[1], counts[0] + 1)

    def test_explanations_are_in_the_language_of_the_reader(self):
        ann = self._prospect("Ann")
        self._refresh()
        value = self._value(ann).with_context(lang="zh_CN")
        self.assertTrue(all(value[name] for name in TEXTS))
