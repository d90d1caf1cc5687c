from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestCreditHold(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls._strict_policy("over_limit", "no_credit", ("overdue_days", 30), "manual_hold")
        cls.profile = cls.env["credit.profile"]._get_or_create(cls.partner_a, cls.company).sudo(False)
        cls.manager = cls._user(
            "credit_boss", "customer_credit_mgmt.group_credit_manager,account.group_account_invoice"
        )
        cls.clerk = cls._user("billing_clerk", "account.group_account_invoice")
        cls._limit(1000)

    @classmethod
    def _limit(cls, amount, **values):
        limit = cls.env["credit.limit"].create({"profile_id": cls.profile.id, "amount": amount, **values})
        limit.action_submit()
        limit.with_user(cls.manager).action_approve()
        return limit

    # ------------------------------------------------------------------
    # HOLD
    # ------------------------------------------------------------------

    def test_document_up_to_the_limit_passes_and_one_above_is_held(self):
        first = self._draft(1000)
        first.action_post()
        self.assertEqual(first.state, "posted")
        self.assertFalse(self._check_of(first))
        second = self._draft(0.01)
        second.action_post()
        self.assertEqual(second.state, "draft")
        check = self._check_of(second)
        self.assertEqual((check.state, check.verdict, check.amount), ("held", "block", 0.01))
        self.assertEqual(check.reasons[0]["kind"], "over_limit")
        self.assertIn("0.01", check.reason_text)
        self.assertEqual(second.credit_state, "held")
        self.assertEqual(self.profile.status, "hold")

    def test_good_documents_of_a_batch_pass_and_the_others_are_held(self):
        batch = self._draft(600) | self._draft(600) | self._draft(400) | self._draft(50, partner=self.partner_b)
        result = batch.action_post()
        self.assertEqual(batch.mapped("state"), ["posted", "draft", "posted", "posted"])
        self.assertEqual(result["tag"], "display_notification")

    def test_other_drafts_do_not_count_against_a_document(self):
        self._draft(900)
        second = self._draft(900)
        second.action_post()
        self.assertEqual(second.state, "posted")

    def test_counter_offer_makes_the_document_pass(self):
        self._invoice(self.partner_a, 700, self.today)
        draft = self._draft(450)
        draft.action_post()
        offer = {option["kind"]: option for option in self._check_of(draft).inputs["offer"]["options"]}
        self.assertEqual(list(offer), ["pay", "reduce", "split", "guarantee"])
        self.assertEqual((offer["pay"]["pay"], offer["reduce"]["amount"]), (150.0, 300.0))
        draft.invoice_line_ids.price_unit = offer["reduce"]["amount"]
        draft.action_post()
        self.assertEqual(draft.state, "posted")

    def test_overdue_customer_is_held_until_the_payment(self):
        invoice = self._invoice(self.partner_a, 100, self.today - timedelta(days=40))
        draft = self._draft(10)
        draft.action_post()
        self.assertEqual(draft.state, "draft")
        self.assertEqual(self._check_of(draft).reasons[0]["figure"], 40)
        self._pay(invoice, 100, self.today)
        with self.enter_registry_test_mode():
            self.env.ref("customer_credit_mgmt.ir_cron_reevaluate_held").method_direct_trigger()
        draft.invalidate_recordset()
        self.assertEqual(draft.state, "posted")
        self.assertEqual(self._check_of(draft).state, "superseded")

    def test_credit_note_and_zero_documents_are_never_held(self):
        self.profile.manual_hold = True
        refund = self._draft(500, move_type="out_refund")
        refund.action_post()
        zero = self._draft(0)
        zero.action_post()
        self.assertEqual((refund.state, zero.state), ("posted", "posted"))

    def test_no_policy_no_hold(self):
        self.policy.active = False
        draft = self._draft(5000)
        draft.action_post()
        self.assertEqual(draft.state, "posted")

    def test_policy_that_warns_lets_pass_and_says_so_before(self):
        self.policy.invoice_action = "warn"
        draft = self._draft(5000)
        self.assertIn("4,000.00 over", draft.partner_credit_warning.replace("\xa0", " "))
        draft.action_post()
        self.assertEqual(draft.state, "posted")

    def test_peers_row_1_foreign_currency_invoice_counts_once(self):
        """peers.md row 1: EUR 1,000 at rate 2 is 2,000, as a draft and posted."""
        currency = self.setup_other_currency("EUR", rates=[(str(self.today), 0.5)])
        self.env.invalidate_all()
        self._limit(2000)
        invoice = self._draft(1000, currency_id=currency.id)
        self.assertEqual(self.profile.draft_amount, 2000)
        invoice.action_post()
        self.assertEqual(invoice.state, "posted")
        self.profile.invalidate_recordset()
        self.assertEqual((self.profile.draft_amount, self.profile.exposure_amount), (0, 2000))

    def test_contact_of_the_customer_is_checked_on_the_customer(self):
        contact = self.env["res.partner"].create({"name": "Buyer", "parent_id": self.partner_a.id})
        draft = self._draft(1000.01, partner=contact)
        draft.action_post()
        self.assertEqual(draft.state, "draft")
        self.assertEqual(self._check_of(draft).partner_id, self.partner_a)

    # ------------------------------------------------------------------
    # NO WAY AROUND
    # ------------------------------------------------------------------

    def test_peers_row_3_no_other_path_posts_a_blocked_invoice(self):
        """peers.md row 3: a direct _post(), a context key, a write, the wizard, the job."""
        draft = self._draft(5000)
        for label, attempt in {
            "post": lambda: draft._post(),
            "soft": lambda: draft._post(soft=False),
            "write": lambda: draft.write({"state": "posted"}),
            "context": lambda: draft.with_context(skip_credit_check=True, bypass_risk=True)._post(),
            "sudo": lambda: draft.sudo()._post(),
        }.items():
            with self.subTest(path=label), self.assertRaisesRegex(UserError, "limit"), self.cr.savepoint():
                attempt()
        wizard = self.env["validate.account.move"].create({"move_ids": [(6, 0, draft.ids)]})
        with self.assertRaisesRegex(UserError, "limit"):
            wizard.validate_move()
        self.assertEqual(draft.state, "draft")

    def test_a_pass_is_good_for_its_amount_only(self):
        draft = self._draft(900)
        draft._credit_hold()
        draft.invoice_line_ids.price_unit = 1001
        with self.assertRaises(UserError):
            draft._post()

    def test_a_pass_does_not_outlive_the_next_decision(self):
        first, second = self._draft(700), self._draft(700)
        first._credit_hold()
        second.action_post()
        with self.assertRaises(UserError):
            first._post()

    # ------------------------------------------------------------------
    # RELEASE
    # ------------------------------------------------------------------

    def _release(self, check, user, amount=None, days=7):
        wizard = Form(
            self.env["credit.release.wizard"]
            .with_user(user)
            .with_context(active_model="credit.check", active_ids=check.ids)
        )
        wizard.reason = "Paid today, slip seen"
        if amount is not None:
            wizard.amount = amount
        wizard.valid_until = self.today + timedelta(days=days)
        return wizard.save().action_apply()

    def test_release_posts_the_document_and_is_recorded(self):
        draft = self._draft(1500)
        draft.action_post()
        check = self._check_of(draft)
        self._release(check, self.manager)
        self.assertEqual(draft.state, "posted")
        self.assertEqual(check.state, "released")
        self.assertEqual(check.decided_by, self.manager)
        self.assertEqual(check.decision_reason, "Paid today, slip seen")
        self.assertEqual(check.released_amount, 1500)

    def test_release_is_for_one_document_up_to_its_amount(self):
        draft = self._draft(1500)
        draft.action_post()
        check = self._check_of(draft)
        check.with_user(self.manager)._decide_held("released", "ok", released_amount=1500, valid_until=self.today)
        draft.invoice_line_ids.price_unit = 1500.01
        draft.action_post()
        self.assertEqual(draft.state, "draft")
        other = self._draft(1400)
        other.action_post()
        self.assertEqual(other.state, "draft")

    def test_release_ends_on_its_day(self):
        draft = self._draft(1500)
        draft.action_post()
        check = self._check_of(draft)
        check._decide_held("released", "ok", released_amount=1500, valid_until=self.today - timedelta(days=1))
        draft.action_post()
        self.assertEqual(draft.state, "draft")

    def test_requester_cannot_release_the_own_document(self):
        draft = self._draft(1500)
        draft.with_user(self.manager).action_post()
        with self.assertRaisesRegex(UserError, "somebody else"):
            self._release(self._check_of(draft), self.manager)
        self.policy.own_release = True
        self._release(self._check_of(draft), self.manager)
        self.assertEqual(draft.state, "posted")

    def test_controller_releases_within_the_own_allowance(self):
        controller = self._user(
            "controller", "customer_credit_mgmt.group_credit_controller,account.group_account_invoice"
        )
        controller.credit_release_amount = 1500
        big, small = self._draft(1600), self._draft(1500)
        (big | small).action_post()
        with self.assertRaisesRegex(UserError, "credit manager"):
            self._release(self._check_of(big), controller)
        self._release(self._check_of(small), controller)
        self.assertEqual(small.state, "posted")

    def test_clerk_cannot_release_or_write_checks(self):
        draft = self._draft(1500)
        draft.action_post()
        check = self._check_of(draft)
        with self.assertRaises(AccessError):
            check.with_user(self.clerk)._release(1500, self.today, "please")
        with self.assertRaises(AccessError):
            check.with_user(self.clerk).write({"state": "released"})
        with self.assertRaises(AccessError):
            self.env["credit.check"].with_user(self.manager).create({"res_model": "account.move", "res_id": draft.id})

    def test_check_is_never_changed_nor_deleted(self):
        draft = self._draft(1500)
        draft.action_post()
        check = self._check_of(draft)
        with self.assertRaises(UserError):
            check.sudo().write({"amount": 1})
        with self.assertRaises(UserError):
            check.sudo().unlink()

    def test_reject_keeps_the_document_and_says_so(self):
        draft = self._draft(1500)
        draft.action_post()
        self._check_of(draft).with_user(self.manager)._reject("Too risky")
        self.assertEqual((draft.state, draft.credit_state), ("draft", "rejected"))

    def test_clerk_without_credit_rights_posts_and_holds(self):
        drafts = self._draft(100) | self._draft(5000)
        drafts.with_user(self.clerk).action_post()
        self.assertEqual(drafts.mapped("state"), ["posted", "draft"])

    # ------------------------------------------------------------------
    # COST
    # ------------------------------------------------------------------

    def test_a_check_adds_at_most_four_queries_to_posting(self):
        def queries(amount):
            draft = self._draft(amount)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            draft.action_post()
            self.env.flush_all()
            return self.cr.sql_log_count - before

        queries(1)
        with_policy = queries(1)
        self.policy.active = False
        queries(1)
        self.assertLessEqual(with_policy - queries(1), 4)
