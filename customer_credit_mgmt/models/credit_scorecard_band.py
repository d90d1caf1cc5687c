from odoo import api, fields, models


class CreditScorecardBand(models.Model):
    """Values from a lower end (inclusive) to the lower end of the next band (exclusive), and their points."""

    _name = "credit.scorecard.band"
    _description = "Credit Scorecard Band"
    _inherit = ["credit.frozen.part.mixin"]
    _order = "open_below DESC, lower, id"
    _rec_name = "label"

    criterion_id = fields.Many2one("credit.scorecard.criterion", required=True, index=True, ondelete="cascade")
    label = fields.Char(required=True, translate=True)
    open_below = fields.Boolean(string="No Lower End", help="The lowest band takes everything below the next one.")
    lower = fields.Float(
        string="From", digits=(16, 4), help="The band starts at this value; the value itself belongs to it."
    )
    upper = fields.Float(
        string="Below",
        digits=(16, 4),
        compute="_compute_upper",
        help="Where the next band starts; not part of this one.",
    )
    open_above = fields.Boolean(string="No Upper End", compute="_compute_upper")
    points = fields.Float(
        digits=(8, 2),
        help="From 0 (worst) to 100 (best). On a scale of points: what the band adds to the score; negative is bad"
        " news.",
    )

    @api.depends("lower", "open_below", "criterion_id.band_ids.lower", "criterion_id.band_ids.open_below")
    def _compute_upper(self):
        for band in self:
            above = [
                other.lower
                for other in band.criterion_id.band_ids
                if not other.open_below and (band.open_below or other.lower > band.lower)
            ]
            band.open_above = not above
            band.upper = min(above, default=0.0)

    def _get_whole(self):
        return self.criterion_id.scorecard_id

    def _in_order(self):
        """Bands in ascending order, the one without lower end first."""
        return self.sorted(lambda band: (not band.open_below, band.lower, band.id))
