"""Floor of the first page of the limitation list: the items that run out first.

It knows that every open item has its date, that nothing is matched later or with drafts, and that there is no case.
"""

from odoo.tools import SQL

from .ledger import context


def first_page(env, limit=80, most=10_001):
    """``(line_id, document, last day, open, number of all up to most)``: names are read for the page only."""
    items = SQL(
        """
          FROM account_move_line line
          JOIN limitation_term term ON term.move_line_id = line.id
         WHERE line.account_id IN %(accounts)s AND line.company_id = %(company)s AND line.parent_state = 'posted'
           AND line.reconciled IS NOT TRUE AND line.amount_residual <> 0 AND line.amount_residual > 0
        """,
        **context(env),
    )
    return SQL(
        """
        SELECT page.id, move.name, page.date_limit, page.amount_residual,
               (SELECT count(*) FROM (SELECT 1 %(items)s LIMIT %(most)s) counted)
          FROM (
                SELECT line.id, line.move_id, term.date_limit, line.amount_residual %(items)s
                 ORDER BY term.date_limit, line.id
                 LIMIT %(limit)s
               ) page
          JOIN account_move move ON move.id = page.move_id
         ORDER BY page.date_limit, page.id
        """,
        items=items,
        most=most,
        limit=limit,
    )
