"""What is true of open items and customers: read the same way when notices are proposed and when they are sent."""

from datetime import date

from odoo import models
from odoo.tools import SQL

# Open items are read as of the end of time: what is settled already, under whatever date, is never claimed.
END_OF_TIME = date.max
# Types of journals whose entries are money that came in.
MONEY_JOURNALS = ("bank", "cash", "credit")


class DunningFacts(models.AbstractModel):
    """Gathers, in a constant number of statements. ``key`` names an item: the journal item, or a negative number for
    money that is not booked on the customer yet (a bank statement line, a payment without journal entry)."""

    _name = "dunning.facts"
    _description = "Dunning Facts"

    # ------------------------------------------------------------------
    # ITEMS
    # ------------------------------------------------------------------

    def _candidates_sql(self, company, horizon, as_of):
        """Items due by ``horizon`` and credits of the customers that have such an item, customer by customer."""
        return SQL(
            """
            WITH item AS MATERIALIZED (%(items)s), customer AS MATERIALIZED (
                SELECT DISTINCT partner_id FROM item
                 WHERE residual > 0 AND date_maturity <= %(horizon)s AND partner_id IS NOT NULL
            ), held AS MATERIALIZED (%(held)s)
            SELECT %(columns)s, COALESCE(reached.level_number, 0) AS level_number
              FROM item
              LEFT JOIN (%(reached)s) reached ON reached.move_line_id = item.line_id
              LEFT JOIN held ON held.line_id = item.line_id
             WHERE item.partner_id IN (SELECT partner_id FROM customer)
               AND (item.residual < 0 OR item.date_maturity <= %(horizon)s)
             UNION ALL
            SELECT unbooked.*, 0 FROM (%(unbooked)s) unbooked WHERE partner_id IN (SELECT partner_id FROM customer)
             ORDER BY partner_id, date_maturity, key
            """,
            items=self.env["receivable.ledger"]._open_items_sql(END_OF_TIME, company),
            held=self._held_sql(company, as_of),
            reached=self._reached_sql(company),
            unbooked=self._unbooked_credits_sql(company),
            columns=self._item_columns(),
            horizon=horizon,
        )

    def _open_sql(self, company, partners, as_of):
        """Everything that is open now of a few customers, in the columns of :meth:`_candidates_sql`."""
        return SQL(
            """
            WITH item AS MATERIALIZED (%(items)s), held AS MATERIALIZED (%(held)s)
            SELECT %(columns)s, 0 AS level_number FROM item LEFT JOIN held ON held.line_id = item.line_id
             UNION ALL
            SELECT unbooked.*, 0 FROM (%(unbooked)s) unbooked WHERE partner_id = ANY(%(partners)s)
            """,
            items=self.env["receivable.ledger"]._open_items_sql(END_OF_TIME, company, partners),
            held=self._held_sql(company, as_of),
            unbooked=self._unbooked_credits_sql(company),
            columns=self._item_columns(),
            partners=partners.ids,
        )

    def _item_columns(self):
        return SQL(
            """
            item.partner_id, item.line_id AS key, item.line_id, NULL::int AS statement_line_id, NULL::int AS payment_id,
            item.currency_id, item.date_maturity, item.residual, item.residual_currency, item.no_followup,
            item.in_payment, item.move_id IN (SELECT id FROM account_move WHERE payment_state = 'blocked') AS blocked,
            LEAST(COALESCE(held.amount, 0), abs(item.residual)) AS held, held.reason AS held_reason,
            held.parts AS held_parts
            """,
            to_flush=self.env["account.move"]._fields["payment_state"],
        )

    def _reached_sql(self, company):
        """``(move_line_id, level_number)``: the highest level at which each item was reminded by a notice that reached
        the customer: an e-mail that bounced did not, unless a letter followed."""
        return SQL(
            """
            SELECT line.move_line_id, max(line.level_number) AS level_number
              FROM dunning_notice_line line
              JOIN dunning_notice notice ON notice.id = line.notice_id
               AND (notice.state IN ('sent', 'replied') OR notice.state = 'bounced' AND notice.send_letter)
             WHERE line.is_credit IS NOT TRUE AND line.drop_reason IS NULL AND line.is_covered IS NOT TRUE
               AND notice.company_id = %s
             GROUP BY line.move_line_id
            """,
            company.id,
        )

    # ------------------------------------------------------------------
    # WHAT IS HELD BACK
    # ------------------------------------------------------------------

    def _get_held_parts(self, company, as_of):
        """Statements ``line_id, amount, reason`` over ``item`` (the open items): what must not be claimed, and why.

        To be extended: an empty amount holds the whole item; amounts of one item add up; ``reason`` is a
        ``SkipReason``. Read when notices are proposed and again when they are sent.
        """
        return [
            self.env["dunning.block"]._held_sql(company, as_of),
            self.env["receivable.dispute"]._held_sql(company),
        ]

    def _held_sql(self, company, as_of):
        """``line_id, amount, reason, parts``: one row per item of which something is held; whole items go first.

        ``parts`` is the amount by reason, in company currency (null: the whole item).
        """
        return SQL(
            """
            SELECT line_id, COALESCE(NULLIF(bool_or(amount IS NULL), FALSE)::int * 'infinity'::float, sum(amount))
                       AS amount,
                   (array_agg(reason ORDER BY amount DESC NULLS FIRST, reason))[1] AS reason,
                   jsonb_object_agg(reason, amount) AS parts
              FROM (
                    SELECT line_id, reason, CASE WHEN bool_and(amount IS NOT NULL) THEN sum(amount) END AS amount
                      FROM (%s) part
                     GROUP BY line_id, reason
                   ) by_reason
             GROUP BY line_id
            """,
            SQL(" UNION ALL ").join(self._get_held_parts(company, as_of)),
        )

    # ------------------------------------------------------------------
    # MONEY THAT HAS COME IN, BUT IS NOT BOOKED ON THE CUSTOMER
    # ------------------------------------------------------------------

    def _unbooked_credits_sql(self, company):
        """Unreconciled bank receipts and payments without journal entry, as credits of the commercial partner."""
        return SQL(
            """
            SELECT partner_id, key, NULL::int AS line_id, statement_line_id, payment_id, currency_id, date,
                   -amount AS residual, -amount_currency AS residual_currency, FALSE, FALSE, FALSE, 0::float,
                   NULL::text, NULL::jsonb
              FROM (
                    SELECT partner_id, -2 * id AS key, id AS statement_line_id, NULL::int AS payment_id,
                           currency_id, date, amount, amount_currency
                      FROM (%(bank)s) receipt
                     UNION ALL
                    SELECT partner_id, -2 * id - 1, NULL::int, id, currency_id, date, amount, amount_currency
                      FROM (%(payments)s) payment
                   ) credit
             WHERE amount > 0
            """,
            bank=self._bank_receipts_sql(company),
            payments=self._payments_without_entry_sql(company),
        )

    def _payments_without_entry_sql(self, company):
        """Customer payments under way that have no journal entry, less what is still open of the documents they are
        for: those are not claimed at all. Payments for the same documents pay them together; a payment all of whose
        documents are settled has done its work."""
        payment, move = self.env["account.payment"]._fields, self.env["account.move"]._fields
        return SQL(
            """
            SELECT min(pot.id) AS id, pot.partner_id, pot.currency_id, min(pot.date) AS date,
                   sum(pot.amount) - pot.open AS amount,
                   sum(pot.amount_currency) * (1 - pot.open / NULLIF(sum(pot.amount), 0)) AS amount_currency
              FROM (
                    SELECT payment.id, partner.commercial_partner_id AS partner_id, payment.currency_id, payment.date,
                           abs(payment.amount_company_currency_signed) AS amount, payment.amount AS amount_currency,
                           linked.ids, COALESCE(linked.open, 0) AS open
                      FROM account_payment payment
                      JOIN res_partner partner ON partner.id = payment.partner_id
                      LEFT JOIN LATERAL (
                            SELECT array_agg(invoice.id ORDER BY invoice.id) AS ids,
                                   sum(invoice.amount_residual_signed) AS open
                              FROM account_move__account_payment link
                              JOIN account_move invoice ON invoice.id = link.invoice_id
                             WHERE link.payment_id = payment.id
                           ) linked ON TRUE
                     WHERE payment.move_id IS NULL AND payment.state IN ('in_process', 'paid')
                       AND payment.payment_type = 'inbound' AND payment.partner_type = 'customer'
                       AND payment.company_id = ANY(%(companies)s) AND (linked.ids IS NULL OR linked.open > 0)
                   ) pot
             GROUP BY pot.partner_id, pot.currency_id, pot.ids, pot.open, CASE WHEN pot.ids IS NULL THEN pot.id END
            """,
            companies=self.env["receivable.ledger"]._tree_company_ids(company),
            to_flush=[
                *(payment[name] for name in ("move_id", "state", "amount", "amount_company_currency_signed")),
                *(payment[name] for name in ("partner_id", "date", "invoice_ids", "payment_type", "partner_type")),
                move["amount_residual_signed"],
            ],
        )
