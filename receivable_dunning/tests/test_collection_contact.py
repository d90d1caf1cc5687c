import base64
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .collection_common import CollectionCommon


@tagged("post_install", "-at_install")
class TestCollectionContact(CollectionCommon):
    # ------------------------------------------------------------------
    # FORM AND DOOR
    # ------------------------------------------------------------------

    def test_form_proposes_person_phone_and_what_the_outcome_says(self):
        self._overdue(10, 100)
        person = self.env["res.partner"].create(
            {"name": "Ann", "parent_id": self.customer.id, "phone": "+49 30 77", "email": "ann@example.com"}
        )
        self.customer.dunning_contact_id = person
        contacts = self.env["collection.contact"].with_context(default_partner_id=self.customer.id)
        with Form(contacts) as form:
            self.assertEqual(form.contact_id, person)
            self.assertEqual(form.phone, "+49 30 77")
            self.assertIn("100", form.sentence)
            self.assertIn("Ann", form.script)
            form.outcome_id = self._ending("paid")
            self.assertEqual(form.callback_date, self.today + timedelta(days=5))
            self.assertEqual(form.block_until, self.today + timedelta(days=4))
            form.outcome_id = self._ending("promised")
            self.assertEqual(form.promise_amount, 100)
            self.assertEqual(form.promise_date, self.today + timedelta(days=7))

    def test_script_follows_the_level_and_escapes_figures(self):
        self._overdue(60, 100)
        self.customer.name = "<b>Bold</b>"
        script = self.env["collection.script"].create(
            {"name": "S", "channel": "phone", "level_number": 1, "body": "<p>{customer} owes {overdue}</p>"}
        )
        talk = self._talk("informed")
        self.assertNotIn("owes", talk.script)
        self._send(self._run())
        talk.invalidate_recordset()
        self.assertIn("&lt;b&gt;Bold", talk.script)
        self.assertIn("owes", talk.script)
        with self.assertRaises(ValidationError):
            script.body = "<p>{customers}</p>"

    def test_contact_is_noted_once_and_then_history(self):
        talk = self._talk("informed", user=self.collector)
        talk.action_done()
        self.assertRecordValues(talk, [{"state": "done", "user_id": self.collector.id}])
        with self.assertRaises(UserError):
            talk.action_done()
        with self.assertRaises(UserError):
            talk.outcome_id = self._ending("promised")
        with self.assertRaises(UserError):
            talk.unlink()
        talk.note = "what I forgot to write down"

    def test_nobody_signs_for_others_or_past_the_buttons(self):
        contacts = self.env["collection.contact"].with_user(self.collector)
        values = {"partner_id": self.customer.id, "company_id": self.company.id}
        for forged in ({"user_id": self.colleague.id}, {"state": "done"}):
            with self.assertRaises(AccessError):
                contacts.create({**values, **forged})
        talk = contacts.create(values)
        with self.assertRaises(AccessError):
            talk.state = "done"
        with self.assertRaisesRegex(UserError, "Choose what"):
            talk.action_done()
        with self.assertRaises(AccessError):
            talk.with_user(self.colleague).note = "in another's name"
        with self.assertRaises(AccessError):
            talk.with_user(self.colleague).unlink()
        talk.outcome_id = self._ending("informed")
        with self.assertRaisesRegex(UserError, "whoever had it"):
            talk.with_user(self.colleague).action_done()

    def test_withdrawn_counts_no_more(self):
        self._overdue(10, 100)
        talk = self._talk("informed", user=self.collector, callback_date=False)
        talk.action_done()
        with self.assertRaises(UserError):
            talk.with_user(self.colleague).action_withdraw()
        talk.action_withdraw()
        self.assertEqual(talk.state, "cancelled")
        self.assertFalse(self._row().last_contact)

    def test_not_in_the_future_and_only_people_of_the_customer(self):
        with self.assertRaises(ValidationError):
            self._talk("informed", date=fields.Datetime.add(fields.Datetime.now(), days=1))
        with self.assertRaises(ValidationError):
            self._talk("informed", contact_id=self.partner_a.id)

    def test_forms_left_without_a_word_are_swept_away(self):
        values = {"partner_id": self.customer.id, "company_id": self.company.id}
        left, written = self.env["collection.contact"].create([values, {**values, "note": "Called twice"}])
        (left | written).flush_recordset()
        self.env.cr.execute("UPDATE collection_contact SET create_date = create_date - INTERVAL '3 days'")
        self.env["collection.contact"].sudo()._gc_forgotten_forms()
        self.assertFalse(left.exists())
        self.assertTrue(written.exists())

    def test_minutes_come_from_the_clock_unless_entered(self):
        talk = self._talk("informed")
        talk.sudo().started_at = fields.Datetime.subtract(fields.Datetime.now(), minutes=6)
        talk.action_done()
        self.assertAlmostEqual(talk.duration, 6, delta=0.2)
        self.assertEqual(self._noted("informed", duration=11).duration, 11)
        forgotten = self._talk("informed")
        forgotten.sudo().started_at = fields.Datetime.subtract(fields.Datetime.now(), hours=9)
        forgotten.action_done()
        self.assertEqual(forgotten.duration, 0)

    def test_minutes_noted_change_what_is_usual(self):
        self._overdue(10, 100)
        before = self.env["collection.facts"]._habits(self.company, self.today)[1]["phone"]
        for _number in range(10):
            self._noted("informed", duration=20)
        after = self.env["collection.facts"]._habits(self.company, self.today)[1]["phone"]
        self.assertEqual((before, after), (8.0, 14.0))

    # ------------------------------------------------------------------
    # WHAT FOLLOWS
    # ------------------------------------------------------------------

    def test_promise_is_entered_with_the_call(self):
        self._overdue(10, 100)
        talk = self._talk("promised", user=self.collector, note="On Friday")
        talk.action_done()
        promise = talk.promise_id
        self.assertRecordValues(
            promise, [{"amount": 100, "channel": "phone", "user_id": self.collector.id, "partner_id": self.customer.id}]
        )
        self.assertFalse(self._row().claim_amount)

    def test_promise_above_what_is_open_is_refused_and_nothing_is_noted(self):
        self._overdue(10, 100)
        talk = self._talk("promised", promise_amount=500)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            talk.action_done()
        talk.invalidate_recordset()
        self.assertEqual(talk.state, "draft")

    def test_dispute_is_entered_with_the_call(self):
        invoice = self._overdue(10, 100)
        item = invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        reason = self.env["receivable.dispute.reason"].search([], limit=1)
        talk = self._talk(
            "disputed", dispute_item_id=item.id, dispute_reason_id=reason.id, note="Broken", user=self.collector
        )
        self.assertEqual(talk.dispute_amount, 100)
        talk.dispute_amount = 30
        talk.action_done()
        self.assertRecordValues(talk.dispute_id, [{"amount_opened": 30, "channel": "phone", "note": "Broken"}])

    def test_item_of_somebody_else_is_not_disputed(self):
        invoice = self._overdue(10, 100, partner=self._customer("Other"))
        item = invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        talk = self._talk("disputed", dispute_item_id=item.id)
        with self.assertRaises(UserError):
            talk.action_done()

    def test_callback_becomes_a_task_and_the_next_call_answers_it(self):
        day = self.today + timedelta(days=2)
        self._noted("callback", callback_date=day)
        self.assertEqual(self._tasks("callback").date_deadline, day)
        self._noted("no_answer", callback_date=False)
        self.assertFalse(self._tasks("callback"))
        with self.assertRaises(UserError):
            self._talk("callback", callback_date=self.today).action_done()

    def test_call_that_reaches_somebody_answers_the_task_of_the_reminder(self):
        for name in ("call", "visit"):
            self.customer.activity_schedule(
                f"receivable_dunning.mail_activity_type_{name}", date_deadline=self.today, user_id=self.colleague.id
            )
        self._talk("no_answer", user=self.collector).action_done()
        self.assertTrue(self._tasks("call"))
        self._talk("informed", user=self.collector).action_done()
        self.assertFalse(self._tasks("call"))
        self.assertTrue(self._tasks("visit"))
        self._talk("informed", channel="visit", user=self.collector).action_done()
        self.assertFalse(self._tasks("visit"))

    def test_paid_already_stops_reminders_for_days(self):
        self._overdue(30, 100)
        self._noted("paid")
        run = self._run()
        self.assertFalse(self._notice(run))
        self.assertEqual(self._reasons(run), ["blocked"])
        block = self.env["dunning.block"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual(block.date_until, self.today + timedelta(days=4))

    def test_reminders_wait_after_a_talk_but_not_after_a_call_in_vain(self):
        self._overdue(30, 100)
        self._noted("no_answer", callback_date=False)
        self.assertTrue(self._notice(self._run()))
        other = self._customer("Other")
        self._overdue(30, 100, partner=other)
        self._noted("informed", other, callback_date=False)
        run = self._run()
        self.assertFalse(self._notice(run, other))
        self.assertEqual(self._reasons(run, other), ["too_soon"])

    def test_statement_is_sent_to_whom_one_talked_to(self):
        self._overdue(10, 100)
        talk = self._talk("statement", user=self.collector)
        talk.action_done()
        statement = self.env["receivable.statement"].search([("partner_id", "=", self.customer.id)])
        self.assertRecordValues(statement, [{"state": "queued", "contact_id": self.customer.id, "amount_total": 100}])
        self.customer.email = False
        with self.assertRaisesRegex(UserError, "no e-mail address"):
            self._talk("statement").action_done()

    def test_copies_of_overdue_invoices_are_sent(self):
        invoice = self._overdue(10, 100)
        self._invoice(self.customer, 70, self.today, due=self.today + timedelta(days=9))
        pdf = self.env["ir.attachment"].create(
            {"name": "i.pdf", "raw": b"%PDF-1", "res_model": "account.move", "res_id": invoice.id}
        )
        pdf.res_field = "invoice_pdf_report_file"
        invoice.invalidate_recordset()
        talk = self._talk("copies", user=self.collector)
        talk.action_done()
        mail = self.env["mail.mail"].sudo().search([("mail_message_id", "=", talk.sudo().mail_message_id.id)])
        self.assertEqual(mail.recipient_ids, self.customer)
        self.assertEqual(mail.attachment_ids, pdf)

    def test_wrong_number_and_refusal_go_to_somebody(self):
        seller = self._user("seller", "base.group_user")
        self.customer.user_id = seller
        self._noted("wrong_number")
        self.assertEqual(self._tasks("data").user_id, seller)
        boss = self._user("dunning_boss", "receivable_dunning.group_collections_manager")
        self.plan.manager_id = boss
        with self.assertRaisesRegex(UserError, "write down"):
            self._talk("refuses").action_done()
        self._noted("refuses", note="Will not pay")
        self.assertEqual(self._tasks("escalation").user_id, boss)

    def test_next_customer_is_the_first_of_the_own_portfolio(self):
        others = [self._customer(name, phone="+49 1") for name in ("Small", "Large", "Foreign")]
        for partner, amount in zip([self.customer, *others], (10, 500, 90000, 900000), strict=True):
            self._overdue(50, amount, partner=partner)
        mine = self.customer | others[0] | others[1]
        mine.with_company(self.company).collector_id = self.collector
        talk = self._talk("informed", user=self.collector)
        action = talk.action_done_next()
        self.assertEqual(action["context"]["default_partner_id"], others[1].id)
        following = self._talk("informed", others[1], user=self.collector).with_context(**action["context"])
        action = following.action_skip()
        self.assertEqual(action["context"]["default_partner_id"], others[0].id)
        last = self._talk("informed", others[0], user=self.collector).with_context(**action["context"])
        self.assertEqual(last.action_done_next()["tag"], "display_notification")

    # ------------------------------------------------------------------
    # VISIT AND LOG
    # ------------------------------------------------------------------

    def test_visit_report_names_place_person_signature_and_photos(self):
        photo = self.env["ir.attachment"].create({"name": "Gate", "raw": PIXEL, "mimetype": "image/png"})
        talk = self._talk(
            "informed", channel="visit", person_met="Ms Li, accountant", note="Stock is full", latitude=52.5,
            longitude=13.4, signature=base64.b64encode(PIXEL), attachment_ids=photo.ids,
        )  # fmt: skip
        self.assertEqual(talk.place, "Main street 1, Town")
        talk.action_done()
        html = self.env["ir.actions.report"]._render_qweb_html("receivable_dunning.report_collection_visit", talk.ids)[
            0
        ]
        for text in (b"Main street 1", b"52.50000", b"Ms Li, accountant", b"Stock is full", b"Gate"):
            self.assertIn(text, html)
        with self.assertRaises(ValidationError):
            self._talk("informed", channel="visit", signature=base64.b64encode(PIXEL))

    def test_log_has_everything_by_day_and_salespeople_see_theirs(self):
        self._overdue(60, 100)
        self._send(self._run())
        self._noted("promised", promise_date=self.today + timedelta(days=2))
        log = self.env["collection.log"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual(sorted(log.mapped("kind")), ["contact", "promise", "reminder"])
        self.env.invalidate_all()
        self.assertEqual(self.customer.collection_contact_count, 3, "the button counts what it opens")
        for row in log:
            self.assertTrue(self.env[row.action_open()["res_model"]].browse(row.res_id).exists())
        seller = self._user("seller", "base.group_user")
        domain = [("partner_id", "=", self.customer.id)]
        self.assertFalse(self.env["collection.log"].with_user(seller).search(domain))
        self.assertFalse(self.env["collection.contact"].with_user(seller).search(domain))
        self.customer.user_id = seller
        self.assertEqual(len(self.env["collection.log"].with_user(seller).search(domain)), 3)
        contact = self.env["collection.contact"].with_user(seller).search(domain)
        self.assertEqual(contact.outcome_id.name, "Promised to pay")
        with self.assertRaises(AccessError):
            contact.note = "mine"

    def test_contacts_of_another_company_are_not_seen(self):
        self._noted("informed")
        other = self.setup_other_company()["company"]
        stranger = self._user("stranger", "receivable_dunning.group_collections_user", other)
        domain = [("partner_id", "=", self.customer.id)]
        self.assertFalse(self.env["collection.contact"].with_user(stranger).search(domain))
        self.assertFalse(self.env["collection.log"].with_user(stranger).search(domain))


PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
