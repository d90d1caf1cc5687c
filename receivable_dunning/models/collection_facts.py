"""What is known of customers when somebody decides whom to contact: read in one statement per company."""

from datetime import timedelta

from odoo import models
from odoo.tools import SQL

from ..core import worklist as core
from .dunning_facts import END_OF_TIME

# Contacts of so many days say how often somebody is reached and how long it takes; promises how well they are kept.
MEMORY_DAYS = 365


class CollectionFacts(models.AbstractModel):
    """Common table expressions over the customers of a root company; all of them are keyed by ``partner_id``."""

    _name = "collection.facts"
    _description = "Collection Facts"

    # ------------------------------------------------------------------
    # MONEY
    # ------------------------------------------------------------------

    def _accounts_sql(self, company, as_of, partners=None):
        """Common table expressions up to ``account``: what each customer owes, and what waiting for it costs.

        Of a branch: what its customers owe to it; credits and money of the whole tree count, wherever they were booked.

        The columns: ``open_amount, overdue_amount`` (as in the exposure), ``claim_amount`` (overdue, free to be claimed
        and not covered by credits or money at the bank), ``held_amount`` (overdue, but disputed, promised, in a plan or
        blocked), ``oldest_days, usual_days, level_number, amount_days, item_count``. Sums are floating point, which is
        much faster than numbers of any length, and are rounded by whoever shows them.

        :param partners: a few commercial partners to restrict to; default: everybody
        """
        facts, root = self.env["dunning.facts"], company.sudo().root_id  # sudo: a branch shares its root's customers
        is_own = self._is_own_sql(company, SQL("item.company_id"))
        return SQL(
            """
            item AS MATERIALIZED (
                SELECT item.*, %(is_own)s AS is_own FROM (%(items)s) item WHERE %(is_own)s OR item.residual < 0
            ), held AS MATERIALIZED (%(held)s), claim AS (
                SELECT item.partner_id, item.line_id AS key, item.line_id, item.residual, item.date_maturity AS due,
                       item.is_own, item.in_payment, expectation.further_days, expectation.usual_days,
                       reached.level_number,
                       CASE WHEN item.residual < 0 OR item.no_followup OR item.in_payment OR blocked.id IS NOT NULL
                            THEN 0
                            WHEN held.line_id IS NULL THEN item.residual
                            ELSE item.residual - LEAST(held.amount, item.residual) END AS free
                  FROM (SELECT partner_id, line_id, move_id, date_maturity, in_payment, no_followup, is_own,
                               residual::float8 AS residual
                          FROM item) item
                  LEFT JOIN held ON held.line_id = item.line_id
                  LEFT JOIN (%(reached)s) reached ON reached.move_line_id = item.line_id
                  LEFT JOIN account_move blocked ON blocked.id = item.move_id AND blocked.payment_state = 'blocked'
                  LEFT JOIN collection_expectation expectation ON expectation.move_line_id = item.line_id
                 WHERE item.partner_id IS NOT NULL
                 UNION ALL
                SELECT partner_id, key, NULL, residual::float8, date, %(is_whole)s, FALSE, NULL, NULL, NULL, 0
                  FROM (%(unbooked)s) unbooked
                 WHERE %(asked_for)s
            ), walk AS (
                -- credits come before the oldest due date: they pay the oldest first
                SELECT claim.*, %(as_of)s - due AS days,
                       sum(CASE WHEN residual < 0 THEN residual ELSE free END) OVER (
                            PARTITION BY partner_id
                                ORDER BY CASE WHEN residual < 0 THEN '-infinity' ELSE due END, key
                       ) AS running
                  FROM claim
            ), left_over AS (
                SELECT walk.*, LEAST(free, GREATEST(running, 0)) AS uncovered FROM walk
            ), account AS MATERIALIZED (
                SELECT partner_id, COALESCE(sum(residual) FILTER (WHERE line_id IS NOT NULL AND is_own), 0)
                            AS open_amount,
                       GREATEST(COALESCE(sum(residual) FILTER (
                            WHERE line_id IS NOT NULL AND is_own AND (residual < 0 OR days > 0 AND NOT in_payment)
                       ), 0), 0) AS overdue_amount,
                       COALESCE(sum(uncovered) FILTER (WHERE days > 0), 0) AS claim_amount,
                       COALESCE(sum(residual - free) FILTER (WHERE days > 0 AND residual > 0), 0) AS held_amount,
                       count(*) FILTER (WHERE days > 0 AND uncovered > 0) AS item_count,
                       COALESCE(max(days) FILTER (WHERE days > 0 AND uncovered > 0), 0) AS oldest_days,
                       max(usual_days) AS usual_days, max(level_number) AS level_number,
                       COALESCE(sum(uncovered * COALESCE(further_days, LEAST(GREATEST(days, 0), %(longest)s))), 0)
                            AS amount_days
                  FROM left_over
                 GROUP BY partner_id
                HAVING bool_or(is_own)
            )
            """,
            items=self.env["receivable.ledger"]._open_items_sql(END_OF_TIME, root, partners),
            is_own=is_own,
            is_whole=company == root,
            held=facts._held_sql(root, as_of),
            reached=facts._reached_sql(root),
            unbooked=facts._unbooked_credits_sql(root),
            asked_for=SQL("TRUE") if partners is None else SQL("partner_id = ANY(%s)", partners.ids),
            as_of=SQL("%s::date", as_of),
            longest=core.LONGEST_DAYS,
            to_flush=self.env["account.move"]._fields["payment_state"],
        )

    def _is_own_sql(self, company, column):
        """Condition on the company in ``column``: it is this one or a branch of it. A root has all of its tree."""
        company = company.sudo()  # sudo: which branches there are is no secret
        if company == company.root_id:
            return SQL("TRUE")
        branches = company.with_context(active_test=False).search([("id", "child_of", company.ids)])
        return SQL("%s = ANY(%s)", column, branches.ids)

    # ------------------------------------------------------------------
    # CONTACTS
    # ------------------------------------------------------------------

    def _talks_sql(self, company, as_of):
        """Contacts that were noted: the last one, the day agreed for calling back, how often somebody was reached."""
        self.env["collection.contact"].flush_model()
        self.env["collection.outcome"].flush_model(["is_reached", "needs_data"])
        return SQL(
            """
            SELECT contact.partner_id, max(contact.date) AS last_contact,
                   max(contact.date) FILTER (WHERE outcome.is_reached) AS last_reached,
                   (array_agg(contact.callback_date ORDER BY contact.date DESC, contact.id DESC))[1] AS callback_date,
                   (array_agg(contact.outcome_id ORDER BY contact.date DESC, contact.id DESC))[1] AS outcome_id,
                   (array_agg(contact.user_id ORDER BY contact.date DESC, contact.id DESC))[1] AS user_id,
                   (array_agg(CASE WHEN outcome.needs_data THEN contact.phone END
                        ORDER BY contact.date DESC, contact.id DESC))[1] AS wrong_phone,
                   count(*) FILTER (WHERE contact.date >= %(since)s) AS tries,
                   count(*) FILTER (WHERE contact.date >= %(since)s AND outcome.is_reached) AS reached
              FROM collection_contact contact
              JOIN collection_outcome outcome ON outcome.id = contact.outcome_id
             WHERE contact.company_id = %(company)s AND contact.state = 'done'
             GROUP BY contact.partner_id
            """,
            company=company.id,
            since=as_of - timedelta(days=MEMORY_DAYS),
        )

    def _habits(self, company, as_of):
        """``(common reach, {action: usual minutes})``, of the contacts of the last twelve months."""
        self.env["collection.contact"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT contact.channel, count(*), count(*) FILTER (WHERE outcome.is_reached),
                       count(*) FILTER (WHERE duration > 0), COALESCE(sum(duration) FILTER (WHERE duration > 0), 0)
                  FROM collection_contact contact
                  JOIN collection_outcome outcome ON outcome.id = contact.outcome_id
                 WHERE contact.company_id = %s AND contact.state = 'done' AND contact.date >= %s
                 GROUP BY contact.channel
                """,
                company.id,
                as_of - timedelta(days=MEMORY_DAYS),
            )
        )
        tries, reached = (sum(row[place] for row in rows) for place in (1, 2))
        timed = {channel: (count, float(total)) for channel, _tries, _reached, count, total in rows}
        company = company.sudo()  # the settings of the root count for whoever works in a branch
        minutes = {
            channel: core.usual_minutes(*timed.get(channel, (0, 0.0)), company[f"collection_{channel}_minutes"])
            for channel in ("phone", "visit", "email")
        }
        return core.chance(tries, reached), minutes
