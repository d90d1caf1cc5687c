from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ..core.backtest import MATURITY_DAYS, Month, measure
from ..core.method_choice import MONTHS_COMPARED, QUESTIONS, best_method


class CreditPredictionBacktest(models.Model):
    """How good the payment prediction was in a month, beside the naive rules; and which rule followed from it.

    The prediction of a month uses what was known the day before it began; the outcome is what is known on the day of
    the measurement, at least ``MATURITY_DAYS`` after the month. Rows are written by the job or the wizard only.
    """

    _name = "credit.prediction.backtest"
    _description = "Payment Prediction Back-Test"
    _inherit = ["credit.backtest.mixin"]
    _order = "month desc, company_id"
    _rec_name = "month"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(help="First day of the month whose invoices were predicted.")
    invoice_count = fields.Integer(
        string="Invoices", readonly=True, help="Instalments of the month whose lateness is known."
    )
    late_count = fields.Integer(string="Late", readonly=True)
    open_count = fields.Integer(
        string="Still Open", readonly=True, help="Late and not paid: they count with the days reached so far."
    )
    auc = fields.Float(
        string="AUC, Model",
        readonly=True,
        digits=(5, 3),
        aggregator="avg",
        help="Probability that a late invoice was given a higher probability than one on time: 0.5 is a coin, 1"
        " perfect.",
    )
    auc_raw = fields.Float(string="AUC, Raw Share", readonly=True, digits=(5, 3), aggregator="avg")
    brier = fields.Float(
        string="Brier, Model",
        readonly=True,
        digits=(6, 4),
        aggregator="avg",
        help="Mean squared error of the probability; 0 is perfect.",
    )
    brier_raw = fields.Float(string="Brier, Raw Share", readonly=True, digits=(6, 4), aggregator="avg")
    brier_weekday = fields.Float(string="Brier, by Weekday", readonly=True, digits=(6, 4), aggregator="avg")
    brier_skill = fields.Float(
        readonly=True,
        digits=(5, 3),
        aggregator="avg",
        help="What is gained over giving every invoice the share of late ones; 1 is perfect, 0 nothing.",
    )
    slope = fields.Float(
        string="Calibration Slope",
        readonly=True,
        digits=(5, 2),
        aggregator="avg",
        help="1: the probabilities can be taken as they are; below: too extreme; above: too timid.",
    )
    mae = fields.Float(
        string="Error in Days",
        readonly=True,
        digits=(7, 2),
        aggregator="avg",
        help="Mean absolute error of the expected payment date.",
    )
    mae_mean = fields.Float(string="Error in Days, Customer Mean", readonly=True, digits=(7, 2), aggregator="avg")
    mae_due = fields.Float(string="Error in Days, Due Date", readonly=True, digits=(7, 2), aggregator="avg")
    cash_actual = fields.Monetary(
        string="Cash of 4 Weeks",
        readonly=True,
        help="What came in the four weeks after the eve of the month, of the invoices open then.",
    )
    cash_expected = fields.Monetary(readonly=True)
    cash_due = fields.Monetary(string="Cash by Due Dates", readonly=True)
    cash_error = fields.Float(readonly=True, digits=(6, 3), aggregator="avg", help="As a share of the cash that came.")
    cash_error_due = fields.Float(string="Cash Error, Due Dates", readonly=True, digits=(6, 3), aggregator="avg")
    capture = fields.Float(
        string="Worklist Capture",
        readonly=True,
        digits=(5, 3),
        aggregator="avg",
        help="Share of the amount x days late to come that the first 20 customers by amount x expected further days"
        " held.",
    )
    capture_amount = fields.Float(
        string="Worklist Capture, Largest Amount", readonly=True, digits=(5, 3), aggregator="avg"
    )
    serious_count = fields.Integer(string="One Day Overdue", readonly=True)
    serious_auc = fields.Float(
        string="AUC Seriously Late",
        readonly=True,
        digits=(5, 3),
        aggregator="avg",
        help="Of those one day overdue: which become more than 14 days late, ranked by the days late that the"
        " distribution expects.",
    )
    serious_auc_mean = fields.Float(
        string="AUC Seriously Late, Mean Days", readonly=True, digits=(5, 3), aggregator="avg"
    )
    late_method = fields.Selection(related="company_id.credit_late_method")
    date_method = fields.Selection(related="company_id.credit_date_method")
    cash_method = fields.Selection(related="company_id.credit_cash_method")
    worklist_method = fields.Selection(related="company_id.credit_worklist_method")
    overdue_method = fields.Selection(related="company_id.credit_overdue_method")
    conclusion = fields.Text(help="What the figures of this month say, and what is in force.")

    _month_uniq = models.UniqueIndex("(company_id, month)", "This month was measured for the company already.")

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    def _get_conclusion_fields(self):
        return [*super()._get_conclusion_fields(), "invoice_count", "mae", "brier"]

    def _get_sentences(self):
        self.ensure_one()
        if not self.invoice_count:
            return [self.env._("Not enough data: no invoice of the month with a known outcome could be predicted.")]
        sentences = [
            self.env._(
                "The payment date was wrong by %(model)s days on average; by the customer's mean %(mean)s, by the"
                " due date %(due)s.",
                model=f"{self.mae:.1f}",
                mean=f"{self.mae_mean:.1f}",
                due=f"{self.mae_due:.1f}",
            )
        ]
        if 0 < self.late_count < self.invoice_count:
            sentences.append(
                self.env._(
                    "Late payment: AUC %(model)s, with the raw share %(raw)s; Brier %(brier)s against %(brier_raw)s.",
                    model=f"{self.auc:.3f}",
                    raw=f"{self.auc_raw:.3f}",
                    brier=f"{self.brier:.3f}",
                    brier_raw=f"{self.brier_raw:.3f}",
                )
            )
        return [*sentences, *self._get_method_sentences()]

    def _get_method_sentences(self):
        company = self.company_id
        for question in QUESTIONS:
            field = company._fields[f"credit_{question}_method"]
            label = dict(field._description_selection(self.env))[company[field.name]]
            since = company[f"credit_{question}_since"]
            if since:
                yield self.env._(
                    "%(question)s: %(method)s, since %(date)s.",
                    question=field._description_string(self.env),
                    method=label,
                    date=format_date(self.env, since),
                )
            else:
                yield self.env._(
                    "%(question)s: %(method)s; not yet decided by back-tests.",
                    question=field._description_string(self.env),
                    method=label,
                )

    # ------------------------------------------------------------------
    # ACTIONS AND JOB
    # ------------------------------------------------------------------

    def action_open_wizard(self):
        """Ask for how many months to measure."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "customer_credit_mgmt.action_credit_prediction_backtest_wizard"
        )

    @api.model
    def _cron_measure(self):
        """On the first of the month: the newest month that is old enough, company by company."""
        today = fields.Date.context_today(self)
        month = self._newest_month(today)
        done = self.search([("month", "=", month)]).company_id
        companies = self.env["res.company"].search([("parent_id", "=", False), ("id", "not in", done.ids)])
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(companies))
        for company in companies:
            self._measure_months(company, [month], today)
            if not cron._commit_progress(1):
                break

    # ------------------------------------------------------------------
    # MEASURE
    # ------------------------------------------------------------------

    @api.model
    def _newest_month(self, judged_on):
        """First day of the newest month that ended ``MATURITY_DAYS`` before the day, or earlier."""
        return (judged_on - relativedelta(days=MATURITY_DAYS - 1)).replace(day=1) - relativedelta(months=1)

    @api.model
    def _measure_months(self, company, months, judged_on):
        """Measure months (first days) of a root company, write their rows and choose the rules that follow."""
        rows = self.browse()
        for month in sorted(months):
            rows |= self._store(company, month, judged_on, self._measure(company, month, judged_on))
        self._choose_methods(company, judged_on)
        return rows

    @api.model
    def _measure(self, company, month, judged_on):
        """The figures of a month, as of a day."""
        eve = month - relativedelta(days=1)
        until = month + relativedelta(months=1, days=-1)
        rows = self.env["receivable.ledger"]._backtest_sql(eve, until, judged_on, company)
        return measure([_numbers(row) for row in self.env.execute_query_dict(rows)], judged_on)

    def _store(self, company, month, judged_on, figures):
        """Write the row of a month, in SQL: the ORM would turn what is not known into 0."""
        values = {
            **figures.as_dict(),
            "judged_on": judged_on,
            "company_id": company.id,
            "month": month,
            "create_uid": self.env.uid,
            "write_uid": self.env.uid,
        }
        columns = [SQL.identifier(name) for name in values]
        self.flush_model()
        [(row_id,)] = self.env.execute_query(
            SQL(
                """
                INSERT INTO credit_prediction_backtest (%(columns)s, create_date, write_date)
                VALUES (%(values)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC')
                    ON CONFLICT (company_id, month) DO UPDATE SET (%(columns)s, write_date)
                     = (%(excluded)s, now() AT TIME ZONE 'UTC')
                RETURNING id
                """,
                columns=SQL(", ").join(columns),
                values=SQL(", ").join(SQL("%s", value) for value in values.values()),
                excluded=SQL(", ").join(SQL("EXCLUDED.%s", column) for column in columns),
            )
        )
        self.invalidate_model(flush=False)
        return self.browse(row_id)

    # ------------------------------------------------------------------
    # CHOOSE
    # ------------------------------------------------------------------

    @api.model
    def _choose_methods(self, company, day):
        """Put the best rule into force for each purpose, where the months measured last tell one."""
        months = self._months_measured(company)
        # sudo: what the back-test found is written whoever asked for it
        company = company.sudo()
        for name, question in QUESTIONS.items():
            method = best_method(months, question)
            if method and (method != company[f"credit_{name}_method"] or not company[f"credit_{name}_since"]):
                company[f"credit_{name}_method"] = method
                company[f"credit_{name}_since"] = day

    def _months_measured(self, company):
        """The newest ``Month`` objects, the oldest first; read directly, since the ORM reads what is not known as 0."""
        self.flush_model()
        names = list(Month().as_dict())
        rows = self.env.execute_query_dict(
            SQL(
                "SELECT %s FROM credit_prediction_backtest WHERE company_id = %s ORDER BY month DESC LIMIT %s",
                SQL(", ").join(map(SQL.identifier, names)),
                company.id,
                MONTHS_COMPARED,
            )
        )
        return [Month(**_numbers(row)) for row in reversed(rows)]


def _numbers(row):
    """Amounts as floats: the measures are ratios."""
    return {name: float(value) if type(value).__name__ == "Decimal" else value for name, value in row.items()}
