from datetime import date, timedelta

from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from ..core.churn_guards import VALUE_GUARDS
from ..models import customer_value_expectation
from .churn_common import ChurnCommon


@tagged("post_install", "-at_install")
@freeze_time("2024-06-30")
class TestChurnOfManyCustomers(ChurnCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.value_policy.clv_margin_source = "percentage"
        cls.value_policy.clv_margin_rate = 0.4
        cls.partners = cls._simulated_company()

    def test_guards_hold_and_bg_nbd_is_in_force(self):
        model = self._fit()
        self.assertEqual(model.guard_ids.filtered(lambda guard: not guard.passed).mapped("key"), [])
        self.assertEqual(model.guard_ids.mapped("key"), list(VALUE_GUARDS))
        self.assertEqual(model.method, "bg_nbd")
        self.assertIn("BG/NBD", model.conclusion)
        self.assertGreater(model.repeat_count, 300)
        self.assertTrue(all(model.guard_ids.mapped("sentence")))
        # as simulated: 1.2 / 10 purchases a week, 5 / 6.5 stay
        self.assertAlmostEqual(model.bg_r / model.bg_alpha, 0.12, delta=0.03)
        self.assertAlmostEqual(model.bg_b / (model.bg_a + model.bg_b), 5 / 6.5, delta=0.06)
        self.assertLess(model.bg_log_likelihood, 0)

    def test_hold_out_is_reported_for_every_method_and_naive_rule(self):
        model = self._fit()
        results = {result.method: result for result in model.result_ids}
        self.assertEqual(results.keys(), {"bg_nbd", "logistic", "rhythm", "last_year", "recency", "recency_frequency"})
        naive = [result.auc for result in results.values() if result.is_naive]
        self.assertGreaterEqual(results["bg_nbd"].auc, max(naive))
        self.assertLess(results["bg_nbd"].rmse, results["last_year"].rmse)
        self.assertAlmostEqual(results["bg_nbd"].expected / model.holdout_purchases, 1, delta=0.25)
        self.assertEqual((model.holdout_start, model.horizon_days), (date(2023, 12, 31), 183))

    def test_hold_out_knows_nothing_of_what_came_later(self):
        """Whatever happens after the cut changes what the models learnt before it in no way."""
        facts = self.env["customer.churn.facts"]
        cut = date(2023, 12, 30)
        before = facts._gather(self.value_policy, cut, 0)
        after = facts._gather(self.value_policy, cut, 183)
        for name in before._fields[:8]:
            self.assertEqual([str(v) for v in getattr(before, name)], [str(v) for v in getattr(after, name)], name)
        self.assertEqual(before.later_count.sum(), 0)
        self.assertGreater(after.later_count.sum(), 100)

    def test_refresh_fills_in_risk_expectations_and_lifetime_value(self):
        self._refresh()
        values = self.env["customer.value"].search([("company_id", "=", self.company.id)])
        self.assertEqual(len(values), 600)
        model = self.env["customer.churn.model"]._get_current(self.company)
        self.assertEqual(set(values.mapped("churn_method")), {"bg_nbd"})
        for value in values:
            self.assertTrue(0 <= value.churn_risk <= 1)
            self.assertLessEqual(value.expected_purchases_3, value.expected_purchases_12 + 0.001)
            self.assertLessEqual(value.clv_low, value.clv_high)
            self.assertAlmostEqual(
                value.value_at_risk, value.churn_reason["risk"] * value.churn_reason["year_revenue"], delta=0.01
            )
        self.assertGreater(model.customer_count, 0)
        # known customers leave: they bring less than last year, but by far not nothing
        share = sum(values.mapped("expected_revenue_12")) / sum(values.mapped("monetary"))
        self.assertTrue(0.4 < share < 0.8, share)

    def test_one_time_buyers_are_not_taken_for_alive(self):
        """P(alive) is 1 for them: as a risk of 0 it would put them last."""
        self._refresh()
        once = self.env["customer.value"].search(
            [("company_id", "=", self.company.id), ("purchase_count", "=", 1), ("last_invoice_date", "<", "2023-06-30")]
        )
        self.assertGreater(len(once), 15)
        self.assertGreater(min(once.mapped("churn_risk")), 0.6)
        self.assertIn("bought once", once[0].churn_explanation)

    def test_second_night_writes_nothing(self):
        self._refresh()
        before = self._rows()
        self.env["customer.value.expectation"]._refresh(self.value_policy, self.AS_OF)
        self.assertEqual(self._rows(), before)

    def test_a_purchase_is_noticed_and_few_others_are_written(self):
        self._refresh()
        before = {row[0]: row for row in self._rows()}
        buyer = self.partners[0]
        self._ledger([(buyer.id, self.AS_OF + timedelta(days=1), 500.0)])
        self._refresh(self.AS_OF + timedelta(days=1))
        changed = {row[0] for row in self._rows() if row[1:6] != before[row[0]][1:6]}
        self.assertIn(buyer.id, changed)
        self.assertLess(len(changed), 400)

    def test_constant_queries_whatever_the_number_of_customers(self):
        self._fit()
        expectation = self.env["customer.value.expectation"]
        self._refresh()
        counts = []
        for _turn in range(2):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            expectation._refresh(self.value_policy, self.AS_OF)
            counts.append(self.env.cr.sql_log_count - start)
        self.assertLess(max(counts), 25, counts)

    def test_batches_give_what_one_batch_gives(self):
        self._refresh()
        whole = [row[:6] for row in self._rows()]
        statement = (
            "UPDATE customer_value SET churn_method = NULL, churn_risk = NULL WHERE company_id = %s RETURNING id"
        )
        self.env.execute_query(SQL(statement, self.company.id))
        self.patch(customer_value_expectation, "BATCH", 37)
        self.env["customer.value.expectation"]._refresh(self.value_policy, self.AS_OF)
        self.assertEqual([row[:6] for row in self._rows()], whole)
