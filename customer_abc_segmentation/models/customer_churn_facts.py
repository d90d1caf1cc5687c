"""What churn is computed from: one row per customer, gathered by PostgreSQL."""

from datetime import timedelta

import numpy as np
from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.tools import SQL

from ..core.churn import Facts
from ..core.rhythm_test import EDGES, PRIOR_GAPS


class CustomerChurnFacts(models.AbstractModel):
    """Purchases and net sales of every customer up to a cut, and what came after it.

    Key is the commercial partner; the company of the policy is read with its branches. A *purchase* is a day with at
    least one posted customer invoice; money is net of credit notes, untaxed, in company currency.
    """

    _name = "customer.churn.facts"
    _description = "Churn Facts"
    _inherit = "abc.sales"

    def _day(self, policy):
        return SQL.identifier("move", "invoice_date")

    def _in_window(self, policy, as_of, day):
        """The last 12 months, whatever the window of the policy: margins are compared with their revenue."""
        return SQL("%s > %s AND %s <= %s", day, as_of - relativedelta(months=12), day, as_of)

    # ------------------------------------------------------------------
    # PARTS
    # ------------------------------------------------------------------

    def _days_sql(self, policy, as_of):
        """One row per customer and day with a document: net sales, whether bought, days since the purchase before."""
        documents = self._documents_sql(
            policy,
            as_of,
            SQL(
                "move.commercial_partner_id AS partner_id, move.invoice_date AS day,"
                " sum(move.amount_untaxed_signed)::float AS net, bool_or(move.move_type = 'out_invoice') AS bought"
            ),
        )
        return SQL(
            """
            SELECT *, CASE WHEN bought THEN day - max(CASE WHEN bought THEN day END) OVER (
                               PARTITION BY partner_id ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
                      END AS gap
              FROM (%s AND move.commercial_partner_id IS NOT NULL
                     GROUP BY move.commercial_partner_id, move.invoice_date) document
            """,
            documents,
        )

    def _facts_sql(self, policy, cut, days=0):
        """Rows in the order of ``core.churn.Facts``: all who bought by the cut, and what came ``days`` after it."""
        return SQL(
            """
            SELECT partner_id, count(*) FILTER (WHERE bought AND %(past)s)::int AS count,
                   max(day) FILTER (WHERE bought AND %(past)s) - min(day) FILTER (WHERE bought) AS span,
                   %(cut)s::date - min(day) FILTER (WHERE bought) AS age,
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY gap) FILTER (WHERE %(past)s) AS gap,
                   COALESCE(sum(net) FILTER (WHERE %(past)s), 0) AS net,
                   count(*) FILTER (WHERE bought AND %(year)s)::int AS year_count,
                   COALESCE(sum(net) FILTER (WHERE %(year)s), 0) AS year_net,
                   count(*) FILTER (WHERE bought AND NOT %(past)s)::int AS later_count,
                   COALESCE(sum(net) FILTER (WHERE NOT %(past)s), 0) AS later_net
              FROM (%(days)s) purchase
             GROUP BY partner_id
            HAVING min(day) FILTER (WHERE bought) <= %(cut)s
            """,
            cut=cut,
            past=SQL("day <= %s", cut),
            year=SQL("day <= %s AND day > %s", cut, cut - relativedelta(months=12)),
            days=self._days_sql(policy, cut + timedelta(days=days)),
        )

    def _gap_counts_sql(self, policy, cut, median):
        """How many closed gaps lie in which step of ``EDGES``, in units of the own rhythm (``Rhythm.own``)."""
        return SQL(
            """
            WITH gap AS MATERIALIZED (
                SELECT partner_id, gap FROM (%(days)s) purchase WHERE gap IS NOT NULL
            ), own AS (
                SELECT partner_id, exp(
                           (count(*) * ln(GREATEST(percentile_cont(0.5) WITHIN GROUP (ORDER BY gap), 0.5))
                            + %(prior)s * ln(%(median)s::float)) / (count(*) + %(prior)s)) AS rhythm
                  FROM gap
                 GROUP BY partner_id
            )
            SELECT LEAST(width_bucket(gap.gap / own.rhythm, %(edges)s::float[]), %(last)s) - 1 AS step, count(*)
              FROM gap
              JOIN own ON own.partner_id = gap.partner_id
             GROUP BY step
            """,
            days=self._days_sql(policy, cut),
            prior=PRIOR_GAPS,
            median=median,
            edges=EDGES.tolist(),
            last=len(EDGES) - 1,
        )

    # ------------------------------------------------------------------
    # GATHER
    # ------------------------------------------------------------------

    def _gather(self, policy, cut, days=0):
        """``Facts`` of all customers at a cut, in one query."""
        return Facts.of_rows(self.env.execute_query(self._facts_sql(policy, cut, days)))

    def _gap_counter(self, policy, cut):
        """The histogram of closed gaps at a cut, as ``core.churn.fit`` asks for it."""

        def count(median):
            counts = np.zeros(len(EDGES) - 1, int)
            for step, number in self.env.execute_query(self._gap_counts_sql(policy, cut, median)):
                counts[step] = number
            return counts

        return count

    def _recent_share(self, policy, cut):
        """Purchases of the last three months by the quarterly average of the last 12, or of as many as there are."""
        [(first, recent, year)] = self.env.execute_query(
            SQL(
                """
                SELECT min(day), count(*) FILTER (WHERE day > %s), count(*) FILTER (WHERE day > %s)
                  FROM (%s) purchase WHERE bought
                """,
                cut - relativedelta(months=3),
                cut - relativedelta(months=12),
                self._days_sql(policy, cut),
            )
        )
        months = min((cut - first).days / 30.4375, 12) if first else 0
        return recent / (year * 3 / months) if year and months > 3 else None
