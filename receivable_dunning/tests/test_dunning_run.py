from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestDunningRun(DunningCommon):
    def test_one_notice_per_customer_at_the_highest_level(self):
        self.plan.catch_up = "highest"
        self._overdue(40, 100)
        self._overdue(10, 50)
        self._overdue(2, 25)
        run = self._run()
        notice = self._notice(run)
        self.assertRecordValues(notice, [{"level_number": 3, "amount_total": 150, "state": "proposed"}])
        self.assertEqual(notice.line_ids.mapped("level_number"), [3, 1])
        self.assertEqual(self._reasons(run), ["not_due"])

    def test_levels_do_not_jump(self):
        """peers 12: an item found late starts at the first level, and is not lost because its exact day has passed."""
        self._overdue(100)
        self.assertEqual(self._notice(self._run()).level_number, 1)

    def test_item_climbs_one_level_per_notice_and_stops_at_the_last(self):
        self._overdue(100)
        for number, days in ((1, 0), (2, 7), (3, 14)):
            run = self._run(date=self.today + timedelta(days=days))
            self.assertEqual(self._notice(run).level_number, number)
            run.action_confirm()
            self._deliver(run, self.today + timedelta(days=days))
        run = self._run(date=self.today + timedelta(days=30))
        self.assertFalse(self._notice(run))
        self.assertEqual(self._reasons(run), ["last_level"])

    def test_same_day_rerun_proposes_nothing_new(self):
        self._overdue(10)
        first = self._run()
        second = self._run()
        self.assertFalse(second.notice_count)
        self.assertEqual(self._reasons(second), ["open_notice"])
        self._send(first)
        third = self._run()
        self.assertFalse(third.notice_count)
        self.assertEqual(self._reasons(third), ["waiting"])

    def test_new_invoice_waits_until_the_last_contact_is_old_enough(self):
        self._overdue(10)
        self._send(self._run())
        self._overdue(8)
        self.assertEqual(self._reasons(self._run()), ["too_soon", "waiting"])
        run = self._run(date=self.today + timedelta(days=7))
        self.assertEqual(len(self._notice(run)._claims()), 2)

    def test_credit_note_that_nets_the_customer_to_zero_stops_the_reminder(self):
        """peers 5: OCA duns a customer whose credit note nets the invoice to zero."""
        self._overdue(30, 100)
        self._invoice(self.customer, 100, self.today, move_type="out_refund")
        run = self._run()
        self.assertFalse(self._notice(run))
        self.assertEqual(self._reasons(run), ["net_credit"])

    def test_credits_are_listed_and_netted(self):
        self._overdue(30, 100)
        self._invoice(self.customer, 30, self.today, move_type="out_refund")
        notice = self._notice(self._run())
        self.assertRecordValues(notice, [{"amount_due": 100, "amount_credit": -30, "amount_total": 70}])
        self.assertEqual(notice._credits().residual, -30)

    def test_items_covered_by_credits_do_not_raise_the_level(self):
        self.plan.catch_up = "highest"
        self._overdue(60, 100)
        self._overdue(10, 80)
        self._invoice(self.customer, 120, self.today, move_type="out_refund")
        notice = self._notice(self._run())
        self.assertRecordValues(notice, [{"level_number": 1, "amount_total": 60}])
        self.assertEqual(notice._claims().mapped("is_covered"), [True, False])
        self._send(notice.run_id)
        again = self._notice(self._run(date=self.today + timedelta(days=14)))
        self.assertEqual(again._claims()[0].level_number, 3, "never reminded of, so it is reached straight away")

    def test_no_followup_and_blocked_items_are_skipped_with_their_reason(self):
        """peers 5: both flags are honoured."""
        self._overdue(30).line_ids.filtered(lambda line: line.date_maturity).no_followup = True
        self._overdue(30).action_toggle_block_payment()
        run = self._run()
        self.assertFalse(run.notice_ids)
        self.assertEqual(self._reasons(run), ["blocked", "no_followup"])

    def test_minimum_is_in_company_currency(self):
        """peers 5: a tolerance must not be converted the wrong way: 30 foreign at rate 3 are 10."""
        currency = self.setup_other_currency("EUR", rates=[("2016-01-01", 3.0)])
        self._overdue(30, 30, currency_id=currency.id)
        self.plan.minimum_item = 11
        self.assertEqual(self._reasons(self._run()), ["below_minimum"])
        self.plan.minimum_item = 10
        notice = self._notice(self._run())
        self.assertAlmostEqual(notice.amount_total, 10)
        self.assertEqual(notice._totals(), [(currency, 30, 0, 30)])

    def test_customer_minimum_counts_net_of_credits(self):
        self._overdue(30, 60)
        self._overdue(30, 60)
        self._invoice(self.customer, 30, self.today, move_type="out_refund")
        self.plan.minimum_customer = 91
        self.assertEqual(self._reasons(self._run()), ["below_minimum"])
        self.plan.minimum_customer = 90
        self.assertTrue(self._notice(self._run()))

    def test_two_equal_instalments_are_two_items(self):
        """peers 7: two equal instalments of one invoice are counted one by one."""
        term = self.env["account.payment.term"].create(
            {
                "name": "two halves",
                "line_ids": [
                    (0, 0, {"value": "percent", "value_amount": 50, "delay_type": "days_after", "nb_days": 0}),
                    (0, 0, {"value": "percent", "value_amount": 50, "delay_type": "days_after", "nb_days": 1}),
                ],
            }
        )
        self._overdue(10, 200, invoice_payment_term_id=term.id, invoice_date_due=False)
        notice = self._notice(self._run())
        self.assertEqual(notice._claims().mapped("residual"), [100, 100])
        self.assertEqual(notice.amount_total, 200)

    def test_drafts_are_never_reminded(self):
        """peers 9: posted items only."""
        self._overdue(30, post=False)
        run = self._run()
        self.assertFalse(run.notice_ids or run.skip_ids)

    def test_partly_paid_invoice_is_reminded_with_the_balance(self):
        invoice = self._overdue(30, 100)
        self._pay(invoice, 40, self.today)
        line = self._notice(self._run())._claims()
        self.assertRecordValues(line, [{"amount_original": 100, "residual_currency": 60, "residual": 60}])

    def test_payment_without_entry_under_way_stops_the_reminder(self):
        """peers 17: an invoice in payment may keep its residual in Community."""
        invoice = self._overdue(30, 100)
        payment = self.env["account.payment"].create(
            {
                "partner_id": self.customer.id,
                "amount": 100,
                "payment_type": "inbound",
                "invoice_ids": [(6, 0, invoice.ids)],
            }
        )
        payment.outstanding_account_id = False
        payment.action_post()
        self.assertFalse(payment.move_id)
        self.assertEqual(self._reasons(self._run()), ["in_payment"])

    def test_payment_with_a_later_date_counts(self):
        """peers 16: nothing already paid is claimed, whatever the date of the payment."""
        invoice = self._overdue(30, 100)
        self._pay(invoice, 100, self.today + timedelta(days=5))
        self.assertFalse(self._run().notice_ids)

    def test_customer_without_address_is_listed(self):
        nobody = self._customer("Nobody", email=False, street=False, city=False)
        self._overdue(30, partner=nobody)
        self.assertEqual(self._reasons(self._run(), nobody), ["no_address"])

    def test_excluded_customer_comes_up_again_in_the_next_run(self):
        self._overdue(30)
        run = self._run()
        self._notice(run).action_exclude()
        self.assertEqual(self._notice(run).state, "excluded")
        self._notice(run).action_include()
        self.assertEqual(self._notice(run).state, "proposed")
        self._notice(run).action_exclude()
        self._send(run)
        self.assertEqual(run.state, "done")
        self.assertTrue(self._notice(self._run()))

    def test_excluding_items_adjusts_level_and_total(self):
        self.plan.catch_up = "highest"
        self._overdue(60, 100)
        self._overdue(10, 50)
        notice = self._notice(self._run())
        notice._claims()[0].action_exclude()
        self.assertRecordValues(notice, [{"level_number": 1, "amount_total": 50}])
        notice._claims().action_exclude()
        self.assertEqual(notice.state, "excluded")
        notice.line_ids.action_include()
        self.assertRecordValues(notice, [{"level_number": 3, "amount_total": 150, "state": "proposed"}])

    def test_cancelling_releases_what_is_not_sent(self):
        self._overdue(30)
        run = self._run()
        run.action_confirm()
        with self.assertRaises(UserError):
            run.action_propose()
        run.action_cancel()
        self.assertEqual(self._notice(run).state, "cancelled")
        self.assertTrue(self._notice(self._run()))

    def test_customer_follows_its_first_plan_only(self):
        other = self.plan.copy({"sequence": 1, "partner_domain": f"[('id', '=', {self.customer.id})]"})
        self._overdue(30)
        self.assertFalse(self._run(plan_ids=[(6, 0, self.plan.ids)]).notice_ids)
        self.assertEqual(self._notice(self._run(plan_ids=[(6, 0, other.ids)])).plan_id, other)
        (self.plan + other).partner_domain = "[('id', '=', 0)]"
        self.assertEqual(self._reasons(self._run()), ["no_plan"])

    def test_queries_do_not_grow_with_customers(self):
        self._overdue(30)
        self._run().action_cancel()

        def queries(count):
            for number in range(count):
                self._overdue(30, partner=self._customer(f"Customer {count} {number}"))
            run = self.env["dunning.run"].create({"company_id": self.company.id})
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            run.action_propose()
            self.env.flush_all()
            used = self.env.cr.sql_log_count - before
            self.assertEqual(run.notice_count, count)
            run.notice_ids.sudo().write({"state": "sent", "sent_date": self.today})
            return used

        self.plan.partner_domain = "[('name', 'like', 'Customer ')]"
        self.assertEqual(queries(50), queries(1))

    def test_payments_of_other_companies_do_not_matter(self):
        other = self.setup_other_company()["company"]
        self.plan.copy({"company_id": other.id})
        self._overdue(30, 100)
        run = self.env["dunning.run"].with_company(other).create({"company_id": other.id})
        run.action_propose()
        self.assertFalse(run.notice_ids or run.skip_ids)
        self.assertEqual(run.plan_ids.company_id, other)
        self.assertTrue(self._notice(self._run()))

    def test_failure_while_proposing_keeps_the_earlier_proposal(self):
        self._overdue(30)
        run = self._run()
        failure = patch.object(type(self.env["dunning.proposal"]), "_insert_skips", side_effect=ValueError)
        with failure, self.assertRaises(ValueError), self.env.cr.savepoint():
            run.action_propose()
        self.assertEqual(len(run.notice_ids), 1)
