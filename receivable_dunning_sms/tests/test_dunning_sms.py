from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from odoo.addons.receivable_dunning.tests.common import DunningCommon
from odoo.addons.sms.tests.common import SMSCase


@tagged("post_install", "-at_install")
class TestDunningSms(DunningCommon, SMSCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.level = cls.plan.level_ids[0]
        cls.level.write({"send_sms": True, "send_email": False, "send_letter": False})
        cls.customer.phone = "+49 30 1234567"
        cls.invoice = cls._overdue_invoice()

    @classmethod
    def _overdue_invoice(cls, partner=None):
        due = cls.today.fromordinal(cls.today.toordinal() - 10)
        return cls._invoice(partner or cls.customer, 100, due, due=due)

    def _sent(self):
        """A notice whose text message is in the queue."""
        return self._notice(self._send(self._run()))

    def _work_off(self, **gateway):
        """As the scheduled action of Odoo does; what the gateway took is in ``_sms``."""
        with self.mockSMSGateway(sms_allow_unlink=True, **gateway):
            self._queued().send()
            return [text["number"] for text in self._sms]

    def _queued(self):
        return self.env["sms.sms"].sudo().search([("state", "=", "outgoing")])

    # ------------------------------------------------------------------
    # ONCE, AND TRUE
    # ------------------------------------------------------------------

    def test_a_notice_is_texted_once_in_the_words_of_its_level(self):
        notice = self._sent()
        self.assertRecordValues(notice, [{"state": "sent", "send_sms": True, "sms_state": "queued"}])
        text = self._queued()
        self.assertEqual(len(text), 1)
        self.assertIn("100.00", text.body)
        self.assertIn(self.company.name, text.body)
        self.assertEqual(len(self._work_off()), 1)
        self.assertEqual(notice.sms_state, "sent")
        self.assertFalse(self._work_off())

    def test_what_was_paid_meanwhile_is_not_texted(self):
        notice = self._sent()
        self._pay(self.invoice, 100, self.today)
        self.assertFalse(self._work_off())
        self.assertEqual((notice.sms_state, notice.state), ("cancelled", "queued"))
        self._deliver(notice.run_id)
        self.assertRecordValues(notice, [{"state": "suppressed", "reason": "paid"}])

    def test_what_was_paid_in_part_is_texted_with_the_rest(self):
        notice = self._sent()
        self._pay(self.invoice, 40, self.today)
        self.assertFalse(self._work_off())
        self._deliver(notice.run_id)
        self.assertIn("60.00", self._queued().body)
        self.assertEqual(len(self._work_off()), 1)
        self.assertEqual(notice.sms_state, "sent")

    def test_what_was_paid_after_its_email_is_only_not_texted(self):
        self.level.send_email = True
        notice = self._sent()
        self._pay(self.invoice, 100, self.today)
        self.assertFalse(self._work_off())
        self.assertEqual((notice.sms_state, notice.state), ("cancelled", "sent"))

    def test_a_worker_that_died_at_the_gateway_texts_nobody_twice(self):
        notice = self._sent()
        with patch.object(type(self.env["dunning.handover"]), "_announce", return_value=False):
            self.assertFalse(self._work_off())
        self.assertEqual((notice.sms_state, notice.state), ("failed", "failed"))
        self.assertFalse(self._queued())

    def test_a_text_that_has_left_is_not_written_again(self):
        self.level.send_email = True
        notice = self._sent()
        self._work_off()
        notice.sudo()._requeue()
        self._deliver(notice.run_id)
        self.assertEqual(notice.state, "sent")
        self.assertFalse(self._queued())

    # ------------------------------------------------------------------
    # NUMBERS
    # ------------------------------------------------------------------

    def test_the_contacts_number_goes_before_the_customers(self):
        person = self.env["res.partner"].create(
            {"name": "Ann", "parent_id": self.customer.id, "type": "invoice", "phone": "+49 171 7654321"}
        )
        self.assertIn("7654321", self._sent().sms_number.replace(" ", ""))
        person.phone = "ask Bob"
        other = self._notice(self._send(self._run_for(self._overdue_invoice(self._customer("Two", phone="112")))))
        self.assertFalse(other.send_sms)

    def _run_for(self, invoice):
        self.level.send_email = True
        self.customer = invoice.partner_id
        return self._run()

    def test_without_a_number_a_notice_by_sms_only_is_suppressed(self):
        self.customer.phone = "see website"
        notice = self._sent()
        self.assertRecordValues(notice, [{"state": "suppressed", "reason": "no_address", "sms_number": False}])
        self.assertFalse(self._queued())

    def test_without_a_number_the_other_channels_speak(self):
        self.level.send_email = True
        self.customer.phone = False
        notice = self._sent()
        self.assertRecordValues(notice, [{"state": "sent", "send_sms": False, "sms_state": False}])
        self.assertTrue(self._mail(notice))

    def test_who_has_opted_out_is_not_texted(self):
        self.env["phone.blacklist"].sudo().create({"number": self.customer._phone_format(fname="phone")})
        self.assertEqual(self._sent().state, "suppressed")

    # ------------------------------------------------------------------
    # FAILURE
    # ------------------------------------------------------------------

    def test_a_refused_text_is_a_task_and_can_be_tried_again(self):
        notice = self._sent()
        self._work_off(sim_error="wrong_number_format")
        self.assertRecordValues(notice, [{"sms_state": "failed", "state": "failed"}])
        self.assertTrue(notice.sms_error)
        task = self.customer.activity_ids.filtered(lambda task: "did not arrive" in (task.note or ""))
        self.assertEqual(len(task), 1)
        self.customer.phone = "+49 30 7654321"
        notice.action_retry()
        self._deliver(notice.run_id)
        self.assertEqual(len(self._work_off()), 1)
        self.assertEqual(notice.state, "sent")

    def test_a_refused_text_beside_an_email_leaves_the_notice_sent(self):
        self.level.send_email = True
        notice = self._sent()
        self._work_off(sim_error="credit")
        self.assertRecordValues(notice, [{"sms_state": "failed", "state": "sent"}])

    def test_a_provider_that_cannot_be_reached_is_a_failure(self):
        notice = self._sent()
        self._work_off(sim_error="jsonrpc_exception")
        self.assertEqual((notice.sms_state, notice.state), ("failed", "failed"))

    def test_a_report_of_delivery_is_noted(self):
        notice = self._sent()
        trackers = self._queued().sms_tracker_id
        self._work_off()
        trackers._action_update_from_sms_state("sent")
        self.assertEqual(notice.sms_state, "delivered")

    # ------------------------------------------------------------------
    # CONFIGURATION
    # ------------------------------------------------------------------

    def test_a_level_by_sms_needs_a_text_and_no_other_channel(self):
        with self.assertRaises(ValidationError):
            self.level.sms_template_id = False
        with self.assertRaises(ValidationError):
            self.level.send_sms = False

    def test_texts_of_many_notices_are_written_together(self):
        for number in range(10):
            self._overdue_invoice(self._customer(f"Many {number}", phone=f"+49 30 99999{number}"))
        run = self._send(self._run())
        self.assertEqual(len(self._queued()), 11)
        run.notice_ids._cancel_sms()
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        run.notice_ids.sudo()._queue_sms()
        self.env.flush_all()
        self.assertLess(self.env.cr.sql_log_count - before, 110)

    def test_screens_open(self):
        notice = self._sent()
        with Form(notice):
            self.env["dunning.notice"].get_views([(False, "list"), (False, "form"), (False, "search")])
        with Form(self.plan) as form:
            self.assertTrue(form.level_ids)
