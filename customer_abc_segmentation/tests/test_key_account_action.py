from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .key_account_common import KeyAccountCommon


@tagged("post_install", "-at_install")
@freeze_time("2024-07-10")
class TestKeyAccountAction(KeyAccountCommon):
    def _agree(self, review, figure="overdue", target=50, **values):
        return self.env["key.account.action"].create(
            {
                "review_id": review.id,
                "name": "Agree on direct debit",
                "user_id": self.seller.id,
                "date_deadline": "2024-06-30",
                "figure": figure,
                "target": target,
                **values,
            }
        )

    # ------------------------------------------------------------------
    # MEASURED
    # ------------------------------------------------------------------

    def test_the_next_sheet_measures(self):
        invoice = self._invoice(self.ann, 100, "2024-02-01")
        first = self._sheet(period=self.Q1)
        overdue = self._agree(first)
        revenue = self._agree(first, "revenue", 500)
        self.assertEqual((overdue.direction, overdue.baseline, revenue.direction), ("at_most", 100, "at_least"))
        self.assertFalse(overdue.result)
        self._pay(invoice, 60, "2024-06-01")
        second = self._sheet()
        self.assertEqual((overdue.value_reached, overdue.result), (40, "reached"))
        self.assertEqual((revenue.value_reached, revenue.result), (0, "missed"))
        self.assertEqual(second.measured_action_ids, overdue + revenue)

    def test_shares_are_typed_and_measured_in_percent(self):
        self._invoice(self.ann, 30, "2024-02-01")
        self._invoice(self.bob, 70, "2024-02-01")
        first = self._sheet(period=self.Q1)
        action = self._agree(first, "company_share", 25)
        self.assertEqual((action.baseline, action.unit), (30, "%"))
        self._invoice(self.ann, 26, "2024-05-01")
        self._invoice(self.bob, 74, "2024-05-01")
        self._sheet()
        self.assertEqual((action.value_reached, action.result), (26, "reached"))
        self.assertEqual(action._write_target("target"), "25.0 %")

    def test_a_later_deadline_is_measured_again(self):
        invoice = self._invoice(self.ann, 100, "2023-11-01")
        first = self._sheet(period=self.Q1.before())
        action = self._agree(first, date_deadline="2024-05-15")
        second = self._sheet(period=self.Q1)
        self.assertEqual((action.result, action.measured_review_id), ("pending", second))
        self._pay(invoice, 80, "2024-05-01")
        third = self._sheet()
        self.assertEqual((action.result, action.measured_review_id), ("reached", third))
        second.action_refresh()
        self.assertEqual((action.result, action.measured_review_id), ("reached", third))

    def test_what_is_decided_stays(self):
        invoice = self._invoice(self.ann, 100, "2023-11-01")
        action = self._agree(self._sheet(period=self.Q1.before()), date_deadline="2024-03-31")
        second = self._sheet(period=self.Q1)
        self._pay(invoice, 80, "2024-05-01")
        self._sheet()
        self.assertEqual((action.result, action.measured_review_id), ("missed", second))

    def test_refreshing_the_measuring_sheet_measures_again(self):
        action = self._agree(self._sheet(period=self.Q1), "revenue", 100)
        second = self._sheet()
        self.assertEqual(action.result, "missed")
        self._invoice(self.ann, 100, "2024-05-01")
        second.action_refresh()
        self.assertEqual((action.value_reached, action.result), (100, "reached"))
        second.unlink()
        self.assertEqual((action.result, action.measured_review_id), (False, self.reviews))

    def test_no_figure_is_no_miss(self):
        action = self._agree(self._sheet(period=self.Q1), "dso", 30)
        self._sheet()
        self.assertEqual((action.result, action._write_target("value_reached")), ("unknown", "–"))

    def test_cancelled_and_plain_actions_are_not_measured(self):
        first = self._sheet(period=self.Q1)
        cancelled, plain = self._agree(first), self._agree(first, figure=False)
        cancelled.action_cancel()
        self._sheet()
        self.assertFalse((cancelled + plain).measured_review_id)

    def test_other_customers_do_not_measure(self):
        action = self._agree(self._sheet(period=self.Q1))
        self._sheet(self.bob)
        self.assertFalse(action.result)

    # ------------------------------------------------------------------
    # WORK
    # ------------------------------------------------------------------

    def test_the_owner_has_an_activity_until_it_is_done(self):
        action = self._agree(self._sheet())
        self.assertEqual(
            (action.activity_ids.user_id, str(action.activity_ids.date_deadline)), (self.seller, "2024-06-30")
        )
        action.date_deadline = "2024-09-30"
        self.assertEqual(str(action.activity_ids.date_deadline), "2024-09-30")
        action.with_user(self.seller).action_done()
        self.assertFalse(action.activity_ids)
        self.assertEqual((action.state, str(action.done_on)), ("done", "2024-07-10"))
        action.action_reopen()
        self.assertEqual((len(action.activity_ids), action.done_on), (1, False))

    def test_owners_work_on_signed_sheets_too(self):
        review = self._sheet()
        action = self._agree(review)
        self._signed(review)
        mine = action.with_user(self.seller)
        mine.note = "Called twice"
        mine.action_done()
        self.assertEqual((action.note, action.state), ("Called twice", "done"))
        with self.assertRaisesRegex(UserError, "is signed"):
            mine.target = 1

    def test_a_manager_gives_an_action_to_somebody_else(self):
        review = self._sheet()
        action = self._agree(review)
        self._signed(review)
        action.with_user(self.signer).user_id = self.signer
        self.assertEqual(action.activity_ids.user_id, self.signer)

    def test_owner_of_another_customers_action_sees_only_the_action(self):
        review = self._sheet(self.bob)
        action = self._agree(review).with_user(self.seller)
        self.assertEqual((action.partner_id.name, action.baseline), ("Bob", 0))
        action.note = "Done half"
        with self.assertRaises(AccessError):
            action.target = 1
        with self.assertRaises(AccessError):
            review.with_user(self.seller).read(["figures"])

    def test_results_and_states_are_not_written(self):
        action = self._agree(self._sheet())
        for values in (
            {"state": "done"},
            {"result": "reached"},
            {"value_reached": 1},
            {"measured_review_id": action.review_id.id},
            {"done_on": "2024-01-01"},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                action.write(values)
            with self.subTest(values), self.assertRaises(AccessError):
                self._agree(action.review_id, **values)
        with self.assertRaises(AccessError):
            self.env["key.account.action"].with_context(default_state="done").create(
                {"review_id": action.review_id.id, "name": "x", "date_deadline": "2024-09-30"}
            )

    def test_owner_needs_access(self):
        clerk = self._user("clerk", "base.group_user")
        with self.assertRaisesRegex(UserError, "no access to segmentation"):
            self._agree(self._sheet(), user_id=clerk.id)

    def test_late_actions_are_found(self):
        action = self._agree(self._sheet())
        self.assertTrue(action.is_late)
        self.assertEqual(self.env["key.account.action"].search([("is_late", "=", True)]), action)
        action.action_done()
        self.assertFalse(self.env["key.account.action"].search([("is_late", "=", True)]))
