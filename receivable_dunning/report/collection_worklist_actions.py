"""What the worklist says in words, and what its buttons do."""

from odoo import api, fields, models
from odoo.tools import format_date, formatLang

from ..core.worklist import Why


class CollectionWorklist(models.Model):
    _inherit = "collection.worklist"

    sentence = fields.Char(
        string="In a Sentence", compute="_compute_sentence", help="What is due, and what to do next."
    )
    hint = fields.Char(string="Why", compute="_compute_sentence", help="How late, and why the next action.")
    item_ids = fields.Many2many("receivable.aging", string="Open Items", compute="_compute_item_ids")
    log_ids = fields.Many2many("collection.log", string="Contact Log", compute="_compute_log_ids")

    # ------------------------------------------------------------------
    # WORDS
    # ------------------------------------------------------------------

    @api.depends("claim_amount", "oldest_days", "usual_days", "money_amount", "action", "why", "minutes", "reason")
    @api.depends_context("lang")
    def _compute_sentence(self):
        actions = dict(self._fields["action"]._description_selection(self.env))
        for row in self:
            first = ", ".join(filter(None, (row._money_words(), row._days_words(), row._beside_words())))
            second = self.env._("%(action)s: %(why)s", action=actions.get(row.action, ""), why=row._why_words())
            if row.action != "none":
                second = self.env._(
                    "%(step)s, about %(minutes)s minutes",
                    step=second,
                    minutes=formatLang(self.env, row.minutes, digits=0),
                )
            row.sentence = f"{first}; {second}." if first else f"{second}."
            money = "" if row.claim_amount else row._money_words()
            row.hint = "; ".join(filter(None, (money, row._days_words(), row._beside_words(), row._why_words())))

    def _money_words(self):
        amount = self.currency_id.format(self.claim_amount)
        if not self.claim_amount and self.reason == "early":
            return self.env._("%(amount)s open, nothing overdue yet", amount=self.currency_id.format(self.open_amount))
        if not self.claim_amount:
            held = self.currency_id.format(self.held_amount)
            return self.env._("%(held)s overdue, but held back", held=held) if self.held_amount else ""
        if self.held_amount:
            return self.env._(
                "%(amount)s overdue, %(held)s more held back",
                amount=amount,
                held=self.currency_id.format(self.held_amount),
            )
        return self.env._("%(amount)s overdue", amount=amount)

    def _days_words(self):
        """How late the oldest item is, by the habit of the customer."""
        if not self.usual_days and not self.oldest_days:
            return ""
        longer = round(self.oldest_days - self.usual_days)
        if not self.oldest_days:
            return self.env._("usually %(days)s days late", days=round(self.usual_days))
        if not self.usual_days:
            return self.env._("%(days)s days late", days=self.oldest_days)
        if longer > 0:
            return self.env._("%(days)s days longer than usual for this customer", days=longer)
        return self.env._(
            "%(days)s days late, as usual for this customer (%(usual)s)",
            days=self.oldest_days,
            usual=round(self.usual_days),
        )

    def _why_words(self):
        """Why this action, with the day it is about."""
        if self.why == Why.RESTING:
            return self.env._("back on the list on %(day)s", day=format_date(self.env, self.resting_until))
        if self.why == Why.PROMISE_DUE:
            return self.env._("promised for %(day)s", day=format_date(self.env, self.promise_date))
        if self.why == Why.MONEY:
            return self._arrival_words()
        if self.why == Why.BROKEN_TWICE:
            return self.env._("%(count)s promises broken in a year", count=self.broken_count)
        if self.why == Why.LAST_LEVEL:
            return self.env._("reminded at the last level (%(level)s)", level=self.level_number)
        return dict(self._fields["why"]._description_selection(self.env)).get(self.why, "").lower()

    def _beside_words(self):
        """Money that waits to be matched is said to whoever claims what is due beyond it."""
        return self._arrival_words() if self.money_amount and self.why != Why.MONEY else ""

    def _arrival_words(self):
        return self.env._(
            "%(amount)s that may be what was promised had come in by %(day)s and is not matched",
            amount=self.currency_id.format(self.money_amount),
            day=format_date(self.env, self.money_date),
        )

    # ------------------------------------------------------------------
    # CARD
    # ------------------------------------------------------------------

    def _compute_item_ids(self):
        for row in self:
            row.item_ids = self.env["receivable.aging"].search(
                [("commercial_partner_id", "=", row.partner_id.id), ("company_id", "child_of", row.company_id.id)]
            )

    def _compute_log_ids(self):
        for row in self:
            row.log_ids = self.env["collection.log"].search(
                [("partner_id", "=", row.partner_id.id), ("company_id", "=", row._root_company().id)], limit=20
            )

    # ------------------------------------------------------------------
    # BUTTONS
    # ------------------------------------------------------------------

    def action_call(self):
        return self._open_contact("phone")

    def action_visit(self):
        return self._open_contact("visit")

    def action_write(self):
        return self._open_contact("email")

    def action_next(self):
        """What the row says to do next."""
        self.ensure_one()
        if self.action == "match":
            return self.action_match()
        return self._open_contact({"visit": "visit", "email": "email"}.get(self.action, "phone"))

    def action_match(self):
        """The open documents of the customer: each shows the money that can be matched with it."""
        self.ensure_one()
        documents = self.item_ids.filtered(lambda item: item.amount_residual > 0).move_id
        return documents._open_documents(self.env._("Match Payment"))

    def _open_contact(self, channel, target="current", skipped_ids=()):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.partner_id.display_name,
            "res_model": "collection.contact",
            "views": [(False, "form")],
            "target": target,
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_company_id": self._root_company().id,
                "default_channel": channel,
                "skipped_ids": list(skipped_ids),
            },
        }

    @api.model
    def _open_next_call(self, skipped_ids, partner):
        """The form of the next customer: of one's own portfolio where one has any, else of all."""
        skipped_ids = [*skipped_ids, partner.id]
        # money that only waits to be matched is no call
        domain = [("resting_until", "=", False), ("action", "!=", "match"), ("partner_id", "not in", skipped_ids)]
        row = self.search([*domain, ("is_mine", "=", True)], limit=1)
        if not row and not self.search_count([("is_mine", "=", True)], limit=1):
            row = self.search(domain, limit=1)
        if row:
            channel = {"visit": "visit", "email": "email"}.get(row.action, "phone")
            return row._open_contact(channel, "main", skipped_ids)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("That was the last customer on your list."),
                "next": self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_collection_worklist")
                | {"target": "main"},
            },
        }

    def action_snooze(self):
        """Ask until when, and why."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Snooze %(customer)s", customer=self.partner_id.name),
            "res_model": "collection.snooze",
            "views": [(self.env.ref("receivable_dunning.collection_snooze_view_form_dialog").id, "form")],
            "target": "new",
            "context": {"default_partner_id": self.partner_id.id, "default_company_id": self._root_company().id},
        }

    def action_wake(self):
        """Back on the list now, whoever snoozed the customer."""
        for row in self:
            self.env["collection.snooze"].search(
                [
                    ("partner_id", "=", row.partner_id.id),
                    ("company_id", "=", row._root_company().id),
                    ("lifted_on", "=", False),
                ]
            ).action_lift()

    def action_block(self):
        """A dunning block of the customer."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Block Reminders"),
            "res_model": "dunning.block",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_partner_id": self.partner_id.id, "default_company_id": self._root_company().id},
        }

    def action_customer(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "views": [(False, "form")],
        }

    def action_open_items(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("receivable_dunning.action_receivable_aging")
        return {**action, "domain": [("commercial_partner_id", "=", self.partner_id.id)], "context": {}}

    def action_log(self):
        """Everything that was said and sent, by day."""
        self.ensure_one()
        return self.partner_id.action_collection_log()
