from odoo import fields, models


class CreditRating(models.Model):
    """A grade of creditworthiness: the score from which it starts, and what follows from it."""

    _name = "credit.rating"
    _description = "Credit Rating"
    _inherit = ["credit.cache.mixin"]
    _rec_name = "code"
    _rec_names_search = ["code", "name"]
    _order = "sequence, id"

    code = fields.Char(required=True, help="Short and known to everybody, such as AAA or C.")
    name = fields.Char(string="Meaning", required=True, translate=True)
    sequence = fields.Integer(default=10, help="Order of the ratings, the best first.")
    min_score = fields.Float(
        string="Minimum Score",
        digits=(5, 2),
        help="A customer has the best rating whose minimum the score reaches; below all of them the lowest rating.",
    )
    min_odds = fields.Float(
        string="Minimum Odds",
        digits=(12, 4),
        help="For scorecards on a scale of points: good customers for each bad one from which the rating starts, such"
        " as 50 for 50:1. 0 for the lowest rating.",
    )
    limit_factor = fields.Float(
        default=1.0, digits=(6, 2), help="A proposed credit limit is multiplied by this factor."
    )
    review_months = fields.Integer(
        string="Review after (months)",
        default=12,
        help="A customer who gets this rating is to be reviewed after so many months.",
    )
    needs_review = fields.Boolean(
        string="Needs a Human Look",
        help="A natural person who gets this rating from the scoring is reviewed by a person.",
    )
    color = fields.Integer()
    active = fields.Boolean(default=True)

    _code_uniq = models.Constraint("UNIQUE (code)", "This rating code exists already.")
    _min_score_uniq = models.UniqueIndex(
        "(min_score) WHERE active IS TRUE", "Two ratings cannot start at the same score."
    )
    _min_score_range = models.Constraint(
        "CHECK (min_score >= 0 AND min_score <= 100)", "The minimum score must be between 0 and 100."
    )
    _min_odds_uniq = models.UniqueIndex(
        "(min_odds) WHERE active IS TRUE AND min_odds > 0", "Two ratings cannot start at the same odds."
    )
    _min_odds_positive = models.Constraint("CHECK (min_odds >= 0)", "The minimum odds cannot be negative.")
    _review_months_positive = models.Constraint(
        "CHECK (review_months > 0)", "A rating must be reviewed after at least one month."
    )
