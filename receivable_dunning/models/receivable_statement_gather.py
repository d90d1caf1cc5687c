"""Figures of statements: gathered for many customers at once, decided by ``core.statement``, written in batches."""

from collections import defaultdict
from datetime import timedelta

from odoo import models
from odoo.tools import SQL

from ..core.aging import BucketScheme
from ..core.statement import aging_strip, balance, fingerprint
from .dunning_facts import END_OF_TIME
from .receivable_statement_line import ACTIVITY


class ReceivableStatement(models.Model):
    _inherit = "receivable.statement"

    def _gather(self):
        """Take the figures of these drafts from the ledger as of their dates, replacing earlier ones."""
        # sudo: who may make a statement gets all lines of the customer, also those of branches
        statements = self.sudo()
        statements.line_ids.unlink()
        statements._set(access_token=False)
        for group in statements.grouped(lambda it: (it.company_id, it.date, it.date_from, it.kind)).values():
            group._gather_alike()

    def _gather_alike(self):
        """The same of statements that differ in nothing but the customer: three queries, however many there are."""
        first = self[0]
        # whom to pay is said as the customer knows it now, whatever day the balance is of
        items, before, moved = self._open_rows(first.date, END_OF_TIME), {}, {}
        if first.kind == "activity":
            day_before = first.date_from - timedelta(days=1)
            before = self._open_rows(day_before, day_before)
            moved = self._moved_rows()
        bounds = self._aging_bounds(first.company_id)
        lines = []
        for statement in self:
            partner = statement.partner_id.id
            facts = [rows.get(partner, []) for rows in (items, before, moved)]
            values, own_lines = statement._decide(*facts, bounds)
            lines += own_lines
            statement._set(**values)
        self.env["receivable.statement.line"].sudo().create(lines)
        for statement in self:
            statement._set(content_hash=fingerprint(statement._content()))

    # ------------------------------------------------------------------
    # GATHER
    # ------------------------------------------------------------------

    def _open_rows(self, as_of, told_by):
        """``{partner_id: rows}`` of everything open at the end of a day, oldest first.

        :param told_by: another day; ``factor_id`` of a row is whom the customer was told to pay by its end
        """
        return self._by_partner(
            SQL(
                """
                SELECT item.partner_id, item.line_id, move.name, item.date, item.date_maturity, item.currency_id,
                       item.residual, item.residual_currency AS amount, line.amount_currency AS amount_original,
                       told.factor_id
                  FROM (%(items)s) item
                  JOIN account_move move ON move.id = item.move_id
                  JOIN account_move_line line ON line.id = item.line_id
                  LEFT JOIN (%(told)s) told ON told.line_id = item.line_id
                 ORDER BY item.partner_id, item.date_maturity, item.line_id
                """,
                items=self.env["receivable.ledger"]._open_items_sql(as_of, self.company_id, self.partner_id),
                told=self.env["receivable.assignment.line"]._told_sql(told_by),
                to_flush=self.env["account.move"]._fields["name"],
            )
        )

    def _moved_rows(self):
        """``{partner_id: rows}`` of what was booked in the days of the activity, in document currency.

        Exchange differences move nothing in the currency of the document, so they are not listed.
        """
        ledger = self.env["receivable.ledger"]
        return self._by_partner(
            SQL(
                """
                SELECT partner.commercial_partner_id AS partner_id, line.id AS line_id, move.name, line.date,
                       line.date_maturity, line.currency_id, line.balance AS residual,
                       line.amount_currency AS amount, line.amount_currency AS amount_original
                  FROM account_move_line line
                  JOIN account_move move ON move.id = line.move_id
                  JOIN res_partner partner ON partner.id = line.partner_id
                 WHERE line.account_id = ANY(%(accounts)s) AND line.company_id = ANY(%(companies)s)
                   AND line.parent_state = 'posted' AND line.amount_currency <> 0
                   AND line.date BETWEEN %(date_from)s AND %(date)s
                   AND partner.commercial_partner_id = ANY(%(partners)s)
                 ORDER BY 1, line.date, line.id
                """,
                accounts=ledger._receivable_account_ids(),
                companies=ledger._tree_company_ids(self.company_id),
                date_from=self[0].date_from,
                date=self[0].date,
                partners=self.partner_id.ids,
                to_flush=ledger._ledger_fields(),
            )
        )

    def _by_partner(self, statement):
        rows = defaultdict(list)
        for row in self.env.execute_query_dict(statement):
            rows[row["partner_id"]].append(row)
        return rows

    def _aging_bounds(self, company):
        scheme = self.env["receivable.bucket.scheme"].sudo()._get_default(company)
        return tuple(scheme._middle_buckets().sorted("upper_bound").mapped("upper_bound"))

    # ------------------------------------------------------------------
    # DECIDE
    # ------------------------------------------------------------------

    def _decide(self, items, before, moved, bounds):
        """Values of one statement, and of its lines, from the rows of its customer."""
        scheme, lines, totals = BucketScheme(bounds), [], []
        for currency in self._currencies(items, before, moved):
            own = [[row for row in rows if row["currency_id"] == currency.id] for rows in (items, before, moved)]
            result = self._balance(currency, *own)
            aged = [((self.date - row["date_maturity"]).days, row["amount"]) for row in self._owed_to_us(own[0])]
            strip = aging_strip(aged, scheme, currency.round)
            totals.append(
                {
                    "currency_id": currency.id,
                    "opening": result.opening,
                    "movement": result.movement,
                    "elsewhere": result.elsewhere,
                    "handed": result.handed,
                    "closing": result.closing,
                    "overdue": currency.round(sum(amount for age, amount in aged if age > 0)),
                    "bounds": list(bounds),
                    "buckets": list(strip),
                }
            )
            for values in self._line_values(currency, own, result):
                lines.append({**values, "statement_id": self.id, "currency_id": currency.id, "sequence": len(lines)})
        company = self.currency_id
        ours = self._owed_to_us(items)
        overdue = [row["residual"] for row in ours if row["date_maturity"] < self.date]
        values = {
            "totals": totals,
            "amount_total": company.round(sum(row["residual"] for row in ours)),
            "amount_overdue": company.round(sum(overdue)),
        }
        return values, lines

    @staticmethod
    def _owed_to_us(rows):
        return [row for row in rows if not row["factor_id"]]

    def _balance(self, currency, items, before, moved):
        """The balance with us in a currency; what is to be paid to a factor is no part of it."""
        closing, opening = self._owed_to_us(items), self._owed_to_us(before)
        handed = [row["amount"] for row in before if row["factor_id"]]
        handed += [-row["amount"] for row in items if row["factor_id"]]
        amounts = [[row["amount"] for row in rows] for rows in (opening, moved, closing)]
        return balance(*amounts, currency.round, sum(handed, 0.0))

    def _currencies(self, *rows_of_kinds):
        """Currencies of the rows, that of the company first."""
        ids = {row["currency_id"] for rows in rows_of_kinds for row in rows}
        return self.env["res.currency"].browse(ids).sorted(lambda it: (it != self.currency_id, it.name))

    def _line_values(self, currency, own, result):
        """Values of the lines in one currency, in the order in which they are read."""
        items, _before, moved = own
        if self.kind == "activity":
            yield {"section": "opening", "date": self.date_from, "amount": result.opening}
            for row in moved:
                yield {"section": "movement", **self._document_values(row)}
            if not currency.is_zero(result.elsewhere):
                yield {"section": "elsewhere", "date": self.date, "amount": result.elsewhere}
            if not currency.is_zero(result.handed):
                yield {"section": "handed", "date": self.date, "amount": result.handed}
        for row in items:
            days, factor = (self.date - row["date_maturity"]).days, row["factor_id"]
            section = "assigned" if factor else "item"
            yield {"section": section, **self._document_values(row), "days": days, "factor_id": factor}

    @staticmethod
    def _document_values(row):
        names = ("name", "date", "date_maturity", "amount", "amount_original")
        return {"move_line_id": row["line_id"], **{name: row[name] for name in names}}

    # ------------------------------------------------------------------
    # WHAT WAS SHOWN
    # ------------------------------------------------------------------

    def _content(self):
        """What the customer is shown, as plain values: the fingerprint is taken of it."""
        self.ensure_one()
        return {
            "number": self.name,
            "company": self.company_id.id,
            "customer": self.partner_id.id,
            "kind": self.kind,
            "from": str(self.date_from or ""),
            "as_of": str(self.date),
            "totals": self.totals,
            "lines": [line._content() for line in self.line_ids.sorted("sequence")],
        }

    def _is_unchanged(self):
        """Whether the statement still says what its fingerprint was taken of."""
        self.ensure_one()
        # sudo: totals and lines may only be read as a whole
        return fingerprint(self.sudo()._content()) == self.content_hash

    def _activity_lines(self):
        """What leads from the balance brought forward to that of the day."""
        return self.line_ids.filtered(lambda line: line.section in ACTIVITY)

    def _assigned_groups(self):
        """``[(factor, currency, lines, total)]`` of what is to be paid to others, as the customer was told."""
        self.ensure_one()
        # sudo: who may read the statement is told whom to pay
        groups = self.sudo().line_ids.filtered("factor_id").grouped(lambda line: (line.factor_id, line.currency_id))
        return [
            (factor, currency, lines, currency.round(sum(lines.mapped("amount"))))
            for (factor, currency), lines in groups.items()
        ]

    def _strips(self):
        """``[(currency, total dict, [(label, amount)])]`` for letters and pages, in the language of the context."""
        self.ensure_one()
        strips = []
        for total in self.totals or ():
            labels = self._strip_labels(total["bounds"])
            currency = self.env["res.currency"].browse(total["currency_id"])
            strips.append((currency, total, list(zip(labels, total["buckets"], strict=True))))
        return strips

    def _strip_labels(self, bounds):
        """Names of the buckets with these upper bounds, in the language of the context."""
        *bounded, _last = BucketScheme(tuple(bounds)).labels()[1:]
        last = self.env._("Over %(days)s days", days=bounds[-1] if bounds else 0)
        return [self.env._("Not due"), *bounded, last]
