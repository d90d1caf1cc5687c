from odoo import api, fields, models


class CreditScorecardValidationBand(models.Model):
    """A row of the tables of a validation: how many customers of a rating or score group went bad."""

    _name = "credit.scorecard.validation.band"
    _description = "Scorecard Validation Band"
    _order = "result_id, kind, sequence, id"
    _rec_name = "label"

    result_id = fields.Many2one(
        "credit.scorecard.validation.result", required=True, readonly=True, index=True, ondelete="cascade"
    )
    validation_id = fields.Many2one(
        "credit.scorecard.validation", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    scorecard_id = fields.Many2one("credit.scorecard", required=True, readonly=True, index=True, ondelete="cascade")
    kind = fields.Selection([("rating", "Rating"), ("group", "Score Group")], required=True, readonly=True)
    sequence = fields.Integer(readonly=True)
    label = fields.Char(readonly=True, help="The rating, or the lowest score of the group.")
    count = fields.Integer(string="Customers", readonly=True)
    bad = fields.Integer(readonly=True)
    bad_rate = fields.Float(readonly=True, digits=(6, 4), aggregator="avg", help="Customers who went bad / customers.")
    expected_rate = fields.Float(
        readonly=True,
        digits=(6, 4),
        aggregator="avg",
        help="Bad rate of the group in the earlier split, shrunken to that of all and never rising with the score.",
    )
    has_expected = fields.Boolean(string="Has an Expected Rate", readonly=True)
    earlier_count = fields.Integer(string="Customers Before", readonly=True, help="In the earlier split.")

    @api.model
    def _prepare_ratings(self, bands):
        # numbered from the best, so that charts keep the order and two scorecards share their bands
        ratings = self.env["credit.rating"].search([]).sorted("min_score", reverse=True)
        labels = {rating.id: f"{number} {rating.code}" for number, rating in enumerate(ratings, 1)}
        return [self._prepare(band, "rating", number, labels.get(band.key, "-")) for number, band in enumerate(bands)]

    @api.model
    def _prepare_groups(self, bands):
        first = bands[1].key if len(bands) > 1 else None
        return [
            self._prepare(band, "group", number, f"{band.key:06.2f}+" if band.key is not None else f"< {first:06.2f}")
            for number, band in enumerate(bands)
        ]

    def _prepare(self, band, kind, number, label):
        return {
            "kind": kind,
            "sequence": number,
            "label": label,
            "count": band.count,
            "bad": band.bad,
            "bad_rate": band.bad_rate,
            "expected_rate": band.expected,
            "has_expected": band.expected is not None,
            "earlier_count": band.earlier,
        }
