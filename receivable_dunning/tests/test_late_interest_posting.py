from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import LateInterestCommon


@tagged("post_install", "-at_install")
class TestLateInterestPosting(LateInterestCommon):
    # ------------------------------------------------------------------
    # INVOICE
    # ------------------------------------------------------------------

    def test_one_invoice_per_customer_and_currency_with_a_line_per_item(self):
        euro = self.setup_other_currency("EUR", rates=[("1900-01-01", 2.0)])
        self._bands((0, 40))
        first, second = self._late(50), self._late(20)
        foreign, other = self._late(30, currency_id=euro.id), self._late(10, partner=self._customer("Other"))
        run = self._charged()
        invoices = run.charge_ids.invoice_id
        self.assertEqual((len(invoices), run.invoice_count), (3, 3))
        invoice = invoices.filtered(
            lambda move: move.partner_id == self.customer and move.currency_id == self.company.currency_id
        )
        self.assertRecordValues(
            invoice, [{"state": "posted", "move_type": "out_invoice", "amount_total": 96.3, "is_late_interest": True}]
        )
        self.assertEqual(invoice.invoice_date, self.today)
        lines = invoice.invoice_line_ids.sorted("sequence")
        self.assertEqual(lines.mapped("price_unit"), [11.64, 40, 4.66, 40])
        self.assertIn(first.name, lines[0].name)
        self.assertIn("8.5 % per year x 50 days", lines[0].name)
        self.assertIn(second.name, lines[2].name)
        of_euro = invoices.filtered(lambda move: move.currency_id == euro)
        self.assertEqual(of_euro.amount_total, 6.99 + 80)
        self.assertEqual(set(run.charge_ids.mapped("state")), {"posted"})
        for charge in run.charge_ids:
            self.assertIn(charge.move_id.name, charge.invoice_line_id.name)
        self.assertEqual(run.charge_ids.move_id, first + second + foreign + other)

    def test_segments_of_an_item_are_one_line(self):
        invoice = self._late(30)
        self._pay(invoice, 400, self.today - timedelta(days=20))
        run = self._charged()
        line = run.charge_ids.invoice_id.invoice_line_ids
        self.assertEqual(len(line), 1)
        self.assertEqual(line.price_unit, sum(run.charge_ids.mapped("amount")))
        self.assertEqual(len(line.name.splitlines()), 3)

    def test_tax_and_account_are_those_of_the_rule(self):
        account = self.company_data["default_account_revenue"].copy({"name": "Interest", "code": "700999"})
        self._late(50)
        line = self._charged().charge_ids.invoice_id.invoice_line_ids
        self.assertFalse(line.tax_ids)
        self.rule.write({"account_id": account.id, "tax_mode": "company"})
        self._late(50, partner=self._customer("Taxed"))
        line = self._charged().charge_ids.invoice_id.invoice_line_ids
        self.assertEqual(line.account_id, account)
        self.assertEqual(line.tax_ids, self.company.account_sale_tax_id)
        self.assertTrue(line.tax_ids)

    def test_invoice_speaks_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.rule.with_context(lang="zh_CN").legal_text = "依法计收逾期利息。"
        self.rule.legal_text = "Interest by law."
        self.customer.lang = "zh_CN"
        self._late(50)
        self.assertIn("依法计收逾期利息。", self._charged().charge_ids.invoice_id.narration)

    def test_no_interest_on_interest(self):
        self._late(100)
        run = self._charged(date=self.today - timedelta(days=50))
        interest = run.charge_ids.invoice_id
        interest.button_draft()
        interest.write(
            {"invoice_date": self.today - timedelta(days=49), "invoice_date_due": self.today - timedelta(days=49)}
        )
        interest.action_post()
        again = self._interest_run()
        self.assertNotIn(interest, again.charge_ids.move_id | again.skip_ids.move_id)
        self.assertTrue(again.charge_ids)

    def test_customer_on_credit_hold_is_charged_all_the_same(self):
        profile = self._limited_profile(self.customer, 10)
        self._late(50)
        self._strict_policy("over_limit")
        self.assertTrue(profile)
        invoice = self._charged().charge_ids.invoice_id
        self.assertEqual(invoice.state, "posted")

    def test_tax_included_in_the_price_does_not_hold_the_interest_invoice(self):
        self.company.account_sale_tax_id = self.env["account.tax"].create(
            {"name": "included", "amount": 20, "price_include_override": "tax_included", "company_id": self.company.id}
        )
        self.rule.tax_mode = "company"
        self._limited_profile(self.customer, 10)
        self._late(50)
        self._strict_policy("over_limit")
        invoice = self._charged().charge_ids.invoice_id
        self.assertRecordValues(invoice, [{"state": "posted", "amount_total": 11.64, "amount_untaxed": 9.7}])

    def test_goods_do_not_slip_past_the_credit_check_on_an_interest_invoice(self):
        self._limited_profile(self.customer, 10)
        self._late(50)
        invoice = self._charged().charge_ids.invoice_id
        self._strict_policy("over_limit")
        invoice.button_draft()
        invoice.invoice_line_ids = [Command.create({"name": "goods", "price_unit": 5000})]
        invoice.action_post()
        self.assertEqual(invoice.state, "draft")

    def test_many_customers_are_invoiced_in_the_background(self):
        for number in range(21):
            self._late(50, partner=self._customer(f"Customer {number}"))
        run = self._charged()
        self.assertEqual((run.state, run.queued_count, run.invoice_count), ("done", 21, 0))
        failing = run.charge_ids[:1]
        failing.partner_id.sudo().property_account_receivable_id = self.company_data["default_account_revenue"]
        with self.enter_registry_test_mode():
            self.env.ref("receivable_dunning.ir_cron_invoice_interest").sudo().method_direct_trigger()
        run.invalidate_recordset()
        self.assertGreaterEqual(run.invoice_count, 20)
        self.assertFalse(run.charge_ids.filtered(lambda charge: charge.state == "queued" and not charge.error))

    # ------------------------------------------------------------------
    # WAIVE AND REVERSE
    # ------------------------------------------------------------------

    def test_waived_days_are_given_up(self):
        self._late(50)
        run = self._charged()
        charge, invoice = run.charge_ids, run.charge_ids.invoice_id
        self._close(charge, "waive", "First delay in years")
        self.assertRecordValues(
            charge, [{"state": "waived", "reason": "First delay in years", "closed_by": self.env.uid}]
        )
        self.assertTrue(charge.closed_on)
        self.assertRecordValues(charge.credit_note_id, [{"state": "posted", "amount_total": 11.64}])
        self.assertEqual(invoice.amount_residual, 0)
        self.assertFalse(self._interest_run().charge_ids)

    def test_reversed_days_are_charged_again(self):
        self._bands((0, 40))
        self._late(50)
        run = self._charged()
        self._close(run.charge_ids, "reverse")
        self.assertEqual(set(run.charge_ids.mapped("state")), {"reversed"})
        self.assertEqual(run.charge_ids.invoice_id.amount_residual, 0)
        again = self._charged()
        self.assertEqual(sorted(again.charge_ids.mapped("amount")), [11.64, 40])

    def test_part_of_an_invoice_is_credited_alone(self):
        self._bands((0, 40))
        self._late(50)
        self._late(20)
        run = self._charged()
        compensation = run.charge_ids.filtered(lambda charge: charge.kind == "compensation")[:1]
        self._close(compensation, "waive")
        self.assertEqual(compensation.credit_note_id.amount_total, 40)
        self.assertEqual(run.charge_ids.invoice_id.amount_residual, 56.3)
        self.assertEqual(len(run.charge_ids.filtered(lambda charge: charge.state == "posted")), 3)

    def test_claimed_charges_are_waived_without_a_credit_note_and_invoiced_later(self):
        self._late(50)
        other = self._late(20, partner=self._customer("Other"))
        run = self._charged(posting="claim")
        self.assertFalse(run.charge_ids.invoice_id)
        later = run.charge_ids.filtered(lambda charge: charge.move_id == other)
        self._close(run.charge_ids - later, "waive")
        self.assertFalse(run.charge_ids.credit_note_id)
        later.action_invoice()
        self.assertRecordValues(later, [{"state": "posted"}])
        self.assertEqual(later.invoice_id.amount_total, 4.66)

    def test_reason_must_be_given(self):
        self._late(50)
        charge = self._charged().charge_ids
        with self.assertRaises(UserError):
            self._close(charge, "waive", "  ")

    def test_what_is_closed_stays_closed(self):
        self._late(50)
        charge = self._charged().charge_ids
        self._close(charge, "waive")
        for action in (charge.action_waive, charge.action_reverse, charge.action_invoice, charge.action_exclude):
            with self.assertRaises(UserError):
                action()

    # ------------------------------------------------------------------
    # BY HAND
    # ------------------------------------------------------------------

    def test_cancelled_invoice_frees_its_days(self):
        self._late(50)
        run = self._charged()
        invoice = run.charge_ids.invoice_id
        invoice.button_draft()
        self.assertFalse(self._interest_run().charge_ids)
        invoice.button_cancel()
        self.assertEqual(run.charge_ids.state, "reversed")
        self.assertEqual(self._interest_run().charge_ids.days, 50)
        invoice.button_draft()
        with self.assertRaises(UserError):
            invoice.action_post()

    def test_deleted_invoice_frees_its_days(self):
        self._late(50)
        run = self._charged()
        invoice = run.charge_ids.invoice_id
        invoice.button_draft()
        invoice.name = False
        invoice.with_context(force_delete=True).unlink()
        self.assertRecordValues(run.charge_ids, [{"state": "reversed", "invoice_id": False}])

    def test_credit_note_by_hand_frees_the_days(self):
        self._late(50)
        run = self._charged()
        note = run.charge_ids.invoice_id._reverse_moves(cancel=True)
        self.assertRecordValues(run.charge_ids, [{"state": "reversed", "credit_note_id": note.id}])
        self.assertEqual(self._interest_run().charge_ids.days, 50)
