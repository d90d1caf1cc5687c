from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core.scaling import Scaling
from ..core.score import MIN_HISTORY, summarize

#: No band of a card on a scale of points may move the score by more.
MOST_POINTS = 1000


class CreditScorecard(models.Model):
    """The scale of a scorecard: 0 to 100, or points of which so many double the odds of a good customer."""

    _inherit = "credit.scorecard"

    scale = fields.Selection(
        [("percent", "0 to 100"), ("points", "Points (odds)")],
        default="percent",
        required=True,
        help="0 to 100: the score is the weighted mean of the points of the bands.\n"
        "Points: the score is a start plus the points of the bands, and says how likely the customer is good. So many"
        " points double the odds.",
    )
    base_score = fields.Float(default=600.0, digits=(8, 2), help="The score that means the odds beside.")
    base_odds = fields.Float(
        default=50.0, digits=(12, 4), help="Good customers for each bad one at that score, such as 50 for 50:1."
    )
    pdo = fields.Float(
        string="Points to Double the Odds",
        default=20.0,
        digits=(8, 2),
        help="A band with so many points doubles the odds that the customer is good; so many less halve them.",
    )
    average_odds = fields.Float(
        string="Odds of the Average Customer",
        default=1.0,
        digits=(12, 4),
        help="Good customers for each bad one among all. The score starts here, before any criterion has spoken.",
    )
    start_score = fields.Float(
        string="Start",
        compute="_compute_start_score",
        digits=(8, 2),
        help="Score of the average customer: the points of the bands are added to it.",
    )
    min_history = fields.Integer(
        string="Invoices Needed",
        default=MIN_HISTORY,
        required=True,
        help="With fewer invoices whose outcome is known there is no score. 0 also scores new customers, on what is"
        " known of them: their statements, guarantees or answers.",
    )

    _min_history_positive = models.Constraint(
        "CHECK (min_history >= 0)", "The number of invoices needed cannot be negative."
    )
    _scaling_positive = models.Constraint(
        "CHECK (base_odds > 0 AND pdo > 0 AND average_odds > 0)", "Odds and the points to double them must be positive."
    )

    @api.depends("scale", "base_score", "base_odds", "pdo", "average_odds")
    def _compute_start_score(self):
        for scorecard in self:
            scorecard.start_score = scorecard._get_start() or 0.0

    @api.constrains("scale")
    def _check_scale(self):
        self.criterion_ids.band_ids._check_points()

    def _get_scaling(self):
        """The scale of points as a value object of core/scaling.py; ``None`` on the scale of 0 to 100."""
        self.ensure_one()
        if self.scale != "points" or min(self.base_odds, self.pdo) <= 0:
            return None
        return Scaling(self.base_score, self.base_odds, self.pdo)

    def _get_start(self):
        """What the points are added to; ``None``: the score is their weighted mean."""
        scaling = self._get_scaling()
        return scaling and (scaling.start(self.average_odds) if self.average_odds > 0 else None)

    def _summarize(self, findings):
        """The score of some findings on the scale of this scorecard, as core/score.py returns it."""
        return summarize(findings, self._get_start())

    def _get_allowed_points(self):
        """The lowest and the highest points a band may have."""
        return (-MOST_POINTS, MOST_POINTS) if self.scale == "points" else (0, 100)

    def _get_comparable_scorecards(self):
        """Scorecards whose scores mean the same: a difference between others is no change of the customer."""
        self.ensure_one()
        domain = [("scale", "=", self.scale)]
        if self.scale == "points":
            domain += [(name, "=", self[name]) for name in ("base_score", "base_odds", "pdo")]
        # sudo: the retired scorecard of another company may have made the last score
        return self.sudo().search(domain)

    def _get_grades_ascending(self):
        """``[(minimum score on this scale, id, review months)]``; the first takes everything below the second."""
        scaling = self._get_scaling()
        ratings = self.env["credit.rating"].search([])
        if scaling is None:
            return [(rating.min_score, rating.id, rating.review_months) for rating in ratings.sorted("min_score")]
        by_odds = ratings.filtered("min_odds").sorted("min_odds")
        lowest = (ratings - by_odds).sorted("min_score")[:1]
        return [
            *((float("-inf"), rating.id, rating.review_months) for rating in lowest),
            *((round(scaling.score(rating.min_odds), 2), rating.id, rating.review_months) for rating in by_odds),
        ]


class CreditScorecardBand(models.Model):
    """Points of a band by the scale of its scorecard."""

    _inherit = "credit.scorecard.band"

    @api.constrains("points")
    def _check_points(self):
        for band in self:
            lowest, highest = band.criterion_id.scorecard_id._get_allowed_points()
            if not lowest <= band.points <= highest:
                raise ValidationError(
                    self.env._(
                        "%(band)s: points must be between %(lowest)s and %(highest)s.",
                        band=band.label,
                        lowest=lowest,
                        highest=highest,
                    )
                )
