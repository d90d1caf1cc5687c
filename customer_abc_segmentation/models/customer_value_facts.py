"""What customer value is made of: one row per customer, gathered by PostgreSQL."""

from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.tools import SQL


class CustomerValueFacts(models.AbstractModel):
    """Purchases, revenue and rhythm of the customers as of a date, and who is a prospect.

    Key is the commercial partner; the company of the policy is read with its branches. Documents count when posted,
    on their invoice date. A *purchase* is a day with at least one invoice; credit notes are netted from the revenue.
    """

    _name = "customer.value.facts"
    _description = "Customer Value Facts"
    _inherit = "abc.sales"

    def _day(self, policy):
        return SQL.identifier("move", "invoice_date")

    def _customers_sql(self, policy, as_of):
        """One row per customer with a document up to a date.

        :return: ``SQL`` of a SELECT with ``partner_id`` (commercial), ``first_invoice_date, last_invoice_date,
            purchase_count, frequency, gap_median, gap_spread, gap_ended`` of the purchases, ``monetary`` and one column
            per period of the trend (``_period_columns``), 0 up to the period of the first purchase, which is incomplete
        """
        start, _end = policy._get_window(as_of)
        columns = self._period_columns(policy)
        return SQL(
            """
            WITH bought AS (
                SELECT partner_id, day,
                       day - lag(day) OVER (PARTITION BY partner_id ORDER BY day) AS gap
                  FROM (%(purchases)s) purchase
            ), rhythm AS (
                SELECT partner_id, min(day) AS first_invoice_date, max(day) AS last_invoice_date,
                       count(*)::int AS purchase_count,
                       (count(*) FILTER (WHERE day >= %(start)s))::int AS frequency,
                       CASE WHEN count(gap) >= %(gaps)s
                            THEN percentile_cont(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY gap) END AS quartile,
                       max(gap) FILTER (WHERE day > %(won_back)s) AS gap_ended
                  FROM bought
                 GROUP BY partner_id
            )
            SELECT money.partner_id, first_invoice_date, last_invoice_date,
                   COALESCE(purchase_count, 0) AS purchase_count,
                   COALESCE(frequency, 0) AS frequency, quartile[2] AS gap_median,
                   quartile[3] - quartile[1] AS gap_spread, gap_ended, monetary, %(columns)s
              FROM (%(money)s) money
              LEFT JOIN rhythm ON rhythm.partner_id = money.partner_id
            """,
            purchases=self._purchases_sql(policy, as_of),
            start=start,
            gaps=policy.rhythm_minimum_gaps,
            won_back=as_of - relativedelta(days=policy.won_back_days),
            columns=SQL(", ").join(
                SQL("CASE WHEN first_invoice_date <= %s THEN %s ELSE 0 END AS %s", begin, column, column)
                for begin, column in zip(policy._get_growth_bounds(as_of), columns, strict=False)
            ),
            money=self._money_sql(policy, as_of, columns),
        )

    def _purchases_sql(self, policy, as_of):
        """The days on which each customer bought."""
        documents = self._documents_sql(
            policy, as_of, SQL("DISTINCT move.commercial_partner_id AS partner_id, move.invoice_date AS day")
        )
        return SQL("%s AND move.move_type = 'out_invoice' AND move.commercial_partner_id IS NOT NULL", documents)

    def _period_columns(self, policy):
        return [SQL.identifier(f"period_{number}") for number in range(policy.growth_period_count)]

    def _money_sql(self, policy, as_of, columns):
        """Revenue of the window and of each period of the trend, in one plain aggregate."""
        bounds = policy._get_growth_bounds(as_of)
        periods = SQL(", ").join(
            SQL(
                "COALESCE(sum(move.amount_untaxed_signed)"
                " FILTER (WHERE move.invoice_date >= %s AND move.invoice_date < %s), 0) AS %s",
                *(first, after, column),
            )
            for first, after, column in zip(bounds, bounds[1:], columns, strict=False)
        )
        aggregates = SQL(
            """
            move.commercial_partner_id AS partner_id,
            COALESCE(sum(move.amount_untaxed_signed) FILTER (WHERE %s), 0) AS monetary, %s
            """,
            self._in_window(policy, as_of, self._day(policy)),
            periods,
        )
        return SQL(
            "%s AND move.commercial_partner_id IS NOT NULL GROUP BY move.commercial_partner_id",
            self._documents_sql(policy, as_of, aggregates),
        )

    def _prospects_sql(self, policy, as_of):
        """``partner_id`` of the contacts that match the policy and that nobody ever invoiced."""
        # sudo: who is a prospect must not depend on which contacts the person who refreshes may see
        partners = self.env["res.partner"].sudo().with_context(active_test=True)
        domain = policy._get_prospect_domain()
        names = "active commercial_partner_id company_id"
        return SQL(
            """
            SELECT partner.id AS partner_id
              FROM res_partner partner
             WHERE partner.active AND partner.commercial_partner_id = partner.id
               AND (partner.company_id IS NULL OR partner.company_id = ANY(%(companies)s))
               AND partner.create_date < %(after)s AND partner.id IN %(matching)s
               AND NOT EXISTS (
                   SELECT FROM account_move move
                    WHERE move.commercial_partner_id = partner.id AND move.state = 'posted'
                      AND move.move_type IN ('out_invoice', 'out_refund') AND move.invoice_date <= %(as_of)s)
            """,
            companies=self._company_ids(policy),
            after=as_of + relativedelta(days=1),
            matching=partners._search(domain).subselect(),
            as_of=as_of,
            to_flush=[*(partners._fields[name] for name in names.split()), *self._document_fields()],
        )
