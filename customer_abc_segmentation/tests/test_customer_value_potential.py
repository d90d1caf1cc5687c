from psycopg2 import IntegrityError

from odoo import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .value_common import ValueCommon


@tagged("post_install", "-at_install")
@freeze_time("2024-06-30")
class TestCustomerValuePotential(ValueCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        industries = cls.env["res.partner.industry"].sudo()
        cls.trade, cls.mining = industries.create([{"name": "Trade"}, {"name": "Mining"}])
        categories = cls.env["product.category"].sudo().create([{"name": name} for name in ("Bolts", "Nuts", "Oil")])
        cls.bolts, cls.nuts, cls.oil = categories
        cls.products = {
            category: cls.env["product.product"].sudo().create({"name": category.name, "categ_id": category.id})
            for category in categories
        }
        cls.value_policy.write({"peer_minimum": 3, "peer_share": 0.5})

    def _buys(self, name, industry, *categories, sign=1):
        partner = self._customer(name, industry_id=industry.id)
        lines = [
            Command.create(
                {"name": "x", "product_id": self.products[category].id, "price_unit": 10 * sign, "tax_ids": False}
            )
            for category in categories
        ]
        self._invoice(partner, 0, invoice_line_ids=lines)
        return partner

    def test_breadth_is_compared_with_customers_alike(self):
        ann = self._buys("Ann", self.trade, self.bolts)
        for name in ("Bob", "Cid"):
            self._buys(name, self.trade, self.bolts, self.nuts)
        lone = self._buys("Lone", self.mining, self.oil)
        self._refresh()
        self.assertRecordValues(
            self._value(ann) + self._value(lone),
            [
                {
                    "potential_categories": 1,
                    "potential_peers": 2,
                    "potential_peer_count": 3,
                    "potential_is_alike": True,
                    "potential_missing_count": 1,
                },
                {
                    "potential_categories": 1,
                    "potential_peers": 1.5,
                    "potential_peer_count": 4,
                    "potential_is_alike": False,
                    "potential_missing_count": 2,
                },
            ],
        )
        self.assertEqual(self._value(ann).potential_missing, [[self.nuts.id, 0.6667]])
        self.assertIn("Nuts (66.7 %)", self._value(ann).potential_explanation)

    def test_what_was_returned_was_not_bought(self):
        ann = self._buys("Ann", self.trade, self.bolts, self.nuts)
        line = {"name": "x", "product_id": self.products[self.nuts].id, "price_unit": 10, "tax_ids": False}
        self._invoice(ann, 0, move_type="out_refund", invoice_line_ids=[Command.create(line)])
        self._refresh()
        self.assertEqual(self._value(ann).potential_categories, 1)

    def test_without_products_or_peers_nothing_is_said(self):
        ann = self._customer("Ann")
        self._invoice(ann, 10)
        self._refresh()
        value = self._value(ann)
        for name in ("potential_categories", "potential_peers", "potential_missing_count", "potential_amount"):
            self.assertIsNone(value[name])
        self.assertIn("Nothing to tell a potential from", value.potential_explanation)

    def test_categories_are_read_once_a_month_and_by_hand(self):
        self._buys("Ann", self.trade, self.bolts)
        self._refresh()
        bob = self._buys("Bob", self.trade, self.bolts)
        self._refresh()
        self.assertFalse(self._value(bob).potential_categories)
        self.value_policy.action_refresh()
        self.assertEqual(self._value(bob).potential_categories, 1)

    # ------------------------------------------------------------------
    # WHAT PEOPLE ENTER
    # ------------------------------------------------------------------

    def test_share_of_wallet_tells_a_potential_and_stays(self):
        ann = self._customer("Ann")
        self._invoice(ann, 300)
        self._refresh()
        value = self._value(ann)
        value.wallet_share = 0.25
        self.assertRecordValues(
            value, [{"potential_amount": 900, "wallet_user_id": self.env.uid, "wallet_date": self.AS_OF}]
        )
        self._invoice(ann, 100, "2024-06-01")
        self._refresh()
        self.assertRecordValues(value, [{"potential_amount": 1200, "wallet_share": 0.25}])
        self.assertIn("25.0 %", value.potential_explanation)
        values = self.env["customer.value"]
        self.assertEqual(values.search([("potential_amount", ">", 1000)]), value)
        self.assertEqual(values._read_group([("id", "=", value.id)], [], ["potential_amount:sum"]), [(1200,)])
        value.wallet_share = 0
        self.assertRecordValues(value, [{"wallet_user_id": False, "wallet_date": False}])
        self.assertEqual((value.potential_amount, value.wallet_share), (None, None))

    def test_the_share_lies_between_nothing_and_all(self):
        ann = self._customer("Ann")
        self._invoice(ann, 300)
        self._refresh()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._value(ann).wallet_share = 25
            self.env.flush_all()

    def test_satisfaction_by_hand_is_signed_and_stays(self):
        ann = self._customer("Ann")
        invoice = self._invoice(ann, 300)
        self._refresh()
        value = self._value(ann)
        value.satisfaction_hand = "4"
        self.assertRecordValues(
            value,
            [{"satisfaction": 4, "satisfaction_source": "hand", "satisfaction_user_id": self.env.uid}],
        )
        invoice.button_draft()
        ann.sudo().customer_rank = 0
        self._refresh()
        self.assertRecordValues(value, [{"satisfaction": 4, "stage": False, "purchase_count": 0, "monetary": 0}])
        value.satisfaction_hand = False
        self.assertEqual((value.satisfaction, value.satisfaction_source), (None, False))
        self._refresh()
        self.assertFalse(value.exists(), "nothing left to keep")
