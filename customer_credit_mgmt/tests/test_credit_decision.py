"""Releasing, rejecting, asking, withdrawing: who may, how much, and what it is worth afterwards."""

from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestCreditDecision(CreditCommon):
    @classmethod
    def default_env_context(cls):
        return {**super().default_env_context(), "tracking_disable": False}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls._strict_policy("over_limit", "manual_hold")
        cls.profile = cls._limited_profile(cls.partner_a, 1000)
        cls.clerk = cls._user("clerk", "account.group_account_invoice")
        cls.seller = cls._user("seller", "account.group_account_invoice")
        cls.controller = cls._user("controller", "customer_credit_mgmt.group_credit_controller")
        cls.controller.sudo().credit_release_amount = 3000
        cls.manager = cls._user("boss", "customer_credit_mgmt.group_credit_manager")

    def _held(self, amount, **values):
        draft = self._draft(amount, invoice_user_id=self.seller.id, **values)
        draft.with_user(self.clerk).action_post()
        self.assertEqual(draft.state, "draft")
        return draft, self._check_of(draft).filtered(lambda check: check.state == "held")

    # ------------------------------------------------------------------
    # REJECT
    # ------------------------------------------------------------------

    def test_rejection_stands_whatever_the_facts(self):
        draft, check = self._held(1500)
        check.with_user(self.controller)._reject("Too risky")
        self.env["credit.limit"].sudo().create(
            {"profile_id": self.profile.id, "amount": 9000, "date_from": self.today, "state": "approved"}
        )
        result = draft.with_user(self.clerk).action_post()
        self.assertEqual(draft.state, "draft")
        self.assertIn("Too risky", result["params"]["message"])
        self.assertEqual(self._check_of(draft), check, "nobody is asked again")
        self.assertIn("Too risky", draft.credit_message)
        for label, attempt in {"post": draft._post, "write": lambda: draft.write({"state": "posted"})}.items():
            with self.subTest(path=label), self.assertRaisesRegex(UserError, "Too risky"), self.cr.savepoint():
                attempt()
        with self.enter_registry_test_mode():
            self.env.ref("customer_credit_mgmt.ir_cron_reevaluate_held").sudo().method_direct_trigger()
        draft.invalidate_recordset()
        self.assertEqual(draft.state, "draft")

    def test_rejection_is_not_escaped_by_asking_for_more(self):
        draft, check = self._held(1500)
        check.with_user(self.manager)._reject("Too risky")
        self.policy.rule_ids.action = "warn"
        draft.invoice_line_ids.price_unit = 1500.01
        draft.action_post()
        self.assertEqual(draft.state, "draft")
        draft.invoice_date_due = self.today + timedelta(days=60)
        draft.action_post()
        self.assertEqual(draft.state, "draft")

    def test_smaller_document_is_a_new_question(self):
        draft, check = self._held(1500)
        check.with_user(self.manager)._reject("Too risky")
        draft.invoice_line_ids.price_unit = 1000
        draft.with_user(self.clerk).action_post()
        self.assertEqual(draft.state, "posted")

    def test_other_customer_is_a_new_question(self):
        draft, check = self._held(1500)
        check.with_user(self.manager)._reject("Too risky")
        draft.partner_id = self.partner_b
        draft.with_user(self.clerk).action_post()
        self.assertEqual(draft.state, "posted")

    def test_withdrawn_rejection_lets_the_document_be_decided_anew(self):
        draft, check = self._held(1500)
        check.with_user(self.manager)._reject("Too risky")
        with self.assertRaises(AccessError):
            check.with_user(self.clerk)._withdraw("I want to")
        wizard = Form(
            self.env["credit.release.wizard"]
            .with_user(self.controller)
            .with_context(active_model="credit.check", active_ids=check.ids)
        )
        self.assertEqual(wizard.decision, "withdraw")
        wizard.reason = "They sent their statements"
        wizard.save().action_apply()
        self.assertEqual(check.state, "superseded")
        self.assertEqual(
            (check.decided_by, check.decision_reason), (self.manager, "Too risky"), "what was decided stays"
        )
        draft.with_user(self.clerk).action_post()
        self.assertEqual(self._check_of(draft).filtered(lambda it: it.state == "held").amount, 1500)

    # ------------------------------------------------------------------
    # RELEASE
    # ------------------------------------------------------------------

    def test_release_is_for_the_terms_too(self):
        draft, check = self._held(1500, due=self.today + timedelta(days=30))
        check.with_user(self.manager)._decide_held("released", "ok", released_amount=1500, valid_until=self.today)
        draft.invoice_date_due = self.today + timedelta(days=90)
        draft.with_user(self.clerk).action_post()
        self.assertEqual(draft.state, "draft")
        self.assertEqual(self._check_of(draft).filtered(lambda it: it.state == "held").terms_days, 90)

    def test_controller_does_not_let_a_large_document_through_in_pieces(self):
        _first, check = self._held(2000)
        check.with_user(self.controller)._release(2000, self.today, "First half")
        second, check = self._held(2000)
        with self.assertRaisesRegex(UserError, "2,000.00 of what you released"):
            check.with_user(self.controller)._release(2000, self.today, "Second half")
        self.assertNotIn("controller", check.approver_text)
        self._pay(_first, 1500, self.today)
        check.with_user(self.controller)._release(2000, self.today, "They paid")
        self.assertEqual(second.state, "posted")

    def test_allowance_is_per_customer(self):
        self._limited_profile(self.partner_b, 10)
        _first, check = self._held(2500)
        check.with_user(self.controller)._release(2500, self.today, "Fine")
        other, check = self._held(2500, partner=self.partner_b)
        check.with_user(self.controller)._release(2500, self.today, "Fine too")
        self.assertEqual(other.state, "posted")

    def test_unused_release_counts_while_it_is_valid(self):
        _first, check = self._held(2000)
        check.with_user(self.controller)._decide_held("released", "ok", released_amount=2900, valid_until=self.today)
        self.assertEqual(check._used_allowance(self.controller), 0, "not against itself")
        _second, other = self._held(1200)
        self.assertEqual(other._used_allowance(self.controller), 2900)
        self.env.cr.execute("UPDATE credit_check SET valid_until = valid_until - 1 WHERE id = %s", [check.id])
        check.invalidate_recordset()
        self.assertEqual(other._used_allowance(self.controller), 0)

    def test_it_is_said_who_may_release(self):
        _draft, check = self._held(3000.01)
        self.assertIn("boss", check.approver_text)
        self.assertNotIn("controller", check.approver_text)
        draft, check = self._held(1200)
        self.assertIn("controller", check.approver_text)
        self.assertIn(check.approver_text, draft.message_ids[0].body)
        self.assertIn(check.approver_text, draft.credit_message, "the banner says it, too")
        result = (self._draft(1300) | self._draft(1400)).with_user(self.clerk).action_post()
        self.assertIn("May release:", result["params"]["message"])
        self.assertIn("1,300.00", result["params"]["message"])

    def test_who_may_read_a_check_may_talk_about_it(self):
        _draft, check = self._held(1500)
        note = check.with_user(self.controller).message_post(body="The slip is attached")
        self.assertIn("slip", note.body)
        with self.assertRaises(AccessError):
            check.with_user(self.clerk).message_post(body="x")

    # ------------------------------------------------------------------
    # ASK
    # ------------------------------------------------------------------

    def _ask(self, check, user, **values):
        wizard = self.env["credit.release.wizard"].with_user(user)
        values = {
            "check_ids": [Command.set(check.ids)],
            "decision": "ask",
            "reason": "When will May be paid?",
            **values,
        }
        wizard.create(values).action_apply()

    def test_question_to_the_salesperson_keeps_the_document_waiting(self):
        draft, check = self._held(1500)
        self._ask(check, self.controller)
        self.assertEqual((check.state, draft.state), ("held", "draft"))
        self.assertTrue(check.asked_on)
        self.assertEqual(draft.activity_ids.user_id, self.seller)
        note = draft.message_ids[0]
        self.assertIn("When will May be paid?", note.body)
        self.assertTrue(note.subtype_id.internal)
        self.assertIn(self.seller.partner_id, note.partner_ids)
        self.assertIn("When will May be paid?", check.message_ids[0].body)

    def test_question_to_the_customer_is_written_to_him(self):
        draft, check = self._held(1500)
        self._ask(check, self.controller, ask_whom="customer")
        message = draft.message_ids[0]
        self.assertFalse(message.subtype_id.internal)
        self.assertIn(self.partner_a, message.partner_ids)
        self.assertNotIn("limit", message.body)

    def test_only_credit_control_asks_and_only_while_it_waits(self):
        _draft, check = self._held(1500)
        with self.assertRaises(AccessError):
            check.with_user(self.clerk)._ask("?", False)
        check.with_user(self.manager)._reject("no")
        with self.assertRaises(UserError):
            check.with_user(self.controller)._ask("?", False)

    def test_salesperson_is_told_of_the_decision(self):
        draft, check = self._held(1500)
        check.with_user(self.manager)._reject("Too risky")
        self.assertIn("Too risky", draft.message_ids[0].body)
        self.assertIn(self.seller.partner_id, draft.message_ids[0].partner_ids)

    def test_controller_gets_an_activity_that_ends_with_the_decision(self):
        self.profile.user_id = self.controller
        _draft, check = self._held(1500)
        self.assertEqual(check.activity_ids.user_id, self.controller)
        check.with_user(self.controller)._release(1500, self.today, "Fine")
        self.assertFalse(check.activity_ids)

    # ------------------------------------------------------------------
    # APPEND-ONLY
    # ------------------------------------------------------------------

    def test_decision_is_written_once(self):
        _draft, check = self._held(1500)
        check.with_user(self.manager)._reject("Too risky")
        for values in (
            {"state": "held"},
            {"state": "released"},
            {"decided_by": self.clerk.id},
            {"decision_reason": "Fine"},
            {"released_amount": 9000},
            {"valid_until": self.today},
            {"terms_days": 1},
            {"inputs": {}},
            {"reasons": []},
            {"partner_id": self.partner_b.id},
            {"requested_by": self.manager.id},
        ):
            with self.subTest(values=values), self.assertRaises(UserError), self.cr.savepoint():
                check.sudo().write(values)
            for user in (self.clerk, self.controller, self.manager):
                with self.subTest(user=user.login, values=values), self.assertRaises(UserError), self.cr.savepoint():
                    check.with_user(user).write(values)
        for user in (self.clerk, self.controller, self.manager):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                check.with_user(user).unlink()
            with self.subTest(user=user.login, way="copy"), self.assertRaises(AccessError):
                check.with_user(user).copy()
        with self.assertRaises(UserError):
            check.sudo().unlink()

    def test_every_screen_of_checks_loads(self):
        _draft, check = self._held(1500)
        for model, kinds in (
            ("credit.check", ("form", "list", "kanban", "search")),
            ("credit.policy", ("form", "list", "search")),
            ("credit.release.wizard", ("form",)),
        ):
            for kind in kinds:
                with self.subTest(model=model, view=kind):
                    self.env[model].with_user(self.manager).get_view(view_type=kind)
        with Form(self.policy) as form, form.rule_ids.new() as rule:
            rule.kind = "partner_domain"
            rule.name = "Risky"
            rule.partner_domain = "[('ref', '=', 'risky')]"
        self.assertEqual(self.policy.rule_ids[-1].display_name, "Condition on the customer: Risky")
        with Form(check.with_user(self.manager)) as form:
            self.assertIn("limit", form.reason_text)

    # ------------------------------------------------------------------
    # DELEGATION
    # ------------------------------------------------------------------

    def _delegate(self, giver, delegate, **values):
        values = {"user_id": giver.id, "delegate_id": delegate.id, "date_to": self.today, **values}
        values["company_id"] = self.company.id
        return self.env["credit.delegation"].with_user(giver).create(values)

    def _junior(self):
        """A controller who releases nothing alone."""
        return self._user("junior", "customer_credit_mgmt.group_credit_controller")

    def test_delegate_releases_with_the_allowance_of_the_approver(self):
        _draft, check = self._held(1500)
        junior = self._junior()
        with self.assertRaisesRegex(UserError, "needs a credit manager"):
            check.with_user(junior)._release(1500, self.today, "No")
        self._delegate(self.controller, junior)
        self.assertIn("junior", check.approver_text)
        check.with_user(junior)._release(1500, self.today, "Boss is away")
        self.assertEqual((check.state, check.decided_by, check.decided_for), ("released", junior, self.controller))
        self.assertRegex(check._document().message_ids[0].body, r"junior .* for controller")

    def test_delegate_uses_the_allowance_up(self):
        junior = self._junior()
        self._delegate(self.controller, junior)
        _draft, first = self._held(2000)
        first.with_user(junior)._release(2000, self.today, "Once")
        _draft, second = self._held(1500)
        for user in (junior, self.controller):
            with self.assertRaisesRegex(UserError, "needs a credit manager"):
                second.with_user(user)._release(1500, self.today, "Twice")

    def test_delegate_rejects_for_the_approver(self):
        junior = self._junior()
        self._delegate(self.controller, junior)
        _draft, check = self._held(1500)
        check.with_user(junior)._reject("No")
        self.assertEqual((check.state, check.decided_for), ("rejected", self.controller))

    def test_delegation_is_no_way_around_four_eyes(self):
        junior = self._junior()
        self._delegate(self.controller, junior)
        for requester in (junior, self.controller):
            _draft, check = self._held(1500)
            check.sudo().env.cr.execute("UPDATE credit_check SET requested_by = %s", [requester.id])
            check.invalidate_recordset()
            with self.assertRaises(UserError):
                check.with_user(junior)._release(1500, self.today, "Mine")

    def test_ended_delegation_releases_nothing(self):
        junior = self._junior()
        self._delegate(self.controller, junior).action_end()
        _draft, check = self._held(1500)
        with self.assertRaisesRegex(UserError, "needs a credit manager"):
            check.with_user(junior)._release(1500, self.today, "Late")
