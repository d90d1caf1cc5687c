from datetime import date, timedelta

from odoo.tests import freeze_time, new_test_user, tagged

from .common import SegmentationCommon


class ProfitCommon(SegmentationCommon):
    """Payments and the daily balance by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profit = cls.env["customer.profit"]
        cls.company.segmentation_capital_rate = 36.5

    @classmethod
    def _pay(cls, partner, amount, day, **values):
        """A posted entry that credits the receivable of a customer."""
        move = cls.env["account.move"].create(
            {
                "journal_id": cls.company_data["default_journal_bank"].id,
                "date": day,
                "line_ids": [
                    (0, 0, {"account_id": account.id, "partner_id": partner.id, "balance": sign * amount})
                    for account, sign in (
                        (cls.company_data["default_account_receivable"], -1),
                        (cls.company_data["default_account_assets"], 1),
                    )
                ],
                **values,
            }
        )
        move.action_post()
        return move

    def _totals(self, partners, first, last, company=None):
        return self.profit._totals(
            company or self.company, partners, date.fromisoformat(first), date.fromisoformat(last)
        )

    def _one(self, partner, first, last):
        return self._totals(partner, first, last)[partner.id]

    def _brute_force(self, partner, first, last):
        """Sum of the receivable balances of the days, each day looked up by itself."""
        items = self.env["account.move.line"].search(
            [
                ("partner_id.commercial_partner_id", "=", partner.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("company_id", "child_of", self.company.id),
            ]
        )
        facts = [(item.date, item.balance) for item in items]
        days = (first + timedelta(days=number) for number in range((last - first).days + 1))
        return sum(sum(balance for when, balance in facts if when <= day) for day in days)


@tagged("post_install", "-at_install")
@freeze_time("2024-06-30")
class TestCustomerProfit(ProfitCommon):
    def test_a_balance_costs_a_365th_of_the_rate_per_day(self):
        ann = self._customer("Ann")
        self._invoice(ann, 1000, "2024-05-11")
        self._pay(ann, 1000, "2024-05-21")
        figures = self._one(ann, "2024-05-01", "2024-05-31")
        self.assertEqual((figures["money_days"], figures["capital_cost"]), (10_000, 10))
        self.assertEqual((figures["revenue"], figures["margin"], figures["profit"]), (1000, 1000, 990))

    def test_what_was_there_before_costs_every_day_of_the_period(self):
        ann = self._customer("Ann")
        self._invoice(ann, 100, "2023-01-01")
        self.assertEqual(self._one(ann, "2024-04-01", "2024-04-30")["money_days"], 3000)

    def test_days_to_come_cost_nothing_yet(self):
        ann = self._customer("Ann")
        self._invoice(ann, 100, "2024-06-29")
        self.assertEqual(self._one(ann, "2024-06-01", "2024-12-31")["money_days"], 200)
        self.assertEqual(self._one(ann, "2024-07-01", "2024-12-31")["money_days"], 0)

    def test_a_credit_balance_earns(self):
        ann = self._customer("Ann")
        self._pay(ann, 100, "2024-04-01")
        figures = self._one(ann, "2024-04-01", "2024-04-30")
        self.assertEqual((figures["capital_cost"], figures["profit"]), (-3, 3))

    def test_drafts_and_other_companies_do_not_count(self):
        ann = self._customer("Ann")
        self._invoice(ann, 100, "2024-04-01").button_draft()
        self.assertEqual(set(self._one(ann, "2024-04-01", "2024-04-30").values()), {0, None})

    def test_returns_are_netted_in_the_revenue_and_shown(self):
        ann = self._customer("Ann")
        self._invoice(ann, 100, "2024-04-01")
        self._invoice(ann, 30, "2024-04-02", move_type="out_refund")
        figures = self._one(ann, "2024-04-01", "2024-04-30")
        self.assertEqual((figures["revenue"], figures["returns"], figures["margin_rate"]), (70, 30, 1))

    def test_months_without_movement_still_cost(self):
        ann = self._customer("Ann")
        self._invoice(ann, 100, "2024-01-31")
        self._pay(ann, 100, "2024-04-01")
        rows = self.profit.search([("partner_id", "=", ann.id)], order="month")
        self.assertEqual(
            [(row.month.month, row.money_days) for row in rows], [(1, 100), (2, 2900), (3, 3100), (4, 0)]
        )
        self.assertIn("2,900", rows[1].explanation)
