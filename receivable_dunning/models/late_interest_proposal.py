"""From the facts to the proposal of a run, and what of it is still true when it is confirmed."""

from collections import defaultdict
from decimal import Decimal

from odoo import models
from odoo.tools import SQL

from ..core.interest_case import Refusal, Window
from .late_interest_ledger import Scope

# Rows per INSERT: memory stays flat however many items there are.
ROWS_PER_INSERT = 10000
# Amounts of a proposal are compared to so many decimals.
EXACTLY = Decimal("0.000001")

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
    # looked at anew at once when a run is confirmed
    _charges_per_batch = 5000

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
        """Take off the items that would be charged otherwise now than was proposed: nobody has looked at that.

        Batches of customers, and their charges as plain rows: memory stays flat however many there are.
        """
        self.env.flush_all()
        for partner_ids in self._proposed_batches():
            partners = self.env["res.partner"].browse(partner_ids)
            now = self._charges_now(partners)
            proposed = self._charges_proposed(partners)
            self._drop([line_id for line_id, charges in proposed.items() if charges != now[line_id]])
        self.env.invalidate_all()

    def _proposed_batches(self):
        """Ids of the customers of whom something is proposed, in lists that have about as many charges each."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT array_agg(partner_id)
                  FROM (SELECT partner_id, (sum(count(*)) OVER (ORDER BY partner_id))::bigint / %s AS batch
                          FROM late_interest_charge
                         WHERE run_id = %s AND state = 'draft'
                         GROUP BY partner_id) customer
                 GROUP BY batch
                 ORDER BY batch
                """,
                self._charges_per_batch,
                self.id,
            )
        )
        return [partner_ids for (partner_ids,) in rows]

    def _charges_proposed(self, partners):
        """``{line_id: identities}`` of the proposal, with what was excluded by hand of items charged otherwise."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT move_line_id, kind, date_from, date_to, amount::text, dispute_id
                  FROM late_interest_charge charge
                 WHERE run_id = %(run)s AND partner_id = ANY(%(partners)s) AND state IN ('draft', 'excluded')
                   AND EXISTS (SELECT FROM late_interest_charge item
                                WHERE item.run_id = %(run)s AND item.move_line_id = charge.move_line_id
                                  AND item.state = 'draft')
                """,
                run=self.id,
                partners=partners.ids,
            )
        )
        result = defaultdict(set)
        for line_id, kind, first, last, amount, dispute_id in rows:
            result[line_id].add((kind, first, last, Decimal(amount).quantize(EXACTLY), dispute_id))
        return result

    def _charges_now(self, partners):
        """``{line_id: identities}`` of what would be proposed now."""
        result = defaultdict(set)
        for _partner_id, outcome in self.env["late.interest.ledger"]._outcomes(self._scope(partners)):
            for charge in outcome.charges:
                days = (charge.segment.first, charge.segment.last) if charge.segment else (None, None)
                identity = (str(charge.kind), *days, charge.amount.quantize(EXACTLY), charge.dispute)
                result[charge.item.key].add(identity)
        return result

    def _drop(self, line_ids):
        """Items of the proposal become items not charged."""
        if not line_ids:
            return
        self.env.cr.execute(
            SQL(
                "DELETE FROM late_interest_charge"
                " WHERE run_id = %s AND move_line_id = ANY(%s) AND state IN ('draft', 'excluded')",
                self.id,
                line_ids,
            )
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner.commercial_partner_id, line.id, COALESCE(line.date_maturity, line.date),
                       line.amount_currency, line.currency_id, %s, NULL
                  FROM account_move_line line JOIN res_partner partner ON partner.id = line.partner_id
                 WHERE line.id = ANY(%s)
                """,
                str(Refusal.CHANGED),
                line_ids,
            )
        )
        self._insert_rows([], rows)

    def _charge_proposed(self):
        """What is proposed is charged; returns how many charges that are."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE late_interest_charge SET state = %s, error = NULL, write_uid = %s, write_date = %s"
                " WHERE run_id = %s AND state = 'draft'",
                "queued" if self.posting == "invoice" else "claimed",
                self.env.uid,
                self.env.cr.now(),
                self.id,
            )
        )
        count = self.env.cr.rowcount
        self.env.invalidate_all()
        return count
