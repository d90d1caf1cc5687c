from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .key_account_common import KeyAccountCommon


@tagged("post_install", "-at_install")
@freeze_time("2024-07-10")
class TestSegmentationAttack(KeyAccountCommon):
    """What a salesperson or a manager without other rights tries by RPC."""

    def _action(self, review, **values):
        vals = {"name": "Call", "user_id": self.seller.id, "date_deadline": "2024-12-31", "figure": "revenue"}
        return self.env["key.account.action"].with_user(self.seller).create({"review_id": review.id, **vals, **values})

    # ------------------------------------------------------------------
    # KEY-ACCOUNT SHEETS
    # ------------------------------------------------------------------

    def test_an_action_is_not_measured_by_another_customers_sheet(self):
        self._invoice(self.bob, 777)
        action = self._action(self._sheet(self.ann, self.Q1))
        for vals in ({"partner_id": self.bob.id}, {"company_id": self.env.company.id}):
            with self.assertRaises(AccessError):
                action.write(vals)
        self._sheet(self.bob)
        self.assertFalse(action.value_reached)

    def test_actions_and_comments_are_made_for_the_customer_of_the_sheet(self):
        review = self._sheet(self.ann, self.Q1)
        with self.assertRaises(AccessError):
            self._action(review, partner_id=self.bob.id)
        comments = self.env["key.account.comment"].with_user(self.seller)
        vals = {"review_id": review.id, "section": "sales", "text": "Well"}
        with self.assertRaises(AccessError):
            comments.create({**vals, "partner_id": self.bob.id})
        with self.assertRaises(AccessError):
            comments.create(vals).partner_id = self.bob

    def test_sheets_are_made_for_the_own_companies_only(self):
        other = self.env["res.company"].sudo().create({"name": "Other"})
        stranger = self.env.ref("base.user_admin")
        stranger.sudo().company_ids |= other
        self.env["key.account.policy"].sudo().create({"company_id": other.id, "user_id": stranger.id})
        wizard = self.env["key.account.review.wizard"].with_user(self.signer)
        dialog = wizard.create({"company_id": other.id, "partner_ids": self.bob.ids, "date": "2024-05-01"})
        with self.assertRaises(AccessError):
            dialog.action_create()

    def test_sheets_are_made_when_the_accountant_has_left(self):
        accountant = self._user("accountant", "customer_abc_segmentation.group_segmentation_manager")
        self.sheets.user_id = accountant
        accountant.sudo().active = False
        self.assertFalse(self._sheet(self.bob).user_id)
        self.assertEqual(self._sheet(self.ann).user_id, self.seller)

    # ------------------------------------------------------------------
    # SETTINGS
    # ------------------------------------------------------------------

    def test_settings_are_not_pushed_to_another_company(self):
        other = self.env["res.company"].sudo().create({"name": "Other"})
        policy, value_policy = (
            self.env[model].sudo().search([("company_id", "=", other.id)])
            for model in ("abc.policy", "customer.value.policy")
        )
        level = self.policy.copy().class_ids[:1]
        level.code = "Q"
        segment = self.env["rfm.segment"].create({"policy_id": self.value_policy.id, "code": "Q", "name": "Q"})
        budget = self.env["customer.budget"].create({"partner_id": self.ann.id})
        for record, vals in (
            (level, {"policy_id": policy.id}),
            (segment, {"policy_id": value_policy.id}),
            (budget, {"company_id": other.id}),
            (self.sheets, {"company_id": other.id}),
            (self.policy.copy(), {"company_id": other.id}),
        ):
            with self.subTest(record._name), self.assertRaises(AccessError), self.env.cr.savepoint():
                record.with_user(self.signer).write(vals)

    def test_a_cell_keeps_its_place_in_the_grid(self):
        cell = self.value_policy.cell_ids[0].with_user(self.signer)
        with self.assertRaises(AccessError):
            cell.write({"r": 5, "f": 5})
        cell.segment_id = self.segments["champions"]

    # ------------------------------------------------------------------
    # DIALOGS
    # ------------------------------------------------------------------

    def test_a_dialog_is_whose_who_opened_it(self):
        names = [name for name in self.env.registry if self.env[name]._module == "customer_abc_segmentation"]
        dialogs = [self.env[name] for name in names if self.env[name].is_transient()]
        dialogs = [dialog for dialog in dialogs if dialog._name != "res.config.settings"]
        self.assertGreater(len(dialogs), 5)
        rules = self.env["ir.rule"]
        for dialog in dialogs:
            with self.subTest(dialog._name):
                domain = rules.with_user(self.signer)._compute_domain(dialog._name, "read")
                self.assertIn("create_uid", str(domain))

    def test_nobody_reads_what_another_is_about_to_offer(self):
        self._invoice(self.ann, 100, "2024-01-10")
        self._refresh(date(2024, 7, 10))
        dialog = self.env["customer.winback.wizard"].create({"value_ids": self._value(self.ann).ids, "note": "20 %"})
        self.env.flush_all()
        self.assertFalse(dialog.with_user(self.seller).search([("note", "!=", False)]))
        with self.assertRaises(AccessError):
            dialog.with_user(self.seller).action_schedule()

    # ------------------------------------------------------------------
    # CONDITIONS
    # ------------------------------------------------------------------

    def test_a_condition_tells_nothing_of_fields_that_its_author_may_not_read(self):
        secret = "[('credit_limit', '>', 1)]"
        with self.assertRaises(ValidationError):
            self.policy.with_user(self.signer).partner_domain = secret
        with self.assertRaises(ValidationError):
            self.value_policy.with_user(self.signer).prospect_domain = secret
        secret_field = self.env["ir.model.fields"].sudo()._get("res.partner", "credit_limit")
        with self.assertRaises(ValidationError):
            self.value_policy.with_user(self.signer).clv_loss_field_id = secret_field
        # whoever may read the field may choose by it
        self.policy.partner_domain = secret
        self.value_policy.clv_loss_field_id = secret_field

    def test_a_condition_that_cannot_be_read_is_refused(self):
        for text in ("[('no_such_field', '=', 1)]", "[(", "[('name', '=')]", "__import__('os')"):
            with self.subTest(text), self.assertRaises(ValidationError):
                self.policy.partner_domain = text

    # ------------------------------------------------------------------
    # WIN-BACKS
    # ------------------------------------------------------------------

    def test_an_attempt_goes_to_somebody_who_finds_it(self):
        self._invoice(self.ann, 100, "2024-01-10")
        self._refresh(date(2024, 7, 10))
        self.seller.sudo().active = False
        self.env["customer.winback.wizard"].create({"value_ids": self._value(self.ann).ids}).action_schedule()
        attempt = self.env["customer.winback"].search([("partner_id", "=", self.ann.id)])
        self.assertEqual(attempt.user_id | attempt.activity_ids.user_id, self.env.user)

    def test_an_attempt_has_no_endless_deadline(self):
        self._invoice(self.ann, 100, "2024-01-10")
        self._refresh(date(2024, 7, 10))
        for days in (0, 10**8):
            dialog = self.env["customer.winback.wizard"].create({"value_ids": self._value(self.ann).ids, "days": days})
            with self.assertRaises(UserError):
                dialog.action_schedule()

    # ------------------------------------------------------------------
    # POLICIES AND COMPANIES THAT COME AND GO
    # ------------------------------------------------------------------

    def test_another_policy_goes_on_with_the_history_of_the_one_before(self):
        self._invoice(self.ann, 100, "2024-01-10")
        self._refresh(date(2024, 6, 30))
        self.value_policy.active = False
        self.env.flush_all()
        new = self.env["customer.value.policy"].create({"name": "New", "company_id": self.company.id})
        new.action_refresh()
        self.assertEqual(self._value(self.ann).policy_id, new)
        months = self.env["customer.value.history"].search([("partner_id", "=", self.ann.id)])
        self.assertEqual(months.mapped("date"), [date(2024, 6, 30)])
        with self.assertRaises(UserError):
            new._refresh(date(2024, 7, 9))

    def test_the_sales_of_a_closed_branch_count(self):
        """A branch that was archived sold what it sold: class, value, sheet and profit tell the same."""
        branch = self.env["res.company"].sudo().create({"name": "Branch", "parent_id": self.company.id})
        move = self._invoice(self.ann, 100)
        self.env.flush_all()
        for table, column in (("account_move", "id"), ("account_move_line", "move_id")):
            self.env.cr.execute(f"UPDATE {table} SET company_id = %s WHERE {column} = %s", [branch.id, move.id])
        branch.active = False
        self.env.flush_all()
        self.env.invalidate_all()
        self._classify()
        self._refresh()
        profit = self.env["customer.profit"]._totals(self.company, self.ann, self.Q2.start, self.Q2.end)
        revenue = self._values(self.ann)["revenue"]
        found = (self._open_row(self.ann).measure, self._value(self.ann).monetary, revenue)
        self.assertEqual((*found, profit[self.ann.id]["revenue"]), (100, 100, 100, 100))
