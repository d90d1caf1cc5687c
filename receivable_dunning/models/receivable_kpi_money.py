"""Sales and money of a period. Money is what came in, not what an entry of a bank settled along with it."""

from odoo import models
from odoo.fields import Domain
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
            SELECT move_id, partner_id, company_id, journal_id, date, date_maturity, display_type, balance
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
              LEFT JOIN (%(differences)s) difference ON difference.move_id = line.move_id
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

        ``difference``: row of :meth:`_differences_sql` of its entry, if there is one.
        """
        return SQL(
            """
            CASE WHEN line.journal_id = ANY(%(journals)s) AND line.display_type IS DISTINCT FROM 'payment_term'
                 THEN -line.balance * (1 - CASE WHEN sign(line.balance) = difference.side
                                                THEN difference.share ELSE 0 END) END
            """,
            journals=self._money_journal_ids(company_ids),
        )

    def _differences_sql(self, entries):
        """``(move_id, side, share)``: the part of entries of money journals that is no money.

        Such an entry books against the receivables not only bank, cash, or what is on the way there, but also profit or
        loss with its tax: a loss, a discount, a bank charge. That part of its items on ``side`` (-1 credits, 1 debits)
        was not paid. What goes the same way as the receivables (a sale in the same entry) has nothing to do with them.

        :param entries: statement of ids of entries
        """
        line = self.env["account.move.line"]._fields
        return SQL(
            """
            SELECT move_id, side, LEAST(-side * other / gross, 1) AS share
              FROM (SELECT entry.move_id, sign(sum(entry.balance) FILTER (WHERE entry.is_item)) AS side,
                           sum(entry.balance) FILTER (WHERE NOT entry.is_item) AS other,
                           abs(sum(entry.balance) FILTER (WHERE entry.is_item AND entry.balance < 0)) AS credits,
                           sum(entry.balance) FILTER (WHERE entry.is_item AND entry.balance > 0) AS debits
                      FROM (SELECT move_id, balance, account_id = ANY(%(receivable)s) AS is_item
                              FROM account_move_line
                             WHERE move_id IN (%(entries)s)
                               AND (account_id = ANY(%(receivable)s) OR account_id = ANY(%(no_money)s)
                                    OR tax_line_id IS NOT NULL)) entry
                     GROUP BY entry.move_id) entry
             CROSS JOIN LATERAL (SELECT CASE WHEN side < 0 THEN credits ELSE debits END) AS part(gross)
             WHERE side * other < 0
            """,
            receivable=self.env["receivable.ledger"]._receivable_account_ids(),
            no_money=self._no_money_account_ids(),
            entries=entries,
            to_flush=[line[name] for name in ("move_id", "account_id", "balance", "tax_line_id")],
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

    # ------------------------------------------------------------------
    # RECORDS
    # ------------------------------------------------------------------

    def _collected_domain(self, company_ids, date_from, date_to):
        """The journal items that add up to the money of some days (credited, so negative): items of bank, cash and
        card journals, and what their entries settled without money."""
        settled, no_money = self._differences_domains(company_ids, date_from, date_to)
        items = self._items_domain() & Domain("journal_id.type", "in", MONEY_JOURNALS)
        return self._booked_domain(company_ids, date_from, date_to) & (items | settled & no_money)

    def _others_domain(self, company_ids, date_from, date_to):
        """The items that are neither sales nor money; of a payment with a difference all but the difference."""
        settled, no_money = self._differences_domains(company_ids, date_from, date_to)
        items = self._items_domain() & Domain("journal_id.type", "not in", MONEY_JOURNALS)
        return self._booked_domain(company_ids, date_from, date_to) & (items | settled & ~no_money)

    def _booked_domain(self, company_ids, date_from, date_to):
        return (
            Domain("parent_state", "=", "posted")
            & Domain("company_id", "in", company_ids)
            & Domain("date", ">=", date_from)
            & Domain("date", "<=", date_to)
        )

    def _items_domain(self):
        return Domain("account_id.account_type", "=", "asset_receivable") & Domain("display_type", "!=", "payment_term")

    def _differences_domains(self, company_ids, date_from, date_to):
        """The entries that settled something without money, and which of their items say so."""
        rows = self.env.execute_query(self._period_differences_sql(company_ids, date_from, date_to))
        no_money = Domain("account_id", "in", self._no_money_account_ids()) | Domain("tax_line_id", "!=", False)
        return Domain("move_id", "in", [move_id for move_id, *_share in rows]), no_money
