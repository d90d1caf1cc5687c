from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from ..core.score import Finding


class CreditScore(models.Model):
    """History of the scores: one row for each change, never edited, never deleted.

    ``reasons`` keeps the findings of core/score.py as they were; the sentences are made when somebody reads them, in
    the reader's language. Rows are written by the scoring statement of ``credit.scorecard``.
    """

    _name = "credit.score"
    _description = "Credit Score"
    _rec_name = "partner_id"
    _order = "date DESC, id DESC"

    profile_id = fields.Many2one("credit.profile", required=True, readonly=True, index=True, ondelete="restrict")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict")
    currency_id = fields.Many2one(related="company_id.currency_id")
    scorecard_id = fields.Many2one("credit.scorecard", required=True, readonly=True, index=True, ondelete="restrict")
    date = fields.Date(required=True, readonly=True, help="The day as of which the ledger was read.")
    is_current = fields.Boolean(string="Current", readonly=True, help="The newest score of the customer.")
    is_scored = fields.Boolean(
        string="Enough History",
        readonly=True,
        help="Without enough invoices whose outcome is known there is no score and no rating.",
    )
    score = fields.Float(
        digits=(8, 2),
        readonly=True,
        aggregator="avg",
        help="0 (worst) to 100 (best), or points, as the scorecard says; empty without enough history.",
    )
    rating_id = fields.Many2one("credit.rating", readonly=True, ondelete="restrict")
    previous_score = fields.Float(digits=(8, 2), readonly=True, aggregator="avg")
    previous_rating_id = fields.Many2one("credit.rating", readonly=True, ondelete="restrict")
    score_change = fields.Float(
        string="Change",
        digits=(8, 2),
        readonly=True,
        aggregator="avg",
        help="Score less the previous score, when both are on the same scale.",
    )
    scale_changed = fields.Boolean(
        readonly=True, help="The previous score was on another scale: their difference says nothing of the customer."
    )
    movement = fields.Selection(
        [("first", "First"), ("up", "Better rating"), ("same", "Same rating"), ("down", "Worse rating")],
        readonly=True,
        help="The rating compared with the one before.",
    )
    probability_late = fields.Float(
        string="Late Payment Probability",
        digits=(6, 4),
        readonly=True,
        aggregator="avg",
        help="Probability that the next invoice is paid more than 3 days after the next business day after its due"
        " date: the customer's own share of late invoices, drawn towards the share of all customers.",
    )
    data_share = fields.Float(
        string="Rests on Data",
        digits=(5, 4),
        readonly=True,
        aggregator="avg",
        help="Part of the weights whose figures are known; the rest follows the policy for missing data.",
    )
    reasons = fields.Json(readonly=True)
    score_explanation = fields.Html(compute="_compute_score_explanation", sanitize=False, string="Explanation")

    _current_idx = models.Index("(profile_id) WHERE is_current")

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("reasons")
    @api.depends_context("lang")
    def _compute_score_explanation(self):
        for score in self:
            score.score_explanation = self._render_explanation(score._prepare_explanation())

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    def write(self, vals):
        if not vals:
            return super().write(vals)
        raise UserError(self.env._("The history of scores is never changed. Score the customer again instead."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        raise UserError(self.env._("The history of scores is never deleted."))

    # ------------------------------------------------------------------
    # EXPLANATION
    # ------------------------------------------------------------------

    def _get_findings(self):
        """What was found when this score was made, as value objects of core/score.py."""
        self.ensure_one()
        return tuple(Finding(**row) for row in self.reasons or ())

    def _get_result(self):
        """The score rebuilt from its findings, with every reason in the light of the whole."""
        return self.scorecard_id._summarize(self._get_findings())

    def _prepare_explanation(self):
        """Values of the template ``credit_score_explanation``."""
        result = self._get_result()
        lines = [self._prepare_explanation_line(reason) for reason in result.reasons]
        best = result.improvement
        return {
            "score": self,
            "scorecard": self.scorecard_id,
            "lines": lines,
            "improvement": best and self._get_improvement_sentence(best),
            "odds": self._get_odds_sentence(),
        }

    def _explain_nothing(self):
        """What is shown for a customer who was never scored."""
        values = {"score": self.browse(), "scorecard": self.scorecard_id, "lines": [], "improvement": None}
        return self._render_explanation({**values, "odds": None})

    def _render_explanation(self, values):
        return self.env["ir.qweb"]._render("customer_credit_mgmt.credit_score_explanation", values)

    def _prepare_explanation_line(self, reason):
        finding = reason.finding
        return {
            "fact": self._get_fact(finding),
            "band": self._get_band_label(finding.band),
            "sentence": self._get_sentence(reason),
            "points": finding.points,
            "share": reason.share,
            "contribution": reason.contribution,
        }

    def _get_fact(self, finding):
        """The figure in words, such as "Pays 12 days late on average"."""
        return (
            self.env["credit.scorecard.criterion"].browse(finding.criterion)._get_fact(finding.value, self.currency_id)
        )

    def _get_sentence(self, reason):
        """The whole reason in one sentence: "Pays 12 days late on average: 45 of 100 points, weight 25 %"."""
        fact = self._get_fact(reason.finding)
        if reason.finding.points is None:
            return self.env._("%(fact)s; it does not count", fact=fact)
        if self.scorecard_id.scale == "points":
            return self.env._("%(fact)s: %(points)s points", fact=fact, points=f"{reason.finding.points:+g}")
        return self.env._(
            "%(fact)s: %(points)s of 100 points, weight %(weight)s %%",
            fact=fact,
            points=f"{reason.finding.points:g}",
            weight=f"{reason.share * 100:.3g}",
        )

    def _get_odds_sentence(self):
        """What a score on a scale of points means; nothing on the scale of 0 to 100."""
        scaling = self.scorecard_id._get_scaling()
        if not scaling or not self.is_scored:
            return None
        return self.env._(
            "Good customers for each bad one at this score: %(odds)s. %(points)s points double the odds.",
            odds=formatLang(self.env, scaling.odds(self.score), digits=1),
            points=f"{scaling.pdo:g}",
        )

    def _get_band_label(self, band_id):
        return self.env["credit.scorecard.band"].browse(band_id).label if band_id else ""

    def _get_improvement_sentence(self, reason):
        """What would change the score most."""
        return self.env._(
            "%(figure)s: in the band \u201c%(band)s\u201d the score would be %(gain)s points higher.",
            figure=self.env["credit.scorecard.criterion"].browse(reason.finding.criterion).display_name,
            band=self._get_band_label(reason.finding.better_band),
            gain=f"{reason.gain:.1f}",
        )

    def _get_sentences(self):
        """All reasons as sentences in the reader's language, the heaviest first."""
        self.ensure_one()
        reasons = sorted(self._get_result().reasons, key=lambda reason: -reason.share)
        return [self._get_sentence(reason) for reason in reasons]
