"""The sheets of an evidence pack: items and what was paid on them, interest day by day, events and costs."""

from datetime import date

from odoo import models
from odoo.tools import SQL

from ..core.evidence import EvidenceFile, csv_bytes
from ..core.interest_case import Window
from ..models.late_interest_ledger import Scope

LEDGER = "document date due_date currency amount settled_by settled_on kind settled still_open"
INTEREST = "document kind first_day last_day days base rate_percent per currency amount state law"
EVENTS = "date until kind what_happened cost cost_of claimed entered_by taken_back"


class CollectionEvidenceWizard(models.TransientModel):
    _inherit = "collection.evidence.wizard"

    def _sheet_files(self):
        folder = "8_account"
        yield EvidenceFile(
            f"{folder}/ledger.csv",
            csv_bytes(LEDGER.split(), self._ledger_rows()),
            self.env._("Items and what was paid on them"),
            self.date,
        )
        if self.with_interest:
            rows = [(row[0].name, *row[1:]) for row in self._interest_rows()]
            title = self.env._("How the late interest comes about")
            yield EvidenceFile(f"{folder}/interest.csv", csv_bytes(INTEREST.split(), rows), title, self.date)
        if self.case_id:
            title = self.env._("Events and costs of the case")
            yield EvidenceFile(f"{folder}/case.csv", csv_bytes(EVENTS.split(), self._case_rows()), title, self.date)
        content, kind = self._render("receivable_dunning.report_evidence_account", self)
        yield EvidenceFile(f"{folder}/account.{kind}", content, self.env._("Account"), self.date)

    # ------------------------------------------------------------------
    # ROWS
    # ------------------------------------------------------------------

    def _items(self):
        """The claims of these documents, instalment by instalment."""
        return self.move_ids.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and line.balance > 0
        ).sorted(lambda line: (line.date_maturity or line.date, line.move_name or "", line.id))

    def _settlements(self):
        """``{item id: [(document, day, kind, amount)]}`` of what was matched with the items, in their currency."""
        ledger = self.env["limitation.ledger"]
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partial.debit_move_id, COALESCE(credit.name, credit.ref), partial.max_date,
                       CASE WHEN credit.origin_payment_id IS NOT NULL OR credit.statement_line_id IS NOT NULL
                            THEN 'payment' WHEN credit.move_type = 'out_refund' THEN 'credit note' ELSE 'entry' END,
                       partial.debit_amount_currency
                  FROM account_partial_reconcile partial
                  JOIN account_move_line line ON line.id = partial.credit_move_id
                  JOIN account_move credit ON credit.id = line.move_id AND credit.state = 'posted'
                 WHERE partial.debit_move_id = ANY(%s) AND partial.debit_amount_currency <> 0
                 ORDER BY partial.max_date, partial.id
                """,
                self._items().ids,
                to_flush=[
                    *ledger._payment_fields(),
                    self.env["account.partial.reconcile"]._fields["debit_amount_currency"],
                    self.env["account.move"]._fields["move_type"],
                ],
            )
        )
        result = {}
        for line_id, *settlement in rows:
            result.setdefault(line_id, []).append(tuple(settlement))
        return result

    def _ledger_rows(self):
        settlements = self._settlements()
        for line in self._items():
            move, left = line.move_id, line.amount_currency
            item = (move.name, move.invoice_date or move.date, line.date_maturity, line.currency_id.name)
            yield (*item, line.amount_currency, None, None, None, None, left)
            for document, day, kind, amount in settlements.get(line.id, ()):
                left = line.currency_id.round(left - amount)
                yield (*item, None, document, day, kind, amount, left)

    def _interest_rows(self):
        """``(document, kind, first, last, days, base, rate, per, currency, amount, state, law)``: charges in force, and
        what has accrued beside them until the day of the pack."""
        rows = []
        charges = self.env["late.interest.charge"].search(
            [("move_id", "in", self.move_ids.ids), ("state", "in", ("claimed", "queued", "posted"))],
            order="date_from, id",
        )
        for charge in charges:
            days = (charge.date_from, charge.date_to, charge.days, charge.base, charge.rate, charge.per)
            law = charge.rule_id.legal_source or charge.rule_id.name
            rows.append((charge.move_id, charge.kind, *days, charge.currency_id.name, charge.amount, charge.state, law))
        rows += self._accrued_rows()
        return sorted(rows, key=lambda row: (row[0].name or "", str(row[2] or ""), row[1]))

    def _accrued_rows(self):
        scope = Scope(self.company_id, Window(date.min, self.date), date.min, self.partner_id)
        # sudo: the law that applies is named to whoever may see what it gives
        rules = self.env["late.interest.rule"].sudo()
        for _partner, outcome in self.env["late.interest.ledger"]._outcomes(scope):
            for charge in outcome.charges:
                move = self.env["account.move.line"].browse(charge.item.key).move_id
                if move not in self.move_ids:
                    continue
                part, rule = charge.segment, rules.browse(charge.rule.key)
                days = (None,) * 6
                if part:
                    terms = charge.rule.terms
                    days = (part.first, part.last, part.days, float(part.base), float(part.rate), str(terms.per))
                law = rule.legal_source or rule.name
                yield (move, str(charge.kind), *days, charge.item.currency, float(charge.amount), "accrued", law)

    def _case_rows(self):
        for event in self.case_id.event_ids.sorted(lambda event: (event.date, event.id)):
            cost = (event.cost or None, event.cost_kind, int(event.is_claimed))
            yield (event.date, event.date_until, event.kind, event.note, *cost, event.user_id.name, int(event.is_void))
