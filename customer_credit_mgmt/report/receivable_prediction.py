from odoo import api, fields, models
from odoo.tools import SQL, format_date, formatLang

from ..core.backtest import SERIOUS_DAYS

# Computed when it is read, as of the day and for the customers in the context: answers must not share a cache.
LIVE = {"readonly": True, "depends_context": ("as_of", "prediction_partner_ids")}
#: What the columns of one open invoice are, whichever rule is in force in its company.
COLUMNS = """
    SELECT prediction.line_id AS id, prediction.line_id, prediction.move_id, prediction.partner_id,
           prediction.company_id, prediction.date, prediction.due AS date_maturity, prediction.amount,
           GREATEST(prediction.seen_on - prediction.due, 0) AS overdue_days, move.invoice_user_id AS user_id,
           CASE WHEN prediction.mean_days_late IS NULL THEN 'none' WHEN prediction.delay_median IS NULL THEN 'unknown'
                WHEN prediction.has_history THEN 'own' ELSE 'portfolio' END AS basis,
           prediction.outcome_count, prediction.late_count, prediction.longer_count, prediction.grace AS grace_days,
           prediction.seen_on - prediction.next_day AS age,
           CASE company.credit_late_method WHEN 'raw_share' THEN prediction.raw_share
                WHEN 'weekday' THEN prediction.late_by_weekday ELSE prediction.probability_late END AS probability_late,
           CASE WHEN company.credit_late_method = 'weekday' THEN prediction.weekday_shift ELSE 0 END AS weekday_shift,
           expected.day AS expected_date,
           CASE WHEN company.credit_date_method = 'distribution' THEN prediction.next_day + delay_low END AS date_low,
           CASE WHEN company.credit_date_method = 'distribution' THEN prediction.next_day + quarter_low END
               AS date_quarter_low,
           CASE WHEN company.credit_date_method = 'distribution' THEN prediction.next_day + quarter_high END
               AS date_quarter_high,
           CASE WHEN company.credit_date_method = 'distribution' THEN prediction.next_day + delay_high END AS date_high,
           further.days AS expected_delay, prediction.amount * further.days AS delay_amount,
           CASE WHEN company.credit_worklist_method = 'distribution' THEN prediction.amount * further.days
                ELSE prediction.amount END AS call_value,
           CASE WHEN company.credit_overdue_method = 'distribution'
                THEN GREATEST(prediction.seen_on - prediction.due, 0) + prediction.further_days
                ELSE prediction.mean_days_late END AS ranking_days,
           cash.share AS paid_in_4_weeks, prediction.amount * cash.share AS cash_in_4_weeks
"""


