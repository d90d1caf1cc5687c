"""A confirmed order that is changed is checked again for what it asks for on top."""

from contextlib import contextmanager
from dataclasses import dataclass

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, plaintext2html

from odoo.addons.customer_credit_mgmt.core import verdict as core


@dataclass(frozen=True, slots=True)
class Commitment:
    """What was granted with the confirmation: to whom, how much of it is in the exposure, and for how long."""

    customer_id: int
    root_id: int
    amount: float
    terms_days: int

    def increase_over(self, other):
        """What this one asks for on top of the other; all of it when somebody else is to owe."""
        same = (self.customer_id, self.root_id) == (other.customer_id, other.root_id)
        return self.amount - other.amount if same else self.amount


class SaleOrder(models.Model):
    _inherit = "sale.order"

    # ------------------------------------------------------------------
    # WATCH
    # ------------------------------------------------------------------

    @contextmanager
    def _credit_watch(self):
        """Whatever is done to confirmed orders, on whatever way: afterwards they ask for no more than what passes.

        Only the outermost change is judged: a set of lines may go up and down in one call. What is being watched is
        known to the cursor, where no caller and no context key reaches it.
        """
        watched = self.env.cr.precommit.data.setdefault("credit.watched", set())
        orders = self.filtered(
            lambda order: order.id and order.state == "sale" and order.id not in watched and order._credit_is_checked()
        )
        if not orders:
            yield
            return
        before = orders._credit_commitments()
        watched.update(orders.ids)
        try:
            yield
        finally:
            watched.difference_update(orders.ids)
        orders.exists().filtered(lambda order: order.state == "sale")._credit_check_amended(before)

    def _credit_is_checked(self):
        return bool(self._credit_specs(self.company_id.root_id))

    def _credit_commitments(self):
        """``{order id: Commitment}``; one query."""
        amounts = self._credit_open_amounts()
        return {
            order.id: Commitment(
                customer_id=order._credit_customer().id,
                root_id=order.company_id.root_id.id,
                amount=amounts.get(order, 0.0),
                terms_days=order._credit_terms_days(),
            )
            for order in self
        }

    def _credit_check_amended(self, before):
        """Refuse what confirmed orders ask for more than before, unless it passes or a release covers it."""
        asked = {}
        for order_id, after in self._credit_commitments().items():
            order, old = self.browse(order_id), before[order_id]
            increase = max(after.increase_over(old), 0.0)
            longer = after.terms_days > old.terms_days
            if longer and not old.terms_days and order._credit_exempts_immediate():
                increase = after.amount  # nobody has looked at it before: due at once, it used no credit
            if longer or order.company_id.currency_id.compare_amounts(increase, 0.0) > 0:
                asked[order_id] = core.Document(
                    order._credit_total(), increase=increase, included_amount=increase, terms_days=after.terms_days
                )
        if asked:
            self.browse(asked)._credit_enforce_amended(asked)

    def _credit_exempts_immediate(self):
        return any(spec.exempt_immediate for spec in self._credit_specs(self.company_id.root_id))

    def _credit_enforce_amended(self, asked):
        """The last door for what confirmed orders ask for on top, which the exposure holds already."""
        with self._credit_asking(asked):
            ruling = self._credit_decide_locked()
        if blocked := self - ruling.passed:
            texts = [f"{order.display_name}\n{order._credit_refusal(ruling)}" for order in blocked]
            raise UserError(
                self.env._(
                    "This change of a confirmed order needs credit:\n%(documents)s\n\nAsk for it with 'Ask for More"
                    " Credit' on the order: once it is released, make the change again.",
                    documents="\n\n".join(texts),
                )
            )
        self._credit_passed()

    @contextmanager
    def _credit_asking(self, asked):
        """Decide on these documents of confirmed orders: ``{order id: core.Document}``."""
        data = self.env.cr.precommit.data
        data["credit.asked"] = asked
        try:
            yield
        finally:
            data.pop("credit.asked")

    def _credit_documents(self):
        """A confirmed order asks for what is being added to it."""
        asked = self.env.cr.precommit.data.get("credit.asked", {})
        return {order: asked.get(order.id) or order._credit_document() for order in self}

    # ------------------------------------------------------------------
    # ASK
    # ------------------------------------------------------------------

    credit_is_checked = fields.Boolean(
        compute="_compute_credit_is_checked", groups="base.group_user", help="A policy checks orders of the company."
    )
    credit_request_state = fields.Selection(
        [("held", "Held"), ("released", "Released"), ("rejected", "Rejected")],
        compute="_compute_credit_request",
        groups="base.group_user",
    )
    credit_request_message = fields.Text(
        compute="_compute_credit_request",
        groups="base.group_user",
        help="What became of the change of this confirmed order that was asked for.",
    )

    def _compute_credit_is_checked(self):
        for order in self:
            order.credit_is_checked = order._credit_is_checked()

    def _compute_credit_request(self):
        last = self.filtered(lambda order: order.state == "sale")._last_checks()
        today = fields.Date.context_today(self)
        for order in self:
            check = last.get(order.id)
            over = not check or not check.is_amendment or (check.state == "released" and check.valid_until < today)
            order.credit_request_state = False if over else check.state
            order.credit_request_message = False if over else order._credit_request_text(check)

    def _credit_request_text(self, check):
        figures = {
            "amount": check.currency_id.format(check.released_amount or check.amount),
            "days": check.terms_days,
        }
        match check.state:
            case "held":
                asked = self.env._("Up to %(amount)s, due within %(days)d days, was asked for and waits.", **figures)
                return "\n".join(text for text in (asked, check.reason_text, check.approver_text) if text)
            case "released":
                date = format_date(self.env, check.valid_until)
                return self.env._(
                    "Released up to %(amount)s, due within %(days)d days, until %(date)s: make the change now.",
                    date=date,
                    **figures,
                )
        return self._credit_rejection_text(check)

    def _credit_decide_request(self, amount, terms_days):
        """The decision on this confirmed order as if it were ``amount`` (company currency), due in these days."""
        self.ensure_one()
        terms_days = max(terms_days, self._credit_terms_days())
        increase = max(amount - self._credit_total(), 0.0)
        with self._credit_asking({self.id: core.Document(amount, increase=increase, terms_days=terms_days)}):
            return self._credit_verdicts()[self]

    def _credit_request(self, decision, reason):
        """Hold a change of this confirmed order: it may be made once somebody has released it."""
        self.ensure_one()
        self.check_access("write")
        # sudo: nobody may write checks directly; this is the door
        checks = self.env["credit.check"].sudo()
        checks.union(*self._last_checks().values())._supersede()
        check = checks.create(self._prepare_credit_check(decision))
        check.message_post(body=plaintext2html(reason), author_id=self.env.user.partner_id.id)
        self._credit_tell(check, decision)
        return check

    def _credit_awaits(self, check):
        return super()._credit_awaits(check) or (self.state == "sale" and check.is_amendment)

    def _credit_reconsider(self, check):
        if self.state != "sale":
            return super()._credit_reconsider(check)
        if self._credit_decide_request(check.amount, check.terms_days).outcome != core.Outcome.BLOCK:
            check._supersede()
            text = self.env._("The change that was asked for passes by now: make it.")
            self._credit_note(text, check.requested_by)

    def action_request_credit(self):
        """Ask for a release of a change of this confirmed order."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask for More Credit"),
            "res_model": "sale.order.credit.request",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id},
        }
