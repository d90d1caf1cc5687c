"""Money that came in after a promise and is not matched yet: the promise follows the matchings, people should know."""

from odoo import api, fields, models
from odoo.tools import SQL, date_utils, format_date

from ..core.ladder import TOLERANCE
from .dunning_facts import END_OF_TIME, MONEY_JOURNALS


class ReceivablePromise(models.Model):
    _inherit = "receivable.promise"

    money_message = fields.Char(
        string="Money Not Matched",
        compute="_compute_money_message",
        groups="receivable_dunning.group_collections_user",
        help="What came in since the promise was given and is not matched with any item: it may be what was promised.",
    )

    @api.depends("state", "amount_kept", "line_ids.state")
    @api.depends_context("lang")
    def _compute_money_message(self):
        today, messages = fields.Date.context_today(self), {}
        for company, promises in self.grouped("company_id").items():
            for promise_id, amount, day in promises._money_of(company, today):
                messages[promise_id] = self.env._(
                    "%(amount)s that may be this had come in by %(day)s and is not matched yet. Match it before you "
                    "call the customer: the promise follows what is matched.",
                    amount=company.currency_id.format(amount),
                    day=format_date(self.env, day),
                )
        for promise in self:
            promise.money_message = messages.get(promise._origin.id, False)

    def _money_of(self, company, as_of):
        """``[(promise id, amount in company currency, day)]`` of promises for whose next amounts money is there."""
        partners, facts = self.partner_id, self.env["dunning.facts"]
        return self.env.execute_query(
            SQL(
                """
                WITH item AS MATERIALIZED (%(items)s), money AS (%(money)s)
                SELECT promise_id, sum(missing), max(money_on)
                  FROM (%(arrivals)s) arrival
                 WHERE money_on IS NOT NULL AND promise_id = ANY(%(promises)s)
                 GROUP BY promise_id
                """,
                items=self.env["receivable.ledger"]._open_items_sql(END_OF_TIME, company, partners),
                money=self._money_sql(
                    SQL(
                        "SELECT partner_id, date AS day, residual FROM (%s) unbooked WHERE partner_id = ANY(%s)",
                        facts._unbooked_credits_sql(company),
                        partners.ids,
                    ),
                    as_of,
                ),
                arrivals=self._arrivals_sql(company, as_of, SQL("promise.partner_id = ANY(%s)", partners.ids)),
                promises=self.ids,
            )
        )

    def _money_sql(self, unbooked, as_of):
        """``partner_id, day, amount`` of the money that has come in and is not matched, in company currency: credits
        of money journals among ``item`` that are no write-offs, and what ``unbooked`` (``partner_id, day, residual``)
        has. What is dated later has not come in."""
        return SQL(
            """
            SELECT item.partner_id, item.date AS day, -item.residual::float8 AS amount
              FROM item
              JOIN account_move move ON move.id = item.move_id
              JOIN account_journal journal ON journal.id = move.journal_id AND journal.type = ANY(%(journals)s)
             WHERE item.residual < 0 AND item.date <= %(as_of)s AND NOT %(is_forgiven)s
             UNION ALL
            SELECT partner_id, day, -residual::float8 FROM (%(unbooked)s) unbooked WHERE day <= %(as_of)s
            """,
            journals=list(MONEY_JOURNALS),
            as_of=SQL("%s::date", as_of),
            is_forgiven=self.env["receivable.settlement"]._forgiven_condition(),
            unbooked=unbooked,
            to_flush=[self.env["account.move"]._fields["journal_id"], self.env["account.journal"]._fields["type"]],
        )

    def _arrivals_sql(self, company, as_of, condition):
        """``promise_id, partner_id, date_promised, missing, money_on``: each promised amount that is not matched, and
        the day on which ``money`` for it had come in (null: it is not there).

        Money counts from the day on which the earliest of the promises was given; it is for the amounts in the order
        of their days, each once. What was promised anew counts for the newer promise.
        """
        missing = SQL(
            "LEAST((part.amount - COALESCE(part.amount_kept, 0)) * item.amount_residual"
            " / NULLIF(item.amount_residual_currency, 0), item.amount_residual)::float8"
        )
        return SQL(
            """
            SELECT awaited.promise_id, awaited.partner_id, awaited.date_promised, awaited.missing,
                   arrived.day AS money_on
              FROM (%(awaited)s) awaited
              LEFT JOIN (
                    SELECT part_id, min(day) AS day
                      FROM (SELECT awaited.part_id, awaited.needed, money.day, sum(money.amount) OVER (
                                       PARTITION BY awaited.part_id ORDER BY money.day) AS running
                              FROM (%(awaited)s) awaited
                              JOIN money ON money.partner_id = awaited.partner_id AND money.day >= awaited.since) come
                     WHERE running >= needed - %(tolerance)s
                     GROUP BY part_id
                   ) arrived USING (part_id)
            """,
            awaited=self._awaited_sql(company, as_of, missing, condition),
            tolerance=SQL("%s::float8", TOLERANCE),
        )

    def _awaited_sql(self, company, as_of, missing, condition):
        """Promised amounts that are not matched: ``needed`` with those before it, since the earliest promise.

        Money of a customer counts wherever it was booked, and so do the promises before: of a branch, its own are left.
        """
        root = company.sudo().root_id  # sudo: a branch shares its root's customers
        return SQL(
            """
            SELECT promise_id, partner_id, part_id, date_promised, missing, needed, since
              FROM (SELECT promise.id AS promise_id, promise.partner_id, part.id AS part_id, part.date_promised,
                           item.company_id, %(missing)s AS missing, sum(%(missing)s) OVER by_day AS needed,
                           min(promise.date) OVER by_day AS since
                      FROM receivable_promise promise
                      JOIN receivable_promise_line part ON part.promise_id = promise.id
                      JOIN account_move_line item ON item.id = part.move_line_id
                     WHERE promise.company_id = %(root)s AND %(condition)s AND %(missing)s > 0
                       AND promise.state IN ('open', 'partly', 'broken') AND promise.cancelled_on IS NULL
                       AND (promise.date_decided IS NULL OR promise.date_decided > %(since)s)
                       AND NOT EXISTS (
                            SELECT FROM receivable_promise_line again
                              JOIN receivable_promise newer ON newer.id = again.promise_id
                             WHERE again.move_line_id = part.move_line_id AND newer.id > promise.id
                               AND newer.state <> 'cancelled' AND promise.state <> 'open'
                           )
                    WINDOW by_day AS (PARTITION BY promise.partner_id ORDER BY part.date_promised, part.id)) part
             WHERE %(is_own)s
            """,
            missing=missing,
            root=root.id,
            is_own=self.env["collection.facts"]._is_own_sql(company, SQL("part.company_id")),
            condition=condition,
            since=date_utils.subtract(as_of, years=1),
            to_flush=self.env["collection.facts"]._promise_fields(),
        )
