"""Bank receipts that are not booked on the customer yet, but for those that are a registered payment."""

from collections import defaultdict

from odoo import models
from odoo.tools import SQL

from ..core.receipt import DAYS_TO_THE_BANK, Payment, Receipt, pair
from .dunning_facts import END_OF_TIME


class DunningFacts(models.AbstractModel):
    _inherit = "dunning.facts"

    def _bank_receipts_sql(self, company):
        """What is left on the suspense account of incoming bank lines whose partner, or whose bank account, is known.

        Without those that are a registered payment which still waits for its bank line: the ledger has it already.
        """
        return SQL(
            """
            SELECT id, partner_id, currency_id, date, amount, amount_currency
              FROM (%s) receipt
             WHERE partner_id IS NOT NULL AND id <> ALL(%s)
            """,
            self._receipts_sql(company),
            self._registered_receipts(company),
        )

    def _receipts_sql(self, company):
        """``id, partner_id, journal_id, text, currency_id, date, amount, amount_currency`` of receipts to allocate."""
        st_line, line = (self.env[name]._fields for name in ("account.bank.statement.line", "account.move.line"))
        return SQL(
            """
            SELECT st.id, COALESCE(partner.commercial_partner_id, payer.partner_id) AS partner_id, st.journal_id,
                   concat_ws(' ', st.payment_ref, move.ref, move.narration) AS text, suspense.*
              FROM account_bank_statement_line st
              JOIN account_move move ON move.id = st.move_id
              JOIN account_journal journal ON journal.id = st.journal_id
              JOIN LATERAL (
                    SELECT line.currency_id, min(line.date) AS date, -sum(line.balance) AS amount,
                           -sum(line.amount_currency) AS amount_currency
                      FROM account_move_line line
                     WHERE line.move_id = st.move_id AND line.account_id = journal.suspense_account_id
                       AND line.parent_state = 'posted' AND line.reconciled IS NOT TRUE
                     GROUP BY line.currency_id
                   ) suspense ON suspense.amount > 0
              LEFT JOIN res_partner partner ON partner.id = st.partner_id
              LEFT JOIN LATERAL (
                    SELECT min(holder.commercial_partner_id) AS partner_id
                      FROM res_partner_bank bank
                      JOIN res_partner holder ON holder.id = bank.partner_id
                     WHERE st.partner_id IS NULL
                       AND bank.sanitized_acc_number = regexp_replace(upper(st.account_number), '\\W', '', 'g')
                    HAVING count(DISTINCT holder.commercial_partner_id) = 1
                   ) payer ON TRUE
             WHERE st.is_reconciled IS NOT TRUE AND st.amount > 0 AND st.company_id = ANY(%(companies)s)
            """,
            companies=self.env["receivable.ledger"]._tree_company_ids(company),
            to_flush=[
                *(st_line[name] for name in ("is_reconciled", "amount", "partner_id", "account_number", "move_id")),
                *(line[name] for name in ("balance", "amount_currency", "account_id", "parent_state", "reconciled")),
                *(self.env["res.partner.bank"]._fields[name] for name in ("sanitized_acc_number", "partner_id")),
                *(self.env["account.move"]._fields[name] for name in ("ref", "narration")),
                st_line["payment_ref"],
            ],
        )

    # ------------------------------------------------------------------
    # REGISTERED ALREADY
    # ------------------------------------------------------------------

    def _registered_receipts(self, company):
        """Ids of the receipts that are a registered payment: one query, two more where amounts are the same at all."""
        pots = defaultdict(lambda: (set(), {}))
        for row in self.env.execute_query_dict(self._alike_sql(company)):
            receipts, payments = pots[row["partner_id"], row["journal_id"], row["currency_id"], row["amount"]]
            receipts.add(Receipt(row["id"], row["date"], row["text"], row["booked"]))
            payments[row["payment_id"]] = (row["payment_date"], row["memo"])
        if not pots:
            return []
        open_names = self._open_names(company, [partner_id for partner_id, *_pot in pots])
        paid_names = self._paid_names([payment_id for _receipts, payments in pots.values() for payment_id in payments])
        covered = []
        for (partner_id, *_pot), (receipts, payments) in pots.items():
            waiting = [
                Payment(payment_id, day, frozenset({memo, *paid_names[payment_id]}))
                for payment_id, (day, memo) in payments.items()
            ]
            covered += pair(list(receipts), waiting, open_names[partner_id])
        return covered

    def _alike_sql(self, company):
        """Pairs of a bank receipt and a payment that waits for its bank line, of the same customer, journal, currency
        and amount, within some days. Receipts that are allocated (``booked``), but to no payment, count as well."""
        payment = self.env["account.payment"]._fields
        st_line = self.env["account.bank.statement.line"]._fields
        names = "is_matched amount partner_id journal_id currency_id date state payment_type memo payment_reference"
        return SQL(
            """
            WITH receipt AS MATERIALIZED (
                SELECT id, partner_id, journal_id, text, currency_id, date, amount_currency AS amount
                  FROM (%(receipts)s) open_receipt
                 WHERE partner_id IS NOT NULL
            ), waiting AS MATERIALIZED (
                -- only of who has an open receipt: where there is none, nothing is read
                SELECT payment.id, payer.partner_id, payment.journal_id, payment.currency_id, payment.amount,
                       payment.date, concat_ws(' ', payment.memo, payment.payment_reference) AS memo
                  FROM (SELECT DISTINCT partner_id FROM receipt) payer
                  JOIN res_partner partner ON partner.commercial_partner_id = payer.partner_id
                  JOIN account_payment payment ON payment.partner_id = partner.id
                 WHERE payment.is_matched IS NOT TRUE AND payment.state IN ('in_process', 'paid')
                   AND payment.payment_type = 'inbound' AND payment.company_id = ANY(%(companies)s)
            )
            SELECT candidate.*, waiting.id AS payment_id, waiting.date AS payment_date, waiting.memo
              FROM (
                    SELECT receipt.*, FALSE AS booked FROM receipt
                     UNION ALL
                    SELECT st.id, partner.commercial_partner_id, st.journal_id,
                           concat_ws(' ', st.payment_ref, move.ref, move.narration),
                           COALESCE(st.foreign_currency_id, st.currency_id), move.date,
                           CASE WHEN st.foreign_currency_id IS NULL THEN st.amount ELSE st.amount_currency END, TRUE
                      FROM account_bank_statement_line st
                      JOIN account_move move ON move.id = st.move_id
                      JOIN res_partner partner ON partner.id = st.partner_id
                     WHERE st.is_reconciled AND st.amount > 0 AND st.company_id = ANY(%(companies)s)
                       AND partner.commercial_partner_id IN (SELECT partner_id FROM waiting)
                       AND st.journal_id IN (SELECT journal_id FROM waiting)
                       AND NOT EXISTS (
                            SELECT FROM account_move_line line
                              JOIN account_partial_reconcile matching ON matching.credit_move_id = line.id
                              JOIN account_move_line outstanding ON outstanding.id = matching.debit_move_id
                              JOIN account_payment paid ON paid.move_id = outstanding.move_id
                             WHERE line.move_id = st.move_id
                           )
                   ) candidate
              JOIN waiting USING (partner_id, journal_id, currency_id, amount)
             WHERE abs(waiting.date - candidate.date) <= %(days)s
            """,
            receipts=self._receipts_sql(company),
            companies=self.env["receivable.ledger"]._tree_company_ids(company),
            days=DAYS_TO_THE_BANK,
            to_flush=[
                *(payment[name] for name in names.split()),
                *(st_line[name] for name in ("foreign_currency_id", "currency_id", "amount_currency")),
            ],
        )

    def _open_names(self, company, partner_ids):
        """``{partner_id: names}`` of the documents that customers have not paid."""
        ledger = self.env["receivable.ledger"]
        partners = self.env["res.partner"].browse(set(partner_ids))
        rows = self.env.execute_query(
            SQL(
                """
                SELECT item.partner_id, move.name, move.payment_reference
                  FROM (%s) item JOIN account_move move ON move.id = item.move_id
                 WHERE item.residual > 0
                """,
                ledger._open_items_sql(END_OF_TIME, company, partners),
                to_flush=[self.env["account.move"]._fields[name] for name in ("name", "payment_reference")],
            )
        )
        return self._names_by_key(rows)

    def _paid_names(self, payment_ids):
        """``{payment_id: names}`` of the documents that payments are matched with, or registered for."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT payment.id, invoice.name, invoice.payment_reference
                  FROM account_payment payment
                  JOIN account_move_line line ON line.move_id = payment.move_id
                  JOIN account_partial_reconcile matching ON matching.credit_move_id = line.id
                  JOIN account_move_line item ON item.id = matching.debit_move_id
                  JOIN account_move invoice ON invoice.id = item.move_id
                 WHERE payment.id = ANY(%(payments)s)
                 UNION
                SELECT link.payment_id, invoice.name, invoice.payment_reference
                  FROM account_move__account_payment link
                  JOIN account_move invoice ON invoice.id = link.invoice_id
                 WHERE link.payment_id = ANY(%(payments)s)
                """,
                payments=payment_ids,
                to_flush=self.env["account.payment"]._fields["invoice_ids"],
            )
        )
        return self._names_by_key(rows)

    @staticmethod
    def _names_by_key(rows):
        result = defaultdict(set)
        for key, *found in rows:
            result[key].update(filter(None, found))
        return result
