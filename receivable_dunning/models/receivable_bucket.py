from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.aging import MAX_BOUND


class ReceivableBucket(models.Model):
    """One column of the aged receivables: the ages from the bound before up to its own."""

    _name = "receivable.bucket"
    _description = "Aging Bucket"
    _order = "scheme_id, sequence, id"

    scheme_id = fields.Many2one("receivable.bucket.scheme", required=True, ondelete="cascade", index=True)
    name = fields.Char(required=True, translate=True, help="Head of the column, e.g. 31-60.")
    is_not_due = fields.Boolean(
        string="Not Due", help="Items that are not overdue: up to and including the due date. Each scheme has one."
    )
    is_open = fields.Boolean(
        string="Everything Above", help="All items older than the highest bound. Each scheme has one."
    )
    upper_bound = fields.Integer(
        string="Up to Days",
        help="Last day that belongs to the bucket: with 30, an item 30 days overdue is in, one of 31 days is not.",
    )
    sequence = fields.Integer(
        compute="_compute_sequence", store=True, precompute=True, help="Place of the column, by bound."
    )

    _upper_bound_uniq = models.UniqueIndex(
        "(scheme_id, upper_bound) WHERE NOT is_not_due AND NOT is_open",
        "Two buckets of a scheme cannot end on the same day.",
    )
    _is_not_due_uniq = models.UniqueIndex(
        "(scheme_id) WHERE is_not_due", "A scheme has one bucket for what is not due."
    )
    _is_open_uniq = models.UniqueIndex("(scheme_id) WHERE is_open", "A scheme has one bucket for everything above.")

    @api.depends("upper_bound", "is_not_due", "is_open")
    def _compute_sequence(self):
        for bucket in self:
            bucket.sequence = 0 if bucket.is_not_due else MAX_BOUND + 1 if bucket.is_open else bucket.upper_bound

    @api.constrains("upper_bound", "is_not_due", "is_open")
    def _check_upper_bound(self):
        self.scheme_id._check_bucket_ids()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ends(self):
        if any(bucket.is_not_due or bucket.is_open for bucket in self):
            raise UserError(
                self.env._(
                    "A scheme keeps its first bucket (not due) and its last one (everything above):"
                    " no item may get lost."
                )
            )
