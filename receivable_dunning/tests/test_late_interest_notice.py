from datetime import timedelta

import psycopg2

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import LateInterestCommon


@tagged("post_install", "-at_install")
class TestLateInterestNotice(LateInterestCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.level = cls.plan.level_ids[0]
        cls.level.interest = True
        cls.rule.legal_text = "Interest by law."

    def _letter(self, notice):
        return (
            self.env["ir.actions.report"]
            ._render_qweb_html("receivable_dunning.report_dunning_letter", notice.ids)[0]
            .decode()
        )

    # ------------------------------------------------------------------
    # INTEREST
    # ------------------------------------------------------------------

    def test_notice_claims_the_interest_until_its_date(self):
        self._bands((0, 40))
        self._late(50)
        notice = self._notice(self._run())
        self.assertRecordValues(notice._claims(), [{"interest": 11.64, "compensation": 40, "surcharge": 51.64}])
        self.assertRecordValues(notice, [{"amount_total": 1000, "interest_amount": 51.64, "claim_total": 1051.64}])
        self.assertEqual(notice._totals(), [(self.company.currency_id, 1000, 0, 1051.64)])
        letter = self._letter(notice)
        for text in ("Late interest", "11.64", "1,051.64", "Interest by law."):
            self.assertIn(text, letter)
        self.assertFalse(self.env["late.interest.charge"].search([("partner_id", "=", self.customer.id)]))

    def test_letter_says_the_interest_on_each_item(self):
        self._late(50)
        self._late(30)
        notice = self._notice(self._run())
        letter = self._letter(notice)
        for line in notice._claims():
            self.assertIn(line._interest_words()[0].replace("\xa0", " "), letter.replace("\xa0", " "))
        self.assertEqual(letter.count("Late interest on it"), 2)

    def test_interest_is_that_of_the_day_of_sending(self):
        self._late(50)
        run = self._run()
        run.action_confirm()
        self._deliver(run, self.today + timedelta(days=10))
        notice = self._notice(run)
        self.assertEqual(notice.interest_amount, 13.97)
        body = self._mail(notice).body_html
        for text in ("Late interest", "13.97", "1,013.97", "Interest by law."):
            self.assertIn(text, body)

    def test_level_without_interest_claims_none(self):
        self.level.interest = False
        self._late(50)
        notice = self._notice(self._run())
        self.assertRecordValues(notice, [{"interest_amount": 0, "claim_total": 1000}])
        self.assertNotIn("Late interest", self._letter(notice))

    def test_what_is_invoiced_is_not_claimed_again(self):
        self._late(50)
        self._charged(date=self.today - timedelta(days=20), partner_ids=[(6, 0, self.customer.ids)])
        notice = self._notice(self._run())
        self.assertEqual(notice.interest_amount, 4.66)

    def test_what_is_only_claimed_goes_on_being_claimed(self):
        self._late(50)
        run = self._charged(date=self.today - timedelta(days=20), posting="claim")
        self.assertEqual(self._notice(self._run()).interest_amount, 6.99 + 4.66)
        self.env["dunning.run"].search([("company_id", "=", self.company.id)]).action_cancel()
        self._close(run.charge_ids, "waive")
        self.assertEqual(self._notice(self._run()).interest_amount, 4.66)

    def test_interest_of_foreign_items_is_in_their_currency(self):
        euro = self.setup_other_currency("EUR", rates=[("1900-01-01", 2.0)])
        self._late(50, currency_id=euro.id)
        notice = self._notice(self._run())
        self.assertEqual(notice._claims().interest, 11.64)
        self.assertEqual(notice.interest_amount, 5.82)
        self.assertEqual(notice._totals(), [(euro, 1000, 0, 1011.64)])

    def test_item_taken_off_takes_its_interest_off(self):
        self._late(50)
        kept = self._late(30)
        notice = self._notice(self._run())
        notice.line_ids.filtered(lambda line: line.move_id != kept).action_exclude()
        self.assertEqual(notice.interest_amount, 6.99)

    # ------------------------------------------------------------------
    # FEES
    # ------------------------------------------------------------------

    def test_fee_is_booked_once_when_the_notice_is_sent(self):
        self.level.write({"interest": False, "fee_mode": "amount", "fee_amount": 5})
        self._late(50)
        run = self._run()
        notice = self._notice(run)
        self.assertRecordValues(notice, [{"fee_amount": 5, "claim_total": 1005}])
        self.assertFalse(notice.charge_ids)
        self._send(run)
        self.assertRecordValues(notice.charge_ids, [{"kind": "fee", "amount": 5, "state": "claimed"}])
        self._deliver(run)
        self.assertEqual(len(notice.charge_ids), 1)
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.UniqueViolation), self.cr.savepoint():
            notice.charge_ids.sudo().copy().flush_recordset()

    def test_suppressed_notice_books_no_fee(self):
        self.level.write({"fee_mode": "amount", "fee_amount": 5})
        invoice = self._late(50)
        run = self._run()
        run.action_confirm()
        self._pay(invoice, 1000, self.today)
        self._deliver(run)
        self.assertEqual(self._notice(run).state, "suppressed")
        self.assertFalse(self._notice(run).charge_ids)

    def test_fee_may_be_a_percentage(self):
        self.level.write({"interest": False, "fee_mode": "percent", "fee_percent": 1.5})
        self._late(50)
        self.assertEqual(self._notice(self._run()).fee_amount, 15)

    def test_earlier_fees_are_claimed_until_they_are_invoiced(self):
        self.plan.level_ids.write({"interest": False, "fee_mode": "amount", "fee_amount": 5})
        self._late(50)
        first = self._send(self._run(date=self.today - timedelta(days=20)))
        self._notice(first).sudo().sent_date = self.today - timedelta(days=20)
        second = self._notice(self._run())
        self.assertRecordValues(second, [{"fee_amount": 5, "fee_open_amount": 5, "claim_total": 1010}])
        self.env["dunning.run"].search([("state", "=", "proposed")]).action_cancel()
        self._notice(first).charge_ids.action_invoice()
        self.assertEqual(self._notice(self._run()).fee_open_amount, 0)

    def test_fee_that_is_invoiced_becomes_an_invoice(self):
        self.level.write({"interest": False, "fee_mode": "amount", "fee_amount": 5, "fee_posting": "invoice"})
        self._late(50)
        run = self._send(self._run())
        charge = self._notice(run).charge_ids
        self.assertEqual(charge.state, "queued")
        with self.enter_registry_test_mode():
            self.env.ref("receivable_dunning.ir_cron_invoice_interest").sudo().method_direct_trigger()
        charge.invalidate_recordset()
        self.assertEqual(charge.state, "posted")
        self.assertRecordValues(charge.invoice_id, [{"amount_total": 5, "is_late_interest": True, "state": "posted"}])
        self.assertIn("Reminder fee", charge.invoice_id.invoice_line_ids.name)
