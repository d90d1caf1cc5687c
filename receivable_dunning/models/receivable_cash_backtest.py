from dataclasses import asdict, replace
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL, formatLang

from odoo.addons.customer_credit_mgmt.models.optional_number import OptionalFloat

from ..core import cash_forecast as core

#: How many months are measured, and how many of the newest again: their last weeks were not over yet.
MONTHS, UNFINISHED = 12, 4


class ReceivableCashBacktest(models.Model):
    """How good the cash forecast was: made with what was known on the eve of a month, held against what came.

    The forecast is the distribution of delays with the promises of that day, whichever rule was in force: so it is seen
    when it deserves to be used. ``credit.prediction.backtest`` measures single invoices and chooses the rule; here it
    is the forecast as it is shown, week by week, with its band. Rows are written by the job or the button only.
    """

    _name = "receivable.cash.backtest"
    _description = "Cash Forecast Back-Test"
    _inherit = ["receivable.root.company.mixin", "credit.backtest.mixin"]
    _order = "month desc, company_id"
    _rec_name = "month"

    currency_id = fields.Many2one(related="company_id.currency_id")
    judged_on = fields.Date(help="Weeks that were over on this day are measured.")
    expected = fields.Monetary(
        string="Expected in 4 Weeks",
        readonly=True,
        help="Of the invoices open on the eve of the month, in the 28 days after it.",
    )
    due = fields.Monetary(string="By Due Date", readonly=True, help="The naive rule for the same four weeks.")
    actual = fields.Monetary(string="Came in 4 Weeks", readonly=True, help="What was matched with these invoices.")
    error = OptionalFloat(
        string="Error, 4 Weeks", readonly=True, aggregator="avg", digits=(6, 3), help="|expected - came| / came."
    )
    error_due = OptionalFloat(string="Error by Due Date", readonly=True, aggregator="avg", digits=(6, 3))
    week_error = OptionalFloat(
        string="Weekly Error",
        readonly=True,
        aggregator="avg",
        digits=(6, 3),
        help="Sum of the errors of each of the four weeks / what came in them.",
    )
    week_error_due = OptionalFloat(string="Weekly Error by Due Date", readonly=True, aggregator="avg", digits=(6, 3))
    week_count = fields.Integer(string="Weeks", readonly=True, help="Weeks measured, of 13.")
    band_count = fields.Integer(
        string="Weeks with Band",
        readonly=True,
        help="Weeks in which something was expected, and for which enough was measured before to draw the whole band.",
    )
    within_count = fields.Integer(string="Weeks within Band", readonly=True)
    band_share = OptionalFloat(
        string="Within Band",
        compute="_compute_band_share",
        store=True,
        aggregator="avg",
        digits=(6, 3),
        help="Share of the weeks that ended within the band; 80 % are promised.",
    )
    is_better = fields.Boolean(
        compute="_compute_is_better", store=True, help="The forecast of four weeks was closer than the due dates."
    )
    week_ids = fields.One2many("receivable.cash.backtest.week", "backtest_id", string="Weeks of the Forecast")

    _month_uniq = models.UniqueIndex("(company_id, month)", "This month was measured for the company already.")

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("within_count", "band_count")
    def _compute_band_share(self):
        for row in self:
            row.band_share = row.within_count / row.band_count if row.band_count else None

    @api.depends("actual", "error", "error_due")
    def _compute_is_better(self):
        for row in self:
            row.is_better = row.error is not None and row.error < row.error_due

    def _get_conclusion_fields(self):
        return [*super()._get_conclusion_fields(), "actual", "error", "week_error", "within_count"]

    def _get_sentences(self):
        self.ensure_one()
        if not self.actual:
            return [self.env._("Nothing came in these four weeks of what was open: there is nothing to compare.")]
        sentences = [
            self.env._(
                "Expected were %(expected)s, %(actual)s came: %(error)s %% off. By due dates it would have been"
                " %(due)s, %(error_due)s %% off.",
                expected=self._money(self.expected),
                actual=self._money(self.actual),
                due=self._money(self.due),
                error=self._percent(self.error),
                error_due=self._percent(self.error_due),
            ),
            self.env._(
                "Each week by itself was %(error)s %% off, by due dates %(error_due)s %%.",
                error=self._percent(self.week_error),
                error_due=self._percent(self.week_error_due),
            ),
        ]
        if self.band_count:
            sentences.append(
                self.env._(
                    "%(within)s of %(count)s weeks ended within the band.",
                    within=self.within_count,
                    count=self.band_count,
                )
            )
        else:
            sentences.append(
                self.env._("Too little was measured before this month to draw the whole band, so it is not judged.")
            )
        return sentences

    def _money(self, amount):
        return formatLang(self.env, amount, currency_obj=self.currency_id)

    def _percent(self, share):
        return formatLang(self.env, 100 * share, digits=1)

    # ------------------------------------------------------------------
    # GROUPS
    # ------------------------------------------------------------------

    def _read_group_select(self, aggregate_spec, query):
        """Of several months all weeks count the same: the mean of the shares of the months is not their share."""
        if not aggregate_spec.startswith("band_share:"):
            return super()._read_group_select(aggregate_spec, query)
        within, weeks = (self._field_to_sql(self._table, name, query) for name in ("within_count", "band_count"))
        return SQL("sum(%s)::float8 / NULLIF(sum(%s), 0)", within, weeks)

    # ------------------------------------------------------------------
    # MEASURE
    # ------------------------------------------------------------------

    @api.model
    def _newest_month(self, judged_on):
        """First day of the newest month whose four weeks are over at the end of the day."""
        month = judged_on.replace(day=1)
        return month if judged_on - month >= timedelta(days=27) else month - relativedelta(months=1)

    @api.model
    def _measure_months(self, company, months, judged_on):
        """Measure months (first days) of a root company, the oldest first: each band uses what was known by then."""
        rows = self.browse()
        for month in sorted(months):
            rows |= self._store(company, month, judged_on, self._measure(company, month, judged_on))
        return rows

    @api.model
    def _measure(self, company, month, judged_on):
        """The weeks of a month that were over on a day, with the band as it would have been drawn on its eve."""
        eve = month - timedelta(days=1)
        ends = [end for end in core.full_weeks() if eve + timedelta(days=end) <= judged_on]
        if not ends:
            return []
        forecasts = self.env["receivable.cash.forecast"].with_context(cash_method="distribution")
        sums = forecasts._sums(company, eve, ends)
        received = dict(self.env.execute_query(self.env["receivable.ledger"]._cash_received_sql(eve, company, ends)))
        spread = self._spread(company, eve, method="distribution")
        return [
            self._week(number, sums.get(number, {}), float(received.get(number, 0)), spread.of(number))
            for number in range(1, len(ends) + 1)
        ]

    def _week(self, number, row, actual, share):
        expected, variance, due = (row.get(name, 0.0) for name in ("expected", "variance", "due"))
        week = core.Week(number, expected, variance, due, actual)
        if share is None or not expected:
            return week
        low, high = core.band(expected, variance, share)
        return replace(week, low=low, high=high)

    def _store(self, company, month, judged_on, weeks):
        """Write the row of a month and its weeks over what was there."""
        eve = month - timedelta(days=1)
        values = {
            **asdict(core.measure(weeks)),
            "company_id": company.id,
            "month": month,
            "judged_on": judged_on,
            "week_ids": [
                Command.clear(),
                *(
                    Command.create(
                        {
                            **asdict(week),
                            "week_start": eve + timedelta(days=7 * week.number - 6),
                            "has_band": week.low is not None,
                        }
                    )
                    for week in weeks
                ),
            ],
        }
        # sudo: what was measured is written whoever asked for it
        rows = self.sudo()
        row = rows.search([("company_id", "=", company.id), ("month", "=", month)])
        if row:
            row.write(values)
        else:
            row = rows.create(values)
        return row.sudo(False)

    # ------------------------------------------------------------------
    # WHAT IT TEACHES
    # ------------------------------------------------------------------

    @api.model
    def _spread(self, company, as_of, method=None):
        """What the band needs beyond chance, by the weeks of the last twelve months that were over on ``as_of``.

        Where the due dates are in force there is no chance in the forecast: their errors make the whole band.
        """
        method = method or company.credit_cash_method
        # sudo: the band of a branch is drawn with what its root company taught; none of its figures is shown
        weeks = (
            self.env["receivable.cash.backtest.week"]
            .sudo()
            .search_fetch(
                [
                    ("company_id", "=", company.id),
                    ("week_start", "<=", as_of - timedelta(days=6)),
                    ("week_start", ">", as_of - relativedelta(months=MONTHS + 3)),
                ],
                ["number", "expected", "variance", "due", "actual"],
            )
        )
        if method == "due_date":
            return core.shared_spread([core.Week(w.number, w.due, 0.0, w.due, w.actual) for w in weeks])
        return core.shared_spread([core.Week(w.number, w.expected, w.variance, w.due, w.actual) for w in weeks])

    # ------------------------------------------------------------------
    # ACTIONS AND JOB
    # ------------------------------------------------------------------

    @api.model
    def action_measure(self):
        """Measure the last twelve months of the active companies now."""
        if not self.env.user.has_group("receivable_dunning.group_collections_accountant"):
            raise AccessError(self.env._("Ask a collections accountant to back-test the cash forecast."))
        today = fields.Date.context_today(self)
        for company in self.env.companies.root_id & self.env.companies:
            self._measure_months(company, self._last_months(today), today)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _last_months(self, judged_on):
        newest = self._newest_month(judged_on)
        return [newest - relativedelta(months=number) for number in range(MONTHS)]

    @api.model
    def _cron_measure(self):
        """Every month: the months of the last twelve that are missing, and the newest again, month by month."""
        today = fields.Date.context_today(self)
        months = self._last_months(today)
        measured = {
            (row.company_id.id, row.month)
            for row in self.search([("month", "in", months)])
            if row.judged_on == today or row.month not in months[:UNFINISHED]
        }
        companies = self.env["res.company"].search([("parent_id", "=", False)])
        todo = [
            (company, month)
            for company in companies
            for month in reversed(months)
            if (company.id, month) not in measured
        ]
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(todo))
        for company, month in todo:
            self._measure_months(company, [month], today)
            if not cron._commit_progress(1):
                break
