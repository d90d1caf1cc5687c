"""Gather the payments of promised items, decide, write what changed, tell the owner."""

from collections import defaultdict

from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import date_utils, split_every

from ..core import promise as rules
from ..core.promise import MISSED, Outcome, PromiseState


class ReceivablePromise(models.Model):
    _inherit = "receivable.promise"
    _decide_batch_size = 500

    # ------------------------------------------------------------------
    # WHEN
    # ------------------------------------------------------------------

    @api.model
    def _cron_decide(self):
        """Nightly: promises whose day has passed, and recent ones whose payments came by ways that tell nobody."""
        progress = self.env["ir.cron"]._commit_progress
        today = fields.Date.context_today(self)
        recent = date_utils.subtract(today, months=3)
        voided = [("state", "=", PromiseState.CANCELLED), ("cancelled_on", "=", False), ("date", ">=", recent)]
        domain = Domain.OR([[("state", "=", PromiseState.OPEN)], [("date_decided", ">=", recent)], voided])
        promise_ids = self.search(domain, order="id").ids
        progress(remaining=len(promise_ids))
        for batch_ids in split_every(self._decide_batch_size, promise_ids):
            self.browse(batch_ids)._decide(today)
            if not progress(len(batch_ids)):
                break

    @api.model
    def _decide_touched(self, line_ids):
        """Items were matched, or a matching was undone."""
        lines = self.env["receivable.promise.line"].search([("move_line_id", "in", list(line_ids))])
        lines.promise_id._decide(fields.Date.context_today(self))

    def _sharing_items(self):
        """Other promises over the same items."""
        lines = self.env["receivable.promise.line"].search([("move_line_id", "in", self.line_ids.move_line_id.ids)])
        return lines.promise_id - self

    # ------------------------------------------------------------------
    # GATHER, DECIDE, APPLY
    # ------------------------------------------------------------------

    def _decide(self, as_of):
        """Decide these promises by what is matched with their items. What people cancelled stays cancelled."""
        standing = self.filtered(lambda promise: not promise.cancelled_on)
        before = {promise: promise.state for promise in standing}
        for promise, (outcome, parts) in standing._outcomes(as_of).items():
            promise._write_outcome(outcome, parts)
        missed = standing.filtered(lambda promise: promise.state in MISSED)
        missed.filtered(lambda promise: before[promise] not in MISSED)._tell()
        (standing - missed).filtered(lambda promise: before[promise] in MISSED)._untell()

    def _outcomes(self, as_of):
        """``{promise: (outcome, {line id: outcome})}``: a constant number of queries."""
        line_ids = self.line_ids.move_line_id.ids
        lines = self.env["receivable.promise.line"].search(
            [("move_line_id", "in", line_ids), ("promise_id.cancelled_on", "=", False)]
        )
        items = self.env["receivable.settlement"]._items(line_ids)
        by_item = defaultdict(list)
        for line in lines:
            by_item[line.move_line_id.id].append(line._core_part())
        kept = {}
        for line_id, parts in by_item.items():
            in_time = [part for part in items[line_id].settlements if part.day <= as_of]
            kept |= rules.allot(parts, in_time)
        return {promise: rules.judge(promise._core_promise(), items, kept, as_of) for promise in self}

    def _core_promise(self):
        self.ensure_one()
        return rules.Promise(self.id, tuple(line._core_part() for line in self.line_ids), self.tolerance_amount)

    def _write_outcome(self, outcome, parts):
        """Only what differs is written: most promises are as they were."""
        for line in self.line_ids:
            line._set_changed(self._outcome_values(parts[line.id], "amount_kept"))
        self._set_changed(self._outcome_values(outcome))

    @staticmethod
    def _outcome_values(outcome: Outcome, kept_name=None):
        values = {"state": str(outcome.state), "date_decided": outcome.day or False}
        return {**values, kept_name: outcome.kept} if kept_name else values

    def _set_changed(self, values):
        self.ensure_one()
        changed = {name: value for name, value in values.items() if self[name] != value}
        if changed:
            self._set(**changed)

    # ------------------------------------------------------------------
    # TELL
    # ------------------------------------------------------------------

    def _tell(self):
        """Work for the owners of promises that were missed; a night with many mails nobody about each of them."""
        activity_type = self.env.ref("receivable_dunning.mail_activity_type_promise")
        model_id = self.env["ir.model"]._get_id(self._name)
        values = [
            {
                "res_model_id": model_id,
                "res_id": promise.id,
                "activity_type_id": activity_type.id,
                "summary": activity_type.with_context(lang=promise.user_id.lang or self.env.lang).summary,
                "note": Markup("<p>%s</p>") % Markup("<br/>").join(promise._missed_in_words()),
                "date_deadline": fields.Date.context_today(self),
                "user_id": promise.user_id.id,
            }
            for promise in self
            if promise.user_id.active
        ]
        # sudo: the ledger gives work to the owner, whoever booked
        self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True).create(values)

    def _untell(self):
        """The promise was not missed after all: the payment was booked late, or somebody cancelled it."""
        activity_type = self.env.ref("receivable_dunning.mail_activity_type_promise")
        # sudo: see _tell
        self.sudo().activity_ids.filtered(lambda activity: activity.activity_type_id == activity_type).unlink()

    def _missed_in_words(self):
        """What was missed, and whether money is there that may be it: sentences in the language of the owner."""
        self.ensure_one()
        promise = self.with_context(lang=self.user_id.lang or self.env.lang)
        missed = promise.env._(
            "%(customer)s promised %(amount)s; %(kept)s arrived in time. Reminders go on.",
            customer=promise.partner_id.name,
            amount=promise.currency_id.format(promise.amount),
            kept=promise.currency_id.format(promise.amount_kept),
        )
        return [text for text in (missed, promise.money_message) if text]


class ReceivablePromiseLine(models.Model):
    _inherit = "receivable.promise.line"

    def _set_changed(self, values):
        """Amounts are compared as money: what differs by less than the smallest coin is the same."""
        self.ensure_one()
        changed = {name: value for name, value in values.items() if self._differs(name, value)}
        if changed:
            # sudo: the ledger decides, whoever booked
            self.sudo().write(changed)

    def _differs(self, name, value):
        if name == "amount_kept":
            return self.currency_id.compare_amounts(self.amount_kept, value) != 0
        return self[name] != value
