from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..core.ecl import Credibility

METHODS = [
    ("cohort", "Cohorts: what was lost of all that fell due"),
    ("roll", "Roll rates: what moved from bucket to bucket"),
    ("hand", "Rates by hand"),
]
DAYS_PER_MONTH = 30.4375


class EclMethod(models.Model):
    """How a company estimates what its receivables will lose."""

    _name = "ecl.method"
    _description = "Expected Loss Method"
    _inherit = ["receivable.root.company.mixin"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10, help="The first method of a company is proposed for its runs.")
    active = fields.Boolean(default=True)
    method = fields.Selection(
        METHODS,
        required=True,
        default="cohort",
        help="Cohorts: of everything that fell due in a month, how much reached each bucket and how much was lost in"
        " the end. Right for any buckets and payment terms.\n"
        "Roll rates (迁徙率): balance of a bucket over the balance of the bucket before it one step earlier, what was"
        " written off included; multiplied up to the last bucket. For buckets as wide as the step.\n"
        "By hand: the rates that you enter.",
    )
    scheme_id = fields.Many2one(
        "receivable.bucket.scheme",
        string="Buckets",
        required=True,
        ondelete="restrict",
        domain="['|', ('company_id', '=', False), ('company_id', '=', company_id)]",
        default=lambda self: self._default_scheme_id(),
    )
    years = fields.Integer(
        string="Years of History", required=True, default=3, help="Late buckets are thin: two years at least are wise."
    )
    step_months = fields.Integer(
        string="Months per Step",
        required=True,
        default=1,
        help="Time between the two balances of a migration: as long as a bucket is wide (30 days: 1, a year: 12).",
    )
    segmentation = fields.Selection(
        [("none", "All customers alike"), ("domain", "Conditions"), ("field", "A field of the customer")],
        required=True,
        default="none",
        help="Customers with similar losses belong together: by country, industry, rating, kind of business.",
    )
    segment_field_id = fields.Many2one(
        "ir.model.fields",
        string="Field",
        ondelete="cascade",
        domain=[
            ("model", "=", "res.partner"),
            ("store", "=", True),
            ("company_dependent", "=", False),
            ("ttype", "in", ("many2one", "selection", "char")),
        ],
        help="Each of its values is a segment; customers without one are another.",
    )
    segment_ids = fields.One2many("ecl.segment", "method_id", string="Segments", copy=True)
    rate_ids = fields.One2many("ecl.rate", "method_id", string="Rates", copy=True)
    scenario_ids = fields.One2many("ecl.scenario", "method_id", string="Scenarios", copy=True)
    last_rate = fields.Float(
        string="Loss of the Last Bucket",
        digits=(6, 4),
        default=1.0,
        help="Share of what gets to the last bucket that is lost in the end. 100 % unless you know better.",
    )
    floor_rate = fields.Float(
        string="Lowest Rate",
        digits=(6, 4),
        help="No bucket has a lower rate, also where nothing was ever lost: no experience is no promise.",
    )
    min_months = fields.Integer(
        string="Months Needed",
        required=True,
        default=12,
        help="With fewer months in which a bucket held anything, its own experience does not count: that of all"
        " segments is taken, and where that is thin too, there is not enough data and you enter a rate.",
    )
    credibility = fields.Float(
        string="Months of Half Weight",
        required=True,
        default=12.0,
        help="k of the weight n / (n + k) that the own experience of n months has beside that of all segments: with"
        " 12, three years weigh 75 %. 0: segments stand by themselves.",
    )
    use_cover = fields.Boolean(
        string="Deduct Guarantees",
        default=True,
        help="Guarantees and credit insurance in force that reduce the exposure are taken off what is open, after their"
        " haircut.",
    )
    note = fields.Text(help="Why this method, these segments and rates: the auditor reads it on the report.")

    # ------------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------------

    @api.model
    def _default_scheme_id(self):
        return self.env["receivable.bucket.scheme"]._get_default(self.env.companies)

    @api.constrains("years", "step_months", "min_months", "credibility", "last_rate", "floor_rate")
    def _check_numbers(self):
        for method in self:
            if not 1 <= method.years <= 15 or method.step_months < 1 or method.min_months < 1 or method.credibility < 0:
                raise ValidationError(
                    self.env._(
                        "History is between 1 and 15 years; steps and months needed are at least one month; the months"
                        " of half weight are not negative."
                    )
                )
            if not (0 <= method.last_rate <= 1 and 0 <= method.floor_rate <= 1):
                raise ValidationError(self.env._("Rates are between 0 and 100 %."))

    @api.constrains("method", "scheme_id", "step_months")
    def _check_step(self):
        """Buckets as wide as a step: else a balance is compared with one that is not its own past."""
        for method in self.filtered(lambda method: method.method == "roll"):
            bounds = (0, *method._bounds())
            widths = {upper - lower for lower, upper in zip(bounds, bounds[1:], strict=False)}
            step = method.step_months * DAYS_PER_MONTH
            if any(abs(width - step) > 0.05 * step for width in widths):
                raise ValidationError(
                    self.env._(
                        "Roll rates need buckets as wide as the step of %(months)s months. Choose other buckets or"
                        " another step, or cohorts, which work with any buckets.",
                        months=method.step_months,
                    )
                )

    @api.constrains("segmentation", "segment_field_id")
    def _check_segment_field(self):
        for method in self:
            if method.segmentation == "field" and not method.segment_field_id:
                raise ValidationError(self.env._("Choose the field of the customer that makes the segments."))

    @api.constrains("scenario_ids")
    def _check_scenarios(self):
        self.scenario_ids._check_complete()

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _bounds(self):
        return tuple(self.scheme_id._middle_buckets().sorted("sequence").mapped("upper_bound"))

    def _credibility(self):
        return Credibility(self.min_months, self.credibility)

    @api.model
    def _get_default(self, company):
        return self.search([("company_id", "=", company.id)], limit=1)

    def _segment_sql(self):
        """Expression on ``partner`` (the commercial partner) that gives the key of his segment; '' for the others."""
        if self.segmentation == "field":
            # sudo: which customers belong together does not depend on who asks
            column = self.env["res.partner"].sudo()._field_to_sql("partner", self.segment_field_id.name)
            return SQL("COALESCE(%s::text, '')", column)
        if self.segmentation == "none" or not self.segment_ids:
            return SQL("''")
        cases = SQL(" ").join(
            SQL("WHEN partner.id IN (%s) THEN %s", segment._partners_sql(), str(segment.id))
            for segment in self.segment_ids
        )
        return SQL("CASE %s ELSE '' END", cases)

    def _segment_labels(self, keys):
        """``{key: (place, name)}`` in the order in which they are shown; customers of no segment come last."""
        self.ensure_one()
        other = self.env._("Others") if self.segmentation != "none" else self.env._("All customers")
        if self.segmentation == "domain":
            names = {str(segment.id): segment.name for segment in self.segment_ids}
        elif self.segmentation == "field":
            names = self._field_values(keys - {""})
        else:
            names = {}
        places = {key: (place, name) for place, (key, name) in enumerate(names.items()) if key in keys}
        return {**places, "": (len(places) + 1, other)}

    def _field_values(self, keys):
        # sudo: the name of a field, whoever asks
        field = self.env["res.partner"]._fields[self.segment_field_id.sudo().name]
        if field.type == "many2one":
            # sudo: names of segments; who may see the run sees the names of its segments
            records = self.env[field.comodel_name].sudo().browse(int(key) for key in keys).exists()
            names = {str(record.id): record.display_name for record in records}
        elif field.type == "selection":
            labels = dict(field._description_selection(self.env))
            names = {key: labels.get(key, key) for key in keys}
        else:
            names = {key: key for key in keys}
        return dict(sorted(names.items(), key=lambda pair: pair[1] or ""))

    def _hand_rates(self):
        """``{(segment key, bucket): rate}`` of the rates by hand; key None for all segments."""
        return {
            (str(rate.segment_id.id) if rate.segment_id else None, rate.bucket_id): rate.rate for rate in self.rate_ids
        }
