"""A notice that goes back before it has left: nothing in it is claimed, charged or done twice."""

from datetime import timedelta

from odoo.tests import tagged

from .common import LateInterestCommon


@tagged("post_install", "-at_install")
class TestDunningWithdrawn(LateInterestCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.level = cls.plan.level_ids[0]
        cls.level.write({"interest": True, "fee_mode": "amount", "fee_amount": 5})

    def _withdrawn(self, notice):
        """What the mail queue does with the notice right before its e-mail leaves."""
        return self.env["dunning.sender"].sudo()._withdraw_untrue(notice.sudo())

    def _written(self, days=50, **values):
        self._late(days, **values)
        run = self._send(self._run())
        return self._notice(run)

    # ------------------------------------------------------------------
    # WHAT IT CLAIMS
    # ------------------------------------------------------------------

    def test_notice_that_still_says_the_truth_leaves(self):
        notice = self._written()
        self.assertFalse(self._withdrawn(notice))
        self.assertRecordValues(notice, [{"state": "sent", "claim_total": 1016.64}])

    def test_own_fee_is_claimed_once_when_the_notice_is_written_anew(self):
        notice = self._written()
        self._pay(notice._claims().move_id, 300, self.today)
        self.assertEqual(self._withdrawn(notice), notice)
        self._deliver(notice.run_id)
        self.assertRecordValues(notice, [{"state": "sent", "fee_amount": 5, "fee_open_amount": 0, "amount_total": 700}])
        self.assertEqual(len(notice.charge_ids), 1)

    def test_interest_invoiced_before_the_email_leaves_is_not_claimed_as_well(self):
        notice = self._written()
        self._charged(partner_ids=[(6, 0, self.customer.ids)])
        self.assertEqual(self._withdrawn(notice), notice)
        self._deliver(notice.run_id)
        self.assertRecordValues(notice, [{"interest_amount": 0, "claim_total": 1005}])

    def test_fee_waived_before_the_email_leaves_is_not_claimed(self):
        notice = self._written()
        self._close(notice.charge_ids, "waive")
        self.assertEqual(self._withdrawn(notice), notice)
        self._deliver(notice.run_id)
        self.assertRecordValues(notice, [{"fee_amount": 0, "claim_total": 1011.64}])

    def test_fee_invoiced_meanwhile_is_claimed_until_it_is_paid(self):
        notice = self._written()
        notice.charge_ids.action_invoice()
        self.assertFalse(self._withdrawn(notice))
        self._pay(notice.charge_ids.invoice_id, 5, self.today)
        self.assertEqual(self._withdrawn(notice), notice)
        self._deliver(notice.run_id)
        self.assertEqual(notice.fee_amount, 0)

    def test_what_people_write_on_a_notice_is_no_reminder(self):
        """A word to the customer who answered or paid is sent, and reminds nobody once more."""
        for state in ("sent", "replied"):
            with self.subTest(state):
                customer = self._customer(f"Customer {state}")
                self._late(50, partner=customer)
                notice = self._notice(self._send(self._run()), customer).sudo()
                notice.state = state
                self._pay(notice._claims().move_id, 1000, self.today)
                message = notice.message_post(
                    body="Thank you", message_type="comment", subtype_xmlid="mail.mt_comment", partner_ids=customer.ids
                )
                word = self.env["mail.mail"].sudo().create({"mail_message_id": message.id, "state": "outgoing"})
                self.assertEqual((word.model, word._still_true()), ("dunning.notice", word))
                self.assertEqual((notice.state, word.state), (state, "outgoing"))
                word._postprocess_sent_message([], [], failure_type="mail_smtp")
                self.assertEqual(notice.state, state)

    # ------------------------------------------------------------------
    # FEES OF WHAT REACHED NOBODY
    # ------------------------------------------------------------------

    def test_run_cancelled_takes_back_the_fees_of_what_did_not_leave(self):
        notice = self._written()
        notice.sudo()._receive_failure("unknown", "no server")
        self.assertEqual((notice.state, notice.charge_ids.state), ("failed", "claimed"))
        notice.run_id.action_cancel()
        self.assertEqual(notice.charge_ids.state, "reversed")

    def test_bounce_without_an_address_takes_back_the_fee(self):
        self.customer.write({"street": False, "city": False})
        notice = self._written()
        notice._receive_bounce(self.today, self.customer.email)
        self.assertRecordValues(notice, [{"state": "bounced", "send_letter": False}])
        self.assertEqual(notice.charge_ids.state, "reversed")

    def test_bounce_with_a_letter_keeps_the_fee(self):
        notice = self._written()
        notice._receive_bounce(self.today, self.customer.email)
        self.assertEqual((notice.send_letter, notice.charge_ids.state), (True, "claimed"))

    def test_fee_invoice_back_in_draft_does_not_stop_the_queue(self):
        notice = self._written()
        notice.charge_ids.action_invoice()
        invoice = notice.charge_ids.invoice_id
        invoice.button_draft()
        notice.sudo()._receive_failure("unknown", "no server")
        notice.action_give_up()
        self.assertEqual((notice.state, notice.charge_ids.state, invoice.state), ("cancelled", "reversed", "cancel"))

    # ------------------------------------------------------------------
    # WHAT IT DOES
    # ------------------------------------------------------------------

    def test_call_is_asked_for_once_when_the_notice_is_written_anew(self):
        self.level.make_call = True
        notice = self._written()
        self._pay(notice._claims().move_id, 300, self.today)
        self._withdrawn(notice)
        self._deliver(notice.run_id)
        call = self.env.ref("receivable_dunning.mail_activity_type_call")
        self.assertEqual(len(self.customer.activity_ids.filtered(lambda it: it.activity_type_id == call)), 1)

    def test_letter_of_a_withdrawn_notice_is_not_printed(self):
        self.level.send_letter = True
        notice = self._written()
        self.assertTrue(notice.letter_id)
        self._pay(notice._claims().move_id, 1000, self.today)
        self._withdrawn(notice)
        self._deliver(notice.run_id)
        self.assertEqual(notice.state, "suppressed")
        self.assertEqual(notice.run_id.letter_count, 0)

    # ------------------------------------------------------------------
    # PROPOSAL
    # ------------------------------------------------------------------

    def test_customer_left_out_stays_so_when_an_item_is_taken_off(self):
        self._late(50)
        self._late(40)
        notice = self._notice(self._run())
        notice.action_exclude()
        notice.line_ids[0].action_exclude()
        self.assertEqual(notice.state, "excluded")

    def test_no_second_reminder_on_the_same_day_whatever_the_waiting_time(self):
        self.plan.level_ids.wait_days = 0
        self._late(200)
        self._send(self._run())
        again = self._run()
        self.assertFalse(again.notice_ids)
        self.assertEqual(self._reasons(again), ["too_soon"])

    def test_interest_of_an_amount_that_rounds_to_nothing_is_cleared(self):
        other = self.setup_other_currency("EUR", rates=[("1900-01-01", 1000.0)])
        self._late(50, amount=100, currency_id=other.id)
        run = self._run(date=self.today - timedelta(days=1))
        line = self._notice(run)._claims()
        self.assertEqual((line.interest, line.surcharge), (1.14, 0))
        self.level.write({"interest": False})
        self._notice(run)._refresh_surcharges({self._notice(run): self.today})
        self.assertEqual(line.interest, 0)
