"""From the facts to the proposal of a run, and what of it is still true when it is confirmed."""

from collections import defaultdict
from decimal import Decimal

from odoo import models
from odoo.tools import SQL

from ..core.interest_case import Kind, Refusal, Window
from .late_interest_ledger import Scope

# Rows per INSERT: memory stays flat however many items there are.
ROWS_PER_INSERT = 10000

CHARGE_COLUMNS = {
    "partner_id": "int", "move_line_id": "int", "move_id": "int", "rule_id": "int", "kind": "text",
    "date_from": "date", "date_to": "date", "days": "int", "base": "numeric", "rate": "numeric", "per": "text",
    "currency_id": "int", "amount": "numeric", "amount_company": "numeric", "dispute_id": "int",
}  # fmt: skip
SKIP_COLUMNS = {
    "partner_id": "int", "move_line_id": "int", "date_maturity": "date", "amount": "numeric", "currency_id": "int",
    "reason": "text", "date": "date",
}  # fmt: skip


class LateInterestRun(models.Model):
    _inherit = "late.interest.run"

    def _scope(self, partners):
        self.ensure_one()
        return Scope(self.company_id, Window(self.date_from, self.date), self.date_from, partners)

    def _clear(self):
        """Drop what is only proposed."""
        self.env.flush_all()
        self.env.cr.execute(SQL("DELETE FROM late_interest_charge WHERE run_id = ANY(%s)", self.ids))
        self.env.cr.execute(SQL("DELETE FROM late_interest_skip WHERE run_id = ANY(%s)", self.ids))
        self.env.invalidate_all(flush=False)

    def _propose(self):
        """Replace the charges and skipped items of a run that is not confirmed."""
        self.ensure_one()
        self._clear()
        partners = self.partner_ids.commercial_partner_id if self.partner_ids else None
        scope = self._scope(partners)
        currency_ids = self._currency_ids()
        charges, skips = [], []
        for partner_id, outcome in self.env["late.interest.ledger"]._outcomes(scope):
            charges += (self._charge_row(partner_id, charge, currency_ids, scope) for charge in outcome.charges)
            skips += (self._skip_row(partner_id, skip, currency_ids) for skip in outcome.skips)
            if len(charges) + len(skips) >= ROWS_PER_INSERT:
                self._insert_rows(charges, skips)
                charges, skips = [], []
        self._insert_rows(charges, skips)
        self.env.invalidate_all(flush=False)

    def _currency_ids(self):
        # sudo: names of currencies are no secret
        currencies = self.env["res.currency"].sudo().with_context(active_test=False).search([])
        return {currency.name: currency.id for currency in currencies}

    def _charge_row(self, partner_id, charge, currency_ids, scope):
        """Values of a charge in the order of ``CHARGE_COLUMNS``."""
        item, segment, own = charge.item, charge.segment, self.currency_id
        rate = 1 if item.currency == own.name else scope.rates[item.currency, own.name]
        days = (segment.first, segment.last, segment.days) if segment else (None, None, None)
        terms = (segment.base, segment.rate, str(charge.rule.terms.per)) if segment else (None, None, None)
        return (
            partner_id, item.key, item.move, charge.rule.key, str(charge.kind), *days, *terms,
            currency_ids[item.currency], charge.amount, own.round(float(charge.amount) * float(rate)),
            charge.dispute,
        )  # fmt: skip

    @staticmethod
    def _skip_row(partner_id, skip, currency_ids):
        """Values of a skipped item in the order of ``SKIP_COLUMNS``."""
        item = skip.item
        return (
            partner_id, item.key, item.due, item.amount, currency_ids[item.currency], str(skip.reason), skip.day,
        )  # fmt: skip

    def _insert_rows(self, charges, skips):
        insert = self.env["dunning.proposal"]._insert
        fixed = {"run_id": self.id, "company_id": self.company_id.id, "date": self.date, "state": "draft"}
        user = {"create_uid": self.env.uid, "write_uid": self.env.uid}
        now = {"create_date": self.env.cr.now(), "write_date": self.env.cr.now()}
        insert("late.interest.charge", CHARGE_COLUMNS, charges, {**fixed, **user, **now}, SQL("1"))
        insert("late.interest.skip", SKIP_COLUMNS, skips, {"run_id": self.id}, SQL("1"))

    # ------------------------------------------------------------------
    # CONFIRMATION
    # ------------------------------------------------------------------

    def _drop_changed(self):
        """Take off the items that would be charged otherwise now than was proposed: nobody has looked at that."""
        drafts = self.charge_ids.filtered(lambda charge: charge.state == "draft")
        now = self._charges_now(drafts.partner_id)
        changed = [
            charges
            for line, charges in (drafts + self._excluded_of(drafts)).grouped("move_line_id").items()
            if {self._identity(charge) for charge in charges} != now[line.id]
        ]
        dropped = drafts.browse().union(*changed) if changed else drafts.browse()
        if dropped:
            currency_ids = self._currency_ids()
            lines = dropped.move_line_id
            rows = [
                (
                    line.partner_id.commercial_partner_id.id, line.id, line.date_maturity or line.date,
                    line.amount_currency, currency_ids[line.currency_id.name], str(Refusal.CHANGED), None,
                )
                for line in lines
            ]  # fmt: skip
            # sudo: nobody writes charges directly; what was only proposed may go
            dropped.sudo().unlink()
            self._insert_rows([], rows)
            self.invalidate_recordset()

    def _excluded_of(self, drafts):
        """What was excluded by hand of items that are charged otherwise."""
        return self.charge_ids.filtered(
            lambda charge: charge.state == "excluded" and charge.move_line_id in drafts.move_line_id
        )

    def _charges_now(self, partners):
        """``{line_id: identities}`` of what would be proposed now."""
        result = defaultdict(set)
        if not partners:
            return result
        for _partner_id, outcome in self.env["late.interest.ledger"]._outcomes(self._scope(partners)):
            for charge in outcome.charges:
                segment = charge.segment
                days = (segment.first, segment.last) if segment else (False, False)
                amount = charge.amount.quantize(Decimal("0.000001"))
                result[charge.item.key].add((str(charge.kind), *days, amount, charge.dispute or False))
        return result

    @staticmethod
    def _identity(charge):
        amount = Decimal(str(charge.amount)).quantize(Decimal("0.000001"))
        return (str(Kind(charge.kind)), charge.date_from, charge.date_to, amount, charge.dispute_id.id)
