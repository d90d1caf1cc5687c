"""What follows when a contact is noted: the outcome decides the next step."""

from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

# Activities that a contact answers, by channel, when somebody was reached.
ANSWERED = {"phone": ("call",), "visit": ("visit", "call"), "meeting": ("visit", "call")}
# A form left open over lunch says nothing about how long a talk takes.
LONGEST_MINUTES = 240


class CollectionContact(models.Model):
    _inherit = "collection.contact"

    # ------------------------------------------------------------------
    # BUTTONS
    # ------------------------------------------------------------------

    def action_done(self):
        """Note the contact, do what its outcome asks for, and go back to the worklist."""
        self._note()
        return self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_collection_worklist") | {
            "target": "main"
        }

    def action_done_next(self):
        """The same, and on to the next customer of the worklist."""
        self._note()
        return self._open_next()

    def action_skip(self):
        """On to the next customer; what was entered is thrown away."""
        self.ensure_one()
        self.check_access("unlink")
        skipped = self.partner_id
        if self.state == "draft":
            self.unlink()
        return self.env["collection.worklist"]._open_next_call(self.env.context.get("skipped_ids", ()), skipped)

    def _open_next(self):
        return self.env["collection.worklist"]._open_next_call(self.env.context.get("skipped_ids", ()), self.partner_id)

    def action_withdraw(self):
        """The contact did not take place, or was entered wrongly; it counts no more, and stays readable."""
        self.check_access("write")
        if any(contact.user_id != self.env.user for contact in self) and not self.env.user.has_group(
            "receivable_dunning.group_collections_manager"
        ):
            raise UserError(self.env._("Contacts are withdrawn by whoever noted them, or by a manager."))
        # sudo: the only door to the state; who acts was checked
        self.sudo().filtered(lambda contact: contact.state == "done").write({"state": "cancelled"})

    # ------------------------------------------------------------------
    # NOTE
    # ------------------------------------------------------------------

    def _note(self):
        """The one door from a form to history."""
        self.check_access("write")
        for contact in self:
            contact._check_complete()
            # sudo: the only door to the state; the right to write was checked
            contact.sudo().write({"state": "done", "duration": contact._minutes()})
            contact._answer_tasks()
            contact._follow_outcome()
            contact._log_on_customer()

    def _check_complete(self):
        self.ensure_one()
        outcome = self.outcome_id
        if self.user_id != self.env.user:
            raise UserError(self.env._("A contact is noted by whoever had it: enter your own."))
        if self.state != "draft":
            raise UserError(self.env._("This contact was noted already."))
        if not outcome:
            raise UserError(self.env._("Choose what the contact ended with."))
        if outcome.needs_note and not (self.note or "").strip():
            raise UserError(self.env._("%(outcome)s: write down what was said.", outcome=outcome.name))
        today = fields.Date.context_today(self)
        if self.callback_date and self.callback_date <= today:
            raise UserError(self.env._("Choose a day after today for calling back, or none."))

    def _minutes(self):
        """Minutes as entered, else those that the form was open."""
        self.ensure_one()
        elapsed = (fields.Datetime.now() - self.started_at).total_seconds() / 60
        return self.duration or (round(elapsed, 1) if elapsed <= LONGEST_MINUTES else 0.0)

    def _log_on_customer(self):
        """A note on the customer, with the words of who was there."""
        channels = dict(self._fields["channel"]._description_selection(self.env))
        for contact in self:
            title = f"{channels[contact.channel]}: {contact.outcome_id.name}"
            if contact.callback_date:
                title += ". " + self.env._("Call back on %(day)s.", day=format_date(self.env, contact.callback_date))
            note = Markup("<br/>").join((contact.note or "").splitlines())
            contact.partner_id._message_log(body=Markup("<p>%s</p><p>%s</p>") % (title, note))

    # ------------------------------------------------------------------
    # TASKS
    # ------------------------------------------------------------------

    def _answer_tasks(self):
        """The reminder's tasks that this contact answers are done; whoever called back need not be reminded of it."""
        self.ensure_one()
        names = ["callback", *(ANSWERED.get(self.channel, ()) if self.is_reached else ())]
        types = self.env["mail.activity.type"].browse(
            self.env.ref(f"receivable_dunning.mail_activity_type_{name}").id for name in names
        )
        # sudo: the task may have been given to a colleague
        tasks = self.env["mail.activity"].sudo().search(
            [
                ("res_model", "=", "res.partner"),
                ("res_id", "=", self.partner_id.id),
                ("activity_type_id", "in", types.ids),
            ]
        )  # fmt: skip
        tasks.action_feedback(feedback=self.outcome_id.name)

    def _give_task(self, name, user, deadline, summary):
        """An activity on the customer for somebody."""
        self.ensure_one()
        # sudo: work is given to people whose activities one may not see
        self.partner_id.sudo().activity_schedule(
            f"receivable_dunning.mail_activity_type_{name}",
            date_deadline=deadline,
            summary=summary,
            note=self.note or "",
            user_id=user.id or self.env.uid,
        )

    def _escalates_to(self, target):
        """Who takes over: of the customer, or of the plan by which it is reminded; else its collector, else oneself."""
        self.ensure_one()
        customer = self.partner_id.with_company(self.company_id)
        plan = self._dunning_plan()
        chosen = {"salesperson": customer.user_id, "manager": plan.manager_id, "legal": plan.legal_user_id}[target]
        people = (chosen, customer.collector_id, self.env.user)
        return next(user for user in people if user and user.active)

    def _dunning_plan(self):
        """The plan of the last reminder, else the first of the company."""
        notice = self.env["dunning.notice"].search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("sent_date", "!=", False),
            ],
            order="sent_date DESC, id DESC",
            limit=1,
        )
        return notice.plan_id or self.env["dunning.plan"]._of_company(self.company_id)[:1]

    # ------------------------------------------------------------------
    # OUTCOME
    # ------------------------------------------------------------------

    def _follow_outcome(self):
        """Do what the outcome asks for. Bridges add their steps."""
        self.ensure_one()
        today, outcome = fields.Date.context_today(self), self.outcome_id
        if outcome.opens == "promise":
            self._promise()
        if outcome.opens == "dispute":
            self._dispute()
        if self.callback_date:
            self._give_task("callback", self.user_id, self.callback_date, self.env._("Call back"))
        if self.block_until:
            self._block(today)
        if outcome.sends:
            getattr(self, f"_send_{outcome.sends}")(today)
        if outcome.needs_data:
            salesperson = self.partner_id.user_id
            self._give_task("data", salesperson, today, self.env._("Find out the right phone number or address"))
        if outcome.escalate_to:
            self._give_task("escalation", self._escalates_to(outcome.escalate_to), today, outcome.name)

    def _promise(self):
        """The promise of the form; refused in its own words when it cannot be given."""
        if not self.promise_amount or not self.promise_date:
            raise UserError(self.env._("Enter how much is promised, and for which day."))
        promise = self.env["receivable.promise"]._make(
            self._promisable_items(),
            self.promise_amount,
            self.promise_date,
            {
                "contact_id": self.contact_id.id,
                "channel": self._channel_of_document(),
                "note": self.note,
                "user_id": self.user_id.id,
            },
        )
        self.sudo().promise_id = promise  # sudo: written once, by the step that makes it

    def _dispute(self):
        if not self.dispute_item_id:
            raise UserError(self.env._("Choose what is disputed, how much of it, and why."))
        self._check_own_item()
        dispute = self.env["receivable.dispute"]._open(
            self.dispute_item_id,
            self.dispute_amount,
            {
                "reason_id": self.dispute_reason_id.id,
                "contact_id": self.contact_id.id,
                "channel": self._channel_of_document(),
                "note": self.note,
            },
        )
        self.sudo().dispute_id = dispute  # sudo: as for promises

    def _channel_of_document(self):
        return self.channel if self.channel in ("phone", "visit", "email") else "other"

    def _block(self, today):
        """No reminders until the day; what was said is the reason."""
        self.env["dunning.block"].create(
            {
                "partner_id": self.partner_id.id,
                "company_id": self.company_id.id,
                "reason": self.outcome_id.name,
                "date_from": today,
                "date_until": self.block_until,
            }
        )
