from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..core.key_account import FIGURES, SECTIONS, compare, derive, measure
from ..core.key_account_period import PERIOD_MONTHS, last_complete, period_of

DAYS = st.dates(date(2000, 1, 1), date(2050, 12, 31))
KINDS = st.sampled_from(sorted(PERIOD_MONTHS))


@tagged("post_install", "-at_install")
class TestCoreKeyAccount(BaseCase):
    @settings(max_examples=200, deadline=None)
    @given(KINDS, DAYS)
    def test_periods_cover_the_calendar_without_gap(self, kind, day):
        period = period_of(kind, day)
        self.assertTrue(period.start <= day <= period.end)
        self.assertEqual(period.before().end + timedelta(days=1), period.start)
        self.assertEqual(period_of(kind, period.end + timedelta(days=1)).before(), period)
        self.assertEqual(
            (period.year_before().start.year, period.year_before().start.month),
            (period.start.year - 1, period.start.month),
        )

    @settings(max_examples=100, deadline=None)
    @given(KINDS, DAYS)
    def test_last_complete_period_is_over(self, kind, day):
        period = last_complete(kind, day)
        self.assertLess(period.end, day)
        self.assertGreaterEqual(period_of(kind, period.end + timedelta(days=1)).end, day)

    def test_without_sales_no_ratio_is_invented(self):
        found = derive(dict.fromkeys(("revenue", "invoiced", "invoice_count", "sales_taxed", "receivable"), 0.0), 91)
        for code in (
            "growth_before",
            "company_share",
            "average_invoice",
            "dso",
            "turnover",
            "turnover_days",
            "profit_rate",
        ):
            self.assertIsNone(found[code], code)

    def test_more_overdue_is_worse_and_more_revenue_better(self):
        self.assertEqual(compare(FIGURES["overdue"], 5.0, 1.0).verdict, -1)
        self.assertEqual(compare(FIGURES["revenue"], 5.0, 1.0).verdict, 1)
        self.assertEqual(compare(FIGURES["receivable"], 5.0, 1.0).verdict, 0)
        self.assertIsNone(compare(FIGURES["class"], "A", "B").amount)

    def test_targets(self):
        for target, value, direction, is_due, expected in (
            (100, 100, "at_least", True, "reached"),
            (100, 99, "at_least", True, "missed"),
            (100, 99, "at_least", False, "pending"),
            (100, 101, "at_most", False, "pending"),
            (100, None, "at_most", False, "unknown"),
        ):
            with self.subTest(value=value, direction=direction, is_due=is_due):
                self.assertEqual(measure(target, value, direction, is_due), expected)

    def test_every_figure_has_a_section(self):
        self.assertEqual({figure.section for figure in FIGURES.values()}, set(SECTIONS))
