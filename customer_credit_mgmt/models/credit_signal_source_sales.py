"""Early warning from what customers buy."""

from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.tools import SQL

#: Days in which sales are compared, and how many such periods before them make the usual.
SALES_DAYS, SALES_PERIODS = 30, 12
#: A customer who bought nothing for so long has been lost long since: that is no news.
STOPPED_DAYS = 365


class CreditSignalSource(models.AbstractModel):
    _inherit = "credit.signal.source"

    def _get_sales(self, company, as_of, since):
        """Statements of ``partner_id, date, amount`` (company currency, credits negative); bridges add theirs."""
        ledger = self.env["receivable.ledger"]
        return [
            SQL(
                """
                SELECT partner.commercial_partner_id AS partner_id, line.date, line.balance AS amount
                  FROM account_move_line line
                  JOIN res_partner partner ON partner.id = line.partner_id
                 WHERE line.account_id = ANY(%s) AND line.company_id = ANY(%s) AND line.parent_state = 'posted'
                   AND line.display_type = 'payment_term' AND line.date <= %s AND line.date > %s
                """,
                ledger._receivable_account_ids(),
                ledger._tree_company_ids(company),
                as_of,
                since,
                to_flush=ledger._ledger_fields(),
            )
        ]

    def _sales_spike_sql(self, company, as_of):
        """Figure: sales of the last 30 days compared with the average of the 12 periods before."""
        begin = as_of - relativedelta(days=SALES_DAYS)
        since = begin - relativedelta(days=SALES_DAYS * SALES_PERIODS)
        return self._of_customers_sql(
            company,
            SQL(
                """
                SELECT partner_id, recent / before, recent, before, count
                  FROM (
                        SELECT partner_id, sum(amount) FILTER (WHERE date > %(begin)s) AS recent,
                               NULLIF(GREATEST(sum(amount) FILTER (WHERE date <= %(begin)s), 0), 0) / %(periods)s
                                   AS before,
                               count(*) FILTER (WHERE date <= %(begin)s AND amount > 0) AS count
                          FROM (%(sales)s) sale
                         GROUP BY partner_id
                       ) compared
                """,
                begin=begin,
                periods=SALES_PERIODS,
                sales=SQL(" UNION ALL ").join(self._get_sales(company, as_of, since)),
            ),
        )

    def _sales_stop_sql(self, company, as_of):
        """Figure: days without an invoice compared with the usual time between two days with one."""
        return self._of_customers_sql(
            company,
            SQL(
                """
                SELECT partner_id, (%(as_of)s - last) / usual, %(as_of)s - last, usual, days
                  FROM (
                        SELECT partner_id, max(date) AS last, count(DISTINCT date) AS days,
                               (max(date) - min(date))::numeric / NULLIF(count(DISTINCT date) - 1, 0) AS usual
                          FROM (%(sales)s) sale
                         WHERE amount > 0
                         GROUP BY partner_id
                       ) rhythm
                 WHERE last > %(as_of)s - %(stopped)s
                """,
                as_of=SQL("%s::date", as_of),
                stopped=STOPPED_DAYS,
                sales=SQL(" UNION ALL ").join(self._get_sales(company, as_of, as_of - relativedelta(months=24))),
            ),
        )
