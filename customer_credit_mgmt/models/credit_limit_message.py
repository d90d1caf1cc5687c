"""Who is told what of a limit: the approvers of a request, who asked of the outcome, and both before it ends."""

from collections import defaultdict
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

ACTIVITY = "customer_credit_mgmt.mail_activity_type_limit"


class CreditLimit(models.Model):
    _inherit = "credit.limit"

    end_notified_on = fields.Date(
        readonly=True, copy=False, help="The day on which the end of the limit was announced."
    )

    # ------------------------------------------------------------------
    # REQUEST
    # ------------------------------------------------------------------

    def _ask_approvers(self):
        """An activity for everybody who may sign, delegates included; never for who asked."""
        self._drop_questions()
        for limit, users in self._who_may_sign().items():
            for user in users - limit.requested_by:
                # sudo: who asks for a limit plans nothing for others, but those are to know
                request = limit.sudo().with_context(lang=user.lang)
                request.activity_schedule(ACTIVITY, user_id=user.id, note=limit.reason)

    def _who_may_sign(self):
        """``{limit: users}``: the approvers and those who sign for them today."""
        rules = self._rules()
        found = {}
        for rule, requester, company in {(rule, it.requested_by, it.company_id) for it, rule in rules.items()}:
            found[rule, requester, company] = self._signers(rule, requester, company)
        return {it: found[rule, it.requested_by, it.company_id] for it, rule in rules.items()}

    @api.model
    def _signers(self, rule, requester, company):
        """Approvers of a rule and their delegates, of those who work in the company."""
        approvers = rule._approvers()
        given = self.env["credit.delegation"]._in_force(company, fields.Date.context_today(self))
        delegates = given.filtered(lambda it: it.user_id in approvers - requester).delegate_id
        return (approvers | delegates).filtered(lambda user: company in user.company_ids.root_id)

    def _drop_questions(self):
        """Whatever was decided or withdrawn needs no signature any more."""
        # sudo: the activities of the other approvers, too
        self.sudo().activity_unlink([ACTIVITY])

    # ------------------------------------------------------------------
    # OUTCOME
    # ------------------------------------------------------------------

    def _tell_outcome(self):
        """Who asked is told, in the chatter and as a notification."""
        for limit in self.filtered(lambda it: it.requested_by and it.requested_by != self.env.user):
            env = limit.with_context(lang=limit.requested_by.lang).env
            # sudo: the message is part of the decision, which was checked
            limit.sudo().message_post(
                body=limit.with_env(env)._outcome_sentence(), partner_ids=limit.requested_by.partner_id.ids
            )

    def _outcome_sentence(self):
        self.ensure_one()
        values = {"amount": self.currency_id.format(self.amount), "customer": self.profile_id.display_name}
        if self.state == "approved":
            return self.env._(
                "%(customer)s: the limit of %(amount)s was approved by %(signature)s.",
                signature=self.signature,
                **values,
            )
        return self.env._(
            "%(customer)s: the limit of %(amount)s was refused by %(signature)s: %(reason)s",
            signature=self.signature,
            reason=self.refusal_reason,
            **values,
        )

    # ------------------------------------------------------------------
    # END
    # ------------------------------------------------------------------

    @api.model
    def _cron_notify_ending(self):
        """Tell salesperson and credit controller once of each limit that ends soon; one message for each of them."""
        today = fields.Date.context_today(self)
        for company in self.env["res.company"].search([("parent_id", "=", False)]):
            ending = self._ending(company, today)
            ending._notify_ending()
            ending.sudo().end_notified_on = today

    @api.model
    def _ending(self, company, today):
        """Approved limits whose last day comes within the company's days of notice, and which nobody was told of.

        A base limit that another one has replaced by its last day ends without anybody noticing.
        """
        soon = Domain("date_to", ">=", today) & Domain(
            "date_to", "<=", today + timedelta(company.credit_limit_notice_days)
        )
        waiting = Domain([("company_id", "=", company.id), ("state", "=", "approved"), ("end_notified_on", "=", False)])
        ending = self.search(soon & waiting)
        replaced = self.browse()
        for last_day, limits in ending.grouped("date_to").items():
            counted = limits._counted_ids(last_day)
            replaced |= limits.filtered(lambda it, counted=counted: it.id not in counted)
        return ending - replaced

    def _counted_ids(self, as_of):
        """Ids of the limits of these customers that count on the day."""
        rows = self.env.execute_query(self._counted_sql(as_of, self.profile_id.partner_id))
        return {row[0] for row in rows}

    def _notify_ending(self):
        of_user = defaultdict(self.browse)
        for limit in self:
            for user in limit._told_of_end():
                of_user[user] |= limit
        afterwards = {}
        for last_day, limits in self.grouped("date_to").items():
            amounts = self._effective_amounts(limits.profile_id, last_day + timedelta(days=1))
            afterwards.update({limit: amounts.get(limit.profile_id.id, 0.0) for limit in limits})
        for user, limits in of_user.items():
            limits.with_context(lang=user.lang)._notify_ending_to(user, afterwards)

    def _told_of_end(self):
        """Salesperson and credit controller of the customer; without either of them who asked for the limit."""
        self.ensure_one()
        responsible = self.profile_id.partner_id.user_id | self.profile_id.user_id
        return (responsible or self.requested_by).filtered("active")

    def _notify_ending_to(self, user, afterwards):
        """One message with a line for each limit: what ends when, and what the limit is from the day after."""
        lines = Markup().join(
            Markup("<li>%s</li>") % limit._ending_sentence(afterwards[limit])
            for limit in self.sorted(lambda it: (it.date_to, it.profile_id.display_name or ""))
        )
        intro = self.env._("Ask for new limits in time: documents over the remaining limit may be held.")
        self.env["mail.thread"].message_notify(
            partner_ids=user.partner_id.ids,
            subject=self.env._("Credit limits that end soon: %(count)d", count=len(self)),
            body=Markup("<p>%s</p><ul>%s</ul>") % (intro, lines),
        )

    def _ending_sentence(self, afterwards):
        self.ensure_one()
        return self.env._(
            "%(customer)s: %(amount)s until %(day)s; the limit is %(rest)s from the day after.",
            customer=self.profile_id.display_name,
            amount=self.currency_id.format(self.amount),
            day=format_date(self.env, self.date_to),
            rest=self.company_currency_id.format(afterwards),
        )
