from odoo import api, fields, models
from odoo.tools import SQL

from ..core.quality import MIN_EVENTS


class CreditScorecardValidationResult(models.Model):
    """The measures of one scorecard in a validation. What cannot be measured is empty in the database, not 0."""

    _name = "credit.scorecard.validation.result"
    _description = "Scorecard Validation Result"
    _order = "validation_id, id"

    validation_id = fields.Many2one(
        "credit.scorecard.validation", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="validation_id.company_id", store=True, index=True)
    scorecard_id = fields.Many2one("credit.scorecard", required=True, readonly=True, index=True, ondelete="cascade")
    count = fields.Integer(string="Customers", readonly=True, help="Scored, not bad yet, and able to go bad.")
    bad = fields.Integer(readonly=True, help="Customers who went bad.")
    is_enough = fields.Boolean(
        string="Enough Cases", readonly=True, help="At least 30 customers went bad and 30 did not: fewer prove nothing."
    )
    is_calibrated = fields.Boolean(
        string="With Probabilities",
        readonly=True,
        help="The earlier split had enough customers, good and bad, to say which probability belongs to a score.",
    )
    auc = fields.Float(
        string="Area under ROC (AUC)",
        readonly=True,
        digits=(5, 3),
        help="Probability that a customer who went bad had the lower score; ties count half. 0.5 is a coin, 1 perfect.",
    )
    gini = fields.Float(readonly=True, digits=(5, 3), help="2 AUC - 1.")
    ks = fields.Float(
        string="KS Distance",
        readonly=True,
        digits=(5, 3),
        help="Largest distance between the score distributions of the good and of the bad.",
    )
    brier = fields.Float(
        readonly=True,
        digits=(6, 4),
        help="Mean squared error of the probability that belongs to the score; 0 is perfect.",
    )
    brier_skill = fields.Float(
        readonly=True, digits=(5, 3), help="What is gained over giving everybody the overall bad rate."
    )
    slope = fields.Float(
        string="Calibration Slope",
        readonly=True,
        digits=(6, 2),
        help="1: the probabilities can be taken as they are; below: too extreme; above: too timid. Empty: not to be"
        " fitted.",
    )
    intercept = fields.Float(string="Calibration Intercept", readonly=True, digits=(6, 2))
    ece = fields.Float(
        string="Calibration Error",
        readonly=True,
        digits=(6, 4),
        help="Mean distance between the predicted and the observed bad rate, over tenths of the customers.",
    )
    psi = fields.Float(
        string="PSI (Stability)",
        readonly=True,
        digits=(6, 3),
        help="Population stability against the earlier split: below 0.10 stable, above 0.25 shifted.",
    )
    band_ids = fields.One2many("credit.scorecard.validation.band", "result_id", string="Bands", readonly=True)

    @api.depends("scorecard_id")
    def _compute_display_name(self):
        for result in self:
            result.display_name = result.scorecard_id.display_name

    # ------------------------------------------------------------------
    # STORE
    # ------------------------------------------------------------------

    @api.model
    def _store(self, validation, scorecard, result):
        """Write a ``core.validation.Result`` in SQL: the ORM would turn what is not known into 0."""
        names = ("count", "bad", "auc", "gini", "ks", "brier", "brier_skill", "slope", "intercept", "ece", "psi")
        values = {
            "validation_id": validation.id,
            "company_id": validation.company_id.id,
            "scorecard_id": scorecard.id,
            "is_enough": result.is_enough,
            "is_calibrated": result.brier is not None,
            **{name: getattr(result, name) for name in names},
        }
        result_id = self._insert("credit_scorecard_validation_result", [values])[0]
        bands = self.env["credit.scorecard.validation.band"]
        rows = bands._prepare_ratings(result.ratings) + bands._prepare_groups(result.groups)
        owner = {
            "result_id": result_id,
            "validation_id": validation.id,
            "company_id": validation.company_id.id,
            "scorecard_id": scorecard.id,
        }
        if rows:
            self._insert("credit_scorecard_validation_band", [{**owner, **row} for row in rows])
        validation.invalidate_recordset(["result_ids"])
        return self.browse(result_id)

    def _insert(self, table, rows):
        stamps = SQL("%s, %s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'", self.env.uid, self.env.uid)
        return [
            row_id
            for (row_id,) in self.env.execute_query(
                SQL(
                    "INSERT INTO %s (%s, create_uid, write_uid, create_date, write_date) VALUES %s RETURNING id",
                    SQL.identifier(table),
                    SQL(", ").join(map(SQL.identifier, rows[0])),
                    SQL(", ").join(
                        SQL("(%s, %s)", SQL(", ").join(SQL("%s", value) for value in row.values()), stamps)
                        for row in rows
                    ),
                )
            )
        ]

    # ------------------------------------------------------------------
    # SENTENCES
    # ------------------------------------------------------------------

    def _get_sentences(self):
        """What the figures say of this scorecard."""
        self.ensure_one()
        name = self.scorecard_id.display_name
        if not self.is_enough:
            yield self.env._(
                "%(scorecard)s: not enough cases, %(bad)s of %(count)s customers went bad (at least %(minimum)s bad"
                " and as many good ones are needed). The figures are shown, but prove nothing.",
                scorecard=name,
                bad=self.bad,
                count=self.count,
                minimum=MIN_EVENTS,
            )
            return
        yield self.env._(
            "%(scorecard)s: %(bad)s of %(count)s customers went bad; AUC %(auc)s: %(word)s.",
            scorecard=name,
            bad=self.bad,
            count=self.count,
            auc=f"{self.auc:.3f}",
            word=self._get_word(),
        )
        if not self.is_calibrated:
            yield self.env._("The earlier split has too few cases: no probabilities, no stability.")
        elif self.psi > 0.25:
            yield self.env._(
                "The customers have shifted since the earlier split (PSI %(psi)s): measure again soon.",
                psi=f"{self.psi:.2f}",
            )

    def _get_word(self):
        """An AUC in words; the usual limits of the trade."""
        for limit, word in (
            (0.85, self.env._("separates very well")),
            (0.75, self.env._("separates well")),
            (0.65, self.env._("usable")),
            (0.55, self.env._("weak")),
        ):
            if self.auc >= limit:
                return word
        return self.env._("does not separate")
