"""Was the warning right? What happened to the customer until the day of judgement, and to all others meanwhile."""

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

#: An item this many days past its due date is what the warnings warn of.
LATE_DAYS = 30
#: Days of signals that are judged in one statement.
BATCH_DAYS = 31


class CreditSignal(models.Model):
    _inherit = "credit.signal"

    @api.model
    def _cron_judge_signals(self):
        """Nightly: judge what is due, some days of signals at a time."""
        today = fields.Date.context_today(self)
        due = [("judge_date", "<=", today), ("judged_on", "=", False)]
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=self.search_count(due))
        while company := self.search(due, limit=1).company_id:
            if not cron._commit_progress(self._judge(company, today)):
                break

    @api.model
    def _judge(self, company, today):
        """Judge the oldest signals of a company that are due; return how many."""
        self.flush_model()
        oldest = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT date, judge_date FROM credit_signal
                 WHERE company_id = %s AND judge_date <= %s AND judged_on IS NULL
                 ORDER BY date, judge_date LIMIT %s
                """,
                company.id,
                today,
                BATCH_DAYS,
            )
        )
        if not oldest:
            return 0
        judged = self.env.execute_query(self._judge_sql(company, today, oldest))
        self.invalidate_model(flush=False)
        return len(judged)

    def _judge_sql(self, company, today, windows):
        """Judge the signals of some ``(date, day of judgement)``; active is who was invoiced in the year before.

        A signal is right when the first event of its customer came after it and until its day of judgement.
        """
        since = min(date for date, _until in windows)
        return SQL(
            """
            WITH period(date, until) AS (VALUES %(windows)s), instalment AS MATERIALIZED (%(instalments)s),
            event(partner_id, day, cause) AS MATERIALIZED (%(events)s),
            base AS MATERIALIZED (%(base)s),
            happened AS MATERIALIZED (
                SELECT DISTINCT ON (signal.id) signal.id, signal.date, signal.judge_date, event.day, event.cause
                  FROM credit_signal signal
                  JOIN period ON signal.date = period.date AND signal.judge_date = period.until
                  LEFT JOIN event ON event.partner_id = signal.partner_id AND event.day > signal.date
                                 AND event.day <= signal.judge_date
                 WHERE signal.company_id = %(company)s AND signal.judged_on IS NULL
                 ORDER BY signal.id, event.day, event.cause
            )
            UPDATE credit_signal signal
               SET judged_on = %(today)s, base_rate = base.rate,
                   outcome = COALESCE(signal.outcome, CASE WHEN happened.day IS NULL THEN 'wrong' ELSE 'right' END),
                   outcome_cause = CASE WHEN signal.outcome IS NULL THEN COALESCE(happened.cause, 'nothing')
                                        ELSE signal.outcome_cause END,
                   outcome_date = CASE WHEN signal.outcome IS NULL THEN happened.day ELSE signal.outcome_date END
              FROM happened
              LEFT JOIN base ON base.date = happened.date AND base.until = happened.judge_date
             WHERE happened.id = signal.id
            RETURNING signal.id
            """,
            base=self._base_rates_sql(since),
            windows=SQL(", ").join(SQL("(%s::date, %s::date)", date, until) for date, until in windows),
            instalments=self._instalments_since_sql(company, today, windows),
            events=SQL(" UNION ALL ").join(self._get_events(company, today, since)),
            today=SQL("%s::date", today),
            company=company.id,
        )

    def _base_rates_sql(self, first_day):
        """``date, until, rate``: share of the active customers whom an event struck in each ``period``."""
        return SQL(
            """
            WITH spell AS MATERIALIZED (%s), struck AS (
                SELECT DISTINCT period.date, period.until, event.partner_id
                  FROM period
                  JOIN event ON event.day > period.date AND event.day <= period.until
            )
            SELECT period.date, period.until, avg((struck.partner_id IS NOT NULL)::int) AS rate
              FROM period
              JOIN spell ON spell.first_day <= period.date AND spell.last_day > period.date - INTERVAL '1 year'
              LEFT JOIN struck ON struck.date = period.date AND struck.until = period.until
                              AND struck.partner_id = spell.partner_id
             GROUP BY period.date, period.until
            """,
            self._spells_sql(first_day),
        )

    def _spells_sql(self, first_day):
        """``partner_id, first_day, last_day``: invoices of a customer without a year between two, of ``instalment``.

        One or two rows per customer, so that comparing each day of signals with all customers reads no invoice twice.

        :param first_day: of the signals that are judged; who was not invoiced in the year before it is not there
        """
        return SQL(
            """
            SELECT partner_id, min(date) AS first_day, max(date) AS last_day
              FROM (
                    SELECT partner_id, date, count(*) FILTER (WHERE begins) OVER earlier AS number
                      FROM (
                            SELECT partner_id, date, lag(date) OVER earlier <= date - INTERVAL '1 year' AS begins
                              FROM instalment
                             WHERE date > %(first_day)s - INTERVAL '1 year'
                            WINDOW earlier AS (PARTITION BY partner_id ORDER BY date)
                           ) invoice
                    WINDOW earlier AS (PARTITION BY partner_id ORDER BY date)
                   ) numbered
             GROUP BY partner_id, number
            """,
            first_day=SQL("%s::date", first_day),
        )

    def _instalments_since_sql(self, company, today, windows):
        since = min(date for date, _until in windows) - relativedelta(months=24)
        return self.env["credit.signal.source"]._instalments_sql(company, today, since)

    def _get_events(self, company, today, since):
        """Statements of ``partner_id, day, cause``: what a warning warns of. ``instalment`` is there to read.

        :param since: events up to this day are not asked for
        """
        return [self._late_sql(today, since), self._loss_sql(company, today, since), self._held_sql(company)]

    def _late_sql(self, today, since):
        """The days on which items became more than 30 days late."""
        return SQL(
            """
            SELECT partner_id, due + %(late)s + 1, 'late' FROM instalment
             WHERE due + %(late)s < %(today)s AND due + %(late)s >= %(since)s
               AND (settled_on > due + %(late)s OR settled_on IS NULL AND NOT in_payment)
            """,
            late=LATE_DAYS,
            today=SQL("%s::date", today),
            since=SQL("%s::date", since),
        )

    def _loss_sql(self, company, today, since):
        """Items matched with a general entry on an expense account: written off. Exchange differences are none."""
        ledger = self.env["receivable.ledger"]
        return SQL(
            """
            SELECT partner.commercial_partner_id, matching.max_date, 'loss'
              FROM account_partial_reconcile matching
              JOIN account_move_line line ON line.id = matching.debit_move_id AND line.account_id = ANY(%(accounts)s)
              JOIN res_partner partner ON partner.id = line.partner_id
              JOIN account_move_line credit ON credit.id = matching.credit_move_id
              JOIN account_move entry ON entry.id = credit.move_id AND entry.move_type = 'entry'
              JOIN account_journal journal ON journal.id = entry.journal_id AND journal.type = 'general'
             WHERE matching.company_id = ANY(%(companies)s) AND matching.max_date <= %(today)s
               AND matching.max_date > %(since)s
               AND NOT EXISTS (SELECT 1 FROM account_partial_reconcile it WHERE it.exchange_move_id = entry.id)
               AND EXISTS (SELECT 1 FROM account_move_line cost
                             JOIN account_account account ON account.id = cost.account_id
                            WHERE cost.move_id = entry.id AND account.account_type LIKE 'expense%%' AND cost.debit > 0)
            """,
            accounts=ledger._receivable_account_ids(),
            companies=ledger._tree_company_ids(company),
            today=today,
            since=since,
            to_flush=ledger._ledger_fields(),
        )

    def _held_sql(self, company):
        check = self.env["credit.check"]._fields
        return SQL(
            """
            SELECT partner_id, create_date::date, 'hold' FROM credit_check
             WHERE verdict = 'block' AND company_id = ANY(%s)
            """,
            self.env["receivable.ledger"]._tree_company_ids(company),
            to_flush=[check["verdict"], check["partner_id"], check["company_id"]],
        )
