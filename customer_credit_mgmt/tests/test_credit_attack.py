"""Ways to get a blocked invoice posted, a limit raised or figures shown without the right to it."""

from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestCreditAttack(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls._strict_policy("over_limit", "no_credit", ("overdue_days", 30), "manual_hold")
        cls.profile = cls._limited_profile(cls.partner_a, 1000)
        cls.clerk = cls._user("clerk", "account.group_account_invoice")
        cls.asker = cls._user("asker", "customer_credit_mgmt.group_credit_user")
        cls.controller = cls._user("controller", "customer_credit_mgmt.group_credit_controller")
        cls.manager = cls._user("boss", "customer_credit_mgmt.group_credit_manager")
        cls.nobody = cls._user("nobody", "base.group_user")
        cls.portal = cls._user("stranger", "base.group_portal")

    def _held(self, amount, user=None):
        draft = self._draft(amount)
        draft.with_user(user or self.clerk).action_post()
        self.assertEqual(draft.state, "draft")
        return draft, self._check_of(draft)

    # ------------------------------------------------------------------
    # POSTING
    # ------------------------------------------------------------------

    def test_invoice_is_not_born_posted(self):
        moves = self.env["account.move"].with_user(self.clerk)
        values = {
            "move_type": "out_invoice",
            "partner_id": self.partner_a.id,
            "invoice_date": self.today,
            "invoice_line_ids": [Command.create({"name": "goods", "price_unit": 5000, "tax_ids": False})],
        }
        move = moves.with_context(default_state="posted").create(values)
        self.assertEqual(move.state, "draft")
        self.clerk.sudo().group_ids |= self.env.ref("base.group_partner_manager")
        partner = self.partner_a.with_user(self.clerk).with_context(default_state="posted")
        partner.write({"invoice_ids": [Command.create(values)]})
        self.assertEqual(set(partner.invoice_ids.mapped("state")), {"draft"})
        with self.assertRaisesRegex(UserError, "limit"), self.cr.savepoint():
            partner.write({"invoice_ids": [Command.update(move.id, {"state": "posted"})]})

    def test_state_and_customer_are_not_changed_in_one_go(self):
        """The check sees the document as it will be posted, not as it was before the call."""
        harmless = self._draft(5000, partner=self.partner_b)
        plain = {"partner_id": self.partner_a.id}
        for values in (plain, {"move_type": "out_invoice", **plain}):
            with self.subTest(values=values), self.assertRaisesRegex(UserError, "limit"), self.cr.savepoint():
                harmless.with_user(self.clerk).with_context(skip_readonly_check=True).write(
                    {"state": "posted", **values}
                )
        self.assertEqual(harmless.state, "draft")

    def test_state_and_amount_are_not_changed_in_one_go(self):
        draft = self._draft(10)
        change = [Command.update(draft.invoice_line_ids.id, {"price_unit": 5000})]
        with self.assertRaisesRegex(UserError, "limit"):
            draft.with_user(self.clerk).with_context(skip_readonly_check=True).write(
                {"state": "posted", "invoice_line_ids": change}
            )

    def test_credit_note_does_not_become_an_invoice_while_it_is_posted(self):
        refund = self._draft(5000, move_type="out_refund")
        with self.assertRaises(UserError):
            refund.with_user(self.clerk).write({"state": "posted", "move_type": "out_invoice"})

    def test_pass_is_good_for_its_customer_only(self):
        draft = self._draft(5000, partner=self.partner_b)
        draft._credit_hold()
        draft.partner_id = self.partner_a
        with self.assertRaisesRegex(UserError, "limit"):
            draft._post()

    def test_pass_does_not_outlive_the_facts_it_rests_on(self):
        draft = self._draft(900)
        with self.assertRaises(ValueError), self.cr.savepoint():
            draft._credit_hold()
            raise ValueError
        self._invoice(self.partner_a, 500, self.today)
        with self.assertRaisesRegex(UserError, "limit"):
            draft._post()

    def test_documents_known_and_unknown_to_the_check_add_up_at_the_door(self):
        first, second = self._draft(700), self._draft(700)
        first._credit_hold()
        with self.assertRaisesRegex(UserError, "limit"):
            (first | second)._post()

    def _branch_with_journal(self):
        """A branch that the user may work in, with a sales journal and a receivable account for the customer."""
        branch = self.env["res.company"].sudo().create({"name": "Branch", "parent_id": self.company.id})
        self.env.user.sudo().company_ids |= branch
        journal = (
            self.env["account.journal"]
            .sudo()
            .create(
                {
                    "name": "Branch",
                    "code": "BRA",
                    "type": "sale",
                    "company_id": branch.id,
                    "default_account_id": self.company_data["default_account_revenue"].id,
                }
            )
        )
        account = self.company_data["default_account_receivable"]
        self.partner_a.with_company(branch).property_account_receivable_id = account
        return branch, journal

    def test_documents_of_branches_add_up_in_one_batch(self):
        branch, journal = self._branch_with_journal()
        env = self.env(context={**self.env.context, "allowed_company_ids": [self.company.id, branch.id]})
        here = self._draft(600)
        there = self._draft(600, journal_id=journal.id)
        self.assertEqual(there.company_id, branch)
        (here | there).with_env(env).action_post()
        self.assertEqual([here.state, there.state], ["posted", "draft"])

    def test_archived_policies_do_not_count_whatever_the_context(self):
        self.env["credit.policy"].create(
            {"name": "Lenient", "company_id": self.company.id, "sequence": 1, "active": False, "invoice_action": "none"}
        )
        self.env["credit.policy"].search([("name", "=", "Lenient"), ("active", "=", False)]).sequence = 1
        draft = self._draft(5000)
        draft.with_user(self.clerk).with_context(active_test=False).action_post()
        self.assertEqual(draft.state, "draft")

    def test_policy_for_a_tag_holds_whatever_the_language_of_the_user(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        tag = self.env["res.partner.category"].create({"name": "Risky"})
        tag.with_context(lang="fr_FR").name = "Dangereux"
        self.partner_a.category_id = tag
        self.policy.partner_domain = "[('category_id.name', '=', 'Risky')]"
        draft = self._draft(5000)
        draft.with_user(self.clerk).with_context(lang="fr_FR").action_post()
        self.assertEqual(draft.state, "draft")

    def test_posted_invoice_is_not_enlarged_or_handed_on(self):
        posted = self._invoice(self.partner_b, 10, self.today)
        move = posted.with_user(self.clerk).with_context(skip_readonly_check=True)
        with self.subTest("customer"), self.assertRaises(UserError), self.cr.savepoint():
            move.write({"partner_id": self.partner_a.id})
        own = self._invoice(self.partner_a, 10, self.today).with_user(self.clerk)
        due, goods = own.line_ids.sorted("balance", reverse=True)
        with self.subTest("amount"), self.assertRaises(UserError), self.cr.savepoint():
            own.with_context(skip_readonly_check=True).write(
                {
                    "line_ids": [
                        Command.update(due.id, {"balance": 5000, "amount_currency": 5000}),
                        Command.update(goods.id, {"balance": -5000, "amount_currency": -5000}),
                    ]
                }
            )
        with self.subTest("line"), self.assertRaises(UserError), self.cr.savepoint():
            posted.line_ids.with_user(self.clerk).write({"partner_id": self.partner_a.id})
        due.write({"date_maturity": self.today + timedelta(days=30)})

    def test_posted_and_cancelled_documents_are_not_held(self):
        posted = self._invoice(self.partner_a, 1000, self.today)
        self.profile.manual_hold = True
        with self.assertRaises(UserError):
            posted.action_post()
        self.assertFalse(self._check_of(posted))

    def test_only_who_may_post_asks_for_a_release(self):
        draft = self._draft(5000)
        for user in (self.nobody, self.asker, self.controller, self.portal):
            with self.subTest(user=user.login), self.assertRaises(AccessError), self.cr.savepoint():
                draft.with_user(user).action_post()
        self.assertFalse(self._check_of(draft))

    # ------------------------------------------------------------------
    # RELEASE
    # ------------------------------------------------------------------

    def test_release_does_not_follow_the_document_to_another_customer(self):
        draft, check = self._held(1500)
        check.with_user(self.manager)._decide_held("released", "ok", released_amount=1500, valid_until=self.today)
        self._limited_profile(self.partner_b, 100)
        draft.partner_id = self.partner_b
        with self.assertRaisesRegex(UserError, "limit"):
            draft._post()

    def test_controller_without_posting_rights_releases(self):
        self.controller.sudo().credit_release_amount = 2000
        draft, check = self._held(1500)
        check.with_user(self.controller)._release(1500, self.today, "Known customer")
        self.assertEqual(draft.state, "posted")

    def test_release_stays_when_something_else_stops_the_document(self):
        draft, check = self._held(1500)
        draft.invoice_line_ids.unlink()
        check.with_user(self.manager)._release(1500, self.today, "Known customer")
        self.assertEqual((draft.state, check.state), ("draft", "released"))
        self.assertIn("Released by credit control, but", draft.message_ids[0].body)

    def test_own_release_is_for_managers(self):
        self.policy.own_release = True
        clerk = self._user("both", "customer_credit_mgmt.group_credit_controller,account.group_account_invoice")
        clerk.sudo().credit_release_amount = 9000
        _draft, check = self._held(1500, clerk)
        with self.assertRaisesRegex(UserError, "somebody else"):
            check.with_user(clerk)._release(1500, self.today, "It is fine")

    def test_one_bad_document_does_not_stop_the_others(self):
        """A held document whose requester is gone, and one that cannot be posted at all."""
        first, _check = self._held(1500)
        second, _check = self._held(1600)
        leaver = self._user("leaver", "account.group_account_invoice")
        third, _check = self._held(1700, leaver)
        leaver.sudo().write({"group_ids": [Command.set(self.env.ref("base.group_user").ids)], "active": False})
        first.invoice_line_ids.unlink()
        self.policy.active = False
        with self.enter_registry_test_mode():
            self.env.ref("customer_credit_mgmt.ir_cron_reevaluate_held").sudo().method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((second | third).mapped("state"), ["posted", "posted"])

    def test_hold_works_whoever_the_controller_is(self):
        """Somebody without access to checks cannot get an activity on one; the document is held all the same."""
        self.profile.user_id = self.nobody
        self._held(1500)

    # ------------------------------------------------------------------
    # LIMITS, PROFILES, POLICIES
    # ------------------------------------------------------------------

    def test_limit_is_not_born_approved(self):
        for user in (self.asker, self.controller, self.manager):
            limits = self.env["credit.limit"].with_user(user)
            for context in ({"default_state": "approved"}, {"default_approved_by": self.manager.id}):
                with self.subTest(user=user.login, context=context):
                    try:
                        with self.cr.savepoint():
                            limit = limits.with_context(**context).create(
                                {"profile_id": self.profile.id, "amount": 10**6}
                            )
                            self.assertEqual((limit.state, limit.approved_by.id), ("draft", False))
                    except AccessError:
                        continue

    def test_limit_is_not_born_approved_through_the_profile(self):
        values = {"limit_ids": [Command.create({"amount": 10**6})]}
        with self.assertRaises(AccessError):
            self.profile.with_user(self.controller).with_context(default_state="approved").write(values)

    def test_asker_does_not_revive_or_hijack_limits(self):
        limit = self.profile.limit_ids
        for values in (
            {"state": "revoked"},
            {"amount": 5000},
            {"profile_id": self._limited_profile(self.partner_b, 5).id},
        ):
            with self.subTest(values=values), self.assertRaises(UserError), self.cr.savepoint():
                limit.with_user(self.asker).write(values)
        for action in ("action_approve", "action_refuse", "action_revoke", "action_reset_to_draft"):
            with self.subTest(action=action), self.assertRaises(UserError), self.cr.savepoint():
                getattr(limit.with_user(self.asker), action)()

    def test_controller_makes_no_profile_that_a_manager_decides_on(self):
        profiles = self.env["credit.profile"].with_user(self.controller)
        lenient = self.env["credit.policy"].create({"name": "Lenient", "company_id": self.company.id})
        for values, context in (
            ({"policy_by_hand_id": lenient.id}, {}),
            ({"policy_id": lenient.id}, {}),
            ({"limit_mode": "limited"}, {}),
            ({}, {"default_policy_by_hand_id": lenient.id}),
        ):
            with self.subTest(values=values, context=context), self.assertRaises(AccessError), self.cr.savepoint():
                profiles.with_context(**context).create({"partner_id": self.partner_b.id, **values})
        self.assertTrue(profiles.create({"partner_id": self.partner_b.id}))

    def test_figures_of_a_profile_are_not_written_by_hand(self):
        for user in (self.controller, self.manager):
            for values in ({"score": 99}, {"status": "ok"}, {"probability_late": 0.0}, {"status_reason": "fine"}):
                refused = self.assertRaises(AccessError)
                with self.subTest(user=user.login, values=values), refused, self.cr.savepoint():
                    self.profile.with_user(user).write(values)

    def test_clerk_writes_nothing_of_credit(self):
        _draft, check = self._held(1500)
        for record, values in (
            (self.profile, {"manual_hold": False}),
            (self.profile.limit_ids, {"amount": 10**6}),
            (self.policy, {"invoice_action": "none"}),
            (self.policy.rule_ids, {"action": "warn"}),
            (check, {"state": "released"}),
            (self.clerk, {"credit_release_amount": 10**6}),
        ):
            with self.subTest(model=record._name), self.assertRaises(AccessError), self.cr.savepoint():
                record.with_user(self.clerk).write(values)

    def test_policy_of_another_company_does_not_count(self):
        other = self.setup_other_company()["company"]
        lenient = self.env["credit.policy"].sudo().create({"name": "Lenient", "company_id": other.id})
        self.profile.sudo().policy_by_hand_id = lenient
        self._held(1500)

    def test_clerk_of_a_branch_is_checked_by_the_rules_of_the_root(self):
        branch, journal = self._branch_with_journal()
        clerk = self._user("branch_clerk", "account.group_account_invoice", company=branch)
        drafts = self._draft(600, journal_id=journal.id) | self._draft(600, journal_id=journal.id)
        self.env.invalidate_all()
        drafts.with_user(clerk).with_company(branch).action_post()
        self.assertEqual(drafts.mapped("state"), ["posted", "draft"])

    def test_merged_customer_keeps_the_stricter_file(self):
        """The duplicate has a limit and a held document, the contact that stays has nothing: the limit is not lost."""
        _draft, check = self._held(1500)
        for survivor, name in (
            (self._limited_profile(self.partner_b, 700).partner_id, "with"),
            (self._fresh(), "without"),
        ):
            with self.subTest(profile=name):
                point = self.cr.savepoint(flush=True)
                wizard = self.env["base.partner.merge.automatic.wizard"].sudo()
                wizard._merge((self.partner_a | survivor).ids, survivor)
                self.env.invalidate_all()
                profile = survivor.with_company(self.company).sudo().credit_profile_id
                self.assertEqual(profile.limit_mode, "limited")
                self.assertEqual(check.partner_id, survivor)
                point.close(rollback=True)

    def _fresh(self):
        return self.env["res.partner"].create({"name": "Fresh"})

    def test_customer_of_an_archived_contact_is_checked(self):
        draft = self._draft(1500)
        self.partner_a.active = False
        draft.with_user(self.clerk).action_post()
        self.assertEqual(draft.state, "draft")

    # ------------------------------------------------------------------
    # WHAT IS SHOWN TO WHOM
    # ------------------------------------------------------------------

    def test_portal_customer_does_not_see_what_we_think_of_him(self):
        self.portal.sudo().partner_id.parent_id = self.partner_a
        self._held(1500)
        posted = self._invoice(self.partner_a, 100, self.today)
        for record, names in (
            (self.partner_a, ("credit_status", "credit_status_reason", "credit_profile_id", "credit_score")),
            (posted, ("credit_status", "credit_state", "credit_message")),
        ):
            for name in names:
                with self.subTest(model=record._name, field=name), self.assertRaises(AccessError):
                    record.with_user(self.portal).read([name])
        for model, name, value in (
            ("res.partner", "credit_status", "hold"),
            ("res.partner", "credit_score", 0),
            ("account.move", "credit_state", "held"),
        ):
            with self.subTest(model=model, searched=name), self.assertRaises(AccessError):
                self.env[model].with_user(self.portal).search([(name, "=", value)])

    def test_strangers_read_no_model_of_credit(self):
        for name in ("profile", "limit", "policy", "policy.rule", "check", "exposure", "score", "scorecard", "rating"):
            for user in (self.nobody, self.portal, self.clerk):
                with self.subTest(model=name, user=user.login), self.assertRaises(AccessError):
                    self.env[f"credit.{name}"].with_user(user).search([])

    def test_strangers_start_nothing(self):
        profiles = self.env["credit.profile"]
        for user in (self.nobody, self.portal, self.asker):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                profiles.with_user(user).action_create_missing()
        for user in (self.nobody, self.portal):
            for record, action in (
                (self.profile, "action_refresh_status"),
                (self.profile, "action_score_now"),
                (self.profile.limit_ids, "action_submit"),
                (self.partner_a, "action_open_credit_profile"),
            ):
                with self.subTest(user=user.login, action=action), self.assertRaises(AccessError):
                    getattr(record.with_user(user), action)()

    def test_companies_are_kept_apart(self):
        other = self.setup_other_company()["company"]
        stranger = self._user("other_boss", "customer_credit_mgmt.group_credit_manager", company=other)
        _draft, check = self._held(1500)
        for record in (self.profile, self.profile.limit_ids, self.policy, self.policy.rule_ids, check):
            with self.subTest(model=record._name):
                self.assertFalse(record.with_user(stranger).search([("id", "in", record.ids)]))
        self.assertFalse(self.env["credit.exposure"].with_user(stranger).search([("profile_id", "=", self.profile.id)]))
        with self.assertRaises(AccessError):
            self.env["credit.release.wizard"].with_user(stranger).create(
                {"check_ids": [Command.set(check.ids)], "reason": "x", "valid_until": self.today}
            )

    def test_search_of_documents_that_are_not_held(self):
        held, _check = self._held(1500)
        free = self._draft(10)
        moves = self.env["account.move"]
        domain = [("id", "in", (held | free).ids)]
        self.assertEqual(moves.search([*domain, ("credit_state", "=", False)]), free)
        self.assertEqual(moves.search([*domain, ("credit_state", "!=", "held")]), free)
        self.assertEqual(moves.search([*domain, ("credit_state", "in", ["held", False])]), held | free)

    def test_release_without_a_date_is_refused_in_words(self):
        _draft, check = self._held(1500)
        wizard = (
            self.env["credit.release.wizard"]
            .with_user(self.manager)
            .create({"check_ids": [Command.set(check.ids)], "reason": "x", "valid_until": False})
        )
        with self.assertRaises(UserError):
            wizard.action_apply()

    def test_release_of_yesterday_is_refused(self):
        _draft, check = self._held(1500)
        with self.assertRaises(UserError):
            check.with_user(self.manager)._release(1500, self.today - timedelta(days=1), "late")
