"""Floor of the receivables figures of a month: its sums by salesperson and in all, and the sales of half a year.

It knows that no draft is matched, that nothing was written off or promised and that nobody has a collector, and does
without the concentration.
"""

from datetime import timedelta

from odoo.tools import SQL

from .ledger import context


def month(env, period):
    """``(whether all, user id, opening, closing, current, sales, collected)`` in one statement."""
    return SQL(
        """
        SELECT GROUPING(customer.user_id), customer.user_id, sum(opening), sum(closing), sum(current), sum(sales),
               sum(collected)
          FROM (
                SELECT partner_id,
                       CASE WHEN date <= %(before)s THEN amount_residual END AS opening,
                       CASE WHEN date <= %(last)s THEN amount_residual END AS closing,
                       CASE WHEN date <= %(last)s AND COALESCE(date_maturity, date) >= %(last)s
                            THEN amount_residual END AS current, NULL::numeric AS sales, NULL::numeric AS collected
                  FROM account_move_line
                 WHERE account_id IN %(accounts)s AND company_id = %(company)s AND parent_state = 'posted'
                   AND reconciled IS NOT TRUE AND amount_residual <> 0
                 UNION ALL
                SELECT line.partner_id,
                       CASE WHEN line.date <= %(before)s THEN matching.amount END,
                       CASE WHEN line.date <= %(last)s AND matching.max_date > %(last)s THEN matching.amount END,
                       CASE WHEN line.date <= %(last)s AND matching.max_date > %(last)s
                             AND COALESCE(line.date_maturity, line.date) >= %(last)s THEN matching.amount END,
                       NULL, NULL
                  FROM (SELECT debit_move_id AS line_id, amount, max_date FROM account_partial_reconcile
                         WHERE company_id = %(company)s AND max_date > %(before)s
                         UNION ALL
                        SELECT credit_move_id, -amount, max_date FROM account_partial_reconcile
                         WHERE company_id = %(company)s AND max_date > %(before)s) matching
                  JOIN account_move_line line ON line.id = matching.line_id
                 WHERE line.date <= %(last)s
                 UNION ALL
                SELECT line.partner_id, NULL, NULL, NULL,
                       CASE WHEN line.display_type = 'payment_term' THEN line.balance END,
                       CASE WHEN line.display_type <> 'payment_term' AND journal.type IN ('bank', 'cash', 'credit')
                            THEN -line.balance END
                  FROM account_move_line line
                  JOIN account_journal journal ON journal.id = line.journal_id
                 WHERE line.account_id IN %(accounts)s AND line.company_id = %(company)s
                   AND line.parent_state = 'posted' AND line.date BETWEEN %(first)s AND %(last)s
               ) part
          LEFT JOIN res_partner contact ON contact.id = part.partner_id
          LEFT JOIN res_partner customer ON customer.id = contact.commercial_partner_id
         GROUP BY GROUPING SETS ((), (customer.user_id))
        """,
        before=period.date_from - timedelta(days=1),
        first=period.date_from,
        last=period.date_to,
        **context(env),
    )


def sales(env, first, last):
    """Sales by salesperson and month."""
    return SQL(
        """
        SELECT customer.user_id, date_trunc('month', line.date), sum(line.balance)
          FROM account_move_line line
          LEFT JOIN res_partner contact ON contact.id = line.partner_id
          LEFT JOIN res_partner customer ON customer.id = contact.commercial_partner_id
         WHERE line.account_id IN %(accounts)s AND line.company_id = %(company)s AND line.parent_state = 'posted'
           AND line.display_type = 'payment_term' AND line.date BETWEEN %(first)s AND %(last)s
         GROUP BY 1, 2
        """,
        first=first,
        last=last,
        **context(env),
    )
