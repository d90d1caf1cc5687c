from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged

from ..report.customer_whale import NAMED, SLICES
from .common import ProfitCommon


@tagged("post_install", "-at_install")
@freeze_time("2024-06-30")
class TestCustomerWhale(ProfitCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.segmentation_capital_rate = 0

    def _curve(self, **kwargs):
        return self.env["customer.whale"].get_curve(**kwargs)

    def test_the_curve_rises_to_the_peak_and_falls_by_what_loss_makers_take(self):
        customers = [self._customer(name) for name in ("Good", "Fair", "Even", "Bad", "Worst")]
        for partner, amount in zip(customers, (100, 50, 0, 20, 30), strict=True):
            kind = "out_refund" if amount in (20, 30) else "out_invoice"
            self._invoice(partner, amount, move_type=kind)
        curve = self._curve()
        self.assertEqual([point["cumulative"] for point in curve["points"]], [100, 150, 150, 130, 100])
        self.assertEqual([point["is_earning"] for point in curve["points"]], [True, True, False, False, False])
        self.assertEqual((curve["customers"], curve["total"]), (5, 100))
        self.assertEqual(curve["peak"], {"rank": 2, "profit": 150})
        self.assertEqual(curve["losses"], {"customers": 2, "profit": -50, "rank_from": 4})
        self.assertEqual([row["name"] for row in curve["best"]], ["Good", "Fair", "Even", "Bad", "Worst"])
        self.assertEqual(curve["worst"], [])

    def test_nothing_in_the_period(self):
        self._invoice(self._customer("Ann"), 100, "2024-05-01")
        curve = self._curve(period="last_year")
        self.assertEqual((curve["points"], curve["customers"], curve["peak"]["rank"]), ([], 0, 0))
        self.assertEqual(curve["period"]["from"], "2023-01-01")
        self.assertEqual(self._curve(period="unknown")["period"]["key"], "last_12_months")

    def test_many_customers_are_cut_into_slices_that_end_at_the_peak(self):
        count = SLICES + 30
        partners = self.env["res.partner"].create([{"name": f"C{number:03}"} for number in range(count)])
        for number, partner in enumerate(partners):
            self.env["account.move"].create(
                {
                    "move_type": "out_invoice" if number < 150 else "out_refund",
                    "partner_id": partner.id,
                    "invoice_date": "2024-05-15",
                    "invoice_line_ids": [(0, 0, {"name": "x", "price_unit": 1000 - number, "tax_ids": False})],
                }
            )
        self.env["account.move"].search([("partner_id", "in", partners.ids)]).action_post()
        curve = self._curve()
        points = curve["points"]
        self.assertLessEqual(len(points), SLICES + 2)
        self.assertEqual(sum(point["rank_to"] - point["rank_from"] + 1 for point in points), count)
        self.assertIn(150, [point["rank_to"] for point in points])
        self.assertEqual(curve["peak"]["rank"], 150)
        self.assertEqual(curve["losses"]["customers"], count - 150)
        self.assertAlmostEqual(points[-1]["cumulative"], sum(point["profit"] for point in points))
        self.assertEqual((len(curve["best"]), len(curve["worst"])), (NAMED, NAMED))
        self.assertEqual(curve["worst"][0]["rank"], count)

    def test_a_slice_opens_its_customers(self):
        customers = [self._customer(name) for name in ("Good", "Fair", "Poor")]
        for partner, amount in zip(customers, (100, 50, 10), strict=True):
            self._invoice(partner, amount)
        action = self.env["customer.whale"].get_customers_action("last_12_months", 2, 3)
        rows = self.env["customer.profit"].search(action["domain"])
        self.assertEqual(set(rows.partner_id), set(customers[1:]))

    def test_the_curve_is_for_managers(self):
        whale = self.env["customer.whale"].with_user(self._seller())
        with self.assertRaises(AccessError):
            whale.get_curve()
        with self.assertRaises(AccessError):
            whale.get_customers_action("last_12_months", 1, 2)

    def test_a_constant_number_of_queries(self):
        counts = []
        for number in range(6):
            self._invoice(self._customer(f"C{number}"), 10 + number)
            if number in (0, 5):
                self.env.invalidate_all()
                start = self.env.cr.sql_log_count
                self._curve()
                counts.append(self.env.cr.sql_log_count - start)
        self.assertLessEqual(counts[1], counts[0] + 1)


@tagged("post_install", "-at_install")
class TestProfitTours(ProfitCommon, HttpCase):
    def test_whale_curve_and_budget_in_the_browser(self):
        self.company.segmentation_capital_rate = 0
        today = fields.Date.to_string(fields.Date.today())
        for name, amount, kind in (("Earner", 900, "out_invoice"), ("Loser", 300, "out_refund")):
            self._invoice(self._customer(name), amount, today, move_type=kind)
        new_test_user(
            self.env,
            "profit_manager",
            groups="account.group_account_manager,customer_abc_segmentation.group_segmentation_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.start_tour("/odoo/whale-curve", "customer_whale", login="profit_manager")
        self.start_tour("/odoo/customer-budgets", "customer_budget", login="profit_manager")
        budget = self.env["customer.budget"].search([("company_id", "=", self.company.id)])
        self.assertEqual((budget.sales, budget.variance_sales), (1000, -100))
