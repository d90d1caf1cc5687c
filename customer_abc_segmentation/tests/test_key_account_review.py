from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .key_account_common import KeyAccountCommon


@tagged("post_install", "-at_install")
@freeze_time("2024-07-10")
class TestKeyAccountReview(KeyAccountCommon):
    # ------------------------------------------------------------------
    # FROZEN AND COMPARED
    # ------------------------------------------------------------------

    def test_figures_stay_when_the_ledger_changes(self):
        self._invoice(self.ann, 100, "2024-05-01")
        review = self._sheet()
        frozen = review.figures
        self._invoice(self.ann, 11, "2024-05-02")
        self.ann.user_id = False
        self.assertEqual((review.figures, review.revenue), (frozen, 100))

    def test_a_draft_reads_its_figures_again_and_says_so(self):
        self._invoice(self.ann, 100, "2024-05-01")
        review = self._sheet()
        self._invoice(self.ann, 11, "2024-05-02")
        review.action_refresh()
        self.assertEqual((review.revenue, review.figures["values"]["revenue"]), (111, 111))
        self.assertIn("111", review.message_ids[0].body)

    def test_neither_review_nor_signature_lets_figures_be_read_again(self):
        review = self._sheet()
        review.action_submit()
        with self.assertRaisesRegex(UserError, "another state"):
            review.action_refresh()
        review.with_user(self.signer).action_sign()
        with self.assertRaisesRegex(UserError, "another state"):
            review.action_refresh()

    def test_previous_review_stands_beside(self):
        self._invoice(self.ann, 50, "2024-02-01")
        self._invoice(self.ann, 80, "2024-05-01", invoice_date_due="2024-12-01")
        first = self._sheet(period=self.Q1)
        second = self._sheet()
        self.assertEqual((first.previous_id, second.previous_id), (self.reviews, first))
        rows = {row["code"]: row for row in second._get_rows("sales")}
        row = rows["revenue"]
        self.assertEqual((row["now"], row["before"], row["tone"]), (80, 50, "better"))
        self.assertIn("30", row["change"])
        self.assertEqual(second._get_previous_name(), "Q1 2024")
        self.assertFalse(first._get_rows("sales")[0]["previous"])

    def test_the_comparison_is_frozen_too(self):
        self._invoice(self.ann, 50, "2024-02-01")
        first, second = self._sheet(period=self.Q1), self._sheet()
        self._invoice(self.ann, 5, "2024-02-02")
        first.action_refresh()
        self.assertEqual(second._get_rows("sales")[0]["before"], 50)
        second.action_refresh()
        self.assertEqual(second._get_rows("sales")[0]["before"], 55)
        first.unlink()
        self.assertEqual((second.previous_id, second._get_rows("sales")[0]["before"]), (self.reviews, 55))

    def test_only_periods_of_the_same_kind_are_compared(self):
        month = self.Q1.__class__("month", self.Q1.start, self.Q1.start.replace(day=31))
        self._sheet(period=month)
        self.assertFalse(self._sheet().previous_id)

    def test_once_per_customer_and_period(self):
        review = self._sheet()
        self.assertFalse(self._sheet())
        with self.assertRaises(UniqueViolation), mute_logger("odoo.sql_db"), self.cr.savepoint():
            review.sudo().copy()

    def test_contacts_get_the_sheet_of_their_customer(self):
        contact = self._customer("Clerk", is_company=False, parent_id=self.ann.id)
        self.assertEqual(self._sheet(contact).partner_id, self.ann)

    # ------------------------------------------------------------------
    # SIGNATURE
    # ------------------------------------------------------------------

    def test_another_person_signs(self):
        review = self._sheet()
        review.action_submit()
        self.assertEqual((review.state, review.prepared_by_id), ("review", self.env.user))
        with self.assertRaisesRegex(UserError, "another manager"):
            review.action_sign()
        review.with_user(self.signer).action_sign()
        self.assertEqual((review.state, review.signed_by_id), ("signed", self.signer))

    def test_the_salesperson_prepares_and_does_not_sign(self):
        review = self._sheet().with_user(self.seller)
        review.summary = "Doing well"
        review.action_submit()
        self.assertEqual(review.prepared_by_id, self.seller)
        with self.assertRaises(AccessError):
            review.action_sign()

    def test_who_is_not_responsible_does_not_submit(self):
        review = self._sheet()
        review.user_id = self.env.user
        with self.assertRaisesRegex(AccessError, "prepared by"):
            review.with_user(self.seller).action_submit()

    def test_a_draft_is_not_signed(self):
        with self.assertRaisesRegex(UserError, "another state"):
            self._sheet().with_user(self.signer).action_sign()

    def test_signed_is_kept_as_it_is(self):
        review = self._sheet()
        comment = self.env["key.account.comment"].create({"review_id": review.id, "section": "sales", "text": "Good"})
        action = self._action(review)
        self._signed(review)
        for attempt in (
            lambda: review.write({"summary": "other"}),
            lambda: review.write({"user_id": self.signer.id}),
            lambda: review.unlink(),
            lambda: comment.write({"text": "Bad"}),
            lambda: comment.unlink(),
            lambda: self.env["key.account.comment"].create({"review_id": review.id, "section": "sales", "text": "x"}),
            lambda: action.write({"target": 5}),
            lambda: action.unlink(),
            lambda: self._action(review),
            lambda: review.write({"action_ids": [(0, 0, {"name": "x", "date_deadline": "2024-09-30"})]}),
        ):
            with self.assertRaisesRegex(UserError, "is signed"):
                attempt()

    def _action(self, review):
        return self.env["key.account.action"].create(
            {"review_id": review.id, "name": "Call", "date_deadline": "2024-09-30"}
        )

    def test_reopening_needs_a_manager_and_a_reason(self):
        review = self._signed()
        with self.assertRaises(AccessError):
            review.with_user(self.seller).action_reopen()
        action = review.action_reopen()
        wizard = Form(self.env["key.account.reopen"].with_context(**action["context"]))
        with self.assertRaisesRegex(UserError, "Say why"):
            review._reopen("  ")
        wizard.reason = "A comment is missing"
        wizard.save().action_reopen()
        self.assertEqual((review.state, review.signed_by_id), ("review", self.env["res.users"]))
        self.assertIn("A comment is missing", review.message_ids[0].body)
        self.assertIn("Signer", review.message_ids[0].body)

    def test_the_summary_stays_as_it_was_submitted(self):
        review = self._sheet()
        review.action_submit()
        with self.assertRaisesRegex(UserError, "back to draft"):
            review.with_user(self.signer).summary = "What the signer says"
        review.action_back_to_draft()
        review.summary = "Better"
        self.assertFalse(review.prepared_by_id)

    def test_submitting_closes_the_activity(self):
        review = self._sheet().with_user(self.seller)
        self.assertEqual(review.activity_ids.user_id, self.seller)
        review.action_submit()
        self.assertFalse(review.activity_ids)

    # ------------------------------------------------------------------
    # RIGHTS
    # ------------------------------------------------------------------

    def test_salespeople_see_the_sheets_of_their_customers(self):
        own, foreign = self._sheet(self.ann), self._sheet(self.bob)
        self.assertEqual(self.reviews.with_user(self.seller).search([]), own)
        self.assertIn("K-1", own.with_user(self.seller).sheet)
        with self.assertRaises(AccessError):
            foreign.with_user(self.seller).read(["figures"])
        foreign.user_id = self.seller
        self.assertEqual(self.reviews.with_user(self.seller).search([]), own | foreign)

    def test_other_users_see_nothing(self):
        review = self._sheet()
        clerk = self._user("clerk", "base.group_user")
        with self.assertRaises(AccessError):
            review.with_user(clerk).read(["revenue"])

    def test_other_company_is_out_of_sight(self):
        self._sheet()
        other = self.setup_other_company()["company"]
        manager = self._user("elsewhere", "customer_abc_segmentation.group_segmentation_manager")
        manager.write({"company_id": other.id, "company_ids": [(6, 0, other.ids)]})
        self.assertFalse(self.reviews.with_user(manager).search([]))

    def test_nobody_makes_a_sheet_by_rpc(self):
        for user in (self.env.user, self.seller):
            with self.subTest(user.name), self.assertRaises(AccessError):
                self.reviews.with_user(user).create(
                    {
                        "partner_id": self.ann.id,
                        "company_id": self.company.id,
                        "currency_id": self.company.currency_id.id,
                        "period_kind": "quarter",
                        "date_from": "2024-01-01",
                        "date_to": "2024-03-31",
                    }
                )

    def test_nobody_writes_figures_states_or_signatures(self):
        review = self._sheet()
        for values in (
            {"figures": {}},
            {"revenue": 1},
            {"state": "signed"},
            {"signed_by_id": self.signer.id},
            {"prepared_by_id": self.signer.id},
            {"partner_id": self.bob.id},
            {"date_to": "2024-12-31"},
            {"previous_id": False},
            {"measured_action_ids": [(5,)]},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                review.with_user(self.signer).write(values)

    def test_a_comment_belongs_to_its_author(self):
        review = self._sheet()
        comments = self.env["key.account.comment"]
        comment = comments.with_user(self.seller).create(
            {"review_id": review.id, "section": "sales", "text": "Good", "user_id": self.signer.id}
        )
        self.assertEqual(comment.user_id, self.seller)
        with self.assertRaisesRegex(AccessError, "Only its author"):
            comment.with_user(self.signer).text = "Bad"
        with self.assertRaisesRegex(AccessError, "stays with its author"):
            comment.with_user(self.seller).user_id = self.signer
        foreign = self._sheet(self.bob)
        with self.assertRaises(AccessError):
            comments.with_user(self.seller).create({"review_id": foreign.id, "section": "sales", "text": "x"})

    def test_responsible_needs_access(self):
        clerk = self._user("clerk", "base.group_user")
        with self.assertRaisesRegex(UserError, "no access to segmentation"):
            self._sheet().user_id = clerk
