from datetime import date, timedelta

from odoo.tests import tagged

from ..core import cash_forecast as core
from .cash_common import CashForecastCommon


@tagged("post_install", "-at_install")
class TestCashAgreements(CashForecastCommon):
    """Promises, instalments and disputes take the place of the habit for their part."""

    def test_promise_takes_the_place_of_the_habit_for_its_part(self):
        invoice = self._open(date(2024, 6, 24), 1000)
        self._promise(invoice, 400, date(2099, 1, 1)).sudo().line_ids.date_promised = date(2024, 8, 14)
        kinds = {}
        for item in self._items().search([]):
            kinds.setdefault(item.kind, []).append(item)
        self.assertEqual({item.part for item in kinds["habit"]}, {600})
        [promised] = kinds["promise"]
        chance = core.kept_chance(0, 0)
        self.assertEqual((promised.part, promised.week_start), (400, date(2024, 8, 12)))
        self.assertAlmostEqual(promised.probability, chance, 6)
        self.assertTrue(all(item.week_end is False or item.week_end >= date(2024, 8, 14) for item in kinds["broken"]))
        week = self._weeks()[6]
        self.assertAlmostEqual(week["promised"], 400 * chance, 2)
        self.assertAlmostEqual(sum(week["due"] for week in self._weeks()), 1000, 2, "counted once")

    def test_reliability_is_the_own_share_drawn_to_that_of_all(self):
        for number, state in enumerate(("kept", "kept", "broken")):
            past = self._promise(self._open(date(2024, 5, 1), 10 + number), 10, date(2099, 1, 1)).sudo()
            past.line_ids.write({"state": state, "date_decided": date(2024, 6, 1)})
            past.write({"state": state, "date_decided": date(2024, 6, 1)})
        invoice = self._open(date(2024, 7, 10), 100, partner=self._customer("Other"))
        self._promise(invoice, 100, date(2099, 1, 1)).sudo().line_ids.date_promised = date(2024, 7, 10)
        [promised] = self._items().search([("kind", "=", "promise")])
        self.assertAlmostEqual(promised.probability, core.kept_chance(0, 0, 2, 3), 6)
        own = self._open(date(2024, 7, 10), 100)
        self._promise(own, 100, date(2099, 1, 1)).sudo().line_ids.date_promised = date(2024, 7, 10)
        [promised] = self._items().search([("kind", "=", "promise"), ("move_id", "=", own.id)])
        self.assertAlmostEqual(promised.probability, core.kept_chance(2, 3, 2, 3), 6)

    def test_promise_given_later_or_decided_by_the_day_does_not_count(self):
        invoice = self._open(date(2024, 7, 10), 100)
        promise = self._promise(invoice, 100, date(2099, 1, 1), given=self.AS_OF + timedelta(days=1))
        self.assertFalse(self._items().search([("kind", "=", "promise")]))
        promise.sudo().write({"date": self.AS_OF, "state": "cancelled", "cancelled_on": self.AS_OF})
        self.assertFalse(self._items().search([("kind", "=", "promise")]))
        promise.sudo().write({"cancelled_on": self.AS_OF + timedelta(days=1)})
        self.assertTrue(self._items().search([("kind", "=", "promise")]), "it stood on the day")

    def test_instalments_are_laid_over_the_items_of_the_plan(self):
        first, second = self._open(date(2024, 6, 3), 100), self._open(date(2024, 6, 10), 200)
        plan = (
            self.env["receivable.payment.plan"]
            .sudo()
            .create(
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "currency_id": self.company.currency_id.id,
                    "item_ids": [
                        (0, 0, {"move_line_id": self._line(invoice).id, "amount": invoice.amount_residual})
                        for invoice in (first, second)
                    ],
                    "line_ids": [
                        (0, 0, {"date_due": day, "principal": 150}) for day in (date(2024, 7, 10), date(2024, 8, 14))
                    ],
                }
            )
        )
        plan.write({"state": "active", "accept_date": "2024-06-20 10:00:00"})
        promised = self._items().search([("kind", "=", "promise")], order="number, part desc")
        self.assertRecordValues(
            promised,
            [
                {"move_id": first.id, "part": 100, "week_start": date(2024, 7, 8)},
                {"move_id": second.id, "part": 50, "week_start": date(2024, 7, 8)},
                {"move_id": second.id, "part": 150, "week_start": date(2024, 8, 12)},
            ],
        )

    def test_disputed_part_comes_after_the_deadline_and_not_whole(self):
        invoice = self._open(date(2024, 7, 8), 1000)
        reason = self.env["receivable.dispute.reason"].search([], limit=1)
        dispute = self.env["receivable.dispute"]._open(self._line(invoice), 300, {"reason_id": reason.id})
        dispute.sudo().write({"date": self.AS_OF})
        self.env.flush_all()
        self.env.cr.execute("UPDATE receivable_dispute SET deadline = '2024-07-14' WHERE id = %s", [dispute.id])
        items = self._items().search([("kind", "=", "dispute")])
        self.assertEqual(set(items.mapped("part")), {300})
        self.assertTrue(all(item.week_start >= date(2024, 7, 15) for item in items))
        self.assertAlmostEqual(sum(items.mapped("expected")), 300 * (1 - core.USUALLY_ACCEPTED), 2)

    def test_items_add_up_to_the_weeks_whatever_was_agreed(self):
        invoice = self._open(date(2024, 6, 24), 1000)
        self._promise(invoice, 400, date(2099, 1, 1)).sudo().line_ids.date_promised = date(2024, 7, 20)
        self._open(date(2024, 7, 24), 70)
        by_week = dict(self._items()._read_group([], ["number"], ["expected:sum"]))
        for week in self.forecasts._all_weeks(self.company, self.AS_OF):
            self.assertAlmostEqual(by_week.get(week["number"], 0.0), week["expected"], 2)
