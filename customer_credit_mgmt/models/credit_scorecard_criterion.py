from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..core import bands as core_bands
from ..core import score as core
from ..core.ratios import MEASURES
from .score_figures import FIGURES

#: Which field of a criterion says what is judged, by source.
SUBJECTS = {
    "behaviour": "figure",
    "guarantee": "figure",
    "partner_field": "field_id",
    "financial_ratio": "ratio",
    "answer": "question",
    "expert": "question",
}
#: Kinds of contact fields that can be judged as a number.
FIELD_TYPES = ("integer", "float", "monetary", "boolean", "date", "datetime", "selection")


class CreditScorecardCriterion(models.Model):
    """One figure of a scorecard with its weight and bands."""

    _name = "credit.scorecard.criterion"
    _description = "Credit Scorecard Criterion"
    _inherit = ["credit.frozen.part.mixin"]
    _order = "sequence, id"

    scorecard_id = fields.Many2one("credit.scorecard", required=True, index=True, ondelete="cascade")
    scale = fields.Selection(related="scorecard_id.scale")
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
        [
            ("behaviour", "Payment behaviour"),
            ("partner_field", "Field of the contact"),
            ("financial_ratio", "Financial statement"),
            ("guarantee", "Guarantees"),
            ("answer", "Answer to a question"),
            ("expert", "Expert panel"),
        ],
        required=True,
        default="behaviour",
        help="Where the figure comes from. Payment behaviour: the ledger of the company, for the last 24 months."
        " Financial statement: the latest confirmed one. Answers and expert panels: the last approved assessment.",
    )
    figure = fields.Selection(
        [(figure.key, figure.label) for figure in FIGURES.values()],
        compute="_compute_figure",
        store=True,
        readonly=False,
        precompute=True,
        help="What is judged.",
    )
    field_id = fields.Many2one(
        "ir.model.fields",
        string="Contact Field",
        compute="_compute_field_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="set null",
        domain=[
            ("model", "=", "res.partner"),
            ("ttype", "in", FIELD_TYPES),
            "|",
            ("store", "=", True),
            ("related", "!=", False),
        ],
        help="A field of the customer, also of another application. Yes counts 1 and no 0; a date counts by its age in"
        " complete months; an option by its place in the list, the first being 1.",
    )
    zero_unknown = fields.Boolean(
        string="Zero Means Unknown", help="Contacts on which nobody entered a number have a 0: judge it as not known."
    )
    ratio = fields.Selection(
        selection="_selection_ratio",
        compute="_compute_ratio",
        store=True,
        readonly=False,
        precompute=True,
        help="A ratio of the latest confirmed financial statement.",
    )
    max_age_months = fields.Integer(
        string="Statement not older than (months)",
        default=24,
        required=True,
        help="A statement whose closing date is longer ago is not used: the ratio is not known.",
    )
    question = fields.Char(translate=True, help="What is asked in an assessment, or what the experts judge.")
    origin_id = fields.Many2one(
        "credit.scorecard.criterion",
        string="First Version",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The criterion this one is a copy of: answers given to it count here too, while the question is the same.",
    )
    weight = fields.Float(
        default=10.0, required=True, digits=(8, 2), help="Counts by its share in the sum of the weights."
    )
    weight_share = fields.Float(compute="_compute_weight_share", string="Share")
    missing = fields.Selection(
        [
            (core.NEUTRAL, "Neutral"),
            (core.WORST, "Worst band"),
            (core.EXCLUDE, "Do not count"),
        ],
        string="Without Data",
        required=True,
        default=core.NEUTRAL,
        help="What happens when the figure is not known. Neutral: 50 of 100 points, or 0 on a scale of points. Not"
        " counting it gives its weight to the other criteria.",
    )
    band_ids = fields.One2many("credit.scorecard.band", "criterion_id", string="Bands", copy=True)

    _weight_positive = models.Constraint("CHECK (weight > 0)", "The weight of a criterion must be positive.")
    _figure_uniq = models.Constraint("UNIQUE (scorecard_id, figure)", "A scorecard can judge a figure only once.")
    _field_uniq = models.Constraint("UNIQUE (scorecard_id, field_id)", "A scorecard can judge a field only once.")
    _ratio_uniq = models.Constraint("UNIQUE (scorecard_id, ratio)", "A scorecard can judge a ratio only once.")
    _max_age_positive = models.Constraint("CHECK (max_age_months > 0)", "A statement must be allowed some age.")

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.model
    def _selection_ratio(self):
        described = self.env["partner.financial.statement"].fields_get(list(MEASURES), ["string"])
        return [(key, described[key]["string"]) for key in MEASURES]

    # What belongs to another source goes when the source changes.

    @api.depends("source")
    def _compute_figure(self):
        for criterion in self:
            figure = FIGURES.get(criterion.figure)
            criterion.figure = figure.key if figure and figure.source == criterion.source else False

    @api.depends("source")
    def _compute_field_id(self):
        for criterion in self:
            criterion.field_id = criterion.field_id if criterion.source == "partner_field" else False

    @api.depends("source")
    def _compute_ratio(self):
        for criterion in self:
            criterion.ratio = criterion.ratio if criterion.source == "financial_ratio" else False

    @api.depends("source", "figure", "field_id", "ratio", "question")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for criterion in self:
            criterion.display_name = criterion._get_subject_label()

    def _get_subject_label(self):
        """What is judged, in the reader's language."""
        self.ensure_one()
        subject = SUBJECTS.get(self.source)
        if subject == "question":
            return self.question or ""
        if subject == "field_id":
            return self._get_field_label()
        return dict(self._fields[subject]._description_selection(self.env)).get(self[subject], "") if subject else ""

    @api.depends("weight", "scorecard_id.weight_total")
    def _compute_weight_share(self):
        for criterion in self:
            total = criterion.scorecard_id.weight_total
            criterion.weight_share = criterion.weight / total if total else 0.0

    # ------------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------------

    @api.constrains("source", "figure", "field_id", "ratio", "question")
    def _check_subject(self):
        for criterion in self:
            if not criterion[SUBJECTS[criterion.source]]:
                raise ValidationError(
                    self.env._(
                        "Say what is judged: choose the figure, field or ratio, or write the question (%(origin)s).",
                        origin=dict(self._fields["source"]._description_selection(self.env))[criterion.source],
                    )
                )
            if criterion.figure and FIGURES[criterion.figure].source != criterion.source:
                raise ValidationError(
                    self.env._("%(figure)s belongs to another source.", figure=criterion.display_name)
                )
            if criterion.source == "partner_field":
                criterion._check_field()

    def _check_field(self):
        """The field must be a number, a date, a choice or a yes and no that the database can read."""
        field = self.field_id
        known = self.env["res.partner"]._fields.get(field.name) if field.model == "res.partner" else None
        if known is None or known.type not in FIELD_TYPES or not self._is_readable_by_sql(known):
            raise ValidationError(
                self.env._(
                    "%(field)s cannot be judged: choose a stored field of the contact that is a number, a date, a"
                    " choice or a yes and no.",
                    field=field.field_description,
                )
            )

    @api.model
    def _is_readable_by_sql(self, field):
        if field.related and not field.store:
            return self._is_readable_by_sql(field.related_field)
        return bool(field.store and field.column_type)

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    def copy_data(self, default=None):
        copies = super().copy_data(default)
        for criterion, vals in zip(self, copies, strict=True):
            vals["origin_id"] = (criterion.origin_id or criterion).id
        return copies

    def write(self, vals):
        if {"source", "question"} & vals.keys():
            # another question: what was answered before answers it no more
            vals = {**vals, "origin_id": False}
        return super().write(vals)

    def _get_whole(self):
        return self.scorecard_id

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
        neutral = core.NEUTRAL_POINTS if self.scale == "percent" else 0.0
        return core.Criterion(self.id, self.source, self.weight, bands, self.missing, neutral)

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
            "points": self.env._(
                "%(figure)s: points must be between %(lowest)s and %(highest)s.",
                figure=figure,
                lowest=self.scorecard_id._get_allowed_points()[0],
                highest=self.scorecard_id._get_allowed_points()[1],
            ),
        }[problem]
