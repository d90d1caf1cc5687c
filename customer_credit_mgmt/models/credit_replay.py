"""The position of every customer just before every past document, rebuilt by one statement."""

from datetime import timedelta

from odoo import models
from odoo.tools import SQL


class CreditReplay(models.AbstractModel):
    """What a check would have known on each past day: a union of events and a running window over them.

    The receivable before a document is the running sum of what was booked. What is *overdue by more than n days* is a
    running sum too: an item joins it n + 1 days after its due date with what is open then, and leaves it as it is
    matched; credits count from their own date until they are matched. It is above zero exactly when the oldest item
    that credits do not cover is more than n days overdue (``receivable.ledger._exposure_sql``).

    Within a day payments and credit notes come first, then the documents in the order of their ids.
    """

    _name = "credit.replay"
    _description = "Replay of the Ledger"

    # ------------------------------------------------------------------
    # ITEMS
    # ------------------------------------------------------------------

    def _item_sql(self, plan, company):
        """Items open on the eve of the period, and those booked since.

        ``due`` of a credit is -infinity: it counts from its own date. ``until`` is the day from which a payment without
        journal entry keeps the item from being overdue. ``document_id`` is set on what customer documents book.
        """
        ledger = self.env["receivable.ledger"]
        return SQL(
            """
            SELECT item.*, paying.date AS until
              FROM (
                    SELECT line_id, move_id, partner_id, %(eve)s AS date, residual AS amount, 0 AS document_id,
                           CASE WHEN residual < 0 THEN '-infinity' ELSE date_maturity END AS due
                      FROM (%(opening)s) opening
                     UNION ALL
                    SELECT line.id, line.move_id, partner.commercial_partner_id, line.date, line.balance,
                           CASE WHEN line.display_type = 'payment_term' AND line.balance > 0
                                THEN line.move_id ELSE 0 END,
                           CASE WHEN line.balance < 0 THEN '-infinity'
                                ELSE COALESCE(line.date_maturity, line.date) END
                      FROM account_move_line line
                      LEFT JOIN res_partner partner ON partner.id = line.partner_id
                     WHERE line.account_id = ANY(%(accounts)s) AND line.company_id = ANY(%(companies)s)
                       AND line.parent_state = 'posted' AND line.date > %(eve)s AND line.date <= %(today)s
                   ) item
              LEFT JOIN (
                    SELECT link.invoice_id, min(payment.date) AS date
                      FROM account_payment payment
                      JOIN account_move__account_payment link ON link.payment_id = payment.id
                     WHERE payment.move_id IS NULL AND payment.state IN ('in_process', 'paid')
                     GROUP BY link.invoice_id
                   ) paying ON paying.invoice_id = item.move_id AND item.due > '-infinity'
            """,
            opening=ledger._open_items_sql(self._eve(plan), company),
            accounts=ledger._receivable_account_ids(),
            companies=ledger._tree_company_ids(company),
            eve=SQL("%s::date", self._eve(plan)),
            today=SQL("%s::date", plan.period.today),
            to_flush=ledger._ledger_fields(),
        )

    def _eve(self, plan):
        return plan.period.date_from - timedelta(days=1)

    def _matched_sql(self, plan, company):
        """Matchings since the eve between posted entries, with both of their items."""
        return SQL(
            """
            SELECT matching.amount, matching.max_date AS date,
                   debit.line_id AS debit_id, debit.partner_id AS debit_partner_id, debit.due AS debit_due,
                   debit.until AS debit_until, debit.move_id AS debit_move_id,
                   credit.line_id AS credit_id, credit.partner_id AS credit_partner_id, credit.due AS credit_due,
                   credit.until AS credit_until, credit.move_id AS credit_move_id
              FROM account_partial_reconcile matching
              JOIN item debit ON debit.line_id = matching.debit_move_id
              JOIN item credit ON credit.line_id = matching.credit_move_id
             WHERE matching.company_id = ANY(%s) AND matching.max_date > %s AND matching.max_date <= %s
            """,
            self.env["receivable.ledger"]._tree_company_ids(company),
            self._eve(plan),
            plan.period.today,
        )

    def _movement_sql(self, plan, company):
        """What was booked and what was matched, item by item: amounts add up to what is open as of any date."""
        return SQL(
            """
            WITH item AS MATERIALIZED (%(items)s), matched AS MATERIALIZED (%(matched)s)
            SELECT line_id, move_id, partner_id, due, until, date, amount, amount AS booked, document_id,
                   NULL::int AS matched_move_id
              FROM item
             UNION ALL
            SELECT debit_id, debit_move_id, debit_partner_id, debit_due, debit_until, date, -amount, 0, 0,
                   credit_move_id
              FROM matched
             UNION ALL
            SELECT credit_id, credit_move_id, credit_partner_id, credit_due, credit_until, date, amount, 0, 0,
                   debit_move_id
              FROM matched
            """,
            items=self._item_sql(plan, company),
            matched=self._matched_sql(plan, company),
        )

    # ------------------------------------------------------------------
    # EVENTS
    # ------------------------------------------------------------------

    def _columns(self, plan):
        """What is summed up along the days of a customer."""
        return [
            *("booked_amount", "paid_amount", "limit_amount", "rating_amount", "rating_count"),
            *(f"overdue_{shift}" for shift in plan.shifts),
        ]

    def _event_sql(self, plan, company):
        """What changed the position of a customer: one row per customer, day and document (0: none of these)."""
        columns = self._columns(plan)
        return SQL(
            """
            SELECT partner_id, date, document_id, %(sums)s
              FROM (%(rows)s) part(partner_id, date, document_id, %(names)s)
             GROUP BY partner_id, date, document_id
            """,
            sums=SQL(", ").join(SQL("sum(%(name)s) AS %(name)s", name=SQL.identifier(name)) for name in columns),
            names=SQL(", ").join(SQL.identifier(name) for name in columns),
            rows=SQL(" UNION ALL ").join(
                self._event_part(columns, amounts, source) for amounts, source in self._event_sources(plan, company)
            ),
        )

    def _event_part(self, columns, amounts, source):
        """One source in the columns of all. Most of what joins leaves on the same day: it is netted before."""
        sums = {name: SQL("sum(%s)", amount) for name, amount in amounts.items()}
        return SQL(
            "SELECT partner_id, date, document_id, %s FROM (%s) source WHERE partner_id IS NOT NULL"
            " GROUP BY partner_id, date, document_id HAVING document_id > 0 OR %s",
            # typed, so that the union does not convert every row once more for each of its branches
            SQL(", ").join(sums.get(name, SQL("0::numeric")) for name in columns),
            source,
            SQL(" OR ").join(SQL("%s <> 0", amount) for amount in sums.values()),
        )

    def _event_sources(self, plan, company):
        """Pairs of ``{column: expression}`` and a statement of ``(partner_id, date, document_id, ...)``."""
        booked = SQL("SELECT partner_id, date, document_id, amount FROM credit_replay_movement WHERE booked <> 0")
        # what was open on the eve is no payment of the period
        paid = SQL("CASE WHEN amount < 0 AND date > %s THEN -amount ELSE 0 END", self._eve(plan))
        yield {"booked_amount": SQL("amount"), "paid_amount": paid}, booked
        for shift in plan.shifts:
            yield {f"overdue_{shift}": SQL("amount")}, self._overdue_sql(plan, shift)
        cover = SQL("SELECT *, 0 AS document_id FROM (%s) part", self._cover_steps_sql(company))
        yield {"booked_amount": SQL("amount")}, cover
        limits = SQL("SELECT *, -1 AS document_id FROM (%s) part", self._limit_steps_sql(company))
        yield {"limit_amount": SQL("amount")}, limits
        if plan.limits.basis == "rating":
            ratings = SQL("SELECT *, -1 AS document_id FROM (%s) part", self._rating_steps_sql(plan, company))
            yield {"rating_amount": SQL("amount"), "rating_count": SQL("rated::numeric")}, ratings

    def _overdue_sql(self, plan, shift):
        """When amounts join and leave what is overdue by more than ``shift`` days, net of credits."""
        return SQL(
            """
            SELECT partner_id, entry.date, amount,
                   -- a document that was overdue when it was booked does not count against itself
                   CASE WHEN entry.date = movement.date THEN document_id ELSE 0 END AS document_id
              FROM credit_replay_movement movement
             CROSS JOIN LATERAL (SELECT GREATEST(date, due + %(days)s) AS date) entry
             WHERE entry.date <= %(today)s AND (until IS NULL OR entry.date < until)
             UNION ALL
            SELECT partner_id, until, -amount, 0
              FROM credit_replay_movement movement
             CROSS JOIN LATERAL (SELECT GREATEST(date, due + %(days)s) AS date) entry
             WHERE until <= %(today)s AND entry.date < until
            """,
            days=shift + 1,
            today=plan.period.today,
        )

    # ------------------------------------------------------------------
    # RUNNING WINDOW
    # ------------------------------------------------------------------

    def _gather(self, plan, company):
        """Rebuild the positions in temporary tables, which are analysed so that the planner knows what it joins.

        ``credit_replay_movement``, ``_running`` and ``_document``; they go with the transaction.
        """
        self._keep("movement", self._movement_sql(plan, company))
        self._keep("running", self._running_sql(plan, company))
        self._keep("document", self._documents_sql(plan))

    def _keep(self, name, statement):
        table = SQL.identifier(f"credit_replay_{name}")
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", table))
        self.env.cr.execute(SQL("CREATE TEMPORARY TABLE %s ON COMMIT DROP AS %s", table, statement))
        self.env.cr.execute(SQL("ANALYZE %s", table))

    def _running_sql(self, plan, company):
        """Running sums up to each event, and what the event itself adds to them (``own_``)."""
        own = ("booked_amount", *(f"overdue_{shift}" for shift in plan.shifts))
        return SQL(
            """
            SELECT partner_id, date, document_id, %(own)s, %(sums)s
              FROM (%(events)s) event
            WINDOW up_to AS (PARTITION BY partner_id ORDER BY date, document_id ROWS UNBOUNDED PRECEDING)
            """,
            events=self._event_sql(plan, company),
            own=SQL(", ").join(SQL("%s AS %s", SQL.identifier(name), SQL.identifier(f"own_{name}")) for name in own),
            sums=SQL(", ").join(
                SQL("sum(%(name)s) OVER up_to AS %(name)s", name=SQL.identifier(name)) for name in self._columns(plan)
            ),
        )

    def _documents_sql(self, plan):
        """The position just before every document of the period.

        :return: ``SQL`` of a SELECT with ``document_id, partner_id, date, amount, is_immediate, receivable_amount``
            (all that counts in the exposure), ``paid_amount`` (payments and credit notes since the eve),
            ``limit_amount, rating_amount, rating_count``, and ``overdue_<n>`` for each shift: above zero when the
            oldest item that credits do not cover is more than n days overdue
        """
        return SQL(
            """
            SELECT running.document_id, running.partner_id, running.date, move.amount_total_signed AS amount,
                   COALESCE(move.invoice_date_due <= move.invoice_date, FALSE) AS is_immediate,
                   running.booked_amount - running.own_booked_amount AS receivable_amount, running.paid_amount,
                   running.limit_amount, running.rating_amount, running.rating_count, %(overdue)s
              FROM credit_replay_running running
              JOIN account_move move ON move.id = running.document_id
             WHERE running.document_id > 0 AND running.date <= %(date_to)s AND move.amount_total_signed > 0
               AND move.move_type IN ('out_invoice', 'out_receipt')
            """,
            overdue=SQL(", ").join(
                SQL(
                    "running.%(name)s - running.%(own)s AS %(name)s",
                    name=SQL.identifier(f"overdue_{shift}"),
                    own=SQL.identifier(f"own_overdue_{shift}"),
                )
                for shift in plan.shifts
            ),
            date_to=plan.period.date_to,
            to_flush=[
                self.env["account.move"]._fields[name]
                for name in ("amount_total_signed", "invoice_date", "invoice_date_due", "move_type")
            ],
        )
