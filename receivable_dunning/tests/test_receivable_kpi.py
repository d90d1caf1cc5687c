from datetime import date

from odoo.tests import tagged

from .common import CollectionsCommon

JUNE = (date(2024, 6, 1), date(2024, 6, 30))


@tagged("post_install", "-at_install")
class TestReceivableKpi(CollectionsCommon):
    def _figures(self, date_from=JUNE[0], date_to=JUNE[1]):
        return self.env["receivable.kpi"]._figures(self.company, date_from, date_to)

    def _june(self):
        """Opening 6,200; sales 10,890; closing 6,340 of which 3,590 are not due."""
        old = self._invoice(self.partner_a, 6200, date(2024, 3, 1), due=date(2024, 5, 1))
        self._pay(old, 3450, date(2024, 6, 10))
        new = self._invoice(self.partner_b, 11000, date(2024, 6, 5), due=date(2024, 7, 5))
        self._pay(new, 7300, date(2024, 6, 20))
        self._invoice(self.partner_b, 110, date(2024, 6, 25), due=date(2024, 6, 30), move_type="out_refund")

    def test_figures_of_a_month_are_those_of_the_formulas(self):
        self._june()
        found = self._figures()
        amounts = {name: found[f"{name}_amount"] for name in ("opening", "sales", "closing", "current", "overdue")}
        self.assertEqual(
            amounts, {"opening": 6200, "sales": 10890, "closing": 6340, "current": 3590, "overdue": 2750}
        )
        self.assertEqual(found["collected_amount"], 10750)
        self.assertAlmostEqual(found["cei"], 79.63, 2)
        self.assertAlmostEqual(found["dso"], 6340 / 10890 * 30, 8)
        self.assertAlmostEqual(found["overdue_share"], 2750 / 6340, 8)

    def test_countback_takes_month_after_month_off_the_receivables(self):
        for month, amount in ((4, 70_000), (5, 80_000), (6, 100_000)):
            invoice = self._invoice(self.partner_a, amount, date(2024, month, 3), due=date(2024, 9, 1))
        self._pay(invoice, 38_000, date(2024, 6, 20))
        self.assertAlmostEqual(self._figures()["dso_countback"], 30 + 31 + 32 / 70 * 30, 8)

    def test_without_sales_and_receivables_nothing_is_told(self):
        found = self._figures()
        self.assertEqual({found[name] for name in ("dso", "cei", "overdue_share", "turnover", "hhi")}, {None})
