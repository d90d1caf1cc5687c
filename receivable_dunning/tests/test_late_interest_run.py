from datetime import date, timedelta
from unittest.mock import patch

import psycopg2

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import LateInterestCommon


@tagged("post_install", "-at_install")
class TestLateInterestRun(LateInterestCommon):
    # ------------------------------------------------------------------
    # DAYS, BASES, RATES
    # ------------------------------------------------------------------

    def test_thousand_fifty_days_late_costs_11_64(self):
        self._late(50)
        run = self._interest_run()
        self.assertRecordValues(
            run.charge_ids,
            [
                {
                    "kind": "interest", "days": 50, "base": 1000, "rate": 8.5, "amount": 11.64, "state": "draft",
                    "date_from": self.today - timedelta(days=49), "date_to": self.today,
                }
            ],
        )  # fmt: skip
        self.assertEqual(run.amount_total, 11.64)

    def test_day_may_be_rounded_first(self):
        self.rule.rounding = "day"
        self._late(50)
        self.assertEqual(self._interest_run().charge_ids.amount, 11.50)

    def test_base_follows_partial_payments(self):
        self.rule.fixed_rate = 36.5
        invoice = self._late(30)
        self._pay(invoice, 400, self.today - timedelta(days=20))
        found = [
            (charge.days, charge.base, charge.amount) for charge in self._interest_run().charge_ids.sorted("date_from")
        ]
        self.assertEqual(found, [(10, 1000, 10), (20, 600, 12)])

    def test_credit_note_lowers_the_base_from_its_date(self):
        self.rule.fixed_rate = 36.5
        invoice = self._late(30)
        note = self._invoice(self.customer, 400, self.today - timedelta(days=20), move_type="out_refund")
        (invoice + note).line_ids.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        found = [(charge.days, charge.base) for charge in self._interest_run().charge_ids.sorted("date_from")]
        self.assertEqual(found, [(9, 1000), (21, 600)])

    def test_unallocated_credit_counts_as_payment(self):
        self._late(30)
        covered = self._late(30, 100, partner=self._customer("Covered"))
        payment = self.env["account.payment"].create(
            {
                "partner_id": covered.partner_id.id,
                "amount": 100,
                "payment_type": "inbound",
                "date": self.today - timedelta(days=30),
            }
        )
        payment.action_post()
        run = self._interest_run()
        self.assertEqual(run.charge_ids.partner_id, self.customer)
        self.assertEqual(self._refusals(run)[covered], "covered")

    def test_receipt_on_the_bank_account_counts_as_payment_before_it_is_reconciled(self):
        self._late(50)
        self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.company_data["default_journal_bank"].id,
                "partner_id": self.customer.id,
                "payment_ref": "transfer",
                "amount": 1000,
                "date": self.today - timedelta(days=30),
            }
        )
        self.assertEqual(self._interest_run().charge_ids.days, 20)

    def test_instalments_are_late_one_by_one(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Two",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days}) for days in (0, 30)
                ],
            }
        )
        invoice = self._invoice(
            self.customer,
            1000,
            self.today - timedelta(days=40),
            invoice_payment_term_id=term.id,
            invoice_date_due=False,
        )
        charges = self._interest_run().charge_ids.sorted("days")
        self.assertEqual([(charge.days, charge.base) for charge in charges], [(10, 500), (40, 500)])
        self.assertEqual(charges.move_id, invoice)

    def test_rate_changes_within_the_delay_make_segments(self):
        reference = self.env["late.interest.reference"].create(
            {
                "name": "Base",
                "rate_ids": [
                    Command.create({"date": day, "percent": percent})
                    for day, percent in (("2026-01-01", 2.15), ("2026-07-01", 2.40))
                ],
            }
        )
        self.rule.write({"rate_mode": "reference", "reference_id": reference.id, "margin": 8})
        invoice = self._invoice(self.customer, 1000, date(2026, 1, 1), due=date(2026, 1, 31))
        self._pay(invoice, 1000, date(2026, 7, 10))
        run = self._interest_run(date=date(2026, 9, 30), date_from=date(2026, 1, 1))
        found = [(charge.days, charge.rate, charge.amount) for charge in run.charge_ids.sorted("date_from")]
        self.assertEqual(found, [(150, 10.15, 41.71), (10, 10.4, 2.85)])

    def test_branch_is_charged_with_its_root(self):
        branch = self.env["res.company"].sudo().create({"name": "Branch", "parent_id": self.company.id})
        self.cr.precommit.run()
        self.env.user.sudo().company_ids |= branch
        env = self.env(context={**self.env.context, "allowed_company_ids": (self.company + branch).ids})
        invoice = self._late(50).with_env(env)
        branched = invoice.copy(
            {
                "company_id": branch.id,
                "invoice_date": invoice.invoice_date,
                "invoice_date_due": invoice.invoice_date_due,
            }
        )
        branched.action_post()
        run = self._interest_run()
        self.assertEqual(run.charge_ids.move_id, invoice + branched)
        self.assertEqual(run.charge_ids.company_id, self.company)

    # ------------------------------------------------------------------
    # ROWS 10 AND 11 OF THE RIVALS' DEFECTS
    # ------------------------------------------------------------------

    def test_peers_10_interest_does_not_restart_at_each_run(self):
        """ERPNext: the interest of each dunning starts from the due date again."""
        self._late(50)
        first = self._charged(date=self.today - timedelta(days=20))
        second = self._charged()
        self.assertEqual((first.charge_ids.days, second.charge_ids.days), (30, 20))
        self.assertEqual(second.charge_ids.date_from, first.charge_ids.date_to + timedelta(days=1))
        third = self._interest_run()
        self.assertFalse(third.charge_ids)
        self.assertEqual(set(third.skip_ids.mapped("reason")), {"charged"})

    def test_peers_10_interest_is_not_lost_when_only_the_principal_is_paid(self):
        """ERPNext: whoever pays late, but before the next dunning, pays no interest."""
        invoice = self._late(50)
        self._pay(invoice, 1000, self.today - timedelta(days=10))
        self.assertEqual(invoice.amount_residual, 0)
        run = self._charged()
        self.assertRecordValues(
            run.charge_ids, [{"days": 40, "amount": 9.32, "date_to": self.today - timedelta(days=10)}]
        )
        self.assertFalse(self._interest_run().charge_ids)

    def test_peers_11_interest_follows_the_days(self):
        """metasfresh, Tryton: a percentage of the amount whatever the days."""
        amounts = {}
        for days in (1, 10, 100):
            self._late(days, partner=self._customer(f"Late {days}"))
        for charge in self._interest_run().charge_ids:
            amounts[charge.days] = charge.amount
        self.assertEqual(amounts, {1: 0.23, 10: 2.33, 100: 23.29})

    def test_peers_11_rule_is_computed_not_only_a_field(self):
        """iDempiere: interest fields without code. Every figure of a rule changes what is charged."""
        self._late(50)
        self._bands((0, 40))
        changes = [
            ({}, 51.64),
            ({"fixed_rate": 17}, 63.29),
            ({"day_count": "act_360"}, 63.61),
            ({"per": "day", "fixed_rate": 0.05}, 65),
            ({"rounding": "day"}, 65),
            ({"grace_days": 50}, 0),
            ({"grace_days": 0, "minimum_amount": 100}, 0),
        ]
        for change, amount in changes:
            self.rule.write(change)
            with self.subTest(change=change):
                self.assertAlmostEqual(self._interest_run().amount_total, amount)

    # ------------------------------------------------------------------
    # COMPENSATION
    # ------------------------------------------------------------------

    def test_compensation_by_band_once_per_invoice(self):
        self._bands((0, 40), (1000, 70), (10000, 100))
        for amount in (999.99, 1000, 9999.99, 10000):
            self._late(10, amount)
        run = self._charged()
        found = (
            run.charge_ids.filtered(lambda charge: charge.kind == "compensation")
            .sorted(lambda charge: charge.move_id.id)
            .mapped("amount")
        )
        self.assertEqual(found, [40, 70, 70, 100])
        later = self._interest_run(date=self.today)
        self.assertFalse(later.charge_ids.filtered(lambda charge: charge.kind == "compensation"))

    def test_compensation_is_converted_to_the_currency_of_the_invoice(self):
        euro = self.setup_other_currency("EUR", rates=[("1900-01-01", 2.0)])
        self._bands((0, 40))
        self._late(10, 500, currency_id=euro.id)
        charge = self._interest_run().charge_ids.filtered(lambda charge: charge.kind == "compensation")
        self.assertRecordValues(charge, [{"currency_id": euro.id, "amount": 80, "amount_company": 40}])

    # ------------------------------------------------------------------
    # THE RUN
    # ------------------------------------------------------------------

    def test_what_changed_since_the_proposal_is_left_out(self):
        changed, same = self._late(50), self._late(50, partner=self._customer("Same"))
        run = self._interest_run()
        self._pay(changed, 500, self.today - timedelta(days=10))
        run.action_confirm()
        self.assertEqual(run.charge_ids.move_id, same)
        self.assertEqual(self._refusals(run), {changed: "changed"})

    def test_confirmation_goes_customer_by_customer_without_reading_the_charges(self):
        """Memory stays flat: a batch of customers at a time, and no charge becomes a record."""
        self._bands((0, 40))
        partners = [self._customer(f"Late {number}") for number in range(4)]
        invoices = [self._late(50, partner=partner) for partner in partners]
        run = self._interest_run(posting="claim")
        excluded = run.charge_ids.filtered(lambda charge: charge.move_id == invoices[0] and charge.kind != "interest")
        excluded.action_exclude()
        self._pay(invoices[1], 500, self.today - timedelta(days=10))
        self.env.flush_all()
        self.env.invalidate_all()
        runs, charges = (self.registry[name] for name in ("late.interest.run", "late.interest.charge"))
        self.assertEqual(len(run._proposed_batches()), 1)
        with (
            patch.object(runs, "_charges_per_batch", 1),
            patch.object(charges, "_fetch_query", side_effect=AssertionError("charges are read one by one")),
        ):
            run.action_confirm()
        states = {
            partner: sorted(charges.mapped("state"))
            for partner, charges in run.charge_ids.grouped("partner_id").items()
        }
        both = ["claimed", "claimed"]
        self.assertEqual(states, {partners[0]: ["claimed", "excluded"], partners[2]: both, partners[3]: both})
        self.assertEqual(self._refusals(run), {invoices[1]: "changed"})
        self.assertRecordValues(run, [{"state": "done", "confirmed_by": self.env.uid}])

    def test_excluded_charges_stay_free(self):
        self._late(50)
        self._bands((0, 40))
        run = self._interest_run()
        run.charge_ids.filtered(lambda charge: charge.kind == "compensation").action_exclude()
        self.assertEqual(run.amount_total, 11.64)
        run.action_confirm()
        self.assertEqual(sorted(run.charge_ids.mapped("state")), ["excluded", "posted"])
        (again,) = self._interest_run(date=self.today).charge_ids or [None]
        self.assertIsNone(again)

    def test_run_that_changed_wholly_stays_proposed(self):
        invoice = self._late(50)
        run = self._interest_run()
        self._pay(invoice, 1000, self.today - timedelta(days=49))
        run.action_confirm()
        self.assertEqual((run.state, len(run.charge_ids)), ("proposed", 0))

    def test_database_refuses_the_same_day_twice(self):
        self._late(50)
        charge = self._charged(posting="claim").charge_ids.sudo()

        def shifted(days, state):
            begin, end = charge.date_from + timedelta(days=days), charge.date_to + timedelta(days=days)
            charge.copy({"date_from": begin, "date_to": end, "state": state}).flush_recordset()

        for shift in (-49, -10, 0, 10, 49):
            for state in ("claimed", "queued", "posted", "waived"):
                with (
                    self.subTest(shift=shift, state=state),
                    mute_logger("odoo.sql_db"),
                    self.assertRaises(psycopg2.errors.ExclusionViolation),
                    self.cr.savepoint(),
                ):
                    shifted(shift, state)
        for shift, state in ((-50, "claimed"), (50, "claimed"), (0, "reversed"), (0, "draft"), (0, "excluded")):
            shifted(shift, state)

    def test_database_refuses_a_second_compensation(self):
        self._bands((0, 40))
        self._late(50)
        run = self._charged(posting="claim")
        charge = run.charge_ids.filtered(lambda charge: charge.kind == "compensation").sudo()
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.UniqueViolation), self.cr.savepoint():
            charge.copy({"state": "claimed"}).flush_recordset()
        charge.copy({"state": "reversed"}).flush_recordset()

    def test_two_proposals_one_charge(self):
        self._late(50)
        first, second = self._interest_run(), self._interest_run()
        first.action_confirm()
        second.action_confirm()
        self.assertEqual(second.state, "proposed")
        self.assertEqual(set(second.skip_ids.mapped("reason")), {"changed"})

    def test_number_of_queries_does_not_grow_with_the_customers(self):
        def propose(count):
            partners = self.env["res.partner"].browse(
                self._late(10, partner=self._customer(f"Customer {count} {number}")).partner_id.id
                for number in range(count)
            )
            run = self.env["late.interest.run"].create(
                {"company_id": self.company.id, "partner_ids": [Command.set(partners.ids)]}
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            run.action_propose()
            self.assertEqual(run.charge_count, count)
            return self.cr.sql_log_count - before

        propose(1)
        self.assertLessEqual(propose(30), propose(2) + 2)

    def test_confirmed_run_is_kept(self):
        self._late(50)
        run = self._charged()
        with self.assertRaises(UserError):
            run.unlink()
        with self.assertRaises(UserError):
            run.action_propose()
        self._interest_run(partner_ids=[Command.set(self._customer("Other").ids)]).unlink()
