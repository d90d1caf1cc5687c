"""How a promise comes about: what may be promised, how an amount spreads over items. Errors are fit for customers."""

from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL, format_date

from ..core.promise import MISSED, PromiseState

# A customer whose last promise of an item was missed within so many days talks to a person about the next one.
PORTAL_MEMORY_DAYS = 90


class ReceivablePromise(models.Model):
    _inherit = "receivable.promise"

    @api.model
    def _make(self, items, amount, promised_on, values):
        """A promise to pay an amount on one day.

        :param items: receivable journal items of one customer, root company and currency
        :param amount: in their currency; spread over what may be promised of them, oldest due first
        :param promised_on: date
        :param dict values: may hold ``contact_id, channel, note, user_id``
        :return: the promise; raises ``UserError`` in words fit for a customer
        """
        self.check_access("write")
        self._check_items(items)
        return self._make_parts(self._spread(items, amount, promised_on), values)

    @api.model
    def _make_parts(self, parts, values):
        """As :meth:`_make`, for ``[(item, amount, promised day)]``: several amounts, several days."""
        self.check_access("write")
        parts = [(item, item.currency_id.round(amount), day) for item, amount, day in parts]
        items = self.env["account.move.line"].union(*(item for item, _amount, _day in parts))
        self._check_items(items)
        self._check_parts(parts)
        self._check_amounts(parts)
        if values.get("channel") == "portal":
            self._check_portal(items, max(day for _item, _amount, day in parts))
        # sudo: the only door to a new promise; the rights and all of what is promised were checked
        return self.sudo().create(self._prepare(items, parts, values)).sudo(self.env.su)

    @api.model
    def _prepare(self, items, parts, values):
        # sudo: the settings of the root are for its branches too
        company = items.company_id.sudo().root_id
        partner, currency = items.partner_id.commercial_partner_id, items.currency_id
        today = fields.Date.context_today(self)
        tolerance = company.currency_id._convert(company.promise_tolerance_amount, currency, company, today)
        before = self.env["receivable.settlement"]._settled_before(items.ids)
        return {
            "partner_id": partner.id,
            "company_id": company.id,
            "currency_id": currency.id,
            "date": today,
            "contact_id": values.get("contact_id") or False,
            "channel": values.get("channel") or "phone",
            "note": values.get("note") or False,
            "user_id": values.get("user_id") or self._owner_of(partner, company).id,
            "tolerance_days": company.promise_tolerance_days,
            "tolerance_amount": tolerance,
            "line_ids": [
                Command.create(
                    {
                        "move_line_id": item.id,
                        "amount": amount,
                        "date_promised": day,
                        "settled_before": before.get(item.id) or False,
                    }
                )
                for item, amount, day in parts
            ],
        }

    @api.model
    def _owner_of(self, partner, company):
        """Who looks after a promise or a plan: who enters it; of what comes from the portal, the customer's collector,
        else its salesperson, else who answers the portal."""
        if self.env.user._is_internal() and not self.env.user._is_superuser():
            return self.env.user
        # sudo: a customer need not see who looks after it
        customer, company = partner.sudo().with_company(company), company.sudo()
        people = (customer.collector_id, customer.user_id, company.portal_user_id)
        return next((user for user in people if user.active), self.env["res.users"])

    # ------------------------------------------------------------------
    # WHAT MAY BE PROMISED
    # ------------------------------------------------------------------

    @api.model
    def _available(self, items):
        """``{item id: amount}``: what is open of each item, less what is promised of it and still to come."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.id, line.amount_residual_currency - COALESCE(promised.amount, 0)
                  FROM account_move_line line
                  LEFT JOIN (
                        SELECT part.move_line_id, sum(part.amount - COALESCE(part.amount_kept, 0)) AS amount
                          FROM receivable_promise_line part
                          JOIN receivable_promise promise ON promise.id = part.promise_id AND promise.state = 'open'
                         WHERE part.state = 'open' AND part.move_line_id = ANY(%(items)s)
                         GROUP BY part.move_line_id
                       ) promised ON promised.move_line_id = line.id
                 WHERE line.id = ANY(%(items)s)
                """,
                items=items.ids,
                to_flush=[
                    *self.env["receivable.ledger"]._ledger_fields(),
                    *(self.line_ids._fields[name] for name in ("amount", "amount_kept", "state", "move_line_id")),
                    self._fields["state"],
                ],
            )
        )
        return {line_id: max(float(amount), 0.0) for line_id, amount in rows}

    @api.model
    def _spread(self, items, amount, promised_on):
        """``[(item, amount, day)]``, oldest due first; what is too much goes to the last one, to be refused there."""
        available = self._available(items)
        ordered = items.sorted(lambda item: (item.date_maturity or item.date, item.id))
        parts, left = [], amount
        for item in ordered:
            part = min(available[item.id], left)
            if not item.currency_id.is_zero(part):
                parts.append((item, part, promised_on))
                left -= part
        if ordered and not ordered[:1].currency_id.is_zero(left):
            item, part, day = parts.pop() if parts else (ordered[-1], 0.0, promised_on)
            parts.append((item, part + left, day))
        return parts

    # ------------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------------

    @api.model
    def _check_items(self, items):
        if not items:
            raise UserError(self.env._("Please choose what is to be paid, and how much."))
        items.check_access("read")
        # sudo: whose items they are is compared, not shown
        items = items.sudo()
        receivable = items.filtered(
            lambda item: item.account_id.account_type == "asset_receivable" and item.parent_state == "posted"
        )
        if receivable != items or any(item.amount_residual_currency <= 0 for item in items):
            raise UserError(self.env._("Some of this is settled already, or is no invoice: please look again."))
        if len(items.partner_id.commercial_partner_id) != 1 or len(items.company_id.root_id) != 1:
            raise UserError(self.env._("Please choose invoices of one customer and one company."))
        if len(items.currency_id) != 1:
            raise UserError(self.env._("Please choose invoices in one currency at a time."))
        items._check_owed_to_us()
        planned = self.env["receivable.payment.plan"].sudo()._standing_plans(items)
        if planned:
            raise UserError(
                self.env._("An instalment plan is agreed for some of this (%(plan)s).", plan=planned[0].name)
            )

    @api.model
    def _check_parts(self, parts):
        today = fields.Date.context_today(self)
        if any(day < today for _item, _amount, day in parts):
            raise UserError(self.env._("A promise is for today or a later day: please choose another day."))
        if any(item.currency_id.compare_amounts(amount, 0.0) <= 0 for item, amount, _day in parts):
            raise UserError(self.env._("Please enter an amount above zero."))

    @api.model
    def _check_amounts(self, parts):
        """Amounts are never above what is open and not promised yet, also when two are promised at the same time."""
        asked = defaultdict(float)
        for item, amount, _day in parts:
            asked[item] += amount
        items = self.env["account.move.line"].union(*asked)
        items._touch()
        available = self._available(items)
        for item, amount in asked.items():
            if item.currency_id.compare_amounts(amount, available[item.id]) > 0:
                raise UserError(
                    self.env._(
                        "%(document)s: %(amount)s is more than what may be promised of it (%(available)s).",
                        # sudo: the customer knows the number of its own document
                        document=item.sudo().move_id.name,
                        amount=item.currency_id.format(amount),
                        available=item.currency_id.format(available[item.id]),
                    )
                )

    @api.model
    def _check_portal(self, items, last_day):
        """What customers may promise without talking to anybody: reminders wait for it."""
        company, today = items.company_id.sudo().root_id, fields.Date.context_today(self)
        latest = today + timedelta(days=company.promise_portal_days)
        if last_day > latest:
            raise UserError(
                self.env._(
                    "Please choose a day up to %(day)s, or ask for payment in instalments.",
                    day=format_date(self.env, latest),
                )
            )
        missed = self.line_ids.sudo().search_count(
            [
                ("move_line_id", "in", items.ids),
                ("promise_id.state", "in", [str(state) for state in MISSED]),
                ("promise_id.cancelled_on", "=", False),
                ("promise_id.date_decided", ">=", today - timedelta(days=PORTAL_MEMORY_DAYS)),
            ],
            limit=1,
        )
        if missed:
            raise UserError(
                self.env._("A payment that was promised for this did not arrive in time: please call or write to us.")
            )

    @api.model
    def _open_lines_domain(self, items):
        return [
            ("move_line_id", "in", items.ids),
            ("state", "=", PromiseState.OPEN),
            ("promise_id.state", "=", PromiseState.OPEN),
        ]
