"""Gather the payments of the plans' items, decide, write what changed, and do what a broken plan asks for."""

from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL, split_every

from ..core import plan as rules
from ..core.ladder import SkipReason
from ..core.plan import Leniency, PartState, PlanState
from ..core.promise import Settlement

# Plans that were accepted, and that nobody has closed: the ledger decides them, again and again.
JUDGED = (PlanState.ACTIVE, PlanState.KEPT, PlanState.BROKEN)


class ReceivablePaymentPlan(models.Model):
    _inherit = "receivable.payment.plan"
    _decide_batch_size = 200

    @api.model
    def _cron_decide(self):
        """Nightly: plans with an instalment whose day has passed, and payments booked by ways that tell nobody."""
        progress = self.env["ir.cron"]._commit_progress
        today = fields.Date.context_today(self)
        recent = today - timedelta(days=92)
        domain = ["|", ("state", "=", PlanState.ACTIVE), "&", ("state", "in", JUDGED), ("date_decided", ">=", recent)]
        plan_ids = self.search(domain, order="id").ids
        progress(remaining=len(plan_ids))
        for batch_ids in split_every(self._decide_batch_size, plan_ids):
            self.browse(batch_ids)._decide(today)
            if not progress(len(batch_ids)):
                break

    @api.model
    def _decide_touched(self, line_ids):
        """Items were matched, or a matching was undone."""
        items = self.item_ids.search([("move_line_id", "in", list(line_ids)), ("plan_id.state", "in", JUDGED)])
        items.plan_id._decide(fields.Date.context_today(self))

    def action_decide(self):
        """Look at the payments now."""
        self.check_access("write")
        # sudo: the ledger decides, whoever looks
        self.sudo()._decide(fields.Date.context_today(self))

    def _decide(self, as_of):
        judged = self.filtered(lambda plan: plan.state in JUDGED)
        before = {plan: plan.state for plan in judged}
        settlements = judged._settlements()
        for plan in judged:
            dues = [line._core_due() for line in plan.line_ids]
            leniency = Leniency(plan.tolerance_amount, plan.pardoned_on or Leniency().pardoned)
            plan._write_outcome(*rules.judge(dues, settlements[plan], leniency, as_of))
        broken = judged.filtered(lambda plan: plan.state == PlanState.BROKEN)
        broken.filtered(lambda plan: before[plan] != PlanState.BROKEN)._accelerate()
        (judged - broken).filtered(lambda plan: before[plan] == PlanState.BROKEN)._untell()

    def _settlements(self):
        """``{plan: [Settlement]}``: what was settled of its items since it was accepted."""
        lines = self.item_ids.move_line_id
        by_line = self.env["receivable.settlement"]._settlements(lines.ids)
        result = {plan: [] for plan in self}
        for item in self.item_ids:
            before = item.settled_before or {}
            for part in by_line[item.move_line_id.id]:
                amount = part.amount - before.get(str(part.credit), 0.0)
                if amount > rules.TOLERANCE:
                    result[item.plan_id].append(Settlement(part.credit, part.day, amount, part.is_payment))
        return result

    def _write_outcome(self, outcome, parts):
        """Only what differs is written: most plans are as they were."""
        for line in self.line_ids:
            found = parts[line.id]
            line._set_changed({"state": str(found.state), "amount_paid": found.paid})
        values = {"state": str(outcome.state), "amount_paid": outcome.paid, "date_decided": outcome.day or False}
        changed = {name: value for name, value in values.items() if self._differs(name, value)}
        if changed:
            self._set(**changed)

    def _differs(self, name, value):
        if name == "amount_paid":
            return self.currency_id.compare_amounts(self.amount_paid, value) != 0
        return self[name] != value

    # ------------------------------------------------------------------
    # BROKEN
    # ------------------------------------------------------------------

    def _accelerate(self):
        """The whole rest is due: reminders go on by themselves; the owner is told, and the credit may be stopped."""
        activity_type = self.env.ref("receivable_dunning.mail_activity_type_plan")
        for plan in self:
            if plan.user_id.active:
                plan.activity_schedule(
                    "receivable_dunning.mail_activity_type_plan",
                    summary=activity_type.with_context(lang=plan.user_id.lang or self.env.lang).summary,
                    note=Markup("<p>%s</p>") % plan._broken_in_words(),
                    user_id=plan.user_id.id,
                )
            if plan.company_id.plan_broken_hold:
                plan._hold_customer()

    def _untell(self):
        """The plan was not broken after all: the payment was booked late, or it was forgiven."""
        activity_type = self.env.ref("receivable_dunning.mail_activity_type_plan")
        # sudo: the ledger gives and takes work, whoever booked
        self.sudo().activity_ids.filtered(lambda activity: activity.activity_type_id == activity_type).unlink()

    def _hold_customer(self):
        """As the company wants it: a person releases the customer on its credit profile."""
        # sudo: the setting was made by a manager, whoever books
        profile = self.env["credit.profile"].sudo()._get_or_create(self.partner_id, self.company_id)
        if not profile.manual_hold:
            profile.manual_hold = True
            profile.message_post(body=self.env._("Put on hold: payment plan %(plan)s is broken.", plan=self.name))

    def _rest(self):
        """What is open of the plan's items today, credit notes taken off."""
        self.ensure_one()
        # sudo: the customer reads in its letter what it owes
        return sum(item.amount_residual for item in self.sudo().item_ids)

    def _broken_in_words(self):
        self.ensure_one()
        plan = self.with_context(lang=self.user_id.lang or self.env.lang)
        return plan.env._(
            "%(customer)s missed an instalment: %(rest)s of %(total)s are due at once. Reminders go on.",
            customer=plan.partner_id.name,
            rest=plan.currency_id.format(plan._rest()),
            total=plan.currency_id.format(plan.amount_total),
        )

    # ------------------------------------------------------------------
    # WHAT WAITS FOR A PLAN
    # ------------------------------------------------------------------

    def _held_sql(self, company, as_of):
        """Items of ``item`` in an active plan, whole. A plan with an instalment missed on the day holds nothing, also
        before the job has said so."""
        return SQL(
            """
            SELECT item.line_id, NULL::numeric AS amount, %(reason)s AS reason
              FROM receivable_payment_plan plan
              JOIN receivable_payment_plan_item part ON part.plan_id = plan.id
              JOIN item ON item.line_id = part.move_line_id
             WHERE plan.company_id = %(company)s AND plan.state = 'active'
               AND NOT EXISTS (
                    SELECT FROM receivable_payment_plan_line instalment
                     WHERE instalment.plan_id = plan.id AND instalment.state <> 'kept'
                       AND instalment.date_due + COALESCE(plan.tolerance_days, 0) < %(as_of)s
                       AND instalment.date_due + COALESCE(plan.tolerance_days, 0)
                           >= COALESCE(plan.pardoned_on, '-infinity')
                   )
            """,
            reason=str(SkipReason.IN_PLAN),
            company=company.id,
            as_of=as_of,
            to_flush=[
                *(self._fields[name] for name in ("state", "tolerance_days", "pardoned_on", "company_id")),
                *(self.line_ids._fields[name] for name in ("state", "date_due")),
                self.item_ids._fields["move_line_id"],
            ],
        )


class ReceivablePaymentPlanLine(models.Model):
    _inherit = "receivable.payment.plan.line"

    def _set_changed(self, values):
        """Amounts are compared as money: what differs by less than the smallest coin is the same."""
        self.ensure_one()
        changed = {
            name: value
            for name, value in values.items()
            if (self.currency_id.compare_amounts(self[name], value) if name == "amount_paid" else self[name] != value)
        }
        if changed:
            # sudo: the ledger decides, whoever booked
            self.sudo().write(changed)

    def _is_missed(self):
        self.ensure_one()
        return self.state in (PartState.PARTLY, PartState.BROKEN)
