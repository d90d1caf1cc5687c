"""Laws of the pure rules of payment plans: the schedule adds up, and the state follows the payments."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase

from ..core.interest import round_to
from ..core.plan import Due, Leniency, PartState, PlanState, judge
from ..core.plan_schedule import Rhythm, Terms, schedule
from ..core.promise import Settlement

START = date(2024, 3, 1)
repeatable = settings(deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow])
DAYS = st.integers(0, 60).map(lambda days: START + timedelta(days=days))
UNITS = st.sampled_from((Decimal("0.01"), Decimal(1), Decimal("0.001"), Decimal("0.05")))


@st.composite
def plans(draw):
    days = sorted(draw(st.lists(DAYS, min_size=1, max_size=5, unique=True)))
    dues = [Due(number, float(draw(st.integers(1, 100))), day) for number, day in enumerate(days)]
    settlements = [
        Settlement(key, draw(DAYS), float(draw(st.integers(1, 150))), draw(st.booleans()))
        for key in range(draw(st.integers(0, 4)))
    ]
    return dues, settlements, Leniency(float(draw(st.sampled_from((0, 0, 3))))), draw(DAYS)


class TestCorePlan(BaseCase):
    @repeatable
    @given(
        st.integers(1, 10**7), st.integers(1, 36), st.integers(0, 100), UNITS, st.sampled_from(list(Rhythm)),
        st.integers(0, 20),
    )  # fmt: skip
    def test_instalments_add_up_to_the_debt_in_whole_coins(self, cents, count, down, unit, rhythm, rate):
        money = round_to(unit)
        total = money(Decimal(cents) / 100)
        terms = Terms(START, START + timedelta(days=30), count, rhythm, total * down / 200, None, Decimal(rate))
        parts = schedule(total, terms, money)
        self.assertEqual(sum(part.principal for part in parts), total)
        for part in parts:
            self.assertEqual(part.amount % unit, 0)
            self.assertGreaterEqual(part.interest, 0)
        self.assertEqual([part.due for part in parts], sorted(part.due for part in parts))

    @repeatable
    @given(st.integers(1000, 10**7), st.integers(1, 24), st.integers(1, 30))
    def test_interest_is_that_of_the_balance_over_the_days(self, cents, count, rate):
        money = round_to(Decimal("0.01"))
        terms = Terms(START, START + timedelta(days=30), count, rate=Decimal(rate))
        parts = schedule(Decimal(cents) / 100, terms, money)
        exact = sum(part.balance * rate * part.days / Decimal(36500) for part in parts)
        self.assertLessEqual(abs(sum(part.interest for part in parts) - exact), Decimal("0.005") * len(parts) + 1)
        self.assertEqual(sum(part.days for part in parts), (parts[-1].due - START).days)

    @repeatable
    @given(plans())
    def test_broken_if_and_only_if_a_deadline_passed_with_too_little_paid(self, case):
        dues, settlements, leniency, as_of = case
        whole, parts = judge(dues, settlements, leniency, as_of)
        missed, reached = False, 0.0
        total = sum(due.amount for due in dues)
        for due in dues:
            reached += due.amount
            in_time = [part for part in settlements if part.day <= due.deadline]
            credited = sum(part.amount for part in in_time if not part.is_payment)
            paid = sum(part.amount for part in in_time if part.is_payment)
            short = min(reached, max(total - credited, 0)) - paid > leniency.tolerance + 1e-6
            missed |= due.deadline < as_of and short
        self.assertEqual(whole.state == PlanState.BROKEN, missed)
        self.assertEqual(missed, any(part.state in (PartState.PARTLY, PartState.BROKEN) for part in parts.values()))

    @repeatable
    @given(plans())
    def test_what_is_paid_is_spread_over_the_oldest_instalments(self, case):
        dues, settlements, leniency, as_of = case
        whole, parts = judge(dues, settlements, leniency, as_of)
        paid = sum(part.amount for part in settlements if part.is_payment and part.day <= as_of)
        self.assertAlmostEqual(
            sum(part.paid for part in parts.values()), min(paid, sum(due.amount for due in dues)), places=6
        )
        full = [parts[due.key].paid >= due.amount - 1e-6 for due in dues]
        self.assertEqual(full, sorted(full, reverse=True))

    @repeatable
    @given(plans())
    def test_the_order_of_payments_does_not_matter(self, case):
        dues, settlements, leniency, as_of = case
        self.assertEqual(
            judge(dues, settlements, leniency, as_of), judge(dues[::-1], settlements[::-1], leniency, as_of)
        )

    @repeatable
    @given(plans())
    def test_a_kept_plan_has_nothing_left_to_pay(self, case):
        dues, settlements, leniency, as_of = case
        whole, _parts = judge(dues, settlements, leniency, as_of)
        if whole.state == PlanState.KEPT:
            settled = sum(part.amount for part in settlements if part.day <= as_of)
            self.assertGreaterEqual(settled + leniency.tolerance + 1e-6, sum(due.amount for due in dues))

    @repeatable
    @given(plans())
    def test_forgiving_all_that_was_missed_mends_a_plan_until_the_next_deadline(self, case):
        dues, settlements, leniency, as_of = case
        pardoned = Leniency(leniency.tolerance, as_of)
        whole, _parts = judge(dues, settlements, pardoned, as_of)
        self.assertNotEqual(whole.state, PlanState.BROKEN)

    def test_down_payment_comes_first_and_is_part_of_the_debt(self):
        terms = Terms(START, date(2024, 4, 30), 2, Rhythm.MONTH, Decimal(100), date(2024, 3, 8))
        parts = schedule(Decimal(1000), terms, round_to(Decimal("0.01")))
        self.assertEqual(
            [(str(part.due), str(part.amount)) for part in parts],
            [("2024-03-08", "100.00"), ("2024-04-30", "450.00"), ("2024-05-30", "450.00")],
        )
