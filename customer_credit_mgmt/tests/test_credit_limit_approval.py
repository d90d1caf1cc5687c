"""Who signs a limit: rules by amount and rating, delegations, four eyes; and every way around them."""

from datetime import date, timedelta

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .limit_common import LimitCommon


@tagged("post_install", "-at_install")
class TestCreditLimitApproval(LimitCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chief = cls._user("chief", "customer_credit_mgmt.group_credit_user")
        cls.group = cls.env.ref("customer_credit_mgmt.group_credit_controller")

    def _sign(self, limit, user):
        with self.cr.savepoint():
            return limit.with_user(user).action_approve()

    # ------------------------------------------------------------------
    # RULES
    # ------------------------------------------------------------------

    def test_without_a_rule_a_credit_manager_signs(self):
        limit = self._request(1000)
        with self.assertRaises(AccessError):
            self._sign(limit, self.controller)
        self._sign(limit, self.boss)
        self.assertEqual((limit.state, limit.approved_by, limit.approval_rule_id.id), ("approved", self.boss, False))

    def test_lower_end_is_included_and_upper_end_is_not(self):
        rule = self._rule(amount_from=1000, amount_to=5000, user_ids=self.chief.ids)
        for amount, signs in ((999.99, False), (1000, True), (4999.99, True), (5000, False)):
            with self.subTest(amount=amount):
                limit = self._request(amount)
                self.assertEqual(limit.with_user(self.chief).can_approve, signs)
                self.assertEqual(limit.with_user(self.boss).can_approve, not signs)
        limit = self._request(1000)
        self._sign(limit, self.chief)
        self.assertEqual(limit.approval_rule_id, rule)

    def test_first_rule_counts(self):
        self._rule(sequence=20, user_ids=self.chief.ids)
        self._rule(sequence=10, group_id=self.group.id)
        limit = self._request(1000)
        with self.assertRaises(AccessError):
            self._sign(limit, self.chief)
        self._sign(limit, self.controller)

    def test_rule_for_ratings_is_for_rated_customers(self):
        rating = self.env["credit.rating"].search([], limit=1)
        self._rule(rating_ids=rating.ids, user_ids=self.chief.ids)
        limit = self._request(1000)
        self.assertFalse(limit.with_user(self.chief).can_approve)
        self.profile.sudo().rating_id = rating
        limit.invalidate_recordset()
        self.assertTrue(limit.with_user(self.chief).can_approve)

    def test_managers_do_not_sign_what_others_sign(self):
        self._rule(user_ids=self.chief.ids)
        with self.assertRaisesRegex(AccessError, "Rule"):
            self._sign(self._request(1000), self.boss)

    def test_amount_of_the_rule_is_in_company_currency(self):
        currency = self.setup_other_currency("EUR", rates=[("2024-01-01", 2.0)])
        self._rule(amount_from=1000, user_ids=self.chief.ids)
        self.assertFalse(self._request(1999, currency_id=currency.id).with_user(self.chief).can_approve)
        self.assertTrue(self._request(2000, currency_id=currency.id).with_user(self.chief).can_approve)

    def test_large_limit_is_not_cut_in_small_ones(self):
        """The rule looks at what the customer would have altogether, not at the slice that is asked for."""
        self._rule(amount_from=0, amount_to=1000, group_id=self.group.id)
        self._sign(self._request(900), self.controller)
        slices = {"kind": "temporary", "date_to": date(2030, 12, 31)}
        self.assertFalse(self._request(200, **slices).with_user(self.controller).can_approve)
        self.assertTrue(self._request(50, **slices).with_user(self.controller).can_approve)

    def test_slices_signed_together_count_together(self):
        self._rule(amount_from=0, amount_to=1000, group_id=self.group.id)
        slices = {"kind": "temporary", "date_to": date(2030, 12, 31)}
        both = self._request(600, **slices) | self._request(600, **slices)
        with self.assertRaises(AccessError):
            self._sign(both, self.controller)
        self._sign(both[0], self.controller)
        with self.assertRaises(AccessError):
            self._sign(both[1], self.controller)

    def test_lower_limit_needs_the_rule_of_the_lower_amount(self):
        self._rule(amount_from=5000, user_ids=self.chief.ids)
        self._sign(self._request(9000), self.chief)
        lower = self._request(800, date_from=date(2024, 2, 1))
        self.assertEqual(lower.previous_amount, 9000)
        self._sign(lower, self.boss)

    def test_gaps_and_rules_that_never_count_are_told(self):
        small = self._rule(amount_from=0, amount_to=100, user_ids=self.chief.ids)
        self.assertIn("no rule is for every customer", small.coverage)
        large = self._rule(amount_from=50, user_ids=self.chief.ids, name="Large", sequence=20)
        (small | large).invalidate_recordset(["coverage"])
        self.assertFalse(small.coverage)
        self.assertIn("comes first", large.coverage)
        large.amount_from = 100
        self.assertFalse(large.coverage)

    def test_rule_names_somebody_who_can_sign(self):
        with self.assertRaises(ValidationError):
            self._rule()
        with self.assertRaisesRegex(ValidationError, "cannot see"):
            self._rule(user_ids=self._user("nobody", "base.group_user").ids)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self._rule(amount_from=5, amount_to=5, user_ids=self.chief.ids)

    # ------------------------------------------------------------------
    # WORK LIST
    # ------------------------------------------------------------------

    def test_filter_shows_what_i_can_approve(self):
        self._rule(amount_from=5000, user_ids=self.chief.ids)
        small, large, own = self._request(10), self._request(9000), self._request(20, user=self.boss)
        limits = self.env["credit.limit"].with_user(self.boss)
        asked = (small | large | own).ids
        found = limits.search([("id", "in", asked), ("can_approve", "=", True)])
        self.assertEqual(found.ids, small.ids)
        found = limits.search([("id", "in", asked), ("can_approve", "=", False)])
        self.assertEqual(found, (large | own).with_env(limits.env))

    def test_selection_signs_the_good_ones_and_names_the_others(self):
        good, own = self._request(10), self._request(20, user=self.boss)
        action = self._sign(good | own, self.boss)
        self.assertEqual((good | own).mapped("state"), ["approved", "submitted"])
        self.assertIn("1 of 2", action["params"]["message"])

    def test_approvers_have_an_activity_until_somebody_decides(self):
        limit = self._request(1000)
        planned = limit.sudo().activity_ids
        self.assertIn(self.boss, planned.user_id)
        self.assertIn(self.deputy, planned.user_id)
        self.assertNotIn(self.asker, planned.user_id)
        self._sign(limit, self.boss)
        self.assertFalse(limit.sudo().activity_ids)

    def test_approvers_are_asked_in_their_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        kind = self.env.ref("customer_credit_mgmt.mail_activity_type_limit")
        kind.with_context(lang="zh_CN").summary = "请审批信用额度"
        self.boss.sudo().lang = "zh_CN"
        planned = self._request(1000).sudo().activity_ids
        self.assertEqual(planned.filtered(lambda it: it.user_id == self.boss).summary, "请审批信用额度")
        self.assertEqual(planned.filtered(lambda it: it.user_id == self.deputy).summary, kind.summary)

    def test_requester_is_told_of_the_outcome(self):
        approved, refused = self._request(1000), self._request(2000)
        self._sign(approved, self.boss)
        self._refuse(refused, self.boss, "Too much")
        for limit, words in ((approved, ("approved by boss",)), (refused, ("refused by boss", "Too much"))):
            message = limit.sudo().message_ids.filtered(lambda it: self.asker.partner_id in it.partner_ids)
            for word in words:
                with self.subTest(word=word):
                    self.assertIn(word, message.body)
        self.assertEqual((refused.state, refused.refusal_reason), ("refused", "Too much"))
        self.assertFalse(refused.sudo().activity_ids)

    def test_who_may_not_sign_does_not_refuse_by_the_dialog(self):
        limit = self._request(1000)
        for user in (self.chief, self.controller):
            wizard = self.env["credit.limit.refuse.wizard"].with_user(user)
            with self.subTest(user=user.login), self.assertRaises(AccessError), self.cr.savepoint():
                wizard.create({"limit_ids": limit.ids, "reason": "x"}).action_apply()
        self.assertEqual(limit.state, "submitted")

    def test_approver_signs_the_amount_on_the_screen(self):
        """The request was made larger after the approver opened it."""
        limit = self._request(1000)
        limit.amount = 10**6
        with self.assertRaisesRegex(UserError, "changed after you opened it"):
            limit.with_user(self.boss).with_context(seen_amount=1000.0).action_approve()
        limit.with_user(self.boss).with_context(seen_amount=10.0**6).action_approve()

    def test_reason_of_a_decided_limit_is_kept(self):
        limit = self._request(1000, reason="Yearly review")
        self._sign(limit, self.boss)
        with self.assertRaisesRegex(UserError, "was decided"):
            limit.with_user(self.boss).reason = "Another story"

    def test_decided_limit_is_not_decided_again(self):
        limit = self._request(1000)
        self._sign(limit, self.boss)
        for action in ("action_approve", "action_refuse"):
            with self.subTest(action=action), self.assertRaisesRegex(UserError, "reload"):
                getattr(limit.with_user(self.deputy), action)()

    # ------------------------------------------------------------------
    # DELEGATION
    # ------------------------------------------------------------------

    def test_delegate_signs_for_the_approver_and_both_are_named(self):
        self._delegate(self.boss, self.chief)
        limit = self._request(1000)
        self.assertIn(self.chief, limit.sudo().activity_ids.user_id)
        self._sign(limit, self.chief)
        self.assertEqual((limit.approved_by, limit.approved_for_id), (self.chief, self.boss))
        self.assertEqual(limit.signature, f"{self.chief.name} for {self.boss.name}")

    def test_delegation_counts_from_its_first_to_its_last_day(self):
        limit = self._request(1000)
        day = timedelta(days=1)
        for begin, end, counts in ((-2, -1, False), (1, 2, False), (-1, 0, True), (0, 1, True)):
            with self.subTest(begin=begin, end=end):
                given = self._delegate(
                    self.boss, self.chief, date_from=self.today + begin * day, date_to=self.today + end * day
                )
                limit.invalidate_recordset()
                self.assertEqual(limit.with_user(self.chief).can_approve, counts)
                given.sudo().ended_on = fields.Datetime.now()

    def test_ended_delegation_does_not_count(self):
        given = self._delegate(self.boss, self.chief)
        given.action_end()
        self.assertEqual(given.state, "ended")
        with self.assertRaises(AccessError):
            self._sign(self._request(1000), self.chief)

    def test_neither_who_asked_nor_their_delegate_for_them_signs(self):
        self._delegate(self.boss, self.controller)
        for asker in (self.boss, self.controller):
            with self.subTest(asker=asker.login), self.assertRaisesRegex(UserError, "You asked"):
                self._sign(self._request(1000, user=asker), self.controller)

    def test_delegate_of_who_asked_signs_for_somebody_else(self):
        self._delegate(self.boss, self.chief)
        self._delegate(self.deputy, self.chief)
        limit = self._request(1000, user=self.boss)
        self._sign(limit, self.chief)
        self.assertEqual(limit.approved_for_id, self.deputy)

    def test_delegated_rights_are_not_passed_on(self):
        self._rule(user_ids=self.controller.ids)
        self._delegate(self.boss, self.controller)
        self._delegate(self.controller, self.chief)
        self.env["credit.approval.rule"].search([]).active = False
        with self.assertRaises(AccessError):
            self._sign(self._request(1000), self.chief)
        self._sign(self._request(1000), self.controller)

    def test_delegation_ends_with_the_right(self):
        self._delegate(self.boss, self.chief)
        self.boss.sudo().group_ids = [Command.set(self.env.ref("customer_credit_mgmt.group_credit_user").ids)]
        with self.assertRaises(AccessError):
            self._sign(self._request(1000), self.chief)

    def test_nobody_delegates_what_they_do_not_have(self):
        with self.assertRaisesRegex(ValidationError, "nothing to delegate"):
            self._delegate(self.asker, self.chief)

    def test_nobody_takes_the_signature_of_somebody_else(self):
        takers = (self.asker, self.controller, self.deputy)
        pairs = [(taker, taker) for taker in takers] + [(self.asker, self.chief), (self.controller, self.chief)]
        for taker, delegate in pairs:
            refused = self.assertRaises(AccessError)
            with self.subTest(taker=taker.login, delegate=delegate.login), refused, self.cr.savepoint():
                self.env["credit.delegation"].with_user(taker).create(
                    {
                        "user_id": self.boss.id,
                        "delegate_id": delegate.id,
                        "company_id": self.company.id,
                        "date_from": self.today,
                        "date_to": self.today,
                    }
                )

    def test_manager_arranges_for_an_approver_who_is_ill_and_they_are_told(self):
        given = (
            self.env["credit.delegation"]
            .with_user(self.deputy)
            .create(
                {
                    "user_id": self.boss.id,
                    "delegate_id": self.chief.id,
                    "company_id": self.company.id,
                    "date_from": self.today,
                    "date_to": self.today,
                }
            )
        )
        told = given.sudo().message_ids.partner_ids
        self.assertLessEqual(self.boss.partner_id | self.chief.partner_id, told)

    def test_delegation_is_not_turned_to_oneself(self):
        tomorrow = self.today + timedelta(days=1)
        given = self._delegate(self.boss, self.chief, date_from=tomorrow, date_to=tomorrow)
        for user, values in (
            (self.asker, {"delegate_id": self.asker.id}),
            (self.deputy, {"delegate_id": self.deputy.id}),
            (self.chief, {"date_from": self.today}),
            (self.asker, {"user_id": self.asker.id}),
        ):
            with self.subTest(user=user.login), self.assertRaises(AccessError), self.cr.savepoint():
                given.with_user(user).write(values)

    def test_delegation_that_has_begun_is_kept(self):
        given = self._delegate(self.boss, self.chief)
        with self.assertRaises(UserError), self.cr.savepoint():
            given.unlink()
        with self.assertRaises(UserError), self.cr.savepoint():
            given.delegate_id = self.asker

    # ------------------------------------------------------------------
    # ATTACKS
    # ------------------------------------------------------------------

    def test_signatures_are_not_written(self):
        limit = self._request(1000)
        for values in (
            {"state": "approved"},
            {"approved_by": self.boss.id},
            {"approved_for_id": self.boss.id},
            {"approval_rule_id": False},
            {"previous_amount": 10**6},
            {"proposals": {}},
            {"end_notified_on": self.today},
            {"batch_id": False},
        ):
            for user in (self.asker, self.boss):
                with self.subTest(values=values, user=user.login), self.assertRaises(AccessError), self.cr.savepoint():
                    limit.with_user(user).write(values)

    def test_limit_is_not_born_signed(self):
        limits = self.env["credit.limit"].with_user(self.asker)
        for context in (
            {"default_approved_for_id": self.boss.id},
            {"default_previous_amount": 5.0},
            {"default_previous_mode": "limited"},
            {"default_end_notified_on": "2024-01-01"},
        ):
            with self.subTest(context=context), self.assertRaises(AccessError), self.cr.savepoint():
                limits.with_context(**context).create({"profile_id": self.profile.id, "amount": 1})

    def test_only_managers_make_approval_rules(self):
        for user in (self.asker, self.controller, self.chief):
            rules = self.env["credit.approval.rule"].with_user(user)
            with self.subTest(user=user.login), self.assertRaises(AccessError), self.cr.savepoint():
                rules.create({"name": "Mine", "user_ids": user.ids, "company_id": self.company.id})
        rule = self._rule(user_ids=self.chief.ids)
        for values in ({"amount_to": 10**9}, {"user_ids": [Command.link(self.asker.id)]}, {"active": False}):
            with self.subTest(values=values), self.assertRaises(AccessError), self.cr.savepoint():
                rule.with_user(self.controller).write(values)

    def test_archived_rules_do_not_count_whatever_the_context(self):
        self._rule(user_ids=self.asker.ids, active=False)
        limit = self._request(1000, user=self.controller)
        with self.assertRaises(AccessError):
            limit.with_user(self.asker).with_context(active_test=False).action_approve()

    def test_rule_of_another_company_does_not_count(self):
        other = self.setup_other_company()["company"]
        self.env["credit.approval.rule"].sudo().create(
            {"name": "Elsewhere", "company_id": other.id, "user_ids": self.asker.ids}
        )
        with self.assertRaises(AccessError):
            self._sign(self._request(1000, user=self.controller), self.asker)

    def test_manager_of_another_company_does_not_decide(self):
        other = self.setup_other_company()["company"]
        stranger = self._user("stranger", "customer_credit_mgmt.group_credit_manager", company=other)
        limit = self._request(1000)
        self.env.invalidate_all()
        for action in ("action_approve", "action_refuse", "action_submit", "action_reset_to_draft"):
            with self.subTest(action=action), self.assertRaises(AccessError), self.cr.savepoint():
                getattr(limit.with_user(stranger), action)()
        self.assertNotIn(stranger, limit.sudo().activity_ids.user_id)

    def test_who_asks_again_after_a_reset_is_who_asked(self):
        limit = self._request(1000, user=self.boss)
        limit.with_user(self.asker).action_reset_to_draft()
        limit.with_user(self.boss).action_submit()
        with self.assertRaisesRegex(UserError, "You asked"):
            self._sign(limit, self.boss)
