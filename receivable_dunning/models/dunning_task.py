"""Activities that notices make for people: calls, visits, escalations, replies to answer, addresses to mend."""

from markupsafe import Markup

from odoo import models
from odoo.tools import is_html_empty

ESCALATIONS = [
    ("salesperson", "Salesperson"),
    ("manager", "Manager"),
    ("legal", "Legal Department"),
    ("agency", "Collection Agency"),
]


class DunningNotice(models.Model):
    _inherit = "dunning.notice"

    def _responsible(self):
        """Who looks after the notice: of the run, else of the plan, else the salesperson of the customer."""
        self.ensure_one()
        people = (self.run_id.user_id, self.plan_id.user_id, self.partner_id.user_id)
        return next((user for user in people if user.active), self.env["res.users"])

    def _escalates_to(self):
        """Who the level passes the customer on to; nobody named for it: the responsible."""
        self.ensure_one()
        target, plan = self.level_id.escalate_to, self.plan_id
        people = {
            "salesperson": self.partner_id.user_id,
            "manager": plan.manager_id,
            "legal": plan.legal_user_id,
            "agency": plan.agency_user_id,
        }
        chosen = people[target]
        return chosen if chosen.active else self._responsible()

    def _make_tasks(self, as_of):
        """Calls, visits and escalations that the levels of these notices ask for, in one batch."""
        values = []
        # a notice that is written anew has given its work before
        for notice in self.filtered(lambda notice: not notice.sent_date):
            level = notice.level_id
            body = Markup("%s %s") % (notice._task_intro(), "" if is_html_empty(level.call_text) else level.call_text)
            if level.make_call:
                values.append(notice._prepare_task("call", notice._responsible(), body, as_of))
            if level.make_visit:
                values.append(notice._prepare_task("visit", notice._responsible(), body, as_of))
            if level.escalate_to:
                values.append(notice._prepare_task("escalation", notice._escalates_to(), body, as_of))
        self._schedule(values)

    def _task_intro(self):
        """What the notice is about, with a link to it."""
        self.ensure_one()
        text = self.env._(
            "%(level)s: %(amount)s overdue.",
            level=self.level_id.name,
            amount=self.currency_id.format(self.amount_total),
        )
        return Markup("<p>%s %s</p>") % (text, self._get_html_link())

    def _prepare_task(self, kind, user, body, deadline):
        activity_type = self.env.ref(f"receivable_dunning.mail_activity_type_{kind}")
        lang = user.lang or self.env.lang
        return {
            "res_model_id": self.env["ir.model"]._get_id("res.partner"),
            "res_id": self.partner_id.id,
            "activity_type_id": activity_type.id,
            "summary": activity_type.with_context(lang=lang).summary or activity_type.with_context(lang=lang).name,
            "note": body,
            "date_deadline": deadline,
            "user_id": user.id,
        }

    def _schedule(self, values):
        # sudo: the sender and the mail gateway give work to people; a run of thousands mails nobody about each of them
        if values:
            self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True).create(values)
