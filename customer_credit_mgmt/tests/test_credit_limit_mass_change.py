"""Many limits at once: what the preview says, what is asked for, who signs it and how it is undone."""

from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .limit_common import LimitCommon


@tagged("post_install", "-at_install")
class TestCreditLimitMassChange(LimitCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._strict_policy("over_limit")
        cls.other = cls.env["credit.profile"]._get_or_create(cls.partner_b, cls.company).sudo(False)
        cls.limited = cls.profile | cls.other

    def _limits(self):
        """Two limited customers: one uses 900 of 1,000, one 100 of 2,000."""
        self._approved(1000)
        self._approved(2000, profile=self.other)
        self._invoice(self.partner_a, 900, self.today, due=self.today + timedelta(days=30))
        self._invoice(self.partner_b, 100, self.today, due=self.today + timedelta(days=30))

    def _wizard(self, profiles=None, user=None, **values):
        domain = repr([("id", "in", (profiles or self.limited).ids)])
        return (
            self.env["credit.limit.mass.change"]
            .with_user(user or self.controller)
            .create({"profile_domain": domain, "company_id": self.company.id, "reason": "Yearly review", **values})
        )

    def _previewed(self, profiles=None, **values):
        wizard = self._wizard(profiles, **values)
        wizard.action_preview()
        return wizard

    def _line(self, wizard, profile):
        return wizard.line_ids.filtered(lambda line: line.profile_id == profile)

    def _batch(self, wizard):
        return self.env["credit.limit.batch"].with_user(wizard.env.user).browse(wizard.action_submit()["res_id"])

    # ------------------------------------------------------------------
    # PREVIEW
    # ------------------------------------------------------------------

    def test_preview_says_who_would_be_held_and_writes_no_limit(self):
        self._limits()
        before = self.env["credit.limit"].search_count([])
        wizard = self._previewed(percent=-20)
        line = self._line(wizard, self.profile)
        self.assertEqual((line.old_amount, line.new_amount, line.exposure_amount), (1000, 800, 900))
        self.assertEqual(line.effect, "held")
        self.assertEqual(self._line(wizard, self.other).effect, "same")
        self.assertEqual((wizard.change_count, wizard.held_count, wizard.free_count), (2, 1, 0))
        self.assertEqual((wizard.before_amount, wizard.after_amount), (3000, 2400))
        self.assertEqual(self.env["credit.limit"].search_count([]), before)
        self.assertEqual(self.profile.status, "ok")

    def test_preview_says_who_would_be_free(self):
        self._limits()
        self._invoice(self.partner_b, 1850, self.today, due=self.today + timedelta(days=30))
        self.env["credit.limit"].with_user(self.asker).create(
            {"profile_id": self.other.id, "amount": 500}
        ).action_submit()
        self.other.limit_ids[0].with_user(self.boss).action_approve()
        self.assertEqual(self.other.status, "hold")
        wizard = self._previewed(kind="fixed", amount=5000)
        self.assertEqual(self._line(wizard, self.other).effect, "free")
        self.assertEqual(wizard.free_count, 1)

    def test_effect_of_the_preview_is_the_status_after_the_approval(self):
        """The preview computes without writing what the approval then writes."""
        self._limits()
        self._approved(100, kind="temporary", date_to=date(2099, 1, 1))
        wizard = self._previewed(percent=-20)
        self.assertEqual(self._line(wizard, self.profile).limit_after, 900)
        said = {line.profile_id: (line.effect, line.limit_after) for line in wizard.line_ids}
        self._batch(wizard).with_user(self.boss).action_approve()
        self.limited.invalidate_recordset()
        for profile, (effect, after) in said.items():
            with self.subTest(profile=profile.display_name):
                self.assertEqual(profile.status == "hold", effect == "held")
                self.assertEqual(profile.limit_amount, after)

    def test_preview_knows_the_shared_pot(self):
        """A larger limit of the own does not free a member of a group whose cap is used up by another one."""
        self._limits()
        group = self.env["credit.group"].create({"name": "Group", "company_id": self.company.id, "limit_amount": 950})
        self.limited.group_id = group
        self.limited._refresh_status()
        self.assertEqual(self.profile.status, "hold")
        wizard = self._previewed(self.profile, kind="fixed", amount=5000)
        self.assertEqual(wizard.line_ids.effect, "same")
        self._batch(wizard).with_user(self.boss).action_approve()
        self.assertEqual(self.profile.status, "hold")

    def test_changes_rounding_and_bounds(self):
        self._limits()
        for values, expected in (
            ({"percent": 12, "step": "100"}, (1100, 2200)),
            ({"percent": 12, "step": "100", "direction": "up"}, (1200, 2300)),
            ({"percent": 12, "step": "0"}, (1120, 2240)),
            ({"kind": "amount", "amount": -1500, "step": "0"}, (0, 500)),
            ({"kind": "fixed", "amount": 1234, "step": "1000"}, (1000, 1000)),
            ({"percent": 10, "has_maximum": True, "maximum": 1150}, (1100, 1150)),
            ({"percent": -50, "has_minimum": True, "minimum": 750}, (750, 1000)),
        ):
            with self.subTest(values=values):
                wizard = self._previewed(**values)
                found = tuple(self._line(wizard, profile).new_amount for profile in self.limited)
                self.assertEqual(found, expected)

    def test_limit_in_another_currency_changes_in_its_currency(self):
        currency = self.setup_other_currency("EUR", rates=[("2024-01-01", 2.0)])
        self._approved(1000, currency_id=currency.id)
        wizard = self._previewed(self.profile, kind="amount", amount=100, step="0")
        line = self._line(wizard, self.profile)
        self.assertEqual((line.currency_id, line.old_amount, line.new_amount), (currency, 1000, 1200))
        self.assertEqual((line.old_company, line.new_company), (500, 600))
        batch = self._batch(wizard)
        self.assertEqual((batch.limit_ids.currency_id, batch.limit_ids.amount), (currency, 1200))

    def test_who_is_left_out_is_said(self):
        self._limits()
        fresh = [
            self.env["credit.profile"]._get_or_create(self.env["res.partner"].create({"name": name}), self.company)
            for name in ("Unlimited", "Cash only")
        ]
        fresh[1].sudo().limit_mode = "no_credit"
        everybody = self.limited | fresh[0].sudo(False) | fresh[1].sudo(False)
        wizard = self._previewed(everybody, percent=10)
        self.assertEqual([self._line(wizard, it).skipped for it in fresh], ["no_limit", "no_credit"])
        wizard = self._previewed(everybody, kind="fixed", amount=1000)
        self.assertEqual([self._line(wizard, it).skipped for it in fresh], [False, "no_credit"])
        self.assertEqual(self._line(wizard, self.profile).skipped, "unchanged")
        wizard = self._previewed(everybody, kind="proposal")
        self.assertEqual(self._line(wizard, fresh[0]).skipped, "unknown")

    def test_number_of_queries_does_not_grow_with_the_customers(self):
        def cost(count):
            partners = self.env["res.partner"].create([{"name": f"C{number}"} for number in range(count)])
            profiles = self.env["credit.profile"]._get_or_create(partners, self.company).sudo(False)
            self.env["credit.limit"].sudo().create(
                [{"profile_id": it.id, "amount": 1000, "state": "approved"} for it in profiles]
            )
            profiles.limit_mode = "limited"
            self.env.flush_all()
            costs = []
            for kind in ("percent", "proposal"):
                wizard = self._wizard(profiles, kind=kind)
                self.env.flush_all()
                self.env.invalidate_all()
                begin = self.env.cr.sql_log_count
                wizard.action_preview()
                self.env.flush_all()
                costs.append(self.env.cr.sql_log_count - begin)
            wizard = self._previewed(profiles, percent=10)
            self.env.flush_all()
            self.env.invalidate_all()
            begin = self.env.cr.sql_log_count
            batch = self._batch(wizard)
            self.env.flush_all()
            costs.append(self.env.cr.sql_log_count - begin)
            self.assertEqual(batch.limit_count, count)
            begin = self.env.cr.sql_log_count
            batch.with_user(self.boss).action_approve()
            self.env.flush_all()
            self.assertEqual(batch.approved_count, count)
            return (*costs, self.env.cr.sql_log_count - begin)

        cost(2)  # whatever the first run has to look up
        for step, few, many in zip(("percent", "proposal", "submit"), cost(10), cost(200), strict=False):
            with self.subTest(step=step):
                self.assertLessEqual(many, few)

    # ------------------------------------------------------------------
    # BATCH
    # ------------------------------------------------------------------

    def test_batch_keeps_what_was_asked_for_by_whom_and_why(self):
        self._limits()
        wizard = self._previewed(percent=10)
        batch = self._batch(wizard)
        self.assertEqual((batch.requested_by, batch.reason), (self.controller, "Yearly review"))
        self.assertEqual(batch.change_text, "Base limits changed by 10 %, rounded to 100")
        self.assertEqual((batch.before_amount, batch.after_amount), (3000, 3300))
        self.assertRecordValues(
            batch.limit_ids.sorted("amount"),
            [
                {"amount": 1100, "previous_amount": 1000, "state": "submitted", "requested_by": self.controller.id},
                {"amount": 2200, "previous_amount": 2000, "state": "submitted", "requested_by": self.controller.id},
            ],
        )
        self.assertIn(self.boss, batch.sudo().activity_ids.user_id)
        self.assertNotIn(self.controller, batch.sudo().activity_ids.user_id)

    def test_who_asked_does_not_approve_the_batch(self):
        self._limits()
        wizard = self._wizard(percent=10, user=self.boss)
        wizard.action_preview()
        batch = self._batch(wizard)
        with self.assertRaisesRegex(UserError, "You asked"):
            batch.with_user(self.boss).action_approve()
        batch.with_user(self.deputy).action_approve()
        self.assertEqual(set(batch.limit_ids.mapped("state")), {"approved"})
        self.assertEqual(self._native(), 1100)
        message = batch.sudo().message_ids.filtered(lambda it: self.boss.partner_id in it.partner_ids)
        self.assertIn("2 limits approved by deputy", message.body)
        self.assertFalse(batch.sudo().activity_ids)

    def test_batch_is_signed_by_those_whom_the_rules_name(self):
        self._limits()
        self._rule(amount_to=2000, group_id=self.env.ref("customer_credit_mgmt.group_credit_controller").id)
        batch = self._batch(self._previewed(percent=10))
        clerk = self._user("second", "customer_credit_mgmt.group_credit_controller")
        action = batch.with_user(clerk).action_approve()
        self.assertIn("1 of 2", action["params"]["message"])
        self.assertEqual((batch.approved_count, batch.submitted_count), (1, 1))
        self.assertTrue(batch.sudo().activity_ids)
        batch.with_user(self.boss).action_approve()
        self.assertEqual(batch.approved_count, 2)

    def test_batch_is_refused(self):
        self._limits()
        batch = self._batch(self._previewed(percent=10))
        self._refuse(batch, self.boss)
        self.assertEqual((batch.refused_count, batch.submitted_count), (2, 0))
        with self.assertRaisesRegex(UserError, "reload"):
            batch.with_user(self.boss).action_approve()

    def test_undo_brings_back_limits_and_modes(self):
        self._limits()
        free = self.env["credit.profile"]._get_or_create(self.env["res.partner"].create({"name": "Free"}), self.company)
        free = free.sudo(False)
        batch = self._batch(self._previewed(self.limited | free, kind="fixed", amount=5000))
        batch.with_user(self.boss).action_approve()
        self.assertEqual((free.limit_mode, self._native(free.partner_id)), ("limited", 5000))
        batch.with_user(self.boss).action_revoke()
        self.assertEqual((free.limit_mode, self._native(free.partner_id)), ("no_check", 0))
        self.assertEqual((self._native(), self._native(self.partner_b)), (1000, 2000))
        self.assertEqual(batch.revoked_count, 3)

    def test_batch_is_not_undone_over_a_later_decision(self):
        self._limits()
        batch = self._batch(self._previewed(percent=10))
        batch.with_user(self.boss).action_approve()
        self._approved(7000, date_from=self.today)
        with self.assertRaisesRegex(UserError, "one by one"):
            batch.with_user(self.boss).action_revoke()

    def test_only_a_manager_undoes(self):
        self._limits()
        batch = self._batch(self._previewed(percent=10))
        batch.with_user(self.boss).action_approve()
        with self.assertRaises(AccessError):
            batch.with_user(self.controller).action_revoke()

    def test_stale_preview_is_not_asked_for(self):
        self._limits()
        wizard = self._previewed(percent=10)
        self._approved(1500, date_from=self.today)
        with self.assertRaisesRegex(UserError, "preview again"):
            wizard.action_submit()

    def test_other_parameters_make_the_preview_void(self):
        self._limits()
        wizard = self._previewed(percent=10)
        wizard.percent = 500
        self.assertFalse(wizard.line_ids)
        with self.assertRaisesRegex(UserError, "No limit would change"):
            wizard.action_submit()

    def test_customer_is_left_out_of_the_preview(self):
        self._limits()
        wizard = self._previewed(percent=10)
        self._line(wizard, self.profile).unlink()
        wizard.invalidate_recordset()
        self.assertEqual(self._batch(wizard).limit_ids.profile_id, self.other)

    def test_limit_of_a_batch_is_not_edited_alone(self):
        self._limits()
        limit = self._batch(self._previewed(percent=10)).limit_ids[0]
        for change in (lambda: limit.write({"amount": 10**6}), limit.action_reset_to_draft):
            with self.assertRaisesRegex(UserError, "batch"), self.cr.savepoint():
                change()

    def test_reason_is_asked_for(self):
        self._limits()
        wizard = self._previewed(percent=10, reason=False)
        with self.assertRaisesRegex(UserError, "Say why"):
            wizard.action_submit()

    def test_nobody_there_is_said(self):
        with self.assertRaisesRegex(UserError, "choose others"):
            self._wizard(profile_domain="[('id', '=', 0)]").action_preview()

    # ------------------------------------------------------------------
    # ATTACKS
    # ------------------------------------------------------------------

    def test_journal_is_written_by_nobody(self):
        self._limits()
        batch = self._batch(self._previewed(percent=10))
        for user in (self.asker, self.controller, self.boss):
            batches = self.env["credit.limit.batch"].with_user(user)
            values = {"company_id": self.company.id, "requested_by": self.asker.id, "reason": "x"}
            attempts = (
                lambda batches=batches, values=values: batches.create(values),
                lambda batches=batches: batches.browse(batch.id).write({"requested_by": self.asker.id}),
                lambda batches=batches: batches.browse(batch.id).write({"limit_ids": [Command.clear()]}),
                lambda batches=batches: batches.browse(batch.id).unlink(),
            )
            for attempt in attempts:
                with self.subTest(user=user.login), self.assertRaises(AccessError), self.cr.savepoint():
                    attempt()

    def test_preview_is_written_by_nobody(self):
        self._limits()
        wizard = self._previewed(percent=10)
        line = self._line(wizard, self.profile)
        for attempt in (
            lambda: line.write({"new_amount": 10**6}),
            lambda: line.copy(),
            lambda: wizard.write({"line_ids": [Command.create({"profile_id": self.profile.id, "new_amount": 5})]}),
        ):
            with self.assertRaises(AccessError), self.cr.savepoint():
                attempt()

    def test_only_controllers_change_many_limits(self):
        with self.assertRaises(AccessError):
            self._wizard(user=self.asker)

    def test_customers_of_another_company_are_left_alone(self):
        elsewhere = self.setup_other_company()["company"]
        stranger = self._user("stranger", "customer_credit_mgmt.group_credit_manager", company=elsewhere)
        self._limits()
        with self.assertRaisesRegex(UserError, "choose others"):
            self._wizard(user=stranger).action_preview()

    # ------------------------------------------------------------------
    # SCREENS
    # ------------------------------------------------------------------

    def test_wizard_begins_with_the_selected_profiles(self):
        wizards = self.env["credit.limit.mass.change"].with_user(self.controller)
        with Form(wizards.with_context(active_model="credit.profile", active_ids=self.limited.ids)) as form:
            self.assertEqual(form.profile_count, 2)

    def test_screens_open(self):
        self._limits()
        wizard = self._previewed(percent=10)
        batch = self._batch(wizard)
        for record in (wizard, batch, batch.limit_ids[0], self.profile, self._rule(user_ids=self.boss.ids)):
            with self.subTest(model=record._name):
                Form(record.with_user(self.boss) if record != wizard else record)
        for model in ("credit.limit.batch", "credit.delegation", "credit.approval.rule", "credit.limit"):
            views = (
                self.env[model].with_user(self.boss).get_views([(False, "list"), (False, "form"), (False, "search")])
            )
            self.assertEqual(set(views["views"]), {"list", "form", "search"})
