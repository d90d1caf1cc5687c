from odoo import api, fields, models
from odoo.exceptions import ValidationError


class EclRate(models.Model):
    """A rate by hand."""

    _name = "ecl.rate"
    _description = "Expected Loss Rate"
    _order = "method_id, segment_id, bucket_id"

    method_id = fields.Many2one("ecl.method", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="method_id.company_id", store=True, index=True)
    scheme_id = fields.Many2one(related="method_id.scheme_id")
    segment_id = fields.Many2one(
        "ecl.segment",
        ondelete="cascade",
        index=True,
        domain="[('method_id', '=', method_id)]",
        help="Empty: for all segments without a rate of their own.",
    )
    bucket_id = fields.Many2one(
        "receivable.bucket", required=True, ondelete="cascade", domain="[('scheme_id', '=', scheme_id)]"
    )
    rate = fields.Float(
        string="Loss Rate", required=True, digits=(6, 4), help="Share of the open amount that will be lost."
    )

    _bucket_uniq = models.UniqueIndex(
        "(method_id, COALESCE(segment_id, 0), bucket_id)", "This bucket has a rate already."
    )

    @api.constrains("rate")
    def _check_rate(self):
        if self.filtered(lambda rate: not 0 <= rate.rate <= 1):
            raise ValidationError(self.env._("Rates are between 0 and 100 %."))
