"""The clock of a dispute: paused while the customer is asked, and the owner is told before it runs out."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import split_every

from ..core.dispute import Clock
from ..core.workdays import next_working_day, working_days_between

DISPUTE_ACTIVITY = "receivable_dunning.mail_activity_type_dispute"


class ReceivableDispute(models.Model):
    _inherit = "receivable.dispute"
    _follow_batch_size = 200

    # ------------------------------------------------------------------
    # PAUSE
    # ------------------------------------------------------------------

    def action_wait(self):
        """The customer was asked something: the clock stands still until he answers."""
        self.check_access("write")
        self._expect_open()
        self.filtered(lambda dispute: not dispute.waiting_since)._set(
            {"waiting_since": fields.Date.context_today(self)}
        )

    def action_resume(self):
        """The customer has answered: the working days waited are added to the deadlines."""
        self.check_access("write")
        self._resume()

    def _resume(self):
        today = fields.Date.context_today(self)
        waiting = self.filtered("waiting_since")
        for company, disputes in waiting.grouped("company_id").items():
            exceptions = self.env["dunning.holiday"]._exceptions(company, min(disputes.mapped("waiting_since")))
            for dispute in disputes:
                days = working_days_between(dispute.waiting_since, today, exceptions)
                dispute._set({"paused_days": dispute.paused_days + days, "waiting_since": False})

    # ------------------------------------------------------------------
    # WHAT IS SAID
    # ------------------------------------------------------------------

    def _message_post_after_hook(self, message, msg_vals):
        """What we tell the customer is an answer; what he tells us ends the waiting."""
        result = super()._message_post_after_hook(message, msg_vals)
        self.ensure_one()
        # sudo: whoever speaks need not see who the users are
        is_colleague = any(not user.share for user in message.sudo().author_id.user_ids)
        is_customers = message.author_id and not is_colleague and message.message_type in ("comment", "email")
        if self.state == "open" and is_customers:
            self._hear()
        elif self.state == "open" and message.message_type == "comment" and not message.is_internal:
            if message.subtype_id == self.env.ref("mail.mt_comment") and not self.answered_on:
                self._set({"answered_on": fields.Date.context_today(self)})
        return result

    def _hear(self):
        """The customer has said something: the clock goes on, and the owner reads it."""
        self._resume()
        self._replace_task(
            fields.Date.context_today(self),
            self.env._("%(customer)s has answered on the dispute", customer=self.partner_id.name),
        )

    def _say(self, person, text, files=()):
        """A message of the customer with files, as from the portal; the errors are in words fit for him."""
        self.ensure_one()
        self._check_files(self.company_id, files, already=len(self._attachments()))
        attachments = self._attach(files)
        # sudo: a customer posts on his own dispute only, which the caller has checked
        return self.sudo().message_post(
            body=(text or "").strip()[:4000],
            author_id=person.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachment_ids=attachments.ids,
        )

    # ------------------------------------------------------------------
    # ALARMS
    # ------------------------------------------------------------------

    def _replace_task(self, deadline, summary):
        """One task about a dispute at a time: the last one says most."""
        # sudo: tasks are the owner's, whoever acts
        self.sudo().activity_unlink([DISPUTE_ACTIVITY])
        self._schedule_for_owner(deadline, summary)

    @api.model
    def _cron_follow(self):
        """Close what is settled, and tell owners about deadlines, batch by batch."""
        progress = self.env["ir.cron"]._commit_progress
        ids = self.search(Domain("state", "=", "open") & (self._settled_domain() | self._alarm_domain())).ids
        progress(remaining=len(ids))
        for batch_ids in split_every(self._follow_batch_size, ids):
            batch = self.browse(batch_ids).try_lock_for_update()
            batch.invalidate_recordset()
            batch = batch.filtered(lambda dispute: dispute.state == "open")
            batch._close_settled()
            batch.filtered(lambda dispute: dispute.state == "open")._tell_deadlines()
            if not progress(len(batch_ids)):
                break

    def _alarm_domain(self):
        """Open disputes whose clock runs, and whose deadline is near or past."""
        today = fields.Date.context_today(self)
        return Domain("waiting_since", "=", False) & Domain("next_deadline", "<=", fields.Date.add(today, days=7))

    def _tell_deadlines(self):
        """A task for the owner a working day before a deadline, and another one when it is missed: once each."""
        today = fields.Date.context_today(self)
        for company, disputes in self.grouped("company_id").items():
            exceptions = self.env["dunning.holiday"]._exceptions(company, today)
            tomorrow = next_working_day(fields.Date.add(today, days=1), exceptions)
            for dispute in disputes.filtered(lambda dispute: dispute.clock != Clock.WAITING):
                dispute._tell_deadline(today, tomorrow)

    def _tell_deadline(self, today, tomorrow):
        self.ensure_one()
        deadline, what = self.next_deadline, self._what_is_due()
        if not deadline:
            return
        if deadline < today and self.told_missed_for != deadline:
            self._replace_task(today, self.env._("Missed: %(what)s", what=what))
            self._set({"told_missed_for": deadline})
        elif today <= deadline <= tomorrow and self.told_soon_for != deadline:
            self._replace_task(deadline, self.env._("Due soon: %(what)s", what=what))
            self._set({"told_soon_for": deadline})

    def _what_is_due(self):
        self.ensure_one()
        if self.answered_on:
            return self.env._("decide the dispute of %(customer)s", customer=self.partner_id.name)
        return self.env._("first answer to %(customer)s", customer=self.partner_id.name)
