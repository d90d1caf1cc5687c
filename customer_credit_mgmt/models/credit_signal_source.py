from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.tools import SQL


class CreditSignalSource(models.AbstractModel):
    """What the kinds of early warning look at: one statement per kind for all customers of a root company.

    Each ``_<kind>_sql(company, as_of)`` gives ``profile_id, figure, recent, before, count, record, note`` (see
    core/signals.py), one row per profile; what is not known is NULL or no row.
    """

    _name = "credit.signal.source"
    _description = "Sources of Early Warning"

    # ------------------------------------------------------------------
    # PARTS
    # ------------------------------------------------------------------

    def _kind_sql(self, kind, company, as_of):
        """The statement of a kind (a value object of credit_signal_kind.py), its figure rounded as it is judged."""
        statement = getattr(self, f"_{kind.key}_sql")(company, as_of)
        return SQL(
            """
            SELECT found.profile_id AS profile, round(found.figure::numeric, %s)::float8 AS figure,
                   found.recent::float8 AS recent, found.before::float8 AS before, found.count, found.record, found.note
              FROM (%s) AS found(profile_id, figure, recent, before, count, record, note)
             WHERE found.figure IS NOT NULL
            """,
            kind.digits,
            statement,
        )

    def _of_customers_sql(self, company, found):
        """Rows by commercial partner as rows by profile.

        :param found: statement of ``partner_id, figure, recent, before, count``
        """
        return SQL(
            """
            SELECT profile.id, found.figure, found.recent, found.before, found.count::int, NULL::int, NULL::text
              FROM (%s) AS found(partner_id, figure, recent, before, count)
              JOIN credit_profile profile ON profile.partner_id = found.partner_id AND profile.company_id = %s
            """,
            found,
            company.id,
            to_flush=[self.env["credit.profile"]._fields[name] for name in ("partner_id", "company_id")],
        )

    def _position_sql(self, company, as_of):
        """``partner_id, receivable_amount, overdue_amount, overdue_days`` on a day."""
        ledger = self.env["receivable.ledger"]
        components = tuple(ledger._get_exposure_components(as_of, company))
        return SQL(
            "SELECT partner_id, receivable_amount, overdue_amount, overdue_days FROM (%s) AS position",
            ledger._exposure_sql(as_of, company, without=components),
        )

    def _instalments_sql(self, company, as_of, since=None, partners=None):
        """Instalments of posted customer invoices dated after ``since`` (default: all), as of a day.

        :return: ``line_id, move_id, partner_id`` (commercial), ``date, due, amount`` (company currency), ``settled_on``
            (day of the last match of what is settled), ``touched_on`` (day of the last match), ``parts`` (matches),
            ``in_payment``
        """
        ledger = self.env["receivable.ledger"]
        accounts, companies = ledger._receivable_account_ids(), ledger._tree_company_ids(company)
        day, begin = SQL("%s::date", as_of), SQL("%s::date", since) if since else SQL("'-infinity'::date")
        return SQL(
            """
            WITH matching AS MATERIALIZED (
                SELECT debit_move_id AS line_id, sum(amount) AS amount, max(max_date) AS touched_on, count(*) AS parts
                  FROM account_partial_reconcile
                 WHERE company_id = ANY(%(companies)s) AND max_date <= %(as_of)s AND max_date > %(begin)s
                   AND NOT EXISTS (
                        SELECT 1 FROM account_move_line draft WHERE draft.id = credit_move_id AND %(is_matched_draft)s
                       )
                 GROUP BY debit_move_id
            )
            SELECT line.id AS line_id, line.move_id, partner.commercial_partner_id AS partner_id, line.date,
                   COALESCE(line.date_maturity, line.date) AS due, line.balance AS amount,
                   CASE WHEN matching.amount = line.balance THEN matching.touched_on END AS settled_on,
                   matching.touched_on, COALESCE(matching.parts, 0) AS parts,
                   line.move_id IN (%(in_payment)s) AS in_payment
              FROM account_move_line line
              JOIN res_partner partner ON partner.id = line.partner_id
              LEFT JOIN matching ON matching.line_id = line.id
             WHERE line.account_id = ANY(%(accounts)s) AND line.company_id = ANY(%(companies)s)
               AND line.parent_state = 'posted' AND line.display_type = 'payment_term' AND line.balance > 0
               AND line.date <= %(as_of)s AND line.date > %(begin)s AND %(partners)s
            """,
            accounts=accounts,
            companies=companies,
            as_of=day,
            begin=begin,
            is_matched_draft=ledger._matched_draft_condition(accounts),
            in_payment=ledger._moves_in_payment_sql(as_of),
            partners=ledger._partner_condition(partners, SQL("line.partner_id")),
            to_flush=ledger._ledger_fields(),
        )

    # ------------------------------------------------------------------
    # PAYMENTS
    # ------------------------------------------------------------------

    def _pays_later_sql(self, company, as_of):
        """Figure: average days late now less before. An open item counts with its days so far, which is the least."""
        return self._of_customers_sql(
            company,
            SQL(
                """
                SELECT partner_id, recent - before, recent, before, LEAST(recent_count, before_count)
                  FROM (
                        SELECT partner_id,
                               sum(late * amount) FILTER (WHERE is_recent) / sum(amount) FILTER (WHERE is_recent)
                                   AS recent,
                               sum(late * amount) FILTER (WHERE NOT is_recent)
                                   / sum(amount) FILTER (WHERE NOT is_recent) AS before,
                               count(*) FILTER (WHERE is_recent) AS recent_count,
                               count(*) FILTER (WHERE NOT is_recent) AS before_count
                          FROM (
                                SELECT partner_id, amount, COALESCE(settled_on, %(as_of)s) - due AS late,
                                       COALESCE(settled_on, %(as_of)s) > %(recent)s AS is_recent
                                  FROM (%(instalments)s) instalment
                                 WHERE settled_on > %(before)s
                                    OR settled_on IS NULL AND due < %(as_of)s AND due > %(recent)s AND NOT in_payment
                               ) judged
                         GROUP BY partner_id
                       ) average
                """,
                **self._windows(company, as_of),
            ),
        )

    def _partial_payments_sql(self, company, as_of):
        """Figure: share of invoices paid in parts now less before; each counts when its last payment came."""
        return self._of_customers_sql(
            company,
            SQL(
                """
                SELECT partner_id, recent - before, recent, before, LEAST(recent_count, before_count)
                  FROM (
                        SELECT partner_id,
                               avg((parts > 1 OR settled_on IS NULL)::int) FILTER (WHERE touched_on > %(recent)s)
                                   AS recent,
                               avg((parts > 1 OR settled_on IS NULL)::int) FILTER (WHERE touched_on <= %(recent)s)
                                   AS before,
                               count(*) FILTER (WHERE touched_on > %(recent)s) AS recent_count,
                               count(*) FILTER (WHERE touched_on <= %(recent)s) AS before_count
                          FROM (%(instalments)s) instalment
                         WHERE touched_on > %(before)s
                         GROUP BY partner_id
                       ) share
                """,
                **self._windows(company, as_of),
            ),
        )

    def _windows(self, company, as_of):
        """The last 3 months and the 9 before, and the instalments that can matter in them."""
        return {
            "as_of": SQL("%s::date", as_of),
            "recent": SQL("%s::date", as_of - relativedelta(months=3)),
            "before": SQL("%s::date", as_of - relativedelta(months=12)),
            "instalments": self._instalments_sql(company, as_of, as_of - relativedelta(months=24)),
        }

    def _overdue_share_sql(self, company, as_of):
        """Figure: overdue part of the open receivable today less that part three months ago."""
        return self._of_customers_sql(
            company,
            SQL(
                """
                SELECT partner_id, LEAST(now.overdue_amount / now.receivable_amount, 1)
                                   - LEAST(earlier.overdue_amount / earlier.receivable_amount, 1),
                       LEAST(now.overdue_amount / now.receivable_amount, 1),
                       LEAST(earlier.overdue_amount / earlier.receivable_amount, 1), NULL
                  FROM (%s) now
                  JOIN (%s) earlier USING (partner_id)
                 WHERE now.receivable_amount > 0 AND earlier.receivable_amount > 0
                """,
                self._position_sql(company, as_of),
                self._position_sql(company, as_of - relativedelta(months=3)),
            ),
        )

    def _first_overdue_sql(self, company, as_of):
        """Figure: days overdue of who was never late before, by the same measure as the probability of paying late."""
        return self._of_customers_sql(
            company,
            SQL(
                """
                WITH late AS MATERIALIZED (SELECT * FROM (%(position)s) now WHERE overdue_days > 0)
                SELECT partner_id, late.overdue_days, late.overdue_amount, NULL, history.paid
                  FROM late
                  JOIN (
                        SELECT partner_id, count(settled_on) AS paid, bool_or(settled_on > %(late_after)s) AS was_late
                          FROM (%(instalments)s) instalment
                         WHERE partner_id IN (SELECT partner_id FROM late)
                         GROUP BY partner_id
                       ) history USING (partner_id)
                 WHERE history.was_late IS NOT TRUE
                """,
                position=self._position_sql(company, as_of),
                instalments=self._instalments_sql(company, as_of),
                late_after=self.env["receivable.ledger"]._late_after_sql(SQL("due")),
            ),
        )

    # ------------------------------------------------------------------
    # EXPOSURE
    # ------------------------------------------------------------------

    def _utilization_sql(self, company, as_of):
        return SQL(
            """
            SELECT profile_id, utilization, exposure_amount, limit_amount, NULL::int, NULL::int, NULL::text
              FROM (%s) figure
            """,
            self.env["credit.profile"]._figures_sql(as_of, company),
        )

    def _concentration_sql(self, company, as_of):
        """Figure: share in the sum of all open receivables; customers who are in credit do not make it smaller."""
        return self._of_customers_sql(
            company,
            SQL(
                """
                SELECT partner_id, receivable_amount / sum(receivable_amount) OVER (), receivable_amount,
                       sum(receivable_amount) OVER (), NULL
                  FROM (%s) now
                 WHERE receivable_amount > 0
                """,
                self._position_sql(company, as_of),
            ),
        )
