"""What comes back of a notice: replies pause, bounces fall back to a letter."""

from datetime import timedelta

from odoo.tests import new_test_user, tagged

from .common import DunningCommon

REPLY = """From: {author}
To: {to}
Subject: Re: payment reminder
Message-ID: <{number}@customer.example.com>
In-Reply-To: {message_id}
References: {message_id}
{headers}Content-Type: text/plain; charset=utf-8

{text}
"""

BOUNCE = """Return-Path: <>
From: MAILER-DAEMON@mail.example.com
To: {to}
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce{number}@mail.example.com>
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I could not deliver your message.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.com

Final-Recipient: rfc822; {address}
Action: failed
Status: 5.1.1
--b
Content-Type: message/rfc822

From: us@example.com
To: {address}
Message-ID: {message_id}
Subject: payment reminder

text
--b--
"""


@tagged("post_install", "-at_install")
class TestDunningReply(DunningCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        domain = cls.env["mail.alias.domain"].sudo().search([], limit=1)
        cls.domain = domain or cls.env["mail.alias.domain"].sudo().create({"name": "our.example.com"})
        cls.company.sudo().alias_domain_id = cls.domain
        cls.collector = new_test_user(
            cls.env, "dun_collector", "receivable_dunning.group_collections_accountant",
            company_ids=[(6, 0, cls.company.ids)], company_id=cls.company.id,
        )  # fmt: skip
        cls.number = 0

    def _sent(self, partner=None, **level):
        self.plan.level_ids.write(level)
        self._overdue(10, partner=partner)
        run = self._run(user_id=self.collector.id)
        return self._notice(self._send(run), partner)

    def _receive(self, source, **values):
        type(self).number += 1
        body = source.format(number=self.number, to=self.domain.catchall_email, **values)
        self.env["mail.thread"].sudo().message_process(False, body)

    def _reply(self, notice, author="customer@example.com", headers="", text="We paid."):
        message_id = notice.mail_message_id.message_id
        self._receive(REPLY, author=author, headers=headers, text=text, message_id=message_id)

    def _bounce(self, notice):
        body = BOUNCE.replace("{to}", self.domain.bounce_email)
        address = notice.email_contact_id.email
        self._receive(body, address=address, message_id=notice.mail_message_id.message_id)

    def _tasks(self, kind, partner=None):
        activity_type = self.env.ref(f"receivable_dunning.mail_activity_type_{kind}")
        return (partner or self.customer).activity_ids.filtered(lambda a: a.activity_type_id == activity_type)

    # ------------------------------------------------------------------
    # REPLY
    # ------------------------------------------------------------------

    def test_answers_come_to_where_they_stop_the_ladder(self):
        notice = self._sent()
        self.assertIn(self.domain.catchall_email, self._mail(notice).reply_to)

    def test_reply_pauses_the_customer_and_asks_somebody_to_answer(self):
        notice = self._sent()
        self._reply(notice)
        self.assertEqual(notice.state, "replied")
        self.assertIn("We paid.", notice.message_ids[0].body)
        self.assertRecordValues(self._tasks("reply"), [{"user_id": self.collector.id}])
        self.assertIn("We paid.", self._tasks("reply").note)
        block = self.env["dunning.block"].search([("partner_id", "=", self.customer.id)])
        self.assertRecordValues(
            block,
            [{"kind": "reply", "notice_id": notice.id, "date_until": self.today + timedelta(days=13)}],
        )
        later = self._run(date=self.today + timedelta(days=13))
        self.assertEqual(self._reasons(later), ["replied"])
        again = self._run(date=self.today + timedelta(days=14))
        self.assertEqual(self._notice(again).level_number, 2, "a reply does not undo the level")

    def test_second_reply_makes_the_pause_longer(self):
        notice = self._sent()
        self._reply(notice)
        self.plan.reply_pause_days = 30
        self._reply(notice)
        block = self.env["dunning.block"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual(block.date_until, self.today + timedelta(days=29))

    def test_plan_may_not_pause(self):
        self.plan.reply_pause_days = 0
        notice = self._sent()
        self._reply(notice)
        self.assertEqual(notice.state, "replied")
        self.assertFalse(self.env["dunning.block"].search([("partner_id", "=", self.customer.id)]))

    def test_absence_notes_and_colleagues_are_no_reply(self):
        notice = self._sent()
        self._reply(notice, headers="Auto-Submitted: auto-replied\n", text="On holiday")
        self.assertIn("On holiday", notice.message_ids[0].body)
        self._reply(notice, author=self.collector.email, text="I called them")
        self.assertEqual(notice.state, "sent")
        self.assertFalse(self._tasks("reply"))

    def test_reply_between_confirmation_and_sending_suppresses_the_next_notice(self):
        notice = self._sent()
        run = self._run(date=self.today + timedelta(days=14))
        run.action_confirm()
        self._reply(notice)
        self._deliver(run)
        self.assertRecordValues(self._notice(run), [{"state": "suppressed", "reason": "replied"}])

    # ------------------------------------------------------------------
    # BOUNCE
    # ------------------------------------------------------------------

    def test_bounce_falls_back_to_a_letter_and_makes_a_data_task(self):
        """peers 13: bounces are noticed."""
        notice = self._sent()
        self._bounce(notice)
        self.assertRecordValues(
            notice, [{"state": "bounced", "send_letter": True, "bounced_email": "customer@example.com"}]
        )
        self.assertTrue(notice.letter_id)
        self.assertRecordValues(self._tasks("bounce"), [{"user_id": self.collector.id}])
        self.assertEqual(notice.run_id.bounced_count, 1)
        self.assertEqual(self._reasons(self._run()), ["waiting"], "by the letter the level is reached")

    def test_customer_whom_nothing_reached_stays_at_the_level(self):
        nowhere = self._customer("Nowhere", street=False, city=False)
        notice = self._sent(nowhere)
        self._bounce(notice)
        self.assertFalse(notice.send_letter)
        self.assertIn("has not been reminded", self._tasks("bounce", nowhere).note)
        self.assertEqual(self._reasons(self._run(date=self.today + timedelta(days=20)), nowhere), ["no_address"])
        nowhere.email = "right@example.com"
        again = self._notice(self._run(date=self.today + timedelta(days=20)), nowhere)
        self.assertEqual(again.level_number, 1)

    def test_nothing_goes_to_an_address_that_bounced_until_it_works(self):
        notice = self._sent()
        self._bounce(notice)
        self.plan.level_ids.write({"send_letter": True})
        later = self.today + timedelta(days=30)
        self.assertFalse(self._notice(self._run(date=later)).send_email)
        notice.action_address_works()
        run = self.env["dunning.run"].search([], limit=1)
        run.action_propose()
        self.assertTrue(self._notice(run).send_email)

    def test_refused_for_good_is_a_bounce_and_anything_else_a_failure(self):
        refused, down = self._sent(), self._sent(self._customer("Down"))
        refused._receive_failure("unknown", "SMTPRecipientsRefused: {'a@b': (550, b'no such user')}")
        down._receive_failure("mail_smtp", "connection refused")
        self.assertEqual((refused.state, down.state), ("bounced", "failed"))
        self.assertEqual(down.run_id.state, "confirmed", "the run waits for somebody to retry")
        down.action_retry()
        self.assertEqual(self._mail(down).state, "cancel", "the old e-mail never leaves")
        self._deliver(down.run_id)
        self.assertEqual(down.state, "sent")

    def test_notice_that_is_written_again_bears_one_fee_and_none_when_it_is_not_sent(self):
        self.plan.level_ids.write({"fee_mode": "amount", "fee_amount": 5})
        notice = self._sent()
        notice._receive_failure("mail_smtp", "connection refused")
        notice.action_retry()
        self._deliver(notice.run_id)
        self.assertRecordValues(notice.charge_ids, [{"amount": 5, "state": "claimed"}])
        notice._receive_failure("mail_smtp", "connection refused")
        self._pay(notice._claims().move_id, 100, self.today)
        notice.action_retry()
        self._deliver(notice.run_id)
        self.assertEqual(notice.state, "suppressed")
        self.assertEqual(notice.charge_ids.state, "reversed")

    def test_failed_notice_may_have_arrived(self):
        notice = self._sent()
        notice._receive_failure("unknown", "the server stopped")
        notice.action_arrived()
        self.assertRecordValues(notice, [{"state": "sent", "error": False}])
        self.assertEqual(notice.run_id.state, "done")

    def test_failure_after_another_notice_was_proposed(self):
        notice = self._sent()
        second = self._run(date=self.today + timedelta(days=20))
        self.assertTrue(self._notice(second))
        notice._receive_failure("mail_smtp", "connection refused")
        self.assertEqual(notice.state, "cancelled")
