import io
from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools.pdf import PdfReader

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestDunningSending(DunningCommon):
    def test_notice_is_mailed_once_to_the_customer(self):
        invoice = self._overdue(10, 100)
        run = self._send(self._run())
        notice = self._notice(run)
        self.assertRecordValues(notice, [{"state": "sent", "sent_date": self.today, "level_number": 1}])
        mail = self._mail(notice)
        self.assertEqual(mail.recipient_ids, self.customer)
        self.assertEqual(mail.state, "outgoing")
        self.assertIn(invoice.name, mail.body_html)
        self.assertIn(f"/my/invoices/{invoice.id}?access_token=", mail.body_html)
        self.assertEqual(run.state, "done")
        self._deliver(run)
        self.assertEqual(
            self.env["mail.mail"].sudo().search_count([("res_id", "=", notice.id), ("model", "=", notice._name)]), 1
        )
        self.assertIn("Payment reminder", self.customer.message_ids[0].body)
        self.assertRecordValues(invoice, [{"dunning_notice_count": 1, "dunning_date": self.today}])
        self.assertEqual(invoice.dunning_level_id.number, 1)
        self.assertEqual(self.customer.dunning_notice_count, 1)

    def test_contact_and_its_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.plan.level_ids[0].mail_template_id.sudo()
        template.with_context(lang="fr_FR").subject = "Rappel"
        accounting, chosen = self.env["res.partner"].create(
            [
                {"name": "Accounting", "parent_id": self.customer.id, "type": "invoice", "email": "ap@example.com"},
                {"name": "Boss", "parent_id": self.customer.id, "type": "contact", "email": "boss@example.com"},
            ]
        )
        chosen.lang = "fr_FR"
        self._overdue(10)
        run = self._run()
        self.assertEqual(self._notice(run).contact_id, accounting)
        self.customer.dunning_contact_id = chosen
        run.action_propose()
        notice = self._notice(self._send(run))
        self.assertRecordValues(notice, [{"contact_id": chosen.id, "lang": "fr_FR"}])
        self.assertRecordValues(self._mail(notice), [{"subject": "Rappel", "recipient_ids": chosen.ids}])

    def test_paid_between_confirm_and_send_is_suppressed(self):
        """peers 5 and 16: no reminder for money already paid."""
        invoice = self._overdue(10)
        run = self._run()
        run.action_confirm()
        self._pay(invoice, 100, self.today)
        self._deliver(run)
        notice = self._notice(run)
        self.assertRecordValues(notice, [{"state": "suppressed", "reason": "paid"}])
        self.assertFalse(notice.mail_message_id)
        self.assertEqual(run.state, "done")

    def test_part_payment_and_credit_note_shrink_the_notice(self):
        paid, part = self._overdue(40, 100), self._overdue(10, 50)
        self.plan.catch_up = "highest"
        run = self._run()
        run.action_confirm()
        self.assertEqual(self._notice(run).level_number, 3)
        self._pay(paid, 100, self.today)
        self._pay(part, 20, self.today)
        self._invoice(self.customer, 5, self.today, move_type="out_refund")
        self._deliver(run)
        notice = self._notice(run)
        self.assertRecordValues(
            notice,
            [{"state": "sent", "level_number": 1, "amount_due": 30, "amount_credit": -5, "amount_total": 25}],
        )
        self.assertRecordValues(
            notice.line_ids.sorted("residual"),
            [
                {"residual": -5, "drop_reason": False},
                {"residual": 30, "drop_reason": False},
                {"residual": 100, "drop_reason": "paid"},
            ],
        )
        self.assertIn(f"/my/invoices/{part.id}?", self._mail(notice).body_html)
        self.assertNotIn(f"/my/invoices/{paid.id}?", self._mail(notice).body_html)
        self.assertFalse(paid.dunning_notice_count)

    def test_credit_note_and_block_between_confirm_and_send_suppress(self):
        credited, blocked = self._customer("Credited"), self._customer("Blocked")
        self._overdue(10, partner=credited)
        invoice = self._overdue(10, partner=blocked)
        run = self._run()
        run.action_confirm()
        self._invoice(credited, 100, self.today, move_type="out_refund")
        invoice.action_toggle_block_payment()
        self._deliver(run)
        self.assertEqual(self._notice(run, credited).reason, "net_credit")
        self.assertEqual(self._notice(run, blocked).reason, "blocked")

    def test_failing_notice_does_not_stop_the_others(self):
        other = self._customer("Other")
        self._overdue(10)
        self._overdue(10, partner=other)
        template = self.plan.level_ids[0].mail_template_id.sudo()
        template.body_html = "<p t-out=\"1 / (1 if object.partner_id.name == 'Other' else 0)\"/>"
        run = self._send(self._run())
        self.assertEqual(self._notice(run, other).state, "sent")
        failed = self._notice(run)
        self.assertEqual(failed.state, "failed")
        self.assertIn("division by zero", failed.error)
        self.assertFalse(self._mail(failed))
        self.assertEqual(run.state, "confirmed")
        template.body_html = "<p>fixed</p>"
        failed.action_retry()
        self._deliver(run)
        self.assertRecordValues(failed, [{"state": "sent", "error": False}])
        self.assertEqual(run.state, "done")

    def test_letter_is_stored_and_goes_along(self):
        self._overdue(100)
        self.plan.level_ids.write({"send_letter": True, "attach_letter": True})
        notice = self._notice(self._send(self._run()))
        self.assertTrue(notice.letter_id)
        self.assertEqual(self._mail(notice).attachment_ids, notice.letter_id)
        self.assertEqual(notice.run_id.letter_count, 1)

    def test_customer_without_email_gets_a_letter_only(self):
        postal = self._customer("Postal", email=False)
        self._overdue(10, partner=postal)
        self.plan.level_ids.write({"send_letter": True, "attach_letter": True})
        notice = self._notice(self._send(self._run()), postal)
        self.assertRecordValues(notice, [{"state": "sent", "send_email": False, "send_letter": True}])
        self.assertTrue(notice.letter_id)
        self.assertFalse(notice.mail_message_id)

    def test_letters_wait_for_a_renderer(self):
        self._overdue(10)
        self.plan.level_ids.send_letter = True
        run = self._run()
        run.action_confirm()
        with patch.object(type(self.env["ir.actions.report"]), "get_wkhtmltopdf_state", return_value="install"):
            self._deliver(run)
        self.assertEqual(self._notice(run).state, "queued")
        self.assertIn("wkhtmltopdf", run.waiting_message)
        self._deliver(run)
        self.assertEqual(self._notice(run).state, "sent")
        self.assertFalse(run.waiting_message)

    def test_letter_lists_items_credits_and_totals(self):
        invoice = self._overdue(30, 1234)
        self._invoice(self.customer, 34, self.today, move_type="out_refund")
        notice = self._notice(self._run())
        report = self.env["ir.actions.report"]
        html = report._render_qweb_html("receivable_dunning.report_dunning_letter", notice.ids)[0].decode()
        for text in (invoice.name, "1,234.00", "1,200.00", "Please pay", "Payment reminder", "Main street 1"):
            self.assertIn(text, html)

    def test_pdf_of_several_letters_needs_no_patched_renderer(self):
        self._overdue(30)
        self._overdue(30, partner=self._customer("Other"))
        report = self.env["ir.actions.report"].with_context(force_report_rendering=True)
        if report.get_wkhtmltopdf_state() != "ok":
            self.skipTest("wkhtmltopdf is not installed")
        with self.allow_pdf_render():
            content, kind = report._render_qweb_pdf(
                "receivable_dunning.report_dunning_letter", self._run().notice_ids.ids
            )
        self.assertEqual(kind, "pdf")
        self.assertTrue(content.startswith(b"%PDF"))

    def test_letters_rendered_together_are_told_apart(self):
        """A long letter among short ones keeps its pages."""
        report = self.env["ir.actions.report"]
        if report.get_wkhtmltopdf_state() != "ok":
            self.skipTest("wkhtmltopdf is not installed")
        for number in range(5):
            partner = self._customer(f"Letter {number}")
            for _item in range(60 if number == 2 else 1):
                self._overdue(30, partner=partner)
        notices = self._run().notice_ids.sorted("id")
        sender = self.env["dunning.sender"].with_context(force_report_rendering=True)
        with (
            self.allow_pdf_render(),
            patch.object(
                type(report), "_run_wkhtmltopdf", autospec=True, side_effect=type(report)._run_wkhtmltopdf
            ) as renderer,
        ):
            letters = sender._render_letters(notices)
        self.assertEqual(renderer.call_count, 1)
        pages = {n.partner_id.name: len(PdfReader(io.BytesIO(c)).pages) for n, c in zip(notices, letters, strict=True)}
        self.assertGreater(pages.pop("Letter 2"), 1)
        self.assertEqual(set(pages.values()), {1})

    def test_existing_invoice_pdfs_go_along(self):
        invoice = self._overdue(10)
        pdf = self.env["ir.attachment"].create(
            {
                "name": "invoice.pdf",
                "raw": b"%PDF-1.4 invoice",
                "res_model": "account.move",
                "res_id": invoice.id,
                "res_field": "invoice_pdf_report_file",
            }
        )
        invoice.invalidate_recordset()
        notice = self._notice(self._send(self._run()))
        self.assertEqual(self._mail(notice).attachment_ids.ids, pdf.ids)

    def test_sending_queries_do_not_grow_with_notices(self):
        def queries(count):
            for number in range(count):
                self._overdue(10, partner=self._customer(f"Mass {count} {number}"))
            run = self._run()
            run.action_confirm()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._deliver(run)
            self.env.flush_all()
            self.assertEqual(run.sent_count, count)
            return self.env.cr.sql_log_count - before

        queries(1)
        few, many = queries(2), queries(30)
        self.assertLess(many - few, 30, f"{few} queries for 2 notices, {many} for 30")

    def test_cron_sends_in_batches(self):
        partners = [self._customer(f"Batch {number}") for number in range(5)]
        for partner in partners:
            self._overdue(10, partner=partner)
        run = self._run()
        run.action_confirm()
        cron = self.env.ref("receivable_dunning.ir_cron_send_notices").sudo()
        with (
            self.enter_registry_test_mode(),
            patch.object(type(self.env["dunning.notice"]), "_send_batch_size", 2),
        ):
            cron.method_direct_trigger()
        run.invalidate_recordset()
        run.notice_ids.invalidate_recordset()
        self.assertEqual(set(run.notice_ids.mapped("state")), {"sent"})
        self.assertEqual(run.state, "done")

    def test_scheduled_plan_proposes_and_sends_only_when_told_to(self):
        self._overdue(10)
        cron = self.env.ref("receivable_dunning.ir_cron_run_plans").sudo()
        domain = [("company_id", "=", self.company.id)]

        def trigger():
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
            self.env.invalidate_all()
            return self.env["dunning.run"].search(domain)

        self.assertFalse(trigger())
        self.plan.is_scheduled = True
        run = trigger()
        self.assertEqual(run.state, "proposed")
        self.assertEqual(trigger(), run, "a run without notices leaves nothing behind")
        run.action_cancel()
        self.plan.auto_confirm = True
        self.assertEqual((trigger() - run).state, "confirmed")

    def test_level_before_the_due_date(self):
        self.plan.level_ids[0].days = -3
        self._overdue(-2)
        late = self._customer("Late")
        self._overdue(30, partner=late)
        run = self._run()
        self.assertRecordValues(self._notice(run), [{"level_number": 1}])
        self.assertEqual(self._notice(run)._claims().days, -2)
        self.assertEqual(self._notice(run, late).level_number, 2, "the friendly word before the due date is too late")
        self._send(run)
        self.assertEqual(self._reasons(self._run(date=self.today + timedelta(days=5))), ["waiting"])
