"""Ways by which a reminder might go to the wrong one, twice, or carry what a customer wrote into it."""

from datetime import timedelta

import psycopg2

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import DunningCommon

SCRIPT = "<script>alert(1)</script>{{ 7*191 }}<t t-out='7*191'/>"


@tagged("post_install", "-at_install")
class TestDunningAttack(DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nobody = cls._user("nobody", "base.group_user")
        cls.portal = cls._user("stranger", "base.group_portal")
        cls.clerk = cls._user("clerk", "account.group_account_invoice")
        cls.reader = cls._user("reader", "receivable_dunning.group_collections_user")

    @classmethod
    def _user(cls, login, groups):
        env = cls.env(context={**cls.env.context, "no_reset_password": True})
        return new_test_user(env, login, groups, company_id=cls.company.id, company_ids=[Command.set(cls.company.ids)])

    # ------------------------------------------------------------------
    # TO WHOM
    # ------------------------------------------------------------------

    def _contact(self, name="Accountant", **values):
        email = f"{name.lower()}@example.com"
        return self.env["res.partner"].create({"name": name, "parent_id": self.customer.id, "email": email, **values})

    def test_contact_who_went_to_another_company_gets_nothing(self):
        contact = self._contact()
        self.customer.dunning_contact_id = contact
        contact.parent_id = self._customer("Competitor")
        self._overdue(30)
        self.assertEqual(self._notice(self._run()).contact_id, self.customer)

    def test_contact_who_leaves_between_confirm_and_send_gets_nothing(self):
        self._overdue(30)
        for change in ({"active": False}, {"parent_id": self._customer("Competitor").id}):
            contact = self._contact()
            self.customer.dunning_contact_id = contact
            run = self._run()
            self.assertEqual(self._notice(run).contact_id, contact)
            run.action_confirm()
            contact.write(change)
            self._deliver(run)
            with self.subTest(change=change):
                self.assertRecordValues(self._notice(run), [{"state": "suppressed", "reason": "no_address"}])
                self.assertFalse(self._mail(self._notice(run)))

    # ------------------------------------------------------------------
    # TWICE
    # ------------------------------------------------------------------

    def test_customer_is_on_one_open_notice_whatever_two_runs_see(self):
        """Two sessions that propose at once do not see each other: the database does."""
        self._overdue(30)
        first, second = self._run(), self.env["dunning.run"].create({"company_id": self.company.id})
        self._notice(first).sudo().write({"state": "cancelled"})
        second.action_propose()
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.UniqueViolation):
            self._notice(first).sudo().write({"state": "queued"})
            self.env.flush_all()

    def test_excluded_notice_does_not_come_back_beside_another(self):
        self._overdue(30)
        first = self._run()
        self._notice(first).action_exclude()
        second = self._run()
        self.assertTrue(self._notice(second))
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.UniqueViolation):
            self._notice(first).action_include()
            self.env.flush_all()

    def test_branch_has_no_reminders_of_its_own(self):
        """Its items are reminded with the root company: a plan of its own would remind them again."""
        branch = self.env["res.company"].sudo().create({"name": "Branch", "parent_id": self.company.id})
        self.env.user.sudo().company_ids |= branch
        for model, values in (("dunning.plan", {"name": "Branch"}), ("dunning.run", {})):
            with self.subTest(model=model), self.assertRaises(ValidationError), self.cr.savepoint():
                self.env[model].sudo().create({"company_id": branch.id, **values})

    # ------------------------------------------------------------------
    # PAID OR EXEMPT AT THE LAST MOMENT
    # ------------------------------------------------------------------

    def test_every_change_between_confirm_and_send_counts(self):
        changes = {
            "no_followup": lambda invoice: invoice.write({"no_followup": True}),
            "blocked": lambda invoice: invoice.action_toggle_block_payment(),
            "draft": lambda invoice: invoice.button_draft(),
            "cancelled": lambda invoice: (invoice.button_draft(), invoice.button_cancel()),
            "reversed": lambda invoice: invoice._reverse_moves(cancel=True),
            "unallocated": lambda invoice: (
                self.env["account.payment"]
                .create({"partner_id": invoice.partner_id.id, "amount": 100, "payment_type": "inbound"})
                .action_post()
            ),
            "no_email": lambda invoice: invoice.partner_id.write({"email": False}),
        }
        for label in changes:
            self._overdue(30, partner=self._customer(label))
        run = self._run()
        self.assertEqual(run.notice_count, len(changes))
        run.action_confirm()
        for notice in run.notice_ids:
            changes[notice.partner_id.name](notice._claims().move_id)
        self._deliver(run)
        self.assertEqual(set(run.notice_ids.mapped("state")), {"suppressed"}, run.notice_ids.mapped("partner_id.name"))
        self.assertFalse(
            self.env["mail.mail"]
            .sudo()
            .search([("model", "=", "dunning.notice"), ("res_id", "in", run.notice_ids.ids)])
        )

    def test_payment_of_a_contact_counts_for_the_customer(self):
        self._overdue(30)
        contact = self._contact()
        self.env["account.payment"].create(
            {"partner_id": contact.id, "amount": 100, "payment_type": "inbound"}
        ).action_post()
        self.assertFalse(self._run().notice_ids)

    # ------------------------------------------------------------------
    # WHAT A CUSTOMER WRITES
    # ------------------------------------------------------------------

    def test_names_and_references_are_text_everywhere(self):
        nasty = self._customer(f"Evil {SCRIPT}", ref=SCRIPT, street=SCRIPT, email="evil@example.com")
        self._overdue(30, 100, partner=nasty, ref=SCRIPT, payment_reference=SCRIPT)
        self._invoice(nasty, 10, self.today, move_type="out_refund", ref=SCRIPT)
        self.env["account.payment"].create(
            {"partner_id": nasty.id, "amount": 5, "payment_type": "inbound", "memo": SCRIPT}
        ).action_post()
        self.plan.level_ids[0].name = f"Level {SCRIPT}"
        run = self._send(self._run())
        notice = self._notice(run, nasty)
        self.assertEqual(notice.state, "sent")
        report = self.env["ir.actions.report"]
        letter = report._render_qweb_html("receivable_dunning.report_dunning_letter", notice.ids)[0].decode()
        texts = {
            "mail": self._mail(notice).body_html,
            "subject": self._mail(notice).subject,
            "letter": letter,
            "summary": run.summary,
            "note": nasty.message_ids[0].body,
        }
        for label, text in texts.items():
            with self.subTest(text=label):
                self.assertNotIn("<script>alert", str(text))
                self.assertNotIn("1337", str(text))

    # ------------------------------------------------------------------
    # RIGHTS
    # ------------------------------------------------------------------

    def test_strangers_read_nothing(self):
        models = (
            "dunning.plan",
            "dunning.level",
            "dunning.run",
            "dunning.notice",
            "dunning.notice.line",
            "dunning.skip",
            "dunning.block",
            "dunning.holiday",
            "dunning.experiment",
            "dunning.experiment.member",
            "dunning.handover",
        )
        models += ("receivable.aging", "receivable.aging.wizard", "receivable.bucket", "receivable.bucket.scheme")
        for name in models:
            for user in (self.nobody, self.portal, self.clerk):
                with self.subTest(model=name, user=user.login), self.assertRaises(AccessError):
                    self.env[name].with_user(user).search([])
        for field in ("dunning_level_id", "dunning_date", "dunning_notice_count"):
            with self.subTest(field=field), self.assertRaises(AccessError):
                self.customer.with_user(self.nobody).read([field])

    def test_strangers_start_nothing(self):
        self._overdue(30)
        run = self._run()
        for user in (self.nobody, self.portal, self.clerk, self.reader):
            for record, action in (
                (run, "action_propose"),
                (run, "action_confirm"),
                (run, "action_cancel"),
                (run.notice_ids, "action_exclude"),
                (run.notice_ids.line_ids, "action_exclude"),
            ):
                with self.subTest(user=user.login, action=action), self.assertRaises(AccessError), self.cr.savepoint():
                    getattr(record.with_user(user), action)()
        self.assertEqual(run.state, "proposed")

    def test_reader_changes_nothing(self):
        self._overdue(30)
        run = self._run()
        for record, values in (
            (run, {"state": "confirmed"}),
            (run.notice_ids, {"state": "queued"}),
            (run.notice_ids.line_ids, {"residual": 1}),
            (self.plan, {"grace_days": 1}),
            (self.plan.level_ids[:1], {"days": 1}),
        ):
            with self.subTest(model=record._name), self.assertRaises(AccessError), self.cr.savepoint():
                record.with_user(self.reader).write(values)

    def test_accountant_writes_no_state_over_rpc(self):
        """What is sent, claimed and to whom follows from the actions, which check; views hide buttons, RPC does not."""
        self._overdue(30)
        run = self._run()
        accountant = self._user("accountant", "receivable_dunning.group_collections_accountant")
        notice, line = run.notice_ids.with_user(accountant), run.notice_ids.line_ids.with_user(accountant)
        stranger = self._customer("Stranger")
        attempts = [
            (run.with_user(accountant), {"state": "done"}),
            (run.with_user(accountant), {"notice_ids": [Command.clear()]}),
            (run.with_user(accountant), {"notice_ids": [Command.update(notice.id, {"state": "sent"})]}),
            *((notice, values) for values in (
                {"state": "sent"}, {"state": "queued"}, {"amount_total": 1}, {"partner_id": stranger.id},
                {"email_contact_id": stranger.id}, {"send_email": False}, {"sent_date": self.today},
                {"line_ids": [Command.clear()]}, {"bounced_email": "x"}, {"run_id": run.id},
            )),
            *((line, values) for values in ({"residual": 1}, {"drop_reason": "paid"}, {"draft_reason": "x"})),
        ]  # fmt: skip
        for record, values in attempts:
            with self.subTest(model=record._name, values=values), self.assertRaises(AccessError), self.cr.savepoint():
                record.write(values)
                self.env.flush_all()

    def test_accountant_makes_nothing_that_looks_decided(self):
        accountant = self._user("accountant", "receivable_dunning.group_collections_accountant")
        runs = self.env["dunning.run"].with_user(accountant)
        values = {"company_id": self.company.id}
        for maker in (
            lambda: runs.create({**values, "state": "confirmed"}),
            lambda: runs.with_context(default_state="done").create(values),
            lambda: (
                self.env["dunning.notice"]
                .with_user(accountant)
                .create(
                    {"run_id": 1, "date": self.today, "company_id": self.company.id, "partner_id": self.customer.id}
                )
            ),
            lambda: self.env["dunning.notice.line"].with_user(accountant).create({"currency_id": 1}),
        ):
            with self.assertRaises(AccessError), self.cr.savepoint():
                maker()

    def test_contact_is_changed_to_one_of_the_customer_and_only_until_sent(self):
        accountant = self._user("accountant", "receivable_dunning.group_collections_accountant")
        self._overdue(30)
        run = self._run()
        notice = self._notice(run).with_user(accountant)
        notice.contact_id = self._contact()
        with self.assertRaises(UserError), self.cr.savepoint():
            notice.contact_id = self._customer("Stranger")
        self._send(run)
        with self.assertRaises(UserError):
            notice.contact_id = self.customer

    def test_reader_presses_no_button(self):
        self._overdue(30)
        run = self._run().with_user(self.reader)
        notice = run.notice_ids
        actions = [run.action_propose, run.action_confirm, run.action_cancel, notice.line_ids.action_exclude]
        actions += [getattr(notice, f"action_{name}") for name in ("exclude", "include", "retry", "give_up", "arrived")]
        for action in (*actions, notice.action_address_works):
            with self.subTest(action=action.__name__), self.assertRaises(AccessError), self.cr.savepoint():
                action()

    def test_proposed_run_keeps_its_day_and_confirmed_its_plans(self):
        self._overdue(30)
        run = self._run()
        with self.assertRaises(UserError), self.cr.savepoint():
            run.date = self.today + timedelta(days=30)
        run.action_confirm()
        with self.assertRaises(UserError), self.cr.savepoint():
            run.plan_ids = False

    def test_aging_wizard_does_not_cross_companies(self):
        other = self.setup_other_company()["company"]
        wizard = self.env["receivable.aging.wizard"].with_user(self.reader)
        with self.assertRaises(AccessError):
            wizard.create({"company_ids": [Command.set(other.ids)]})._aged_tables()

    def test_reminded_customer_is_left_alone_for_the_waiting_time(self):
        self._overdue(30)
        self._send(self._run())
        for days in range(7):
            with self.subTest(days=days):
                self.assertFalse(self._run(date=self.today + timedelta(days=days)).notice_ids)
