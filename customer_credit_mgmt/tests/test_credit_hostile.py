"""Found by trying to get around the house: amounts written from outside, dates, deletions, records that are gone."""

from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
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

    def test_due_dates_are_free_where_no_policy_looks_at_them(self):
        self.policy.exempt_immediate = False
        invoice = self._draft(500)
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

    def _break_policy(self):
        """As after the addon that brought a field of the condition was uninstalled."""
        broken = "[('field_that_is_gone', '=', 1)]"
        self.env.flush_all()
        self.env.cr.execute("UPDATE credit_policy SET partner_domain = %s WHERE id = %s", [broken, self.policy.id])
        self.env.invalidate_all()
        self.policy._forget()

    def test_condition_on_an_unknown_field_is_told_in_words(self):
        self._break_policy()
        with self.assertRaisesRegex(UserError, "field_that_is_gone"):
            self._posts(self._draft(50))

    def test_condition_on_an_unknown_field_stops_no_payment_and_no_job(self):
        invoice, held = self._draft(500), self._draft(5000)
        self.assertEqual([self._posts(invoice), self._posts(held)], [True, False])
        self._break_policy()
        self._pay(invoice, 500, self.today)
        with self.assertLogs("odoo.addons.customer_credit_mgmt", "WARNING") as logs:
            self.env.cr.precommit.run()
            self.env["credit.check"]._reconsider(self._check_of(held), held)
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(len(logs.output), 2)

    # ------------------------------------------------------------------
    # FIGURES THAT FOLLOW FROM OTHERS
    # ------------------------------------------------------------------

    def test_cover_follows_from_the_guarantee_and_is_not_written(self):
        controller = self._user("hostile_guarantor", "customer_credit_mgmt.group_credit_controller")
        other = self._create_company(name="Elsewhere")
        guarantee = self._guarantee(self.profile, 50)
        guarantee.with_user(controller).write({"cover_amount": 10**6, "company_id": other.id})
        self.env.invalidate_all()
        self.assertEqual((guarantee.cover_amount, guarantee.company_id), (50, self.company))
        values = {"profile_id": self.profile.id, "amount": 50, "cover_amount": 10**6, "partner_id": self.partner_b.id}
        made = self.env["credit.guarantee"].with_user(controller).create(values)
        self.env.invalidate_all()
        self.assertEqual((made.cover_amount, made.partner_id), (50, self.partner_a))

    def test_limit_stays_in_its_company(self):
        asker = self._user("hostile_asker", "customer_credit_mgmt.group_credit_user")
        other = self._create_company(name="Elsewhere")
        self.profile.limit_ids.with_user(asker).write({"company_id": other.id})
        values = {"profile_id": self.profile.id, "amount": 50, "company_id": other.id}
        made = self.env["credit.limit"].with_user(asker).create(values)
        self.env.invalidate_all()
        self.assertEqual((made | self.profile.limit_ids).company_id, self.company)

    def test_reason_of_a_decided_limit_is_kept(self):
        asker = self._user("hostile_asker", "customer_credit_mgmt.group_credit_user")
        with self.assertRaisesRegex(UserError, "was decided"):
            self.profile.limit_ids.with_user(asker).reason = "Nobody asked for this"

    def test_ended_delegation_does_not_come_back(self):
        giver, delegate = (
            self._user(f"hostile_{name}", "customer_credit_mgmt.group_credit_manager") for name in ("giver", "delegate")
        )
        delegation = (
            self.env["credit.delegation"].with_user(giver).create({"delegate_id": delegate.id, "date_to": self.later})
        )
        with self.assertRaisesRegex(UserError, "has begun"):
            delegation.date_from = self.today - timedelta(days=30)
        delegation.action_end()
        with self.assertRaises(AccessError):
            delegation.ended_on = False
        self.assertEqual(delegation.state, "ended")

    # ------------------------------------------------------------------
    # MERGED CONTACTS
    # ------------------------------------------------------------------

    def _merge(self, kept, merged):
        self.env.flush_all()
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(self.clerk).create({})
        wizard.sudo()._merge((kept | merged).ids, kept)

    def _twins(self):
        partners = self.env["res.partner"].create([{"name": "Paula Person"}, {"name": "Paula Person"}])
        return [self.env["credit.profile"]._get_or_create(partner, self.company) for partner in partners]

    def test_merged_persons_keep_their_reviews(self):
        kept, merged = self._twins()
        model = self.env["credit.review"].sudo()
        for profile in (kept, merged):
            model.create(model._prepare_review(profile, "rating"))
        done = model.create(model._prepare_review(merged, "rating", state="confirmed"))
        model._contest(merged, "I always pay", "told")
        self._merge(kept.partner_id, merged.partner_id)
        self.assertEqual(kept.review_ids.sorted("state").mapped("state"), ["confirmed", "open"])
        self.assertIn(done, kept.review_ids)
        self.assertEqual(kept.review_ids.filtered(lambda it: it.state == "open").contest_text, "I always pay")

    def test_merged_customers_keep_their_signals(self):
        kept, merged = self._twins()
        rule = self.env["credit.signal.rule"].with_context(active_test=False).search([], limit=1)

        def signal(profile, day, state):
            values = {"rule_id": rule.id, "kind": rule.kind, "severity": "info", "state": state}
            prepared = self.env["credit.review"]._prepare_review(profile, "rating", **values, date=date(2024, 1, day))
            prepared.pop("trigger")
            return self.env["credit.signal"].sudo().create(prepared)

        same = signal(kept, 1, "dismissed"), signal(merged, 1, "open")
        other = signal(merged, 2, "acted")
        self._merge(kept.partner_id, merged.partner_id)
        self.assertEqual([it.exists() for it in (*same, other)], [same[0].browse(), same[1], other])
        self.assertEqual((same[1] | other).profile_id, kept)
