from odoo import fields, models

from odoo.addons.customer_credit_mgmt.models.optional_number import OptionalFloat


class EclMigration(models.Model):
    """What a rate rests on: one month of one bucket of one segment."""

    _name = "ecl.migration"
    _description = "Expected Credit Loss Observation"
    _order = "run_id desc, segment_place, bucket_place, month"
    _rec_name = "month"

    run_id = fields.Many2one("ecl.run", required=True, index=True, ondelete="cascade", readonly=True)
    company_id = fields.Many2one(related="run_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="run_id.currency_id")
    method = fields.Selection(related="run_id.method")
    segment_key = fields.Char(readonly=True)
    segment = fields.Char(readonly=True)
    segment_place = fields.Integer(readonly=True)
    bucket_id = fields.Many2one("receivable.bucket", required=True, ondelete="restrict", readonly=True)
    bucket_place = fields.Integer(readonly=True)
    month = fields.Date(
        readonly=True, help="Roll rates: end of the step. Cohorts: first day of the month in which the items fell due."
    )
    before = fields.Monetary(
        string="In the Bucket",
        readonly=True,
        help="Roll rates: balance of the bucket at the beginning of the step. Cohorts: what reached the bucket.",
    )
    after = fields.Monetary(
        string="Moved On or Lost",
        readonly=True,
        help="Roll rates: balance of the next bucket at the end of the step. Cohorts: what was lost in the end.",
    )
    written_off = fields.Monetary(
        readonly=True, help="Roll rates: written off in the step, from this bucket: it has moved on too."
    )
    rate = OptionalFloat(
        string="Loss Rate (%)",
        digits=(16, 4),
        readonly=True,
        aggregator=None,
        help="(Moved on or lost + written off) / in the bucket. More than 100 where a month is longer than the bucket.",
    )
