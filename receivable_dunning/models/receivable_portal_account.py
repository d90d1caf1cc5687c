"""What a customer sees of its account with one company, now. Read for the customer, so with all rights: whose account
it is was decided by who asks (see controllers/account_portal.py)."""

from odoo import models
from odoo.tools import SQL, format_date

from ..core.account import Item, balances
from ..core.aging import BucketScheme
from ..core.ladder import SkipReason

PAYMENTS_SHOWN = 5
DOCUMENTS_SHOWN = 8


class ReceivablePortalAccount(models.AbstractModel):
    _name = "receivable.portal.account"
    _description = "Account that a Customer Sees"

    # ------------------------------------------------------------------
    # OPEN ITEMS
    # ------------------------------------------------------------------

    def _get_balances(self, partner, company, today):
        """The account per currency, that of the company first: ``[(core.account.Balance, labelled strip, rows)]``.

        Everything that is posted and open, whatever its date, and money that has come in and is not booked on the
        customer yet: the same that a reminder nets, so that nothing is claimed here that is paid. What was assigned to
        a factor, and the customer was told so, is not owed to us: see :meth:`_get_assigned`.

        :param partner: commercial partner
        :param company: root company
        """
        rows = self._own_rows(partner, company, today)
        held = self._held_parts(partner, company, today) if rows else {}
        currencies = self.env["res.currency"].browse({row["currency_id"] for row in rows})
        ordered = currencies.sorted(lambda it: (it != company.currency_id, it.name))
        rank = {currency.id: place for place, currency in enumerate(ordered)}
        items = [
            Item(
                row["key"],
                currencies.browse(row["currency_id"]),
                (today - row["date_maturity"]).days,
                row["residual_currency"],
                row["in_payment"],
                self._in_document_currency(held.get(row["line_id"], {}), row),
            )
            for row in sorted(rows, key=lambda row: rank[row["currency_id"]])
        ]
        bounds = self.env["receivable.statement"]._aging_bounds(company)
        labels = self.env["receivable.statement"]._strip_labels(bounds)
        described = self._described(rows, partner, today)
        return [
            (
                balance,
                list(zip(labels, balance.strip, strict=True)),
                [{"item": item, **described[item.key]} for item in balance.items],
            )
            for balance in balances(items, BucketScheme(bounds), lambda currency, amount: currency.round(amount))
        ]

    def _count(self, partner, company, today):
        """How much there is to see: open items, and documents about them."""
        items = self.env["receivable.ledger"]._open_items_sql(today, company, partner)
        [[count]] = self.env.execute_query(SQL("SELECT count(*) FROM (%s) item", items))
        documents = self._get_documents(partner, company).values()
        return count + len(self._assigned_lines(partner, company)) + sum(len(records) for records in documents)

    def _open_rows(self, partner, company, today):
        facts = self.env["dunning.facts"]
        rows = self.env.execute_query_dict(facts._open_sql(company, partner, today))
        return [row for row in rows if row["residual_currency"]]

    def _own_rows(self, partner, company, today):
        """What is to be paid to us."""
        assigned = set(self._assigned_lines(partner, company).move_line_id.ids)
        return [row for row in self._open_rows(partner, company, today) if row["line_id"] not in assigned]

    def _held_parts(self, partner, company, today):
        """``{journal item id: {reason: amount in company currency, None for all of it}}``."""
        facts = self.env["dunning.facts"]
        statement = SQL(
            """
            WITH item AS MATERIALIZED (%(items)s)
            SELECT line_id, reason, CASE WHEN NOT bool_or(amount IS NULL) THEN sum(amount) END
              FROM (%(parts)s) part
             WHERE line_id IN (SELECT line_id FROM item)
             GROUP BY line_id, reason
            """,
            items=self.env["receivable.ledger"]._open_items_sql(today, company, partner),
            parts=SQL(" UNION ALL ").join(facts._get_held_parts(company, today)),
        )
        parts = {}
        for line_id, reason, amount in self.env.execute_query(statement):
            parts.setdefault(line_id, {})[reason] = amount
        return parts

    def _in_document_currency(self, held, row):
        if not row["residual"]:
            return {}
        currency, rate = self.env["res.currency"].browse(row["currency_id"]), row["residual_currency"] / row["residual"]
        return {
            reason: None if amount is None else currency.round(amount * rate)
            for reason, amount in held.items()
            # of an assignment that is not disclosed nothing shows: the customer deals with us as ever
            if reason != SkipReason.ASSIGNED
        }

    def _described(self, rows, partner, today):
        """``{key: what a page says of the item}``; those that are shown get addresses by :meth:`_add_urls`."""
        lines = self.env["account.move.line"].browse([row["line_id"] for row in rows if row["line_id"]])
        # a journal entry may name several customers: only documents of this one have a page for it
        documents = lines.move_id.filtered(lambda it: it.is_sale_document() and it.commercial_partner_id == partner)
        own, by_id = set(documents.ids), {line.id: line for line in lines}
        described = {}
        for row in rows:
            # with its like: alone, each would be read by a query of its own
            line = by_id.get(row["line_id"], lines.browse())
            move = line.move_id
            document = move if move.id in own else move.browse()
            described[row["key"]] = {
                "line": line,
                "document": document,
                "name": self._name_of(row, line),
                "reference": document.ref or "",
                "date": (document.invoice_date if document else line.date) or row["date_maturity"],
                "date_maturity": row["date_maturity"],
                "late": self._late_words(row, today),
                "original": line.amount_currency,
                "url": "",
                "pay_url": None,
            }
        return described

    def _add_urls(self, rows):
        """Say of these rows of the account where their documents are seen and paid."""
        documents = self.env["account.move"].union(*(row["document"] for row in rows))
        documents._portal_ensure_tokens()
        pay_urls = self._get_pay_urls(documents)
        for row in rows:
            document, item = row["document"], row["item"]
            row["url"] = document.get_portal_url() if document else ""
            row["pay_url"] = None if item.is_credit or item.in_payment else pay_urls.get(document)

    def _late_words(self, row, today):
        if row["residual_currency"] < 0 or row["in_payment"]:
            return ""
        return self._days_late((today - row["date_maturity"]).days)

    def _days_late(self, days):
        """In words; nothing on the due date and before."""
        if days <= 0:
            return ""
        return self.env._("1 day late") if days == 1 else self.env._("%(days)s days late", days=days)

    def _name_of(self, row, line):
        if line:
            return line.move_id.name or line.name or ""
        day = format_date(self.env, row["date_maturity"])
        if row["payment_id"]:
            return self.env._("Payment of %(day)s, under way", day=day)
        return self.env._("Payment received on %(day)s, not allocated yet", day=day)

    # ------------------------------------------------------------------
    # PAYMENTS
    # ------------------------------------------------------------------

    def _get_payments(self, partner, company):
        """The last payments that came in: ``[{date, amount, currency, name}]``, newest first."""
        ledger = self.env["receivable.ledger"]
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT line.date, -line.amount_currency AS amount, line.currency_id, move.ref, move.name
                  FROM account_move_line line
                  JOIN account_move move ON move.id = line.move_id
                  JOIN account_journal journal ON journal.id = line.journal_id
                  JOIN res_partner partner ON partner.id = line.partner_id
                 WHERE partner.commercial_partner_id = %(partner)s AND line.account_id = ANY(%(accounts)s)
                   AND line.company_id = ANY(%(companies)s) AND line.parent_state = 'posted'
                   AND journal.type IN ('bank', 'cash', 'credit') AND line.amount_currency < 0
                 ORDER BY line.date DESC, line.id DESC
                 LIMIT %(limit)s
                """,
                partner=partner.id,
                accounts=ledger._receivable_account_ids(),
                companies=ledger._tree_company_ids(company),
                limit=PAYMENTS_SHOWN,
                to_flush=[*ledger._ledger_fields(), self.env["account.move"]._fields["ref"]],
            )
        )
        return [{**row, "currency": self.env["res.currency"].browse(row["currency_id"])} for row in rows]

    # ------------------------------------------------------------------
    # WHAT WAS AGREED
    # ------------------------------------------------------------------

    def _get_documents(self, partner, company):
        """``{name: records}``: what was agreed, asked and answered, newest first."""
        own = [("partner_id", "=", partner.id), ("company_id", "=", company.id)]
        return {
            "promises": self.env["receivable.promise"].search(
                [*own, ("state", "!=", "cancelled")], order="id DESC", limit=DOCUMENTS_SHOWN
            ),
            "disputes": self.env["receivable.dispute"].search(own, order="id DESC", limit=DOCUMENTS_SHOWN),
            "plans": self.env["receivable.payment.plan"].search(
                [*own, ("state", "not in", ("draft", "cancelled"))], order="id DESC", limit=DOCUMENTS_SHOWN
            ),
            "statements": self.env["receivable.statement"].search(
                [*own, ("state", "in", ("sent", "agreed", "disputed"))], limit=DOCUMENTS_SHOWN
            ),
        }

    # ------------------------------------------------------------------
    # PAYING (a bridge to online payment knows where)
    # ------------------------------------------------------------------

    def _get_pay_urls(self, documents):
        """``{document: address at which it is paid}`` of those that can be."""
        return {}

    def _pay_all_url(self, partner, company):
        """Where everything that is overdue is paid at once by who has a login; empty where it cannot be."""
        return ""
