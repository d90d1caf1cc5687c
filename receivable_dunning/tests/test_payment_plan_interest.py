"""Interest of a plan, and that no day of an item is charged twice."""

from datetime import timedelta

from odoo.tests import tagged

from ..core.interest_case import Window
from ..models.late_interest_ledger import Scope
from .common import LateInterestCommon
from .test_payment_plan import PlanCommon


@tagged("post_install", "-at_install")
class TestPaymentPlanInterest(PlanCommon, LateInterestCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.debt = cls._invoice(cls.customer, 36500, cls.today - timedelta(days=60), cls.today - timedelta(days=30))

    def _interest_plan(self, **values):
        """36,500 at 10 % from today: 10 per day, in two halves after 10 and 24 days."""
        return self._active(self._items(self.debt), interest_mode="plan", interest_rate=10, **values)

    def _charged_days(self, last):
        """``[(first, last)]`` of the days of the debt that a run on a day to come would charge."""
        first = self.today - timedelta(days=3000)
        window = Window(first, self.today + timedelta(days=last))
        scope = Scope(self.company, window, first, self.customer)
        debt = self._items(self.debt).id
        return [
            (charge.segment.first, charge.segment.last)
            for _partner_id, outcome in self.env["late.interest.ledger"]._outcomes(scope)
            for charge in outcome.charges
            if charge.item.key == debt and charge.segment
        ]

    def _days(self, last):
        """The same, counted from today."""
        return [((first - self.today).days, (end - self.today).days) for first, end in self._charged_days(last)]

    def test_interest_is_that_of_what_is_left_and_explained(self):
        plan = self._interest_plan()
        self.assertEqual(plan.line_ids.mapped("interest"), [100, 70])
        self.assertEqual(plan.amount_total, 36670)
        self.assertIn("10 % x 10 days / 365", plan.line_ids[0].interest_note)
        self.assertIn("x 14 days / 365", plan.line_ids[1].interest_note)

    def test_interest_is_invoiced_at_acceptance_and_paid_by_the_instalments(self):
        plan = self._interest_plan()
        invoice = plan.interest_move_id
        self.assertRecordValues(
            invoice, [{"state": "posted", "amount_total": 170, "is_late_interest": True, "invoice_origin": plan.name}]
        )
        self._paid(36500, invoice=self.debt)
        self.assertEqual(plan.state, "active")
        self._paid(170, invoice=invoice)
        self.assertRecordValues(plan, [{"state": "kept", "amount_paid": 36670}])

    def test_draft_and_offer_invoice_nothing(self):
        plan = self._plan(self._items(self.debt), interest_mode="plan", interest_rate=10)
        plan.action_offer_otherwise()
        self.assertFalse(plan.interest_move_id)

    def test_days_of_the_plan_are_left_out_by_interest_runs(self):
        self.assertEqual(self._days(40), [(-29, 40)])
        self._interest_plan()
        self.assertEqual(self._days(40), [(-29, 0), (25, 40)])

    def test_broken_plan_keeps_its_days_as_long_as_its_interest_stands(self):
        plan = self._interest_plan()
        self.assertEqual(self._plan_state(plan, 11), "broken")
        self.assertEqual(self._days(40), [(-29, 0), (25, 40)])
        refund = plan.interest_move_id._reverse_moves([{"date": self.today}], cancel=True)
        self.assertEqual(refund.state, "posted")
        self.assertEqual(self._days(40), [(-29, 40)])

    def test_plan_without_interest_leaves_its_days_out_until_it_breaks(self):
        plan = self._active(self._items(self.debt), interest_mode="none")
        self.assertFalse(plan.interest_move_id)
        self.assertEqual(self._days(40), [(-29, 0), (25, 40)])
        self._plan_state(plan, 11)
        self.assertEqual(self._days(40), [(-29, 0), (12, 40)])

    def test_late_interest_goes_on_by_default(self):
        self._active(self._items(self.debt))
        self.assertEqual(self._days(40), [(-29, 40)])

    def test_no_day_is_ever_charged_twice_by_plan_and_run(self):
        plan = self._interest_plan()
        plan_days = {self.today + timedelta(days=number) for number in range(1, 25)}
        charged = set()
        for first, last in self._charged_days(60):
            days = {first + timedelta(days=number) for number in range((last - first).days + 1)}
            self.assertFalse(charged & days)
            charged |= days
        self.assertTrue(charged)
        self.assertFalse(charged & plan_days)
        self.assertEqual(sum(plan.line_ids.mapped("interest")), plan.interest_move_id.amount_total)
