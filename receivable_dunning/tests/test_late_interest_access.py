from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import LateInterestCommon


@tagged("post_install", "-at_install")
class TestLateInterestAccess(LateInterestCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reader = cls._user("reader", "receivable_dunning.group_collections_user")
        cls.accountant = cls._user("accountant", "receivable_dunning.group_collections_accountant")
        cls.clerk = cls._user("clerk", "account.group_account_invoice")

    def test_accountant_runs_but_does_not_make_rules(self):
        self._late(50)
        run = self.env["late.interest.run"].with_user(self.accountant).create({"company_id": self.company.id})
        run.action_propose()
        run.charge_ids.action_exclude()
        run.charge_ids.action_include()
        run.action_confirm()
        self.assertEqual(run.charge_ids.state, "posted")
        self.assertEqual(run.confirmed_by, self.accountant)
        run.charge_ids._close("waived", "Goodwill")
        self.assertEqual(run.charge_ids.closed_by, self.accountant)
        self.env["late.interest.reference"].with_user(self.accountant).create({"name": "Base"})
        with self.assertRaises(AccessError):
            self.rule.with_user(self.accountant).fixed_rate = 99

    def test_reader_sees_and_changes_nothing(self):
        self._late(50)
        run = self._charged(posting="claim")
        charge = run.charge_ids.with_user(self.reader)
        self.assertEqual(charge.amount, 11.64)
        attempts = [
            charge.action_waive,
            charge.action_reverse,
            charge.action_invoice,
            lambda: charge._close("waived", "x"),
            lambda: self.env["late.interest.run"].with_user(self.reader).create({"company_id": self.company.id}),
            run.with_user(self.reader).action_propose,
            lambda: self.env["late.interest.close.wizard"].with_user(self.reader).create({"mode": "waive"}),
        ]
        for attempt in attempts:
            with self.assertRaises(AccessError):
                attempt()

    def test_nobody_writes_charges_or_states_directly(self):
        """By RPC as well: managers, too, go through the actions."""
        self._late(50)
        run = self._charged(posting="claim")
        for user in (self.env.user, self.accountant):
            charge = run.charge_ids.with_user(user)
            for values in ({"amount": 1}, {"state": "posted"}, {"reason": "x"}, {"move_line_id": False}):
                with self.subTest(user=user.login, values=values), self.assertRaises(AccessError):
                    charge.write(values)
            attempts = [
                charge.unlink,
                lambda charge=charge: charge.copy({"state": "claimed"}),
                lambda user=user: run.with_user(user).write({"state": "draft"}),
                lambda user=user: run.with_user(user).copy({"state": "done"}),
                lambda user=user: run.with_user(user).write({"confirmed_by": user.id}),
                lambda user=user: (
                    run.with_user(user).with_context(default_state="done").create({"company_id": self.company.id})
                ),
            ]
            for attempt in attempts:
                with self.assertRaises(AccessError):
                    attempt()

    def test_others_see_nothing(self):
        for model in ("late.interest.run", "late.interest.charge", "late.interest.rule", "late.interest.skip"):
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(self.clerk).search([])
        with self.assertRaises(AccessError):
            self.customer.with_user(self.clerk).read(["late_interest_mode"])

    def test_clerk_may_still_cancel_an_interest_invoice(self):
        """Who may undo the invoice undoes its charges with it, without a right on them."""
        self._late(50)
        run = self._charged()
        invoice = run.charge_ids.invoice_id.with_user(self.clerk)
        invoice.button_draft()
        invoice.button_cancel()
        self.assertRecordValues(run.charge_ids, [{"state": "reversed", "closed_by": self.clerk.id}])

    def test_companies_are_kept_apart(self):
        other = self.setup_other_company()["company"]
        self._late(50)
        self._charged()
        stranger = self._user("stranger", "receivable_dunning.group_collections_manager", other)
        self.assertFalse(self.env["late.interest.charge"].with_user(stranger).search([]))
        self.assertFalse(
            self.env["late.interest.run"].with_user(stranger).search([("company_id", "=", self.company.id)])
        )
        self.assertNotIn(self.rule, self.env["late.interest.rule"].with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            self.env["late.interest.run"].with_user(stranger).create(
                {"company_id": self.company.id, "partner_ids": [Command.clear()]}
            )
