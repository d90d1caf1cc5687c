"""How a plan comes about: from open items and terms, or from what a customer asks for. Errors are fit for customers."""

from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date

from ..core.plan_schedule import schedule

# More instalments than that are a loan, which a person enters.
PORTAL_MAX_COUNT = 60


class ReceivablePaymentPlan(models.Model):
    _inherit = "receivable.payment.plan"

    @api.model
    def _make(self, items, values):
        """A draft over what is open of these items.

        :param items: receivable journal items of one customer, root company and currency
        :param dict values: fields of the plan; ``line_ids`` replaces the schedule that the terms would give
        """
        self.check_access("write")
        self._check_items(items)
        # sudo: whose items they are was checked
        line = items.sudo()[:1]
        # sudo: the only door to a new plan
        plan = self.sudo().create(
            {
                "partner_id": line.partner_id.commercial_partner_id.id,
                "company_id": line.company_id.root_id.id,
                "currency_id": line.currency_id.id,
                "user_id": self.env["receivable.promise"]
                ._owner_of(line.partner_id.commercial_partner_id, line.company_id.root_id)
                .id,
                "item_ids": [
                    Command.create({"move_line_id": item.id, "amount": item.amount_residual_currency})
                    for item in items.sudo()
                ],
                **values,
            }
        )
        if not values.get("line_ids"):
            plan._make_schedule()
        return plan.sudo(self.env.su)

    @api.model
    def _request(self, items, count, first_date, note):
        """What a customer asks for: a draft in equal monthly instalments, and work for whoever looks after it."""
        today = fields.Date.context_today(self)
        if not 1 <= count <= PORTAL_MAX_COUNT:
            raise UserError(
                self.env._("Please ask for 1 to %(count)s instalments; for more, call us.", count=PORTAL_MAX_COUNT)
            )
        if not today <= first_date <= today + timedelta(days=92):
            raise UserError(self.env._("Please choose a first day within the next three months."))
        if self._standing_requests(items):
            raise UserError(self.env._("Instalments were asked for already: we will answer soon."))
        note = (note or "").strip()[:4000]
        values = {"instalment_count": count, "first_date": first_date, "request_note": note or False}
        plan = self._make(items, values)
        plan._tell_request()
        return plan

    @api.model
    def _standing_requests(self, items):
        """Drafts and offers that hold one of these items."""
        domain = [("plan_id.state", "in", ("draft", "offered")), ("move_line_id", "in", items.ids)]
        # sudo: a customer does not see drafts, and is told only that there is one
        return self.item_ids.sudo().search(domain, limit=1).plan_id

    @api.model
    def _standing_plans(self, items):
        """Active plans that hold one of these items."""
        domain = [("plan_id.state", "=", "active"), ("move_line_id", "in", items.ids)]
        return self.item_ids.search(domain).plan_id

    def _tell_request(self):
        # sudo: the customer gives work to whoever looks after it
        for plan in self.sudo().filtered(lambda plan: plan.user_id.active):
            plan.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("The customer asks for instalments"),
                user_id=plan.user_id.id,
            )

    # ------------------------------------------------------------------
    # SCHEDULE
    # ------------------------------------------------------------------

    def action_make_schedule(self):
        """Replace the instalments by those of the terms."""
        self.check_access("write")
        self._expect("draft")
        self._make_schedule()

    def _make_schedule(self):
        for plan in self:
            plan._check_terms()
            parts = schedule(Decimal(str(plan.amount_items)), plan._core_terms(), plan._money())
            # sudo: a draft of whoever may write it
            plan.sudo().line_ids = [
                Command.clear(),
                *(Command.create({"date_due": part.due, "principal": float(part.principal)}) for part in parts),
            ]

    def _check_terms(self):
        self.ensure_one()
        if self.instalment_count < 1:
            raise UserError(self.env._("A plan needs at least one instalment."))
        if self.currency_id.compare_amounts(self.down_payment, self.amount_items) >= 0:
            raise UserError(self.env._("The down payment has to be below the debt."))
        if not self.first_date:
            self.sudo().first_date = self.date + timedelta(days=30)
        if self.down_payment and not self.down_date:
            self.sudo().down_date = self.date

    def action_refresh_items(self):
        """Take what is open of the items from the ledger again, and the instalments with it."""
        self.check_access("write")
        self._expect("draft")
        # sudo: the ledger says what is open
        for plan in self.sudo():
            settled = plan.item_ids.filtered(lambda item: item.amount_residual <= 0)
            settled.unlink()
            for item in plan.item_ids:
                item.amount = item.amount_residual
            if not plan.item_ids:
                raise UserError(self.env._("Everything is paid: delete this plan."))
            plan._make_schedule()

    # ------------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------------

    @api.model
    def _check_items(self, items):
        self.env["receivable.promise"]._check_items(items)

    def _check_ready(self):
        """What is offered adds up, and says what is true."""
        today = fields.Date.context_today(self)
        for plan in self:
            lines = plan.line_ids
            if not plan.item_ids or not lines:
                raise UserError(self.env._("%(plan)s: there is nothing to pay.", plan=plan.name))
            if plan.currency_id.compare_amounts(sum(lines.mapped("principal")), plan.amount_items):
                raise UserError(
                    self.env._(
                        "%(plan)s: the instalments add up to %(sum)s, the debt is %(debt)s. Change an instalment, or"
                        " compute them anew.",
                        plan=plan.name,
                        sum=plan.currency_id.format(sum(lines.mapped("principal"))),
                        debt=plan.currency_id.format(plan.amount_items),
                    )
                )
            if min(lines.mapped("date_due")) < max(today, plan.date):
                raise UserError(self.env._("%(plan)s: the first instalment is in the past.", plan=plan.name))
            if plan.interest_mode == "plan" and not plan.interest_rate:
                raise UserError(self.env._("%(plan)s: enter the rate of the plan's interest.", plan=plan.name))
            plan._check_unchanged()
            plan._check_interest_once()

    def _check_interest_once(self):
        """No day of an item is charged twice: neither by a run before the plan, nor by another plan."""
        self.ensure_one()
        if self.interest_mode != "plan" or self.currency_id.is_zero(self.amount_interest):
            return
        # sudo: the days charged are compared, not shown
        items = self.sudo().item_ids.filtered(lambda item: not item.is_interest).move_line_id
        last = max(self.line_ids.mapped("date_due"))
        taken, _compensated = (
            self.env["late.interest.ledger"]
            .sudo()
            ._taken([{"id": item.id, "move_id": item.move_id.id} for item in items])
        )
        for item in items:
            until = max((end for first, end in taken[item.id] if first <= last and end > self.date), default=None)
            if until:
                raise UserError(
                    self.env._(
                        "Interest on %(document)s is charged up to %(day)s already: the plan has to start on that day"
                        " or later.",
                        document=item.move_id.name,
                        day=format_date(self.env, until),
                    )
                )

    def _check_unchanged(self):
        """The items are in the books, and what is open of them is what the plan says."""
        for plan in self:
            # sudo: the ledger is compared, not shown
            for item in plan.sudo().item_ids:
                if item.move_line_id.parent_state != "posted":
                    raise UserError(
                        self.env._(
                            "%(document)s is not booked at present: the plan has to wait until it is, or to be made"
                            " anew without it.",
                            document=item.name,
                        )
                    )
                if plan.currency_id.compare_amounts(item.amount, item.amount_residual):
                    raise UserError(
                        self.env._(
                            "Something was booked on %(document)s since this plan was made: it has to be made anew.",
                            document=item.name,
                        )
                    )
            # sudo: which plan, not what is in it
            standing = plan.sudo()._standing_plans(plan.sudo().item_ids.move_line_id) - plan.sudo()
            if standing:
                raise UserError(
                    self.env._("Another plan stands for some of this already (%(plan)s).", plan=standing[0].name)
                )
