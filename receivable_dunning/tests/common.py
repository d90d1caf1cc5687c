from datetime import date

from odoo.addons.customer_credit_mgmt.tests.common import CreditCommon


class CollectionsCommon(CreditCommon):
    """A user who works the receivables of a company."""

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.quick_ref("receivable_dunning.group_collections_manager")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scheme = cls.env.ref("receivable_dunning.bucket_scheme_default")

    def _aging(self, as_of=date(2024, 6, 30), **context):
        """Aged receivables as of a date, of the company under test only."""
        return self.env["receivable.aging"].with_context(as_of=as_of, allowed_company_ids=self.company.ids, **context)

    def _by_bucket(self, aging, domain=()):
        """``{bucket name: open amount}`` in the order of the columns."""
        groups = aging._read_group(list(domain), ["bucket_id"], ["amount_residual:sum"])
        return {bucket.name: amount for bucket, amount in groups}

    @classmethod
    def _new_scheme(cls, *bounds, **values):
        return cls.env["receivable.bucket.scheme"].create(
            {
                "name": "Custom",
                "bucket_ids": [
                    (0, 0, {"name": "Not due", "is_not_due": True}),
                    *((0, 0, {"name": f"<= {bound}", "upper_bound": bound}) for bound in bounds),
                    (0, 0, {"name": "Above", "is_open": True}),
                ],
                **values,
            }
        )
