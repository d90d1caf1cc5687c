"""How customers paid: the figures that scores and predictions are built on."""

from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.tools import SQL

from ..core.shrinkage import HALF_LIFE_DAYS


class ReceivableLedger(models.AbstractModel):
    _inherit = "receivable.ledger"

    def _next_business_day_sql(self, due):
        """``next_business_day`` of core/shrinkage.py.

        Days since a Monday, in whole numbers: three times as fast as ``extract``.
        """
        return SQL(
            "%(due)s + CASE (%(due)s - DATE '0001-01-01') %% 7 WHEN 4 THEN 3 WHEN 5 THEN 2 ELSE 1 END",
            due=due,
        )

    def _grace_days_sql(self, company=None):
        """Days of grace of the company in the column ``company_id`` (a root): an expression."""
        # sudo: a branch shares its root's rules whoever asks
        roots = (company or self.env.companies).sudo().root_id
        grace = {root.id: root.credit_grace_days for root in roots}
        if len(set(grace.values())) == 1:
            return SQL("%s", next(iter(grace.values())))
        cases = SQL(" ").join(SQL("WHEN %s THEN %s", root, days) for root, days in grace.items())
        return SQL("CASE company_id %s END", cases)

    def _late_after_sql(self, due, company=None):
        """The last day on time for a due date: ``late_after`` of core/shrinkage.py; see :meth:`_grace_days_sql`."""
        return SQL("%s + %s", self._next_business_day_sql(due), self._grace_days_sql(company))

    def _judged_condition(self):
        """Condition on the item ``line``: its settling says how the customer pays. Addons that settle items for him
        extend it."""
        return SQL("TRUE")

    def _settlements_sql(self, as_of, window_start, company=None, of_partners=None):
        """``(line_id, amount, settled_on, parts)``: what was matched with debits in the window, up to ``as_of``.

        :param of_partners: condition on ``line`` that restricts it to some customers; default: everybody
        """
        accounts = self._receivable_account_ids()
        lines = SQL("SELECT line.id FROM account_move_line line WHERE %s", of_partners or SQL("TRUE"))
        return SQL(
            """
            SELECT debit_move_id AS line_id, sum(amount) AS amount, max(max_date) AS settled_on, count(*) AS parts
              FROM account_partial_reconcile
             WHERE company_id = ANY(%(companies)s) AND max_date <= %(as_of)s AND max_date > %(window_start)s
               AND NOT EXISTS (
                    SELECT 1 FROM account_move_line draft WHERE draft.id = credit_move_id AND %(is_matched_draft)s
                   )
               AND %(matched)s
             GROUP BY debit_move_id
            """,
            companies=self._tree_company_ids(company),
            as_of=as_of,
            window_start=window_start,
            is_matched_draft=self._matched_draft_condition(accounts),
            # of some customers: look their matchings up; of all: reading them in one go is faster
            matched=SQL("TRUE") if of_partners is None else SQL("debit_move_id IN (%s)", lines),
        )

    def _payment_behaviour_sql(self, as_of, months=24, company=None, partners=None):
        """How customers paid, one row per commercial partner and root company that was ever invoiced.

        Counted are the instalments of posted invoices and receipts dated in the ``months`` before ``as_of`` and settled
        by then, by their days from the due date to the day of the settling match (negative: early). What is not known
        (no settled instalment, too little for a trend) is NULL, never 0.

        :return: ``SQL`` with ``partner_id, company_id, invoice_count`` (instalments in the window), ``settled_count,
            days_late_avg, days_late_weighted`` (by amount), ``days_late_median, days_late_worst`` (open overdue items
            included), ``late_share_count, late_share_amount, partial_share, days_late_trend`` (settled in the last 3
            months less the 9 before, amount-weighted), ``days_since_payment, overdue_amount, overdue_days,
            turnover_12m`` (net of credit notes, tax included), ``first_invoice_date``, and for the probability of
            paying late (core/shrinkage.py) ``outcome_count`` (settled, or open and late), ``outcome_weight`` and
            ``late_weight`` (sums of the weights by age)
        """
        accounts = self._receivable_account_ids()
        of_partners = self._partner_condition(partners, SQL("line.partner_id"))
        day = SQL("%s::date", as_of)
        window_start = SQL("%s::date", as_of - relativedelta(months=months))
        return SQL(
            """
            WITH matching AS MATERIALIZED (
                %(settlements)s
            ), instalment AS (
                SELECT partner.commercial_partner_id AS partner_id, %(root)s AS company_id, line.move_id,
                       line.date, COALESCE(line.date_maturity, line.date) AS date_maturity, line.balance,
                       line.date > %(window_start)s AND line.balance > 0 AND %(judged)s AS in_window,
                       matching.settled_on,
                       matching.settled_on - COALESCE(line.date_maturity, line.date) AS days_late, matching.parts,
                       CASE WHEN matching.line_id IS NOT NULL THEN line.balance END AS settled
                  FROM account_move_line line
                  JOIN res_partner partner ON partner.id = line.partner_id
                  LEFT JOIN matching ON matching.line_id = line.id AND matching.amount = line.balance
                   AND line.date > %(window_start)s AND line.balance > 0 AND %(judged)s
                 WHERE line.account_id = ANY(%(accounts)s) AND line.company_id = ANY(%(companies)s)
                   AND line.parent_state = 'posted' AND line.display_type = 'payment_term'
                   AND line.date <= %(as_of)s AND %(partners)s
            ), judged AS (
                SELECT instalment.*, settled_on IS NULL OR settled_on > %(late_after)s AS is_late,
                       -- the ones not past their last day on time are not judged yet, see core/shrinkage.py
                       CASE WHEN in_window AND %(late_after)s < %(as_of)s
                             AND (settled_on IS NOT NULL OR move_id NOT IN (%(in_payment)s))
                            THEN power(0.5, (%(as_of)s - date_maturity)::float8 / %(half_life)s) END AS weight
                  FROM instalment
            ), behaviour AS (
                SELECT partner_id, company_id, count(*) FILTER (WHERE in_window) AS invoice_count,
                       COALESCE(sum(balance) FILTER (WHERE date > %(year_start)s), 0) AS turnover_12m,
                       min(date) FILTER (WHERE balance > 0) AS first_invoice_date,
                       count(settled) AS settled_count,
                       count(*) FILTER (WHERE settled IS NOT NULL OR weight IS NOT NULL) AS outcome_count,
                       COALESCE(sum(weight), 0) AS outcome_weight,
                       COALESCE(sum(weight) FILTER (WHERE is_late), 0) AS late_weight,
                       avg(days_late) AS days_late_avg,
                       sum(days_late * settled) / sum(settled) AS days_late_weighted,
                       percentile_cont(0.5) WITHIN GROUP (ORDER BY days_late) AS days_late_median,
                       max(days_late) AS days_late_worst,
                       avg((days_late > 0)::int) AS late_share_count,
                       sum(settled) FILTER (WHERE days_late > 0) / sum(settled) AS late_share_raw,
                       avg((parts > 1)::int) AS partial_share,
                       sum(days_late * settled) FILTER (WHERE settled_on > %(trend_start)s)
                           / sum(settled) FILTER (WHERE settled_on > %(trend_start)s)
                       - sum(days_late * settled)
                           FILTER (WHERE settled_on <= %(trend_start)s AND settled_on > %(year_start)s)
                           / sum(settled) FILTER (WHERE settled_on <= %(trend_start)s AND settled_on > %(year_start)s)
                           AS days_late_trend,
                       %(as_of)s - max(settled_on) AS days_since_payment
                  FROM judged
                 GROUP BY partner_id, company_id
            ), exposure AS (%(exposure)s)
            SELECT partner_id, company_id, behaviour.invoice_count, behaviour.settled_count,
                   behaviour.days_late_avg, behaviour.days_late_weighted, behaviour.days_late_median,
                   GREATEST(behaviour.days_late_worst, NULLIF(exposure.overdue_days, 0)) AS days_late_worst,
                   behaviour.late_share_count,
                   CASE WHEN behaviour.settled_count > 0 THEN COALESCE(behaviour.late_share_raw, 0) END
                       AS late_share_amount,
                   behaviour.partial_share, behaviour.days_late_trend, behaviour.days_since_payment,
                   COALESCE(exposure.overdue_amount, 0) AS overdue_amount,
                   COALESCE(exposure.overdue_days, 0) AS overdue_days,
                   behaviour.turnover_12m, behaviour.first_invoice_date,
                   behaviour.outcome_count, behaviour.outcome_weight, behaviour.late_weight
              FROM behaviour
              LEFT JOIN exposure USING (partner_id, company_id)
            """,
            accounts=accounts,
            companies=self._tree_company_ids(company),
            root=self._root_company_sql(SQL("line.company_id"), company),
            settlements=self._settlements_sql(day, window_start, company, None if partners is None else of_partners),
            partners=of_partners,
            exposure=self._exposure_sql(as_of, company, partners),
            in_payment=self._moves_in_payment_sql(as_of),
            late_after=self._late_after_sql(SQL("date_maturity"), company),
            judged=self._judged_condition(),
            half_life=SQL("%s::float8", HALF_LIFE_DAYS),
            as_of=day,
            window_start=window_start,
            year_start=SQL("%s::date", as_of - relativedelta(months=12)),
            trend_start=SQL("%s::date", as_of - relativedelta(months=3)),
            to_flush=self._ledger_fields(),
        )
