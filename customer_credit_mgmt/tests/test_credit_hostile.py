"""Found by trying to get around the house: amounts written from outside, dates, deletions, records that are gone."""

from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CreditCommon


@tagged("post_install", "-at_install")
class TestCreditHostile(CreditCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls._strict_policy("over_limit", "manual_hold")
        cls.profile = cls._limited_profile(cls.partner_a, 1000)
        cls.clerk = cls._user("hostile_clerk", "account.group_account_invoice,base.group_partner_manager")
        cls.later = cls.today + timedelta(days=90)

    def _posts(self, invoice):
        invoice.with_user(self.clerk).action_post()
        return invoice.state == "posted"

    # ------------------------------------------------------------------
    # AMOUNTS
    # ------------------------------------------------------------------

    def test_totals_of_an_invoice_are_not_written_from_outside(self):
        for names in (("amount_total_signed",), ("amount_total", "amount_total_signed")):
            invoice = self._draft(5000)
            invoice.with_user(self.clerk).write(dict.fromkeys(names, 1))
            self.assertFalse(self._posts(invoice), names)
            self.assertEqual(invoice.amount_total_signed, 5000)

    def test_totals_of_an_invoice_are_not_created_from_outside(self):
        line = {"name": "goods", "price_unit": 5000, "tax_ids": False}
        values = {
            "move_type": "out_invoice",
            "partner_id": self.partner_a.id,
            "invoice_date": self.today,
            "amount_total": 1,
            "amount_total_signed": 1,
            "invoice_line_ids": [Command.create(line)],
        }
        self.assertFalse(self._posts(self.env["account.move"].with_user(self.clerk).create(values)))

    # ------------------------------------------------------------------
    # DATES
    # ------------------------------------------------------------------

    def test_invoice_of_next_year_is_not_due_at_once(self):
        self.policy.exempt_immediate = True
        self.assertTrue(self._posts(self._draft(5000)), "due at once")
        invoice = self._invoice(self.partner_a, 5000, self.later, post=False)
        self.assertEqual(invoice.invoice_date_due, invoice.invoice_date)
        self.assertFalse(self._posts(invoice))

    def test_posted_invoice_gets_more_time_from_credit_control_only(self):
        self.policy.exempt_immediate = True
        invoice = self._draft(5000)
        self.assertTrue(self._posts(invoice))
        items = invoice.line_ids.filtered("date_maturity")
        with self.assertRaisesRegex(UserError, "checked with its due date"), self.cr.savepoint():
            invoice.with_user(self.clerk).invoice_date_due = self.later
        with self.assertRaisesRegex(UserError, "checked with its due date"), self.cr.savepoint():
            items.with_user(self.clerk).date_maturity = self.later
        items.with_user(self.clerk).date_maturity = self.today - timedelta(days=1)
        controller = self._user(
            "hostile_controller", "customer_credit_mgmt.group_credit_controller,account.group_account_invoice"
        )
        items.with_user(controller).date_maturity = self.later
        self.assertEqual(items.date_maturity, self.later)

    def test_without_policy_due_dates_are_free(self):
        self.policy.active = False
        invoice = self._draft(5000)
        self.assertTrue(self._posts(invoice))
        invoice.with_user(self.clerk).invoice_date_due = self.later
        self.assertEqual(invoice.invoice_date_due, self.later)

    # ------------------------------------------------------------------
    # WHAT IS GONE
    # ------------------------------------------------------------------

    def test_deleted_contact_takes_no_decided_limit_along(self):
        partner = self.env["res.partner"].create({"name": "Gone", "is_company": True})
        profile = self._limited_profile(partner, 1000)
        with self.assertRaisesRegex(UserError, "archive the contact"), self.cr.savepoint():
            partner.with_user(self.clerk).unlink()
        with self.assertRaisesRegex(UserError, "archive the contact"), self.cr.savepoint():
            profile.unlink()
        self.assertTrue(profile.limit_ids.exists())

    def test_contact_of_whom_nothing_was_decided_is_deleted(self):
        partner = self.env["res.partner"].create({"name": "New"})
        profile = self.env["credit.profile"]._get_or_create(partner, self.company).sudo(False)
        self.env["credit.limit"].create({"profile_id": profile.id, "amount": 10})
        partner.with_user(self.clerk).unlink()
        self.assertFalse(profile.exists())

    def test_payment_is_booked_when_the_job_was_deleted(self):
        invoice = self._draft(500)
        self.assertTrue(self._posts(invoice))
        self.assertFalse(self._posts(self._draft(5000)))
        self.env.ref("customer_credit_mgmt.ir_cron_reevaluate_held").unlink()
        self._pay(invoice, 500, self.today)
        self.env.cr.precommit.run()
        self.assertEqual(invoice.amount_residual, 0)

    def test_condition_on_an_unknown_field_is_told_in_words(self):
        # as after the addon that brought the field was uninstalled
        broken = "[('field_that_is_gone', '=', 1)]"
        self.env.flush_all()
        self.env.cr.execute("UPDATE credit_policy SET partner_domain = %s WHERE id = %s", [broken, self.policy.id])
        self.env.invalidate_all()
        self.policy._forget()
        with self.assertRaisesRegex(UserError, "field_that_is_gone"):
            self._posts(self._draft(50))
