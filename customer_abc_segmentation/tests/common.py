from datetime import date, timedelta

from odoo.tests import new_test_user

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
        # scheduled actions take the day of their user: near midnight not every zone has the same one
        cls.env.ref("base.user_root").sudo().tz = cls.env.user.tz
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


class ProfitCommon(SegmentationCommon):
    """Payments and the daily balance by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profit = cls.env["customer.profit"]
        cls.company.segmentation_capital_rate = 36.5

    @classmethod
    def _seller(cls):
        """A salesperson without accounting rights."""
        return new_test_user(
            cls.env,
            "seller",
            groups="base.group_user,base.group_partner_manager,customer_abc_segmentation.group_segmentation_user",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    @classmethod
    def _pay(cls, partner, amount, day, **values):
        """A posted entry that credits the receivable of a customer."""
        move = cls.env["account.move"].create(
            {
                "journal_id": cls.company_data["default_journal_bank"].id,
                "date": day,
                "line_ids": [
                    (0, 0, {"account_id": account.id, "partner_id": partner.id, "balance": sign * amount})
                    for account, sign in (
                        (cls.company_data["default_account_receivable"], -1),
                        (cls.company_data["default_account_assets"], 1),
                    )
                ],
                **values,
            }
        )
        move.action_post()
        return move

    def _totals(self, partners, first, last, company=None):
        return self.profit._totals(
            company or self.company, partners, date.fromisoformat(first), date.fromisoformat(last)
        )

    def _one(self, partner, first, last):
        return self._totals(partner, first, last)[partner.id]

    def _brute_force(self, partner, first, last):
        """Sum of the receivable balances of the days, each day looked up by itself."""
        items = self.env["account.move.line"].search(
            [
                ("partner_id.commercial_partner_id", "=", partner.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("company_id", "child_of", self.company.id),
            ]
        )
        facts = [(item.date, item.balance) for item in items]
        days = (first + timedelta(days=number) for number in range((last - first).days + 1))
        return sum(sum(balance for when, balance in facts if when <= day) for day in days)
