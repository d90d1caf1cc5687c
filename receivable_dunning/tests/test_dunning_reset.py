"""What a customer was reminded of does not vanish without a reason, and merging contacts loses no notice."""

from odoo.exceptions import RedirectWarning, UserError
from odoo.tests import Form, new_test_user, tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestDunningReset(DunningCommon):
    def _reset(self, invoices, reason="wrong price"):
        context = {"active_model": "account.move", "active_ids": invoices.ids}
        wizard = Form(self.env["dunning.draft.reason"].with_context(**context))
        wizard.reason = reason
        wizard.save().action_reset()
        # the end of the request
        self.env.cr.precommit.run()

    def test_reminded_invoice_is_not_reset_without_a_reason(self):
        """peers 5: a dunned invoice can be reset to draft."""
        invoice = self._overdue(30)
        notice = self._notice(self._send(self._run()))
        for attempt in (invoice.button_draft, invoice.button_cancel, lambda: invoice.write({"state": "draft"})):
            with self.assertRaises(RedirectWarning), self.cr.savepoint():
                attempt()
        with self.assertRaises(RedirectWarning), self.cr.savepoint():
            invoice.with_context(dunning_reset=True, active_ids=invoice.ids).button_draft()
        self._reset(invoice)
        self.assertEqual(invoice.state, "draft")
        self.assertIn("wrong price", invoice.message_ids[0].body)
        self.assertEqual(notice.line_ids.draft_reason, "wrong price")

    def test_each_reset_needs_its_own_reason(self):
        invoice = self._overdue(30)
        notice = self._notice(self._send(self._run()))
        self._reset(invoice)
        invoice.action_post()
        with self.assertRaises(RedirectWarning):
            invoice.button_draft()
        self._reset(invoice, "wrong tax")
        self.assertEqual(notice.line_ids.draft_reason, "wrong price\nwrong tax")

    def test_blank_is_no_reason(self):
        invoice = self._overdue(30)
        self._send(self._run())
        with self.assertRaisesRegex(UserError, "Say why"):
            self._reset(invoice, "  ")
        self.assertEqual(invoice.state, "posted")

    def test_what_was_not_sent_is_reset_freely(self):
        invoice = self._overdue(30)
        run = self._run()
        run.action_confirm()
        invoice.button_draft()
        self._deliver(run)
        self.assertRecordValues(self._notice(run), [{"state": "suppressed", "reason": "paid"}])

    def test_clerk_without_rights_on_reminders_gives_the_reason(self):
        invoice = self._overdue(30)
        self._send(self._run())
        clerk = new_test_user(
            self.env, "dun_clerk_reset", "account.group_account_invoice",
            company_ids=[(6, 0, self.company.ids)], company_id=self.company.id,
        )  # fmt: skip
        with self.assertRaises(RedirectWarning), self.cr.savepoint():
            invoice.with_user(clerk).button_draft()
        wizard = self.env["dunning.draft.reason"].with_user(clerk)
        wizard.create({"move_ids": [(6, 0, invoice.ids)], "reason": "wrong price"}).action_reset()
        self.assertEqual(invoice.state, "draft")

    # ------------------------------------------------------------------
    # MERGE
    # ------------------------------------------------------------------

    def test_merging_contacts_deletes_no_notice(self):
        twin = self._customer("Twin")
        self._overdue(30)
        self._overdue(30, partner=twin)
        sent = self._send(self._run()).notice_ids
        self._overdue(10)
        self._overdue(10, partner=twin)
        second = self._run(date=self.today.replace(year=self.today.year + 1))
        everything = sent | second.notice_ids
        self.assertEqual(len(everything), 4)
        self.env.flush_all()
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo().create({})
        wizard._merge((self.customer | twin).ids, self.customer)
        self.env.invalidate_all()
        self.assertEqual(everything.exists(), everything)
        self.assertEqual(everything.partner_id, self.customer)
        self.assertEqual(sorted(second.notice_ids.mapped("state")), ["cancelled", "proposed"])
