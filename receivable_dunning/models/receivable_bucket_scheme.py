from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tools import SQL

from ..core.aging import MAX_BOUND, BucketScheme

DEFAULT_BOUNDS = (30, 60, 90, 120)


class ReceivableBucketScheme(models.Model):
    """How open items are grouped by age."""

    _name = "receivable.bucket.scheme"
    _description = "Aging Bucket Scheme"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10, help="The first scheme that a company may use is its default.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Only for this company. Empty: for all.")
    bucket_ids = fields.One2many(
        "receivable.bucket",
        "scheme_id",
        string="Buckets",
        copy=True,
        default=lambda self: self._default_bucket_ids(),
    )

    @api.model
    def _default_bucket_ids(self):
        """A new scheme starts with the usual months, complete and ready to be changed."""
        labels = BucketScheme(DEFAULT_BOUNDS).labels()
        return [
            Command.create({"name": self.env._("Not due"), "is_not_due": True}),
            *(
                Command.create({"name": label, "upper_bound": bound})
                for bound, label in zip(DEFAULT_BOUNDS, labels[1:-1], strict=True)
            ),
            Command.create({"name": self.env._("Over %(days)s", days=DEFAULT_BOUNDS[-1]), "is_open": True}),
        ]

    @api.constrains("bucket_ids")
    def _check_bucket_ids(self):
        for scheme in self:
            buckets = scheme.bucket_ids
            ends = (len(buckets.filtered("is_not_due")), len(buckets.filtered("is_open")))
            if ends != (1, 1) or any(bucket.is_not_due and bucket.is_open for bucket in buckets):
                raise ValidationError(
                    scheme.env._(
                        "The scheme “%(scheme)s” needs exactly one bucket for what is not due and one for everything"
                        " above the highest bound: no item may get lost.",
                        scheme=scheme.name,
                    )
                )
            bounds = scheme._middle_buckets().mapped("upper_bound")
            if len(set(bounds)) != len(bounds) or not all(0 < bound <= MAX_BOUND for bound in bounds):
                raise ValidationError(
                    scheme.env._(
                        "The bounds of the scheme “%(scheme)s” must be different numbers of days between 1 and"
                        " %(highest)s.",
                        scheme=scheme.name,
                        highest=MAX_BOUND,
                    )
                )

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _middle_buckets(self):
        return self.bucket_ids.filtered(lambda bucket: not bucket.is_not_due and not bucket.is_open)

    def _ordered_buckets(self):
        """Buckets by age: not due, the bounded ones, everything above."""
        self.ensure_one()
        return self.bucket_ids.sorted("sequence")

    @api.model
    def _get_default(self, companies):
        """The scheme of the first of the companies that has one of its own, else the first shared one."""
        schemes = self.search([("company_id", "in", [*companies.ids, False])])
        for company in companies:
            if own := schemes.filtered(lambda scheme, company=company: scheme.company_id == company):
                return own[0]
        return schemes[:1]

    def _bucket_id_sql(self, age):
        """SQL that gives the id of the bucket of an ``age`` (SQL, integer days); NULL for no scheme."""
        if not self:
            return SQL("NULL::integer")
        *bounded, last = self._ordered_buckets()
        branches = SQL(" ").join(
            SQL("WHEN %s <= %s THEN %s", age, 0 if bucket.is_not_due else bucket.upper_bound, bucket.id)
            for bucket in bounded
        )
        return SQL("CASE %s ELSE %s END", branches, last.id)
