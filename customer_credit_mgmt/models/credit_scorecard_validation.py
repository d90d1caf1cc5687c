from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..core.validation import Case, validate


class CreditScorecardValidation(models.Model):
    """How well a scorecard told good customers from bad, on the company's own ledger with a split in time.

    Customers are scored as of a past day; what they did in the days after it is the outcome. The probabilities that
    belong to the scores come from an earlier split, whose outcomes were known on that day. A challenger is measured on
    the same customers. What was measured is frozen.
    """

    _name = "credit.scorecard.validation"
    _description = "Scorecard Validation"
    _order = "date desc, id desc"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self._default_company_id(),
        domain="[('parent_id', '=', False)]",
    )
    scorecard_id = fields.Many2one(
        "credit.scorecard",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env["credit.scorecard"]._get_active(self._default_company_id()),
        domain="[('company_id', 'in', (company_id, False))]",
        help="The scorecard that is measured; it need not be active.",
    )
    challenger_id = fields.Many2one(
        "credit.scorecard",
        index="btree_not_null",
        ondelete="cascade",
        domain="[('company_id', 'in', (company_id, False)), ('id', '!=', scorecard_id)]",
        help="Another version or scorecard, measured on the same customers: those that both can score.",
    )
    days = fields.Integer(
        string="Outcome Days",
        default=180,
        required=True,
        help="How long after the scoring day the customers are watched.",
    )
    late_days = fields.Integer(
        string="Bad From Days Late",
        default=30,
        required=True,
        help="A customer is bad when an invoice becomes more days late than this in the outcome days. Customers who"
        " were that late on the scoring day already are left out: nothing is left to be predicted.",
    )
    date = fields.Date(
        string="Scored As Of",
        required=True,
        default=lambda self: self._default_date(),
        help="Nothing that was posted or paid after this day is known to the scores.",
    )
    date_end = fields.Date(string="Outcome Until", compute="_compute_dates")
    date_earlier = fields.Date(
        string="Earlier Split",
        compute="_compute_dates",
        help="The scores of this day, with the outcomes up to the scoring day, say which probability belongs to a"
        " score.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("done", "Measured")], default="draft", required=True, readonly=True, copy=False
    )
    measured_on = fields.Date(readonly=True, copy=False)
    result_ids = fields.One2many("credit.scorecard.validation.result", "validation_id", string="Results", readonly=True)
    verdict = fields.Text(
        compute="_compute_verdict", help="What the figures say, and whether there are enough of them."
    )

    _days_positive = models.Constraint("CHECK (days BETWEEN 30 AND 730)", "Watch between 30 and 730 outcome days.")
    _late_days_positive = models.Constraint(
        "CHECK (late_days BETWEEN 1 AND 365)", "The days late that make a customer bad must be between 1 and 365."
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    def _default_company_id(self):
        return self.env.company.root_id

    def _default_date(self):
        return fields.Date.context_today(self) - timedelta(days=181)

    @api.depends("date", "days")
    def _compute_dates(self):
        for validation in self:
            span = timedelta(days=validation.days)
            validation.date_end = validation.date and validation.date + span
            validation.date_earlier = validation.date and validation.date - span

    @api.depends("scorecard_id", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for validation in self:
            # a new one has no scorecard yet where none is active
            validation.display_name = bool(validation.scorecard_id) and self.env._(
                "%(scorecard)s as of %(date)s",
                scorecard=validation.scorecard_id.display_name,
                date=validation.date and format_date(self.env, validation.date),
            )

    @api.depends("result_ids", "state")
    @api.depends_context("lang")
    def _compute_verdict(self):
        for validation in self:
            validation.verdict = "\n".join(validation._get_sentences()) if validation.state == "done" else False

    def _get_sentences(self):
        """The verdict, sentence by sentence."""
        self.ensure_one()
        for result in self.result_ids:
            yield from result._get_sentences()
        champion, challenger = self.result_ids[:1], self.result_ids[1:]
        if challenger and champion.is_enough:
            better = max(champion, challenger, key=lambda result: result.auc)
            yield self.env._(
                "%(better)s ranks better: AUC %(high)s against %(low)s.",
                better=better.scorecard_id.display_name,
                high=f"{better.auc:.3f}",
                low=f"{min(champion.auc, challenger.auc):.3f}",
            )
        today = sorted({name for result in self.result_ids for name in result.scorecard_id._get_figures_of_today()})
        if today:
            yield self.env._(
                "Read as they are today, because their past is not kept: %(names)s.", names=", ".join(today)
            )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        # what is measured is measured by action_measure only
        return super().create([{**vals, "state": "draft", "measured_on": False} for vals in vals_list])

    def write(self, vals):
        if vals:
            self._check_not_frozen()
        if not self.env.su and {"state", "measured_on"} & vals.keys():
            raise UserError(self.env._("Press Measure: the state follows."))
        return super().write(vals)

    def _check_not_frozen(self):
        if done := self.filtered(lambda validation: validation.state == "done"):
            raise UserError(
                self.env._(
                    "%(validation)s was measured and is frozen. Duplicate it to measure something else.",
                    validation=done[0].display_name,
                )
            )

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def action_measure(self):
        """Score the past, look at what followed, and freeze the result."""
        self.check_access("write")
        self._check_not_frozen()
        today = fields.Date.context_today(self)
        for validation in self:
            validation._check_can_be_measured(today)
            validation._measure()
            # sudo: only this method changes the state
            validation.sudo().write({"state": "done", "measured_on": today})
        return True

    def action_open_bands(self):
        """The bad rates as a chart."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "customer_credit_mgmt.action_credit_scorecard_validation_band"
        )
        return {**action, "domain": [("validation_id", "=", self.id)]}

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _get_scorecards(self):
        return self.scorecard_id | self.challenger_id

    def _check_can_be_measured(self, today):
        self.ensure_one()
        if self.date_end >= today:
            raise UserError(
                self.env._(
                    "The outcome is not known before %(date)s: choose an earlier scoring day or fewer outcome days.",
                    date=format_date(self.env, self.date_end + timedelta(days=1)),
                )
            )
        for scorecard in self._get_scorecards():
            scorecard._check_complete()

    def _measure(self):
        """Gather the cases of both splits, judge, and store."""
        cases = self._gather(self.date)
        earlier = self._gather(self.date_earlier)
        for scorecard in self._get_scorecards():
            result = validate(cases[scorecard], earlier[scorecard])
            self.env["credit.scorecard.validation.result"]._store(self, scorecard, result)

    def _gather(self, as_of):
        """``{scorecard: cases}``: the customers that every scorecard can score, with their outcome."""
        outcomes = {
            row["partner_id"]: row["bad"]
            for row in self.env.execute_query_dict(
                self.scorecard_id._outcomes_after_sql(self.company_id, as_of, self.days, self.late_days)
            )
            if not row["was_bad"]
        }
        scores = {scorecard: self._scores(scorecard, as_of) for scorecard in self._get_scorecards()}
        common = set(outcomes).intersection(*scores.values())
        return {
            scorecard: [Case(*known[partner], outcomes[partner]) for partner in sorted(common)]
            for scorecard, known in scores.items()
        }

    def _scores(self, scorecard, as_of):
        """``{partner id: (score, rating id)}`` of the customers that can be scored."""
        ratings = [rating_id for _minimum, rating_id, _months in scorecard._get_grades_ascending()]
        rows = self.env.execute_query_dict(scorecard._scores_as_of_sql(self.company_id, as_of))
        return {
            row["partner_id"]: (float(row["score"]), ratings[row["rating_number"] - 1] if ratings else None)
            for row in rows
            if row["score"] is not None
        }
