"""Sales and money of a period. Money is what came in, not what an entry of a bank settled along with it."""

from odoo import models
from odoo.tools import SQL

from .dunning_facts import MONEY_JOURNALS

# Accounts of profit and loss: what an entry books there settles an item without money.
NO_MONEY_TYPES = (
    "income",
    "income_other",
    "expense",
    "expense_other",
    "expense_depreciation",
    "expense_direct_cost",
)


class ReceivableKpiFacts(models.AbstractModel):
    _inherit = "receivable.kpi.facts"

    # ------------------------------------------------------------------
    # ITEMS
    # ------------------------------------------------------------------

    def _receivable_items_sql(self, company_ids, date_from, date_to):
        """Posted items of receivable accounts that companies booked from one day to another."""
        line = self.env["account.move.line"]._fields
        names = "account_id partner_id company_id journal_id move_id date date_maturity parent_state display_type"
        return SQL(
            """
            SELECT id, move_id, partner_id, company_id, journal_id, date, date_maturity, display_type, balance
              FROM account_move_line
             WHERE account_id = ANY(%(accounts)s) AND company_id = ANY(%(companies)s) AND parent_state = 'posted'
               AND date BETWEEN %(date_from)s AND %(date_to)s
            """,
            accounts=self.env["receivable.ledger"]._receivable_account_ids(),
            companies=company_ids,
            date_from=date_from,
            date_to=date_to,
            to_flush=[line[name] for name in (*names.split(), "balance")],
        )

    def _activity_sql(self, period):
        return SQL(
            """
            SELECT partner.commercial_partner_id AS partner_id,
                   sum(line.balance) FILTER (WHERE line.display_type = 'payment_term') AS sales_amount,
                   sum(%(money)s) AS collected_amount,
                   sum(line.balance) FILTER (WHERE line.display_type = 'payment_term' AND line.balance > 0
                                               AND COALESCE(line.date_maturity, line.date) < %(end)s) AS due_amount
              FROM (%(lines)s) line
              LEFT JOIN (%(differences)s) difference ON difference.line_id = line.id
              LEFT JOIN res_partner partner ON partner.id = line.partner_id
             GROUP BY 1
            """,
            money=self._money_sql(period.company_ids),
            end=period.date_to,
            lines=self._receivable_items_sql(period.company_ids, period.date_from, period.date_to),
            differences=self._period_differences_sql(period.company_ids, period.date_from, period.date_to),
            to_flush=[self.env["res.partner"]._fields["commercial_partner_id"]],
        )

    # ------------------------------------------------------------------
    # MONEY
    # ------------------------------------------------------------------

    def _money_sql(self, company_ids):
        """What came in by the item ``line``, negative for what was paid back; NULL where it is no money at all.

        ``difference``: its row of :meth:`_differences_sql`, if there is one.
        """
        return SQL(
            """
            CASE WHEN line.journal_id = ANY(%(journals)s) AND line.display_type IS DISTINCT FROM 'payment_term'
                 THEN -line.balance * COALESCE(difference.paid_share, 1) END
            """,
            journals=self._money_journal_ids(company_ids),
        )

    def _differences_sql(self, entries):
        """``(line_id, paid_share)`` of items that entries of money journals settled in part, or wholly, without money.

        Such an entry books against the receivables not only bank, cash, or what is on the way there, but also profit or
        loss with its tax: a loss, a discount, a bank charge. What it books so for one of its customers (``own``) was
        not paid by that customer. What it books for nobody among them, and more than a customer settled (``rest``), is
        spread over all items of the entry that are left. Items of the other ``side`` (-1 credits, 1 debits) are not
        touched, and what goes the same way as the receivables (a sale in the same entry) has nothing to do with them.

        :param entries: statement of ids of entries
        """
        return SQL(
            """
            SELECT unnest(line_ids) AS line_id, (1 - own / gross) * (1 - spread) AS paid_share
              FROM (SELECT *, sign(sum(items) OVER entry) AS entry_side, sum(rest) OVER entry AS entry_rest,
                           sum(gross - own) OVER (PARTITION BY move_id, side) AS side_left
                      FROM (%(parts)s) part
                    WINDOW entry AS (PARTITION BY move_id)) part
             CROSS JOIN LATERAL (SELECT CASE WHEN side = entry_side AND side * entry_rest < 0 AND side_left > 0
                                             THEN LEAST(-side * entry_rest / side_left, 1) ELSE 0 END) AS of_all(spread)
             WHERE own > 0 OR spread > 0
            """,
            parts=self._entry_parts_sql(entries),
        )

    def _entry_parts_sql(self, entries):
        """What entries book per customer: ``items`` of receivables with their ``side``; ids and amount of those on it
        (``line_ids``, ``gross``); what settles them without money (``own``), and what else is no money (``rest``)."""
        line = self.env["account.move.line"]._fields
        return SQL(
            """
            SELECT move_id, side, items, line_ids, gross, own,
                   CASE WHEN partner_id IS NULL OR items IS NULL THEN other
                        WHEN own > 0 THEN other + side * own ELSE 0 END AS rest
              FROM (SELECT line.move_id, partner.commercial_partner_id AS partner_id,
                           sum(line.balance) FILTER (WHERE is_item) AS items,
                           COALESCE(sum(line.balance) FILTER (WHERE NOT is_item), 0) AS other,
                           -sum(line.balance) FILTER (WHERE is_item AND line.balance < 0) AS credits,
                           sum(line.balance) FILTER (WHERE is_item AND line.balance > 0) AS debits,
                           array_agg(line.id) FILTER (WHERE is_item AND line.balance < 0) AS credit_ids,
                           array_agg(line.id) FILTER (WHERE is_item AND line.balance > 0) AS debit_ids
                      FROM account_move_line line
                      LEFT JOIN res_partner partner ON partner.id = line.partner_id
                     CROSS JOIN LATERAL (SELECT line.account_id = ANY(%(receivable)s)) AS account(is_item)
                     WHERE line.move_id IN (%(entries)s)
                       AND (is_item OR line.account_id = ANY(%(no_money)s) OR line.tax_line_id IS NOT NULL)
                     GROUP BY 1, 2) booked
             CROSS JOIN LATERAL (SELECT sign(items)) AS way(side)
             CROSS JOIN LATERAL (SELECT CASE WHEN side < 0 THEN credits ELSE debits END,
                                        CASE WHEN side < 0 THEN credit_ids ELSE debit_ids END) AS paid(gross, line_ids)
             CROSS JOIN LATERAL (SELECT CASE WHEN partner_id IS NOT NULL AND side * other < 0
                                             THEN LEAST(-side * other, gross) ELSE 0 END) AS of_customer(own)
            """,
            receivable=self.env["receivable.ledger"]._receivable_account_ids(),
            no_money=self._no_money_account_ids(),
            entries=entries,
            to_flush=[
                *(line[name] for name in ("move_id", "partner_id", "account_id", "balance", "tax_line_id")),
                self.env["res.partner"]._fields["commercial_partner_id"],
            ],
        )

    def _period_differences_sql(self, company_ids, date_from, date_to):
        """:meth:`_differences_sql` of all entries that companies booked from one day to another."""
        line = self.env["account.move.line"]._fields
        names = ("account_id", "company_id", "journal_id", "parent_state", "date")
        return self._differences_sql(
            SQL(
                """
                SELECT move_id
                  FROM account_move_line
                 WHERE account_id = ANY(%(no_money)s) AND journal_id = ANY(%(journals)s)
                   AND company_id = ANY(%(companies)s) AND parent_state = 'posted'
                   AND date BETWEEN %(date_from)s AND %(date_to)s
                """,
                no_money=self._no_money_account_ids(),
                journals=self._money_journal_ids(company_ids),
                companies=company_ids,
                date_from=date_from,
                date_to=date_to,
                to_flush=[line[name] for name in names],
            )
        )

    def _money_journal_ids(self, company_ids):
        # sudo: a branch shares the journals of its root company, whose figures whoever may see them
        journals = self.env["account.journal"].sudo().with_context(active_test=False)
        companies = self.env["res.company"].sudo().browse(company_ids).root_id
        domain = [("company_id", "child_of", companies.ids), ("type", "in", MONEY_JOURNALS)]
        return list(journals._search(domain).get_result_ids())

    def _no_money_account_ids(self):
        # sudo: which accounts take the losses is no secret to whoever may see the figures
        accounts = self.env["account.account"].sudo().with_context(active_test=False)
        found = accounts._search([("account_type", "in", NO_MONEY_TYPES)]).get_result_ids()
        companies = self.env["res.company"].sudo().search([("bad_debt_account_ids", "!=", False)])
        return [*found, *(companies.bad_debt_account_ids | companies.bad_debt_tax_account_id).ids]
