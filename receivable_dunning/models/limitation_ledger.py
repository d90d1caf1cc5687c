"""The facts of limitation: open items, what happened to them, and the law of each; then the dates, by the pure core."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from odoo import models
from odoo.tools import SQL, split_every

from ..core.limitation import Event, Term, term
from .dunning_facts import END_OF_TIME


@dataclass(frozen=True, slots=True)
class ItemTerm:
    """The limitation of an open item; ``rule_id`` and ``term`` are ``None`` where no law applies."""

    line_id: int
    partner_id: int
    due: date
    rule_id: int | None
    term: Term | None


class LimitationLedger(models.AbstractModel):
    """Gathers and decides: three statements per batch of customers, whatever the number of items and events."""

    _name = "limitation.ledger"
    _description = "Limitation Facts"
    _customers_per_batch = 2000

    # ------------------------------------------------------------------
    # ASK
    # ------------------------------------------------------------------

    def _batches(self, company, partners=None):
        """Lists of :class:`ItemTerm` of a root company (of some customers), batch by batch: memory stays flat."""
        laws, default = self._laws(company)
        partner_ids = self._partner_ids(company) if partners is None else partners.ids
        for batch in split_every(self._customers_per_batch, partner_ids):
            yield self._decide(company, self.env["res.partner"].browse(batch), laws, default)

    def _terms_of_lines(self, lines):
        """``{line id: ItemTerm}`` of those of ``lines`` (journal items) that are open claims, as of this moment."""
        found = {}
        # sudo: the date follows from facts that the reader of an item need not be able to list
        for company in lines.sudo().company_id.root_id:
            own = lines.sudo().filtered(lambda line, company=company: line.company_id.root_id == company)
            laws, default = self._laws(company)
            partners = own.partner_id.commercial_partner_id
            found |= {it.line_id: it for it in self._decide(company, partners, laws, default) if it.line_id in own.ids}
        return found

    def _laws(self, company):
        """All laws by id, also those that are archived but agreed with a customer; and the one of the company."""
        # sudo: which law a claim follows is the same for everybody
        rules = self.env["limitation.rule"].sudo()
        laws = {rule.id: rule._core_law() for rule in rules.with_context(active_test=False).search([("id", "!=", 0)])}
        return laws, rules._default_of(company).id

    def _decide(self, company, partners, laws, default):
        happened = defaultdict(list)
        items = self._item_rows(company, partners)
        for line_id, day, until, kind, source in self._event_rows(company, partners) if items else ():
            happened[line_id].append(Event(day, kind, until, source or ""))
        result = []
        for line_id, partner_id, due, invoiced, agreed in items:
            rule_id = agreed if agreed in laws else default or None
            found = term(laws[rule_id], due, invoiced, happened[line_id]) if rule_id else None
            result.append(ItemTerm(line_id, partner_id, due, rule_id, found))
        return result

    # ------------------------------------------------------------------
    # ITEMS
    # ------------------------------------------------------------------

    def _partner_ids(self, company):
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT partner_id FROM (%s) item WHERE residual > 0 AND partner_id IS NOT NULL ORDER BY 1",
                self.env["receivable.ledger"]._open_items_sql(END_OF_TIME, company),
            )
        )
        return [partner_id for (partner_id,) in rows]

    def _items_sql(self, company, partners):
        """``line_id, move_id, partner_id, due, booked, invoiced``: the claims that are open now."""
        return SQL(
            """
            SELECT item.line_id, item.move_id, item.partner_id, item.date_maturity AS due, item.date AS booked,
                   COALESCE(move.invoice_date, item.date) AS invoiced
              FROM (%s) item
              JOIN account_move move ON move.id = item.move_id
             WHERE item.residual > 0
            """,
            self.env["receivable.ledger"]._open_items_sql(END_OF_TIME, company, partners),
            to_flush=self.env["account.move"]._fields["invoice_date"],
        )

    def _item_rows(self, company, partners):
        # sudo: the law agreed with a customer, or with all as the default of the field, whoever asks
        customers = self.env["res.partner"].sudo().with_company(company)
        return self.env.execute_query(
            SQL(
                """
                SELECT item.line_id, item.partner_id, item.due, item.invoiced, %s AS agreed
                  FROM (%s) item
                  JOIN res_partner partner ON partner.id = item.partner_id
                """,
                customers._field_to_sql("partner", "limitation_rule_id"),
                self._items_sql(company, partners),
            )
        )

    # ------------------------------------------------------------------
    # EVENTS
    # ------------------------------------------------------------------

    def _get_event_parts(self, company):
        """Statements ``line_id, day, until, kind, source`` over the rows ``item``: everything known that may interrupt
        or suspend. To be extended; ``kind`` is one of those of ``limitation.rule.effect``."""
        return [
            self._payments_sql(),
            self._statements_sql(company),
            self._notices_sql(company),
            self.env["limitation.event"]._events_sql(company),
        ]

    def _event_rows(self, company, partners):
        return self.env.execute_query(
            SQL(
                "WITH item AS MATERIALIZED (%s) SELECT line_id, day, until, kind, source FROM (%s) event",
                self._items_sql(company, partners),
                SQL(" UNION ALL ").join(self._get_event_parts(company)),
            )
        )

    def _payments_sql(self):
        """Part payments: money, not credit notes, write-offs or differences of exchange."""
        return SQL(
            """
            SELECT item.line_id, partial.max_date AS day, NULL::date AS until, 'payment' AS kind, credit.name AS source
              FROM item
              JOIN account_partial_reconcile partial ON partial.debit_move_id = item.line_id
              JOIN account_move_line line ON line.id = partial.credit_move_id
              JOIN account_move credit ON credit.id = line.move_id AND credit.state = 'posted'
             WHERE (credit.origin_payment_id IS NOT NULL OR credit.statement_line_id IS NOT NULL)
               AND partial.amount > 0
            """,
            to_flush=self._payment_fields(),
        )

    def _payment_fields(self):
        """What tells a payment of an item, to be flushed."""
        move, partial = self.env["account.move"]._fields, self.env["account.partial.reconcile"]._fields
        return [
            *(move[name] for name in ("origin_payment_id", "statement_line_id", "state", "name")),
            *(partial[name] for name in ("debit_move_id", "credit_move_id", "max_date", "amount")),
        ]

    def _statements_sql(self, company):
        """Items that the customer agreed to on a statement of account."""
        self.env["receivable.statement.line"].flush_model()
        self.env["receivable.statement"].flush_model()
        return SQL(
            """
            SELECT item.line_id, statement.answer_date::date, NULL::date, 'statement',
                   'ST/' || to_char(statement.date, 'YYYYMMDD') || '/' || statement.id
              FROM item
              JOIN receivable_statement_line line ON line.move_line_id = item.line_id AND line.answer = 'agreed'
              JOIN receivable_statement statement ON statement.id = line.statement_id
             WHERE statement.state IN ('agreed', 'disputed') AND statement.answer_date IS NOT NULL
               AND statement.company_id = %s AND line.section = 'item'
            """,
            company.id,
        )

    def _notices_sql(self, company):
        """Reminders that reached the customer (see ``dunning.facts._reached_sql``)."""
        self.env["dunning.notice.line"].flush_model()
        self.env["dunning.notice"].flush_model()
        return SQL(
            """
            SELECT item.line_id, notice.sent_date, NULL::date, 'notice', NULL
              FROM item
              JOIN dunning_notice_line line ON line.move_line_id = item.line_id
               AND line.is_credit IS NOT TRUE AND line.drop_reason IS NULL
              JOIN dunning_notice notice ON notice.id = line.notice_id
               AND (notice.state IN ('sent', 'replied') OR notice.state = 'bounced' AND notice.send_letter)
             WHERE notice.company_id = %s AND notice.sent_date IS NOT NULL
            """,
            company.id,
        )
