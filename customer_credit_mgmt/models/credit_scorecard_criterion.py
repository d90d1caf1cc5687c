from odoo import api, fields, models
from odoo.tools import SQL

from ..core import bands as core_bands
from ..core import score as core
from .score_figures import FIGURES


class CreditScorecardCriterion(models.Model):
    """One figure of a scorecard with its weight and bands."""

    _name = "credit.scorecard.criterion"
    _description = "Credit Scorecard Criterion"
    _order = "sequence, id"

    scorecard_id = fields.Many2one("credit.scorecard", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    dimension = fields.Selection(
        [
            ("character", "Character"),
            ("capacity", "Capacity"),
            ("capital", "Capital"),
            ("collateral", "Collateral"),
            ("conditions", "Conditions"),
        ],
        required=True,
        default="character",
        help="The five Cs: will they pay, can they pay, what do they own, what secures us, what surrounds us.",
    )
    source = fields.Selection(
        [(figure.key, figure.label) for figure in FIGURES.values()],
        string="Figure",
        required=True,
        help="What is judged. All figures come from the ledger of the company, for the last 24 months.",
    )
    weight = fields.Float(
        default=10.0, required=True, digits=(8, 2), help="Counts by its share in the sum of the weights."
    )
    weight_share = fields.Float(compute="_compute_weight_share", string="Share")
    missing = fields.Selection(
        [
            (core.NEUTRAL, "Neutral (50 points)"),
            (core.WORST, "Worst band"),
            (core.EXCLUDE, "Do not count"),
        ],
        string="Without Data",
        required=True,
        default=core.NEUTRAL,
        help="What happens when the figure is not known. Not counting it gives its weight to the other criteria.",
    )
    band_ids = fields.One2many("credit.scorecard.band", "criterion_id", string="Bands", copy=True)

    _weight_positive = models.Constraint("CHECK (weight > 0)", "The weight of a criterion must be positive.")
    _source_uniq = models.Constraint("UNIQUE (scorecard_id, source)", "A scorecard can judge a figure only once.")

    @api.depends("source")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["source"]._description_selection(self.env))
        for criterion in self:
            criterion.display_name = labels.get(criterion.source, "")

    @api.depends("weight", "scorecard_id.weight_total")
    def _compute_weight_share(self):
        for criterion in self:
            total = criterion.scorecard_id.weight_total
            criterion.weight_share = criterion.weight / total if total else 0.0

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        criteria = super().create(vals_list)
        criteria.scorecard_id._check_not_frozen()
        return criteria

    def write(self, vals):
        self.scorecard_id._check_not_frozen()
        result = super().write(vals)
        self.scorecard_id._check_not_frozen()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_frozen(self):
        self.scorecard_id._check_not_frozen()

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _get_core_criterion(self):
        """This criterion as a value object of core/score.py."""
        self.ensure_one()
        bands = tuple(
            core_bands.Band(None if band.open_below else band.lower, band.points, band.id)
            for band in self.band_ids._in_order()
        )
        return core.Criterion(self.id, self.source, self.weight, bands, self.missing)

    def _get_core_findings(self):
        """All that this criterion can say: without data first, then band by band."""
        criterion = self._get_core_criterion()
        return [
            core.judge(criterion, None),
            *(core.judge_band(criterion, index) for index in range(len(criterion.bands))),
        ]

    def _column(self, prefix):
        """Name of this criterion's column in the scoring statement."""
        return SQL.identifier(f"{prefix}_{self.id}")

    def _pick_sql(self, choices, sql_type):
        """One of the constant ``choices`` by the finding of the row, in the order of :meth:`_get_core_findings`."""
        return SQL("(%s::%s[])[%s + 1]", choices, sql_type, self._column("finding"))

    def _get_band_problem_message(self, problem):
        figure = self.display_name
        return {
            "empty": self.env._("%(figure)s has no bands: add at least one.", figure=figure),
            "closed": self.env._(
                "%(figure)s: mark exactly one band, the lowest, as having no lower end.", figure=figure
            ),
            "twice": self.env._("%(figure)s: two bands start at the same value.", figure=figure),
            "points": self.env._("%(figure)s: points must be between 0 and 100.", figure=figure),
        }[problem]
