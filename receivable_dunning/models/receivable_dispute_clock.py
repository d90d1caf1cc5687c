"""The clock of a dispute: paused while the customer is asked, and the owner is told before it runs out."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import split_every

from ..core.dispute import Clock, clock, deadlines
from ..core.workdays import next_working_day, working_days_between

DISPUTE_ACTIVITY = "receivable_dunning.mail_activity_type_dispute"
CLOCKS = [
    (Clock.ON_TIME, "On Time"),
    (Clock.SOON, "Due Soon"),
    (Clock.MISSED, "Missed"),
    (Clock.WAITING, "Waiting for Customer"),
    (Clock.KEPT, "Closed in Time"),
    (Clock.LATE, "Closed Late"),
]
# Green, orange, red, blue, grey: colours of the kanban cards.
COLORS = {Clock.ON_TIME: 10, Clock.SOON: 2, Clock.MISSED: 1, Clock.WAITING: 4, Clock.KEPT: 0, Clock.LATE: 0}


class ReceivableDispute(models.Model):
    _inherit = "receivable.dispute"
    _follow_batch_size = 200

    answer_deadline = fields.Date(compute="_compute_deadlines", store=True, help="Day of the first answer, at last.")
    deadline = fields.Date(
        string="Resolution Deadline",
        compute="_compute_deadlines",
        store=True,
        index=True,
        help="Working days that the reason allows, from the opening on. Days spent waiting for the customer are added.",
    )
    answered_on = fields.Date(string="First Answer on", readonly=True)
    waiting_since = fields.Date(readonly=True, help="For the customer: meanwhile the clock stands still.")
    paused_days = fields.Integer(
        string="Days Waited", readonly=True, aggregator="avg", help="Working days spent waiting for the customer."
    )
    next_deadline = fields.Date(
        compute="_compute_next_deadline",
        store=True,
        index=True,
        help="Of the first answer until there is one, then of the resolution.",
    )
    clock = fields.Selection(CLOCKS, compute="_compute_clock")
    color = fields.Integer(compute="_compute_clock")
    told_soon_for = fields.Date(readonly=True, groups="receivable_dunning.group_collections_user")
    told_missed_for = fields.Date(readonly=True, groups="receivable_dunning.group_collections_user")

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("date", "reason_id", "paused_days", "company_id")
    def _compute_deadlines(self):
        for company, disputes in self.filtered("date").grouped("company_id").items():
            exceptions = self.env["dunning.holiday"]._exceptions(company, min(disputes.mapped("date")))
            for dispute in disputes:
                # sudo: the days that a reason allows are no secret
                reason = dispute.sudo().reason_id
                promised = (reason.answer_days, reason.resolution_days)
                found = deadlines(dispute.date, promised, dispute.paused_days, exceptions)
                dispute.answer_deadline, dispute.deadline = found.answer, found.resolution
        for dispute in self.filtered(lambda dispute: not dispute.date):
            dispute.answer_deadline = dispute.deadline = False

    @api.depends("answered_on", "answer_deadline", "deadline")
    def _compute_next_deadline(self):
        for dispute in self:
            dispute.next_deadline = dispute.deadline if dispute.answered_on else dispute.answer_deadline

    @api.depends("state", "next_deadline", "deadline", "closed_on", "waiting_since")
    def _compute_clock(self):
        today = fields.Date.context_today(self)
        for dispute in self:
            closed = dispute.closed_on or None
            until = dispute.deadline if closed else dispute.next_deadline
            state = str(clock(until, today, closed, bool(dispute.waiting_since))) if until else False
            dispute.clock, dispute.color = state, COLORS.get(state, 0)

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
        people = message.sudo().author_id.with_context(active_test=False).user_ids
        is_colleague = any(not user.share for user in people)
        if self.state != "open" or message.message_type not in ("comment", "email"):
            return result
        if not is_colleague and (message.author_id or message.message_type == "email"):
            self._hear()
        elif message.subtype_id == self.env.ref("mail.mt_comment") and not self.answered_on:
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
