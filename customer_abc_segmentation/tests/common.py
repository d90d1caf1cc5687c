from datetime import date

from odoo.addons.account.tests.common import AccountTestInvoicingCommon


class SegmentationCommon(AccountTestInvoicingCommon):
    """A company with its chart of accounts, its default policy and a segmentation manager; today is a fixed day."""

    AS_OF = date(2024, 6, 30)

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.quick_ref("customer_abc_segmentation.group_segmentation_manager")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        cls.policy = cls.env["abc.policy"]._get_default(cls.company).sudo(False)
        cls.class_a, cls.class_b, cls.class_c = cls.policy.class_ids.sorted()

    @classmethod
    def _customer(cls, name, **values):
        return cls.env["res.partner"].create({"name": name, "is_company": True, **values})

    @classmethod
    def _invoice(cls, partner, amount, invoice_date="2024-05-15", move_type="out_invoice", **values):
        """A posted customer document in one line without tax."""
        move = cls.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": partner.id,
                "invoice_date": invoice_date,
                "date": invoice_date,
                "invoice_line_ids": [(0, 0, {"name": "goods", "price_unit": amount, "tax_ids": False})],
                **values,
            }
        )
        move.action_post()
        return move

    def _classify(self, as_of=None, policy=None):
        return (policy or self.policy)._classify(as_of or self.AS_OF)

    def _open_row(self, partner, policy=None):
        return self.env["abc.classification"].search(
            [
                ("policy_id", "=", (policy or self.policy).id),
                ("partner_id", "=", partner.id),
                ("is_manual", "=", False),
                ("date_to", "=", False),
            ]
        )

    def _codes(self, partners, policy=None):
        return [self._open_row(partner, policy).class_id.code for partner in partners]
