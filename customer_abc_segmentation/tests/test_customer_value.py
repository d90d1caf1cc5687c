from datetime import date, timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .value_common import ValueCommon


@tagged("post_install", "-at_install")
class TestCustomerValue(ValueCommon):
    # ------------------------------------------------------------------
    # WHAT COUNTS
    # ------------------------------------------------------------------

    def test_a_purchase_is_a_day_with_an_invoice(self):
        ann = self._customer("Ann")
        for day, amount in (("2024-05-15", 100), ("2024-05-15", 50), ("2024-06-10", 30), ("2023-06-30", 500)):
            self._invoice(ann, amount, day)
        self._invoice(ann, 20, "2024-06-12", move_type="out_refund")
        self._refresh()
        self.assertRecordValues(
            self._value(ann),
            [
                {
                    "first_invoice_date": date(2023, 6, 30),
                    "last_invoice_date": date(2024, 6, 10),
                    "purchase_count": 3,
                    "frequency": 2,
                    "monetary": 160,
                    "recency_days": 20,
                    "date": self.AS_OF,
                    "stage": "repeat",
                    "stage_date": self.AS_OF,
                }
            ],
        )

    def test_drafts_cancelled_and_later_documents_do_not_count(self):
        ann = self._customer("Ann")
        self._invoice(ann, 100, "2024-05-15")
        self._invoice(ann, 7, "2024-07-01")
        self._invoice(ann, 9, "2024-05-20").button_draft()
        cancelled = self._invoice(ann, 11, "2024-05-21")
        cancelled.button_draft()
        cancelled.button_cancel()
        self._refresh()
        self.assertRecordValues(self._value(ann), [{"purchase_count": 1, "monetary": 100}])

    def test_contacts_and_archived_customers_are_read_with_their_company(self):
        ann = self._customer("Ann")
        contact = self.env["res.partner"].create({"name": "Buyer", "parent_id": ann.id})
        self._invoice(contact, 100)
        ann.active = False
        self._refresh()
        self.assertEqual(self._value(ann).monetary, 100)
        self.assertFalse(self._value(contact))

    def test_customers_with_credit_notes_only_have_no_stage_and_no_segment(self):
        ann = self._prospect("Ann")
        self._invoice(ann, 30, move_type="out_refund")
        self._refresh()
        value = self._value(ann)
        self.assertRecordValues(
            value,
            [{"purchase_count": 0, "monetary": -30, "stage": False, "rfm_segment_id": False, "growth_trend": False}],
        )
        self.assertIn("credit notes only", value.stage_explanation)
        self._assert_unknown(value, "rfm_r", "gap_median", "growth_slope", "recency_days")

    def _assert_unknown(self, value, *names):
        """Unknown is empty, never zero."""
        self.assertEqual([value[name] for name in names], [None] * len(names))

    def test_who_did_not_buy_in_the_window_has_no_scores(self):
        ann = self._customer("Ann")
        self._invoice(ann, 100, "2023-06-30")
        self._refresh()
        value = self._value(ann)
        self.assertRecordValues(value, [{"frequency": 0, "monetary": 0, "rfm_segment_id": False, "stage": "lost"}])
        self._assert_unknown(value, "rfm_r", "rfm_f", "rfm_m")
        self.assertIn("no purchase", value.segment_explanation)

    def test_an_empty_company_has_no_values(self):
        company = self.setup_other_company()["company"]
        policy = self.env["customer.value.policy"]._get_for(company)
        self._refresh(policy=policy)
        self.assertFalse(self.env["customer.value"].sudo().search([("company_id", "=", company.id)]))
        self.assertEqual(policy.last_date, self.AS_OF)

    # ------------------------------------------------------------------
    # PROSPECTS
    # ------------------------------------------------------------------

    def test_prospects_were_never_invoiced_and_exist_by_then(self):
        prospect, archived = self._prospect("Prospect"), self._prospect("Archived", active=False)
        contact = self._prospect("Contact", parent_id=prospect.id, is_company=False)
        young = self._customer("Not there yet", customer_rank=1)
        vendor = self._prospect("Vendor")
        vendor.customer_rank = 0
        foreign = self._prospect("Foreign", company_id=self.setup_other_company()["company"].id)
        customer = self._prospect("Customer")
        self._invoice(customer, 10)
        self._refresh()
        everybody = prospect + archived + contact + young + vendor + foreign + customer
        stages = {value.partner_id: value.stage for value in self._value(everybody)}
        self.assertEqual(stages, {prospect: "prospect", customer: "first_purchase"})

    def test_customers_of_another_company_are_no_prospects(self):
        other = self.setup_other_company()
        ann = self._prospect("Ann")
        self.env.user.company_ids |= other["company"]
        self._invoice(ann, 10, journal_id=other["default_journal_sale"].id, company_id=other["company"].id)
        self._refresh()
        self.assertFalse(self._value(ann))

    def test_the_policy_says_who_is_a_prospect(self):
        first, second = self._prospect("First"), self._prospect("Second")
        second.is_company = False
        self.value_policy.prospect_domain = "[('is_company', '=', True), ('id', 'in', %s)]" % (first + second).ids
        self._refresh()
        self.assertEqual(self._value(first + second).partner_id, first)

    # ------------------------------------------------------------------
    # COMPANIES
    # ------------------------------------------------------------------

    def test_branches_are_read_with_their_root(self):
        branch = self._create_company(name="Branch", parent_id=self.company.id)
        self.env.user.company_ids |= branch
        ann = self._customer("Ann")
        self._invoice(ann, 100)
        self._invoice(ann, 50, "2024-06-01", company_id=branch.id)
        self._refresh()
        self.assertRecordValues(
            self._value(ann), [{"monetary": 150, "purchase_count": 2, "company_id": self.company.id}]
        )
        self.assertEqual(ann.with_context(allowed_company_ids=branch.ids).customer_stage, "repeat")

    def test_each_company_has_its_own_values(self):
        other = self.setup_other_company()
        self.env.user.company_ids |= other["company"]
        ann = self._customer("Ann")
        self._invoice(ann, 100)
        for day in ("2024-05-01", "2024-06-01"):
            self._invoice(ann, 10, day, journal_id=other["default_journal_sale"].id, company_id=other["company"].id)
        self._refresh()
        self._refresh(policy=self.env["customer.value.policy"]._get_for(other["company"]))
        self.assertRecordValues(self._value(ann), [{"monetary": 100, "stage": "first_purchase"}])
        foreign = (
            self.env["customer.value"]
            .sudo()
            .search([("partner_id", "=", ann.id), ("company_id", "=", other["company"].id)])
        )
        self.assertRecordValues(foreign, [{"monetary": 20, "stage": "repeat"}])

    # ------------------------------------------------------------------
    # SCORES, RHYTHM, STAGES
    # ------------------------------------------------------------------

    def test_frequency_is_scored_by_cut_points_and_ties_are_equal(self):
        customers = [self._customer(f"C{count}") for count in range(6)]
        days = [date(2024, 6, 1) + timedelta(days=shift) for shift in range(12)]
        for customer, count in zip(customers, (1, 1, 2, 4, 7, 12), strict=True):
            for day in days[:count]:
                self._invoice(customer, 10, day)
        self._refresh()
        values = [self._value(customer) for customer in customers]
        self.assertEqual([value.rfm_f for value in values], [1, 1, 2, 3, 4, 5])
        self.assertEqual([value.rfm_r for value in values], [2, 2, 3, 4, 5, 5])
        self.assertEqual([value.rfm_m for value in values], [2, 2, 3, 4, 5, 5])
        self.assertEqual(values[-1].rfm_segment_id, self.segments["champions"])
        self.assertEqual(values[0].rfm_segment_id, self.segments["hibernating"])

    def test_the_rhythm_is_median_and_spread_of_the_gaps(self):
        ann, bob = self._customer("Ann"), self._customer("Bob")
        day = date(2023, 9, 1)
        for gap in (0, 10, 20, 30, 100):
            day += timedelta(days=gap)
            self._invoice(ann, 10, day)
        for shift in (0, 10, 20):
            self._invoice(bob, 10, date(2024, 6, 1) + timedelta(days=shift))
        self._refresh()
        self.assertRecordValues(self._value(ann), [{"gap_median": 25, "gap_spread": 30}])
        self._assert_unknown(self._value(bob), "gap_median", "gap_spread")

    def test_the_stage_follows_the_purchases_through_a_life(self):
        ann = self._prospect("Ann")
        days = [date(2022, 1, 10), date(2022, 2, 10), date(2022, 3, 10), date(2022, 4, 10), date(2023, 6, 1)]
        for day in days:
            self._invoice(ann, 10, day)
        expected = [
            (date(2021, 12, 31), "prospect"),
            (date(2022, 1, 31), "first_purchase"),
            (date(2022, 4, 30), "repeat"),
            (date(2022, 7, 31), "at_risk"),
            (date(2022, 12, 31), "lost"),
            (date(2023, 6, 30), "won_back"),
        ]
        for as_of, stage in expected:
            self._refresh(as_of)
            with self.subTest(as_of):
                self.assertRecordValues(self._value(ann), [{"stage": stage, "stage_date": as_of}])

    def test_loyal_customers_buy_often_enough_for_long_enough(self):
        ann, bob = self._customer("Ann"), self._customer("Bob")
        for month in range(3, 7):
            self._invoice(ann, 10, date(2024, month, 1))
            self._invoice(bob, 10, date(2024, month, 1))
        for day in ("2023-06-30", "2023-09-15", "2023-12-01"):
            self._invoice(ann, 10, day)
        self._refresh()
        self.assertEqual((self._value(ann).stage, self._value(bob).stage), ("loyal", "repeat"))

    # ------------------------------------------------------------------
    # REFRESHING
    # ------------------------------------------------------------------

    def _snapshot(self):
        self.env.flush_all()
        tables = ("customer_value", "customer_stage_history", "customer_value_history")
        return {
            table: self.env.execute_query(SQL("SELECT xmin, t.* FROM %s t ORDER BY id", SQL.identifier(table)))
            for table in tables
        }

    def test_the_same_night_twice_writes_nothing(self):
        ann, bob = self._customer("Ann"), self._prospect("Bob")
        for place, amount in enumerate((100, 137, 90, 211, 180, 250, 99, 301)):
            self._invoice(ann, amount, self.AS_OF - timedelta(days=91 * place))
        self._refresh()
        self.assertTrue(self._value(ann).growth_t)
        before = self._snapshot()
        self.env.cr.execute("SAVEPOINT again")
        self._refresh()
        self.assertEqual(self._snapshot(), before)
        self.assertEqual(len(self._value(ann + bob)), 2)

    def test_only_changed_customers_are_written(self):
        ann, bob = self._customer("Ann"), self._customer("Bob")
        self._invoice(ann, 100)
        self._invoice(bob, 100)
        self.value_policy.write({"recency_method": "cuts", "monetary_method": "cuts"})
        self._refresh()
        before = {row[1]: row for row in self._snapshot()["customer_value"]}
        self._invoice(ann, 20, "2024-06-20")
        self.env.cr.execute("SAVEPOINT another_night")
        self._refresh()
        after = {row[1]: row for row in self._snapshot()["customer_value"]}
        changed = [key for key in after if after[key] != before.get(key)]
        self.assertEqual(changed, self._value(ann).ids)

    def test_a_corrected_ledger_corrects_the_values(self):
        ann, bob = self._customer("Ann"), self._customer("Bob", customer_rank=0)
        self._invoice(ann, 100)
        moves = self._invoice(ann, 50, "2024-06-01") + self._invoice(bob, 10)
        self._refresh()
        moves.button_draft()
        bob.customer_rank = 0
        self._refresh()
        self.assertRecordValues(self._value(ann), [{"monetary": 100, "purchase_count": 1}])
        self.assertFalse(self._value(bob), "neither customer nor prospect any longer")
        history = self.env["customer.stage.history"].search([("partner_id", "=", bob.id)])
        self.assertEqual(history.date_to, self.AS_OF - timedelta(days=1))

    def test_history_is_not_written_before_what_there_is(self):
        self._refresh()
        with self.assertRaises(UserError):
            self._refresh(self.AS_OF - timedelta(days=1))

    def test_a_refresh_costs_the_same_queries_for_one_and_for_many(self):
        counts = []
        for number in (1, 20):
            for place in range(number):
                self._invoice(self._customer(f"C{number}-{place}"), 10)
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self._refresh()
            counts.append(self.env.cr.sql_log_count - start)
        self.assertLessEqual(counts[1], counts[0])
        self.assertLess(counts[1], 40)
