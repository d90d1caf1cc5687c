from odoo import fields, models

from ..core.phone import plausible

SMS_STATES = [
    ("queued", "Queued"),
    ("sent", "Sent"),
    ("delivered", "Delivered"),
    ("failed", "Failed"),
    ("cancelled", "Cancelled"),
]
# Its text message has left, or may have: no second one is written.
LEFT = ("sent", "delivered")


class DunningNotice(models.Model):
    _inherit = "dunning.notice"

    send_sms = fields.Boolean(string="By SMS", readonly=True)
    sms_number = fields.Char(string="SMS to", readonly=True, help="As it is dialled.")
    sms_message_id = fields.Many2one(
        "mail.message", string="SMS", readonly=True, index="btree_not_null", ondelete="set null"
    )
    sms_state = fields.Selection(SMS_STATES, string="SMS Status", readonly=True, index="btree_not_null")
    sms_error = fields.Char(readonly=True, help="Why the text message did not arrive.")

    def _choose_sms_numbers(self):
        """Note on the notices of levels that speak by SMS which number takes it, if any does.

        The contact's number goes first, then the customer's; numbers that have opted out take none.
        """
        texted = self.filtered("level_id.send_sms")
        people = texted.contact_id | texted.partner_id
        numbers = {person: person._phone_format(fname="phone") or "" for person in people}
        # sudo: who has opted out is asked, not shown
        blacklist = self.env["phone.blacklist"].sudo().search([("number", "in", list(numbers.values()))])
        opted_out = set(blacklist.mapped("number"))
        for notice in self:
            chosen = [numbers[person] for person in (notice.contact_id, notice.partner_id) if notice in texted]
            number = next((number for number in chosen if plausible(number) and number not in opted_out), False)
            if (notice.sms_number or False, notice.send_sms) != (number, bool(number)):
                notice.write({"sms_number": number, "send_sms": bool(number)})

    def _is_mute(self):
        """Whether the level speaks by SMS only, and no number takes it."""
        self.ensure_one()
        level = self.level_id
        others = self.send_email or self.send_letter or level.make_call or level.make_visit
        return level.send_sms and not self.send_sms and not others

    def _channel_names(self):
        return [*super()._channel_names(), *([self.env._("SMS")] if self.send_sms else [])]

    # ------------------------------------------------------------------
    # SEND
    # ------------------------------------------------------------------

    def _queue_sms(self):
        """One text message per notice into Odoo's queue of them, in the transaction that marks the notice as sent."""
        waiting = self.filtered(lambda notice: notice.send_sms and notice.sms_state not in LEFT)
        for template, notices in waiting.grouped(lambda notice: notice.level_id.sms_template_id).items():
            # sudo: the queue belongs to the system; the notices were confirmed by somebody who may
            bodies = template.sudo()._render_field("body", notices.ids, compute_lang=True)
            notices._cancel_sms()
            notices._write_sms(bodies)

    def _write_sms(self, bodies):
        messages = self.env["mail.message"].sudo().create([self._prepare_sms_message(n, bodies[n.id]) for n in self])
        texts = self.env["sms.sms"].sudo().create(
            [
                {
                    "number": notice.sms_number,
                    "body": bodies[notice.id],
                    "partner_id": notice.contact_id.id,
                    "mail_message_id": message.id,
                }
                for notice, message in zip(self, messages, strict=True)
            ]
        )  # fmt: skip
        self.env["mail.notification"].sudo().create(
            [
                {
                    "author_id": text.mail_message_id.author_id.id,
                    "mail_message_id": text.mail_message_id.id,
                    "res_partner_id": text.partner_id.id,
                    "sms_number": text.number,
                    "notification_type": "sms",
                    "sms_id_int": text.id,
                    "sms_tracker_ids": [fields.Command.create({"sms_uuid": text.uuid})],
                    "is_read": True,
                    "notification_status": "ready",
                }
                for text in texts
            ]
        )
        for notice, message in zip(self, messages, strict=True):
            notice.write({"sms_message_id": message.id, "sms_state": "queued", "sms_error": False})

    def _prepare_sms_message(self, notice, body):
        return {
            "model": notice._name,
            "res_id": notice.id,
            "body": body,
            "message_type": "sms",
            "subtype_id": self.env.ref("mail.mt_note").id,
            "author_id": self.env.user.partner_id.id,
            "record_company_id": notice.company_id.id,
        }

    def _sms(self):
        """The text messages of these notices that are still there."""
        # sudo: the queue belongs to the system
        return self.env["sms.sms"].sudo().search([("mail_message_id", "in", self.sms_message_id.ids)])

    def _cancel_sms(self):
        """What has not left stays here."""
        waiting = self._sms().filtered(lambda text: text.state in ("outgoing", "error"))
        waiting.action_set_canceled()
        # sudo: what follows from an action of the notice, which has checked who acts
        self.sudo().filtered(lambda notice: notice.sms_state == "queued").write({"sms_state": "cancelled"})

    def _requeue(self):
        self._cancel_sms()
        return super()._requeue()

    def action_give_up(self):
        result = super().action_give_up()
        self.filtered(lambda notice: notice.state == "cancelled")._cancel_sms()
        return result

    # ------------------------------------------------------------------
    # WHAT COMES BACK
    # ------------------------------------------------------------------

    def _receive_sms_status(self, status, failure):
        """The provider has said something. What did not arrive is somebody's work; a notice that spoke by nothing else
        has failed, and can be tried again."""
        states = {"pending": "sent", "process": "sent", "sent": "delivered", "exception": "failed", "bounce": "failed"}
        state = states.get(status)
        if not state:
            return
        # sudo: the provider reports, whoever sent the notice
        notices = self.sudo()
        notices.write({"sms_state": state, "sms_error": failure if state == "failed" else False})
        if state == "failed":
            notices._tell_sms_failure(failure)

    def _tell_sms_failure(self, failure):
        alone = self.filtered(lambda notice: notice.state == "sent" and not (notice.send_email or notice.send_letter))
        today = fields.Date.context_today(self)
        self._schedule(
            [
                notice._prepare_task("bounce", notice._responsible(), notice._sms_failure_text(), today)
                for notice in self
            ]
        )
        overtaken = alone._with_another_open()
        overtaken.write({"state": "cancelled", "error": failure})
        overtaken._drop_fees()
        (alone - overtaken).write({"state": "failed", "error": failure})
        (alone - overtaken).run_id._reopen()

    def _sms_failure_text(self):
        self.ensure_one()
        text = self.env._(
            "The SMS to %(number)s did not arrive: %(error)s. Correct the telephone number, or call.",
            number=self.sms_number,
            error=self.sms_error or "",
        )
        return self._task_intro() + text
