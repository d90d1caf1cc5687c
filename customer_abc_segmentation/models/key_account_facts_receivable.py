from odoo import models
from odoo.tools import SQL

#: Upper ends of the aging strip in days overdue; the last strip is open.
BOUNDS = (0, 30, 60, 90)


class KeyAccountFacts(models.AbstractModel):
    """Facts of the receivable accounts, as of the last day of the period.

    An open item is a posted item of a receivable account with a residual on that day: its balance less what was matched
    up to then with posted items. The sum of the open items is the balance of the accounts, to the cent. Unallocated
    payments and credit notes pay the oldest first: what is overdue is less them.
    """

    _inherit = "key.account.facts"

    def _receivable_fields(self):
        line = self.env["account.move.line"]._fields
        partial = self.env["account.partial.reconcile"]._fields
        names = "account_id partner_id company_id move_id parent_state date date_maturity balance amount_residual"
        return [
            *(line[name] for name in names.split()),
            *(partial[name] for name in ("debit_move_id", "credit_move_id", "amount", "max_date")),
            self.env["res.partner"]._fields["commercial_partner_id"],
        ]

    def _items_of_scope(self, scope):
        """Condition on ``line`` and ``partner``: the customers' posted receivable items up to the last day."""
        return SQL(
            "line.account_id = ANY(%s) AND line.company_id = ANY(%s) AND line.parent_state = 'posted'"
            " AND line.date <= %s AND partner.commercial_partner_id = ANY(%s)",
            self.env["abc.sales"]._receivable_account_ids(),
            scope.company_ids,
            scope.period.end,
            scope.partner_ids,
        )

    def _open_items_sql(self, scope):
        """``partner_id, move_id, date, due, age`` (days overdue, 0 or less: not due) and ``residual`` of open items."""
        return SQL(
            """
            SELECT partner.commercial_partner_id AS partner_id, line.id, line.move_id, line.date,
                   COALESCE(line.date_maturity, line.date) AS due,
                   CASE WHEN line.move_id IN (%(in_payment)s) THEN 0
                        ELSE %(as_of)s::date - COALESCE(line.date_maturity, line.date) END AS age,
                   line.balance - matched.amount AS residual
              FROM account_move_line line
              JOIN res_partner partner ON partner.id = line.partner_id
              JOIN LATERAL (
                   SELECT COALESCE(sum(part.amount), 0) AS amount
                     FROM (
                           SELECT matching.amount
                             FROM account_partial_reconcile matching
                             JOIN account_move_line other ON other.id = matching.credit_move_id
                            WHERE matching.debit_move_id = line.id AND matching.max_date <= %(as_of)s
                              AND other.parent_state = 'posted'
                            UNION ALL
                           SELECT -matching.amount
                             FROM account_partial_reconcile matching
                             JOIN account_move_line other ON other.id = matching.debit_move_id
                            WHERE matching.credit_move_id = line.id AND matching.max_date <= %(as_of)s
                              AND other.parent_state = 'posted'
                          ) part
                   ) matched ON TRUE
             WHERE %(of_scope)s AND line.balance <> matched.amount
            """,
            as_of=scope.period.end,
            in_payment=self._moves_in_payment_sql(scope),
            of_scope=self._items_of_scope(scope),
            to_flush=self._receivable_fields(),
        )

    def _moves_in_payment_sql(self, scope):
        """Documents with a payment under way that has no journal entry: the residual stands, but is not overdue."""
        payment = self.env["account.payment"]._fields
        return SQL(
            """
            SELECT link.invoice_id
              FROM account_payment payment
              JOIN account_move__account_payment link ON link.payment_id = payment.id
             WHERE payment.move_id IS NULL AND payment.state IN ('in_process', 'paid') AND payment.date <= %s
            """,
            scope.period.end,
            to_flush=[payment["move_id"], payment["state"], payment["date"], payment["invoice_ids"]],
        )

    # ------------------------------------------------------------------
    # FIGURES
    # ------------------------------------------------------------------

    def _get_receivables(self, scope):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner_id, sum(residual), GREATEST(sum(residual) FILTER (WHERE residual < 0 OR age > 0), 0),
                       max(age) FILTER (WHERE residual > 0)
                  FROM (%s) item
                 GROUP BY partner_id
                """,
                self._open_items_sql(scope),
            )
        )
        opening = dict(self._get_openings(scope))
        found = {partner_id: facts for partner_id, *facts in rows}
        result = {}
        for partner_id in scope.partner_ids:
            receivable, overdue, age = found.get(partner_id, (0.0, 0.0, 0))
            result[partner_id] = {
                "receivable": receivable,
                "overdue": overdue or 0.0,
                "overdue_days": max(age or 0, 0) if overdue else 0,
                "receivable_opening": opening.get(partner_id, 0.0),
            }
        return result

    def _get_openings(self, scope):
        """Balance of the receivable accounts on the day before the period."""
        return self.env.execute_query(
            SQL(
                """
                SELECT partner.commercial_partner_id, sum(line.balance)
                  FROM account_move_line line
                  JOIN res_partner partner ON partner.id = line.partner_id
                 WHERE %s AND line.date < %s
                 GROUP BY partner.commercial_partner_id
                """,
                self._items_of_scope(scope),
                scope.period.start,
            )
        )

    def _get_aging(self, scope):
        """Open amounts not due, up to 30, 60, 90 and more days overdue, and unallocated credits (negative)."""
        age = SQL("CASE WHEN residual < 0 THEN 5 ELSE width_bucket(age, %s) END", [bound + 1 for bound in BOUNDS])
        rows = self.env.execute_query(
            SQL(
                "SELECT partner_id, %s AS strip, sum(residual) FROM (%s) item GROUP BY 1, 2",
                age,
                self._open_items_sql(scope),
            )
        )
        found, currency = {}, scope.company.currency_id
        for partner_id, strip, amount in rows:
            found.setdefault(partner_id, [0.0] * (len(BOUNDS) + 2))[strip] = currency.round(amount)
        return found

    def _get_open_items(self, scope):
        """The largest open items: ``[{document, date, due, age, amount}]``."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT item.partner_id, move.name, item.date, item.due, item.age, item.residual
                  FROM (
                        SELECT item.*, row_number() OVER (
                                   PARTITION BY partner_id ORDER BY residual DESC, due, id) AS place
                          FROM (%s) item
                         WHERE residual > 0
                       ) item
                  JOIN account_move move ON move.id = item.move_id
                 WHERE place <= %s
                 ORDER BY item.partner_id, place
                """,
                self._open_items_sql(scope),
                scope.top,
                to_flush=[self.env["account.move"]._fields["name"]],
            )
        )
        found, currency = {}, scope.company.currency_id
        for partner_id, document, dated, due, age, amount in rows:
            item = {"document": document, "date": dated.isoformat(), "due": due.isoformat(), "age": age}
            found.setdefault(partner_id, []).append(item | {"amount": currency.round(amount)})
        return found