class ReceivablePrediction(models.Model):
    """When each open invoice will be paid, computed when it is read (see core/delay.py)."""

    _name = "receivable.prediction"
    _description = "Payment Prediction"
    _auto = False
    _order = "call_value desc nulls last, id"
    _rec_name = "move_id"

    line_id = fields.Many2one("account.move.line", string="Instalment", **LIVE)
    move_id = fields.Many2one("account.move", string="Invoice", **LIVE)
    partner_id = fields.Many2one("res.partner", string="Customer", **LIVE)
    company_id = fields.Many2one("res.company", **LIVE)
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one("res.users", string="Salesperson", **LIVE)
    date = fields.Date(string="Invoice Date", **LIVE)
    date_maturity = fields.Date(string="Due Date", **LIVE)
    amount = fields.Monetary(string="Open Amount", **LIVE, help="What is still open of the instalment.")
    overdue_days = fields.Integer(string="Days Overdue", **LIVE, aggregator="max")
    basis = fields.Selection(
        [
            ("own", "Own habit"),
            ("portfolio", "All customers (not enough history)"),
            ("unknown", "Never paid this late"),
            ("none", "No payments yet"),
        ],
        **LIVE,
        help="What the prediction rests on: the customer's own payments; with fewer than three invoices whose"
        " outcome is known, those of all customers; or nothing, when no invoice was ever paid as late as this one is.",
    )
    probability_late = fields.Float(
        string="Late Probability",
        **LIVE,
        aggregator="avg",
        help="Probability that it is paid after the days of grace that follow the next business day after the due date;"
        " 100 % once they have passed.",
    )
    expected_date = fields.Date(
        string="Expected Payment",
        **LIVE,
        help="Paid by this day as likely as not, given how late it is already. Never in the past; empty when no"
        " invoice was ever paid this late.",
    )
    date_low = fields.Date(string="Earliest (10 %)", **LIVE, help="One in ten such invoices is paid by this day.")
    date_quarter_low = fields.Date(string="Early (25 %)", **LIVE, help="One in four is paid by this day.")
    date_quarter_high = fields.Date(string="Late (75 %)", **LIVE, help="Three in four are paid by this day.")
    date_high = fields.Date(string="Latest (90 %)", **LIVE, help="Nine in ten such invoices are paid by this day.")
    expected_delay = fields.Float(
        string="Further Days Late",
        **LIVE,
        digits=(8, 1),
        aggregator="avg",
        help="Days late that are expected to come on top of those it already has.",
    )
    delay_amount = fields.Float(
        string="Amount x Days",
        **LIVE,
        digits=(16, 0),
        help="Open amount x further days late: whom to call first.",
    )
    call_value = fields.Float(
        string="Worth a Call",
        **LIVE,
        help="What the list is ordered by: amount x days, or the open amount where that held more of the delay to come"
        " in the back-test of the company.",
    )
    ranking_days = fields.Float(
        **LIVE,
        digits=(8, 1),
        aggregator="avg",
        help="By which newly overdue invoices are ranked: the more, the likelier one becomes more than 14 days late."
        " The customer's mean days late, or the days late that the distribution expects by now: what ranked better in"
        " the back-test of the company.",
    )
    paid_in_4_weeks = fields.Float(
        string="Paid in 4 Weeks", **LIVE, aggregator="avg", help="Probability of being paid in the next 28 days."
    )
    cash_in_4_weeks = fields.Monetary(
        string="Cash in 4 Weeks", **LIVE, help="Open amount x probability of being paid in the next 28 days."
    )
    outcome_count = fields.Integer(string="Known Outcomes", **LIVE, aggregator=None)
    late_count = fields.Integer(string="Of These Late", **LIVE, aggregator=None)
    longer_count = fields.Integer(string="Of These Paid Even Later", **LIVE, aggregator=None)
    grace_days = fields.Integer(string="Days of Grace", **LIVE, aggregator=None)
    age = fields.Integer(string="Days Reached", **LIVE, aggregator=None)
    date_method = fields.Selection(related="company_id.credit_date_method", string="Payment Date Rule")
    weekday_shift = fields.Integer(string="Weekday Shift in Days", **LIVE, aggregator=None)
    late_method = fields.Selection(related="company_id.credit_late_method", string="Late Payment Rule")
    worklist_method = fields.Selection(related="company_id.credit_worklist_method", string="Worklist Rule")
    overdue_method = fields.Selection(related="company_id.credit_overdue_method", string="Newly Overdue Rule")
    explanation = fields.Text(compute="_compute_explanation", help="Why, in the language of the reader.")

    @api.model
    def _companies(self):
        """The companies whose invoices are predicted: the active ones."""
        return self.env.companies

    @property
    def _table_query(self):
        as_of = fields.Date.to_date(self.env.context.get("as_of")) or fields.Date.context_today(self)
        partner_ids = self.env.context.get("prediction_partner_ids")
        partners = None if partner_ids is None else self.env["res.partner"].browse(partner_ids)
        company = self.env["res.company"]
        return SQL(
            """
            %(columns)s
              FROM (%(predictions)s) prediction
              JOIN res_company company ON company.id = prediction.company_id
              JOIN account_move move ON move.id = prediction.move_id
             CROSS JOIN LATERAL (
                   SELECT CASE company.credit_date_method WHEN 'distribution' THEN next_day + delay_median
                          WHEN 'customer_mean' THEN GREATEST(due + round(mean_days_late)::int, seen_on + 1)
                          ELSE GREATEST(due, seen_on + 1) END
                   ) AS expected(day)
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN company.credit_date_method = 'distribution' THEN further_days
                               ELSE GREATEST(expected.day - GREATEST(due, seen_on), 0) END
                   ) AS further(days)
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN company.credit_cash_method = 'distribution' THEN paid_within
                               ELSE (due <= seen_on + 28)::int END
                   ) AS cash(share)
            """,
            columns=SQL(COLUMNS),
            predictions=self.env["receivable.ledger"]._predictions_sql(as_of, self._companies(), partners),
            to_flush=[
                company._fields["credit_date_method"],
                company._fields["credit_late_method"],
                company._fields["credit_cash_method"],
                company._fields["credit_worklist_method"],
                company._fields["credit_overdue_method"],
            ],
        )

    # ------------------------------------------------------------------
    # EXPLANATION
    # ------------------------------------------------------------------

    @api.depends("basis", "expected_date", "probability_late", "partner_id")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for row in self:
            row.explanation = "\n".join(row._get_sentences())

    def _get_sentences(self):
        """Why, sentence by sentence: what is known of the customer, and what follows for this invoice."""
        self.ensure_one()
        return [self._get_ground(), *self._get_expectation(), *self._get_rank()]

    def _get_ground(self):
        # sudo: the name of a customer is shown to whoever may see the prediction
        customer = self.partner_id.sudo().display_name
        if self.basis == "none":
            return self.env._("No customer of this company has paid an invoice yet: there is nothing to go by.")
        if self.basis == "unknown":
            return self.env._(
                "No invoice was ever paid as late as this one is: there is nothing to go by. Ask the customer."
            )
        if self.basis == "portfolio":
            return self.env._(
                "Not enough history: the outcome of %(known)s of the 3 invoices of %(customer)s that are needed is"
                " known, so this one is expected to be paid like those of all customers.",
                known=self.outcome_count,
                customer=customer,
            )
        if self.age > self.grace_days:
            return self.env._(
                "%(customer)s paid %(longer)s of %(known)s past invoices even later than this one is by now;"
                " %(late)s of them were late.",
                customer=customer,
                longer=self.longer_count,
                known=self.outcome_count,
                late=self.late_count,
            )
        return self.env._(
            "%(customer)s paid %(late)s of %(known)s past invoices later than %(grace)s days after the next business"
            " day after the due date, or has not paid them yet.",
            customer=customer,
            late=self.late_count,
            known=self.outcome_count,
            grace=self.grace_days,
        )

    def _get_expectation(self):
        if self.probability_late is not None and self.age < self.grace_days:
            percent = formatLang(self.env, self.probability_late * 100, digits=0)
            yield self.env._("So it will be late with a probability of %(percent)s %%.", percent=percent)
            if self.weekday_shift:
                yield self.env._(
                    "Its invoices due on the same weekday are paid later than its others by %(days)s days (below 0:"
                    " earlier); that is counted in.",
                    days=self.weekday_shift,
                )
        if not self.expected_date:
            return
        day = format_date(self.env, self.expected_date)
        if self.date_method != "distribution":
            rule = dict(self._fields["date_method"]._description_selection(self.env))[self.date_method]
            yield self.env._(
                "Payment is expected on %(date)s by the rule “%(rule)s”: in the back-test of the company it was more"
                " exact than the distribution of delays.",
                date=day,
                rule=rule,
            )
            return
        yield self.env._(
            "Payment is expected by %(date)s, as likely as not; in 8 of 10 such cases between %(low)s and %(high)s.",
            date=day,
            low=format_date(self.env, self.date_low),
            high=format_date(self.env, self.date_high),
        )

    def _get_rank(self):
        """What a newly overdue invoice is ranked by."""
        if 0 < self.overdue_days <= SERIOUS_DAYS and self.basis in ("own", "portfolio"):
            yield self.env._(
                "Among the newly overdue invoices it is ranked by %(days)s days (rule “%(rule)s”): the more, the"
                " likelier one becomes more than %(serious)s days late.",
                days=formatLang(self.env, self.ranking_days, digits=1),
                rule=dict(self._fields["overdue_method"]._description_selection(self.env))[self.overdue_method],
                serious=SERIOUS_DAYS,
            )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_explain(self):
        """The reasons for one prediction, in a dialog."""
        self.ensure_one()
        view = self.env.ref("customer_credit_mgmt.receivable_prediction_view_form")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Why?"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(view.id, "form")],
            "target": "new",
            "context": {**self.env.context, "prediction_partner_ids": self.partner_id.ids},
        }

    def action_open_invoice(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "views": [(False, "form")],
        }
