"""What a notice says of parts that it does not claim, and why the rest is due all the same."""

from datetime import date, timedelta

from odoo import fields, models
from odoo.tools import format_amount

from ..core.interest_case import Window
from .late_interest_ledger import Scope


class DunningPlan(models.Model):
    _inherit = "dunning.plan"

    dispute_text = fields.Text(
        string="Sentence on Disputes",
        translate=True,
        help="Printed on letters and e-mails that claim the undisputed rest of an item. Empty: that the part in dispute"
        " is not claimed while it is looked into, and that the rest is due.",
    )


class LateInterestRule(models.Model):
    _inherit = "late.interest.rule"

    dispute_text = fields.Text(
        string="Sentence on Disputes",
        translate=True,
        help="What the law or contract says about the undisputed part of an item: printed on reminders of customers"
        " whom the rule is for. Empty: nothing is said.",
    )


class DunningNoticeLine(models.Model):
    _inherit = "dunning.notice.line"

    def _held_words(self):
        """``[sentence]`` about parts that are not claimed, in document currency and the language of the notice."""
        self.ensure_one()
        if not self.amount_held or not self.residual:
            return []
        rate = self.residual_currency / self.residual
        other = self.amount_held - self.amount_disputed - self.amount_promised
        total, disputed, promised, other = (
            format_amount(self.env, self.currency_id.round(amount * rate), self.currency_id)
            if self.company_currency_id.compare_amounts(amount, 0.0) > 0
            else ""
            for amount in (self.residual + self.amount_held, self.amount_disputed, self.amount_promised, other)
        )
        words = [
            self.env._("%(amount)s open in all", amount=total),
            disputed and self.env._("of which %(amount)s in dispute: not claimed", amount=disputed),
            promised and self.env._("of which %(amount)s promised: not claimed now", amount=promised),
            other and self.env._("of which %(amount)s not claimed now", amount=other),
        ]
        return [sentence for sentence in words if sentence]


class DunningNotice(models.Model):
    _inherit = "dunning.notice"

    def _legal_sentences(self):
        """Also why the undisputed rest of an item is due."""
        return [*super()._legal_sentences(), *self._dispute_sentences()]

    def _dispute_sentences(self):
        self.ensure_one()
        lines = self._claims().filtered("amount_disputed")
        if not lines:
            return []
        # sudo: what a plan and the law say is printed on the letter, whoever sends it
        notice = self.sudo().with_context(lang=self.lang or self.env.lang)
        first = notice.plan_id.dispute_text or notice.env._(
            "The part in dispute is not claimed while we look into it. The undisputed rest is due."
        )
        texts = [rule.dispute_text for rule in notice._dispute_rules(lines) if rule.dispute_text]
        return [first, *texts]

    def _dispute_rules(self, lines):
        """The rules of late payment in force for the documents of these lines."""
        rules = self.env["late.interest.rule"]._of_company(self.company_id)
        scope = Scope(self.company_id, Window(date.min, self.date), self.date + timedelta(days=1))
        customers = self.env["late.interest.ledger"]._customers(scope, self.partner_id, rules)
        customer, contract = customers[self.partner_id.id]
        days = {contract or line.move_id.invoice_date or line.move_line_id.date for line in lines}
        keys = {next((rule.key for rule in customer.rules if rule.is_for(day)), None) for day in days if day}
        return rules.filtered(lambda rule: rule.id in keys)

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_open_dispute(self):
        """Ask what of the notice is disputed: what the customer has answered is filled in."""
        self.ensure_one()
        return self.env["receivable.dispute.wizard"]._ask({"active_model": self._name, "active_ids": self.ids})
