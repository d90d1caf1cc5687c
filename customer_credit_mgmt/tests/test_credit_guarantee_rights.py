from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import GuaranteeCommon


@tagged("post_install", "-at_install")
class TestCreditGuaranteeRights(GuaranteeCommon):
    def test_who_entered_it_does_not_activate_it(self):
        self.controller.sudo().credit_release_amount = 10000
        guarantee = self._entered(300)
        self.assertEqual(guarantee.entered_by, self.controller)
        with self.assertRaisesRegex(UserError, "another controller or manager"):
            guarantee.action_activate()
        own = self._entered(300, user=self.manager)
        with self.assertRaisesRegex(UserError, "another controller or manager"):
            own.action_activate()
        guarantee.with_user(self.manager).action_activate()
        self.assertEqual((guarantee.state, guarantee.activated_by), ("active", self.manager))

    def test_who_edits_it_becomes_who_entered_it(self):
        guarantee = self._entered(300)
        guarantee.with_user(self.manager).amount = 90000
        with self.assertRaisesRegex(UserError, "another controller or manager"):
            guarantee.with_user(self.manager).action_activate()

    def test_controller_decides_up_to_the_own_allowance(self):
        guarantee = self._entered(300)
        with self.assertRaisesRegex(UserError, "needs a credit manager"):
            guarantee.with_user(self.second).action_activate()
        self.second.sudo().credit_release_amount = 300
        guarantee.with_user(self.second).action_activate()
        self.second.sudo().credit_release_amount = 299
        with self.assertRaisesRegex(UserError, "needs a credit manager"):
            guarantee.with_user(self.second).action_release()

    def test_allowance_is_compared_in_company_currency(self):
        currency = self.setup_other_currency("EUR", rates=[("2023-01-01", 0.5)])
        guarantee = self._entered(300, currency_id=currency.id)
        self.second.sudo().credit_release_amount = 599
        with self.assertRaisesRegex(UserError, "needs a credit manager"):
            guarantee.with_user(self.second).action_activate()
        self.second.sudo().credit_release_amount = 600
        guarantee.with_user(self.second).action_activate()

    def test_user_neither_enters_nor_releases(self):
        guarantee = self._entered(300)
        with self.assertRaises(AccessError):
            self._entered(300, user=self.asker)
        with self.assertRaises(AccessError):
            guarantee.with_user(self.asker).action_activate()
        guarantee.with_user(self.manager).action_activate()
        with self.assertRaises(AccessError):
            guarantee.with_user(self.asker).action_release()
        self.assertEqual(guarantee.with_user(self.asker).state, "active")

    def test_states_and_signatures_are_not_written_by_rpc(self):
        guarantee = self._entered(300)
        for values in (
            {"state": "active"},
            {"entered_by": self.manager.id},
            {"activated_by": self.manager.id},
            {"released_on": False},
            {"alerted_for": self.today},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                guarantee.with_user(self.manager).write(values)
        values = {"profile_id": self.profile.id, "amount": 1, "date_from": self.today}
        guarantees = self.env["credit.guarantee"].with_user(self.manager)
        with self.assertRaises(AccessError):
            guarantees.create({**values, "state": "active"})
        with self.assertRaises(AccessError):
            guarantees.with_context(default_state="active").create(values)
        with self.assertRaises(AccessError):
            guarantees.create({**values, "entered_by": self.controller.id})
        with self.assertRaises(AccessError):
            self.profile.with_user(self.manager).write(
                {"guarantee_ids": [Command.update(guarantee.id, {"state": "active"})]}
            )

    def test_guarantee_in_force_is_neither_changed_nor_deleted(self):
        guarantee = self._guarantee(self.profile, 300)
        for values in ({"amount": 900}, {"insured_share": 1}, {"date_to": False}, {"stop_days": 0}):
            with self.subTest(values=values), self.assertRaises(UserError):
                guarantee.with_user(self.manager).write(values)
        guarantee.with_user(self.manager).note = "The original is in the safe."
        with self.assertRaises(UserError):
            guarantee.with_user(self.manager).unlink()

    def test_renewal_is_a_new_draft_that_somebody_activates(self):
        guarantee = self._guarantee(self.profile, 300, date_to=self.today + timedelta(days=5))
        action = guarantee.with_user(self.manager).action_renew()
        renewal = guarantee.browse(action["res_id"])
        self.assertRecordValues(
            renewal,
            [
                {
                    "state": "draft",
                    "date_from": self.today + timedelta(days=6),
                    "date_to": False,
                    "renews_id": guarantee.id,
                    "entered_by": self.manager.id,
                    "amount": 300,
                }
            ],
        )

    def test_customer_does_not_stand_in_for_itself(self):
        with self.assertRaisesRegex(ValidationError, "cannot stand in for itself"):
            self._guarantee(self.profile, 300, kind="parent_guarantee", provider_id=self.partner_a.id)
        self._guarantee(self.profile, 300, kind="deposit", provider_id=self.partner_a.id)

    def test_documents_are_opened_by_whoever_sees_the_guarantee(self):
        file = self.env["ir.attachment"].with_user(self.controller).create({"name": "scan.txt", "raw": b"original"})
        guarantee = self._entered(300, document_ids=[Command.link(file.id)])
        self.assertEqual((file.res_model, file.res_id), ("credit.guarantee", guarantee.id))
        self.assertEqual(guarantee.with_user(self.asker).document_ids.raw, b"original")
        foreign = self.env["ir.attachment"].with_user(self.manager).create({"name": "mine.txt", "raw": b"secret"})
        with self.assertRaises(AccessError):
            guarantee.write({"document_ids": [Command.link(foreign.id)]})

    def test_other_company_does_not_see_it(self):
        other = self.setup_other_company()["company"]
        stranger = self._user("stranger", "customer_credit_mgmt.group_credit_manager", company=other)
        guarantee = self._guarantee(self.profile, 300)
        self.assertFalse(self.env["credit.guarantee"].with_user(stranger).search([("id", "=", guarantee.id)]))
        theirs = self.env["credit.profile"].sudo()._get_or_create(self.partner_a, other)
        (row,) = theirs._gather_figures(self.today)
        self.assertEqual(row["cover_amount"], 0)

    def test_branch_is_covered_by_the_guarantee_of_its_root(self):
        branch = self.env["res.company"].sudo().create({"name": "Branch", "parent_id": self.company.id})
        self._guarantee(self.profile, 300)
        self.env.flush_all()
        statement = self.env["credit.profile"].sudo()._figures_sql(self.today, branch, self.partner_a)
        (row,) = self.env.execute_query_dict(statement)
        self.assertEqual(row["cover_amount"], 300)
