from odoo import api, fields, models
from odoo.exceptions import ValidationError

METHODS = [("quintiles", "Fifths of the Customers"), ("cuts", "Cut-Points")]
METHOD_HELP = (
    "Fifths: by cumulative distribution among the customers with a purchase in the window; equal values get equal "
    "scores. Cut-Points: by the limits below."
)


class CustomerValuePolicy(models.Model):
    """Scores from 1 to 5, 5 is best, of recency, frequency and monetary."""

    _inherit = "customer.value.policy"

    recency_method = fields.Selection(
        METHODS, string="Recency by", required=True, default="quintiles", help=METHOD_HELP
    )
    recency_5 = fields.Float(string="Days up to, Score 5", digits=(8, 0), default=30)
    recency_4 = fields.Float(string="Days up to, Score 4", digits=(8, 0), default=60)
    recency_3 = fields.Float(string="Days up to, Score 3", digits=(8, 0), default=120)
    recency_2 = fields.Float(string="Days up to, Score 2", digits=(8, 0), default=240)

    frequency_method = fields.Selection(METHODS, string="Frequency by", required=True, default="cuts", help=METHOD_HELP)
    frequency_2 = fields.Float(string="Purchases from, Score 2", digits=(8, 0), default=2)
    frequency_3 = fields.Float(string="Purchases from, Score 3", digits=(8, 0), default=4)
    frequency_4 = fields.Float(string="Purchases from, Score 4", digits=(8, 0), default=7)
    frequency_5 = fields.Float(string="Purchases from, Score 5", digits=(8, 0), default=12)

    monetary_method = fields.Selection(
        METHODS, string="Monetary by", required=True, default="quintiles", help=METHOD_HELP
    )
    monetary_2 = fields.Monetary(string="Amount from, Score 2", default=1000)
    monetary_3 = fields.Monetary(string="Amount from, Score 3", default=5000)
    monetary_4 = fields.Monetary(string="Amount from, Score 4", default=20000)
    monetary_5 = fields.Monetary(string="Amount from, Score 5", default=100000)

    @api.constrains(
        *("recency_method", "recency_5", "recency_4", "recency_3", "recency_2"),
        *("frequency_method", "frequency_2", "frequency_3", "frequency_4", "frequency_5"),
        *("monetary_method", "monetary_2", "monetary_3", "monetary_4", "monetary_5"),
    )
    def _check_cuts(self):
        for policy in self:
            for figure in ("recency", "frequency", "monetary"):
                cuts = policy._get_cuts(figure)
                if policy[f"{figure}_method"] == "cuts" and not all(
                    a < b for a, b in zip(cuts, cuts[1:], strict=False)
                ):
                    raise ValidationError(
                        self.env._(
                            "The cut-points of %(figure)s have to rise, each above the one before.",
                            figure=policy._fields[f"{figure}_method"]._description_string(self.env),
                        )
                    )

    def _get_cuts(self, figure):
        """The four cut-points of ``recency`` (most days of scores 5 to 2), ``frequency`` or ``monetary`` (least of
        scores 2 to 5), rising."""
        scores = (5, 4, 3, 2) if figure == "recency" else (2, 3, 4, 5)
        return [self[f"{figure}_{score}"] for score in scores]

    def _get_score_limits(self):
        """``{(figure, score): limit}`` of figures ``r`` (most days), ``f`` and ``m`` (least) as they stand.

        By fifths that is the worst customer with the score, by cut-points the point itself.
        """
        self.ensure_one()
        # sudo: the limit of a score is nobody's figure, everybody scored is measured against it
        values = self.env["customer.value"].sudo()
        rows = values._read_grouping_sets(
            [("policy_id", "=", self.id), ("rfm_segment_id", "!=", False)],
            [["rfm_r"], ["rfm_f"], ["rfm_m"]],
            ["last_invoice_date:min", "frequency:min", "monetary:min"],
        )
        limits = {}
        for figure, groups in zip("rfm", rows, strict=True):
            for score, day, frequency, monetary in groups:
                worst = {"r": (self.last_date - day).days, "f": frequency, "m": monetary}
                limits[figure, score] = worst[figure]
        return {**limits, **self._get_cut_limits()}

    def _get_cut_limits(self):
        """The part of ``_get_score_limits`` that cut-points say; the last score has none."""
        places = {"r": ("recency", (5, 4, 3, 2)), "f": ("frequency", (2, 3, 4, 5)), "m": ("monetary", (2, 3, 4, 5))}
        return {
            (figure, score): self[f"{name}_{score}"]
            for figure, (name, scores) in places.items()
            if self[f"{name}_method"] == "cuts"
            for score in scores
        }
