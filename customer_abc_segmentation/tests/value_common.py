from odoo.tools import SQL

from .common import SegmentationCommon


class ValueCommon(SegmentationCommon):
    """A company with its policy of customer value."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.value_policy = cls.env["customer.value.policy"]._get_for(cls.company).sudo(False)
        cls.segments = {segment.code: segment for segment in cls.value_policy.segment_ids}

    def _refresh(self, as_of=None, policy=None):
        (policy or self.value_policy)._refresh(as_of or self.AS_OF)

    def _value(self, partner, company=None):
        return self.env["customer.value"].search(
            [("company_id", "=", (company or self.company).id), ("partner_id", "in", partner.ids)]
        )

    @classmethod
    def _prospect(cls, name, **values):
        """A contact that is as old as the tests pretend it to be."""
        partner = cls.env["res.partner"].create({"name": name, "is_company": True, "customer_rank": 1, **values})
        cls.env.flush_all()
        cls.env.execute_query(
            SQL("UPDATE res_partner SET create_date = '2020-01-01' WHERE id = %s RETURNING id", partner.id)
        )
        return partner
