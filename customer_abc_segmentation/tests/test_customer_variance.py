from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from ..core.variance import EFFECTS
from .common import ProfitCommon


@tagged("post_install", "-at_install")
@freeze_time("2024-06-30")
class TestCustomerVariance(ProfitCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann = cls._customer("Ann")
        cls.product_b.uom_id = cls.product_a.uom_id

    def _sell(self, partner, product, quantity, price, day, **values):
        line = {"product_id": product.id, "quantity": quantity, "price_unit": price, "tax_ids": False}
        return self._invoice(partner, 0, day, invoice_line_ids=[(0, 0, {**line, **values})])

    def _compare(self, **values):
        wizard = self.env["customer.variance.wizard"].create(
            {
                "before_from": "2023-01-01",
                "before_to": "2023-12-31",
                "after_from": "2024-01-01",
                "after_to": "2024-06-30",
                "company_id": self.company.id,
                **values,
            }
        )
        wizard.action_compare()
        return wizard

    def _assert_adds_up(self, wizard):
        for row in [wizard, *wizard.line_ids]:
            total = sum(row[name] for name in EFFECTS)
            self.assertAlmostEqual(row.sales_before + total, row.sales_after, 2)

    def test_volume_mix_and_price_add_up_to_the_difference(self):
        self._sell(self.ann, self.product_a, 10, 10, "2023-05-01")
        self._sell(self.ann, self.product_b, 30, 3, "2023-05-01")
        self._sell(self.ann, self.product_a, 12, 12, "2024-05-01")
        self._sell(self.ann, self.product_b, 24, 2.5, "2024-05-01")
        wizard = self._compare()
        row = wizard.line_ids.filtered(lambda line: line.product_id == self.product_a)
        self.assertEqual((row.sales_before, row.sales_after, row.difference), (100, 144, 44))
        self.assertEqual((row.quantity_before, row.quantity_after, row.price), (10, 12, 24))
        self.assertEqual((wizard.sales_before, wizard.sales_after), (190, 204))
        self.assertEqual(wizard.volume + wizard.mix + wizard.price, 14)
        self.assertIn("24.00", row.explanation)
        self._assert_adds_up(wizard)

    def test_quantities_are_compared_in_one_unit(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self._sell(
            self.ann, self.product_a, 24, 10, "2023-05-01", product_uom_id=self.env.ref("uom.product_uom_unit").id
        )
        self._sell(self.ann, self.product_a, 2, 120, "2024-05-01", product_uom_id=dozen.id)
        wizard = self._compare()
        self.assertEqual([wizard[name] for name in EFFECTS], [0] * len(EFFECTS))
        self.assertEqual(wizard.line_ids.quantity_before, wizard.line_ids.quantity_after)

    def test_new_and_lost_are_named(self):
        bob, cid = self._customer("Bob"), self._customer("Cid")
        self._sell(self.ann, self.product_a, 1, 10, "2023-05-01")
        self._sell(self.ann, self.product_b, 1, 20, "2024-05-01")
        self._sell(bob, self.product_a, 1, 40, "2024-05-01")
        self._sell(cid, self.product_a, 1, 80, "2023-05-01")
        wizard = self._compare()
        self.assertEqual((wizard.new_product, wizard.lost_product), (20, -10))
        self.assertEqual((wizard.new_customer, wizard.lost_customer), (40, -80))
        self._assert_adds_up(wizard)
        for row in wizard.line_ids:
            self.assertIn(f"{abs(row.difference):.2f}", row.explanation)

    def test_returns_and_lines_without_product_are_other(self):
        self._invoice(self.ann, 5, "2023-05-01")
        self._invoice(self.ann, 7, "2024-05-01")
        wizard = self._compare()
        self.assertEqual(wizard.other, 2)
        self.assertFalse(wizard.line_ids.product_id)
        self._assert_adds_up(wizard)

    def test_only_the_chosen_customers(self):
        self._invoice(self.ann, 5, "2024-05-01")
        self._invoice(self._customer("Bob"), 7, "2024-05-01")
        self.assertEqual(self._compare(partner_ids=self.ann.ids).sales_after, 5)
        self.assertEqual(self._compare().sales_after, 12)

    def test_comparing_again_replaces_the_rows(self):
        self._invoice(self.ann, 5, "2024-05-01")
        wizard = self._compare()
        self._invoice(self.ann, 6, "2024-05-01")
        wizard.action_compare()
        self.assertEqual((wizard.sales_after, len(wizard.line_ids)), (11, 1))

    def test_periods_must_be_apart(self):
        with self.assertRaisesRegex(ValidationError, "overlap"), self.env.cr.savepoint():
            self._compare(before_to="2024-01-01")
        with self.assertRaisesRegex(ValidationError, "before it begins"), self.env.cr.savepoint():
            self._compare(after_to="2023-01-01")

    def test_default_periods_are_the_same_months_of_two_years(self):
        wizard = Form(self.env["customer.variance.wizard"]).save()
        days = [str(wizard[name]) for name in ("before_from", "before_to", "after_from", "after_to")]
        self.assertEqual(days, ["2023-01-01", "2023-05-31", "2024-01-01", "2024-05-31"])

    def test_a_row_opens_its_invoice_lines(self):
        self._sell(self.ann, self.product_a, 10, 10, "2023-05-01")
        self._sell(self.ann, self.product_a, 10, 10, "2022-05-01")
        self._sell(self.ann, self.product_a, 12, 12, "2024-05-01")
        row = self._compare().line_ids
        lines = self.env["account.invoice.report"].search(row.action_open_invoice_lines()["domain"])
        self.assertEqual(sorted(lines.mapped("quantity")), [10, 12])
        self.assertEqual(sum(lines.mapped("price_subtotal")), row.sales_before + row.sales_after)

    def test_salespeople_compare_their_own_customers(self):
        seller = self._seller()
        self._invoice(self._customer("Own", user_id=seller.id), 5, "2024-05-01")
        self._invoice(self.ann, 7, "2024-05-01")
        wizard = self._compare()
        own = self.env["customer.variance.wizard"].with_user(seller).create({"company_id": self.company.id})
        own.write({"after_from": "2024-01-01", "after_to": "2024-06-30"})
        own.action_compare()
        self.assertEqual(own.sales_after, 5)
        self.assertEqual(self.env["customer.variance"].with_user(seller).search([]), own.line_ids)
        with self.assertRaises(AccessError):
            wizard.with_user(seller).read(["sales_after"])

    def test_a_constant_number_of_queries(self):
        counts = []
        for number in range(6):
            self._invoice(self._customer(f"C{number}"), 5, "2024-05-01")
            if number in (0, 5):
                self.env.invalidate_all()
                start = self.env.cr.sql_log_count
                self._compare()
                counts.append(self.env.cr.sql_log_count - start)
        self.assertLessEqual(counts[1], counts[0] + 2)

    def test_every_view_loads(self):
        for name in ("action_customer_variance", "action_customer_variance_wizard"):
            action = self.env["ir.actions.actions"]._for_xml_id(f"customer_abc_segmentation.{name}")
            views = [(False, view_type) for view_type in action["view_mode"].split(",")]
            self.assertTrue(self.env[action["res_model"]].get_views([*views, (False, "search")])["views"])
