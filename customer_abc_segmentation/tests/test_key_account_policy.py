from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from ..models import key_account_policy
from .key_account_common import KeyAccountCommon


@tagged("post_install", "-at_install")
@freeze_time("2024-07-10")
class TestKeyAccountPolicy(KeyAccountCommon):
    def setUp(self):
        super().setUp()
        for partner, amount in ((self.ann, 60), (self.bob, 30), (self._customer("Cid"), 10)):
            self._invoice(partner, amount, "2024-05-01")
        self._classify(date(2024, 7, 1))

    def _run_job(self):
        with self.enter_registry_test_mode():
            self.env.ref("customer_abc_segmentation.ir_cron_create_key_account_reviews").sudo().method_direct_trigger()

    def _found(self):
        return self.reviews.search([])

    def test_the_job_makes_drafts_of_the_best_class_once(self):
        self._run_job()
        reviews = self._found()
        self.assertEqual(reviews.partner_id, self.ann + self.bob)
        self.assertEqual(set(reviews.mapped("state")), {"draft"})
        self.assertEqual({(str(it.date_from), str(it.date_to)) for it in reviews}, {("2024-04-01", "2024-06-30")})
        frozen = {review: review.write_date for review in reviews}
        self._run_job()
        self.assertEqual({review: review.write_date for review in self._found()}, frozen)

    def test_salesperson_prepares_else_the_accountant(self):
        self._run_job()
        responsible = {review.partner_id: review.user_id for review in self._found()}
        self.assertEqual(responsible, {self.ann: self.seller, self.bob: self.env.user})
        self.assertEqual(self._found().filtered("activity_ids").activity_ids.user_id, self.seller | self.env.user)

    def test_the_accountant_prepares_all(self):
        self.sheets.responsible = "fixed"
        self._run_job()
        self.assertEqual(self._found().user_id, self.env.user)

    def test_a_salesperson_without_access_does_not_prepare(self):
        self.ann.user_id = self._user("clerk", "base.group_user")
        self._run_job()
        self.assertEqual(self._found().user_id, self.env.user)

    def test_chosen_classes(self):
        self.sheets.class_ids = self.class_b + self.class_c
        self._run_job()
        self.assertEqual(self._found().partner_id.mapped("name"), ["Cid"])

    def test_a_manual_class_counts(self):
        self.env["abc.classification"]._set_manual(self.bob, self.class_c, "because")
        self._run_job()
        self.assertEqual(self._found().partner_id, self.ann)

    def test_the_job_waits_for_late_invoices(self):
        self.sheets.days_after = 10
        self._run_job()
        self.assertEqual(str(self._found()[0].date_to), "2024-03-31")
        self.sheets.days_after = 9
        self._run_job()
        self.assertIn("2024-06-30", self._found().mapped(lambda it: str(it.date_to)))

    def test_nothing_happens_without_a_policy_that_says_so(self):
        self.sheets.is_automatic = False
        self._run_job()
        self.assertFalse(self._found())

    def test_a_killed_job_goes_on_where_it_was(self):
        with patch.object(key_account_policy, "BATCH", 1):
            self.assertEqual(self.sheets._create_batch(date(2024, 7, 10)), 1)
            first = self._found()
            self.assertEqual(len(first), 1)
            self._run_job()
        self.assertEqual(len(self._found()), 2)
        self.assertIn(first, self._found())

    def test_other_kinds_of_periods(self):
        for kind, first in (("month", "2024-06-01"), ("half_year", "2024-01-01"), ("year", "2023-01-01")):
            self.sheets.period_kind = kind
            self.sheets.action_create_drafts()
            found = self.reviews.search([("period_kind", "=", kind)])
            self.assertEqual(({str(it.date_from) for it in found}, len(found)), ({first}, 2), kind)

    # ------------------------------------------------------------------
    # SETTINGS
    # ------------------------------------------------------------------

    def test_branches_and_second_policies_are_refused(self):
        branch = self._create_company(name="Branch", parent_id=self.company.id)
        with self.assertRaisesRegex(ValidationError, "is a branch"):
            self.sheets.company_id = branch

    def test_the_accountant_needs_access(self):
        with self.assertRaisesRegex(ValidationError, "needs access"):
            self.sheets.user_id = self._user("clerk", "base.group_user")

    def test_a_field_that_the_manager_may_not_read_is_refused(self):
        field = self.env["ir.model.fields"]._get("res.partner", "credit")
        with self.assertRaises(AccessError):
            self.sheets.with_user(self.signer).partner_field_ids = field
        self.signer.group_ids |= self.env.ref("base.group_erp_manager")
        with self.assertRaisesRegex(ValidationError, "may not read"):
            self.sheets.with_user(self.signer).partner_field_ids = field

    def test_a_field_that_no_sheet_can_show_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "no field of contacts"):
            self.sheets.partner_field_ids = self.env["ir.model.fields"]._get("res.partner", "child_ids")

    def test_users_do_not_touch_policies(self):
        with self.assertRaises(AccessError):
            self.sheets.with_user(self.seller).action_create_drafts()

    # ------------------------------------------------------------------
    # BY HAND
    # ------------------------------------------------------------------

    def _wizard(self, records):
        context = {"active_model": records._name, "active_ids": records.ids}
        return Form(self.env["key.account.review.wizard"].with_context(**context))

    def test_chosen_customers_get_drafts_of_the_last_period(self):
        dialog = self._wizard(self.ann + self.bob)
        self.assertEqual((dialog.period_name, dialog.existing_count), ("Q2 2024", 0))
        action = dialog.save().action_create()
        self.assertEqual(self.reviews.search(action["domain"]).partner_id, self.ann + self.bob)
        dialog = self._wizard(self.ann + self.bob)
        self.assertEqual(dialog.existing_count, 2)
        dialog.period_kind = "month"
        self.assertEqual((dialog.period_name, dialog.existing_count), ("2024-06", 0))

    def test_chosen_classifications_do_too(self):
        rows = self.env["abc.classification"].search([("partner_id", "=", self.ann.id)])
        action = self._wizard(rows).save().action_create()
        self.assertEqual(self.reviews.browse(action["res_id"]).partner_id, self.ann)

    def test_without_a_policy_the_defaults_count(self):
        self.sheets.unlink()
        self._wizard(self.ann).save().action_create()
        review = self._found()
        self.assertEqual((review.user_id, review.class_code, review.revenue), (self.seller, "A", 60))

    def test_a_program_need_not_name_the_day(self):
        wizard = self.env["key.account.review.wizard"].create({"partner_ids": self.ann.ids})
        self.assertEqual(wizard.period_name, "Q2 2024")

    def test_only_managers_make_sheets(self):
        with self.assertRaises(AccessError):
            self.env["key.account.review.wizard"].with_user(self.seller).create({"partner_ids": self.ann.ids})

    def test_smart_button_counts_the_sheets(self):
        self._sheet()
        contact = self._customer("Clerk", is_company=False, parent_id=self.ann.id)
        self.assertEqual((self.ann.key_account_review_count, contact.key_account_review_count), (1, 1))
        action = contact.action_open_key_account_reviews()
        self.assertEqual(self.reviews.search(action["domain"]).partner_id, self.ann)
