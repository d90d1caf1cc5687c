from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

from .common import SegmentationCommon


@tagged("post_install", "-at_install")
class TestAbcScreens(SegmentationCommon):
    def test_every_view_loads(self):
        for xmlid in ("policy", "classification", "run", "migration", "manual_class", "proposal", "proposal_accept"):
            action = self.env["ir.actions.actions"]._for_xml_id(f"customer_abc_segmentation.action_abc_{xmlid}")
            with self.subTest(xmlid):
                model = self.env[action["res_model"]]
                views = [(False, view_type) for view_type in action["view_mode"].split(",")]
                self.assertTrue(model.get_views([*views, (False, "search")])["views"])

    def _chart(self, **kwargs):
        return self.env["abc.pareto"].get_chart(**kwargs)

    def test_chart_before_the_first_run_is_empty(self):
        chart = self._chart()
        self.assertEqual((chart["policy"]["id"], chart["policy"]["date"], chart["bars"]), (self.policy.id, False, []))

    def test_chart_without_policy(self):
        self.policy.active = False
        self.assertFalse(self._chart()["policy"])

    def test_chart_shows_the_top_and_sums_the_rest(self):
        customers = [self._customer(name) for name in ("Ann", "Bob", "Cid", "Dan")]
        for partner, amount in zip(customers, (50, 30, 15, 5), strict=True):
            self._invoice(partner, amount)
        self._invoice(self._customer("Neg"), 7, move_type="out_refund")
        self._classify()
        chart = self._chart(top=2)
        self.assertEqual([(bar["name"], bar["measure"]) for bar in chart["bars"]], [("Ann", 50), ("Bob", 30)])
        self.assertAlmostEqual(chart["bars"][1]["cumulative"], 0.8)
        rest = chart["rest"]
        self.assertEqual((rest["customers"], rest["measure"], rest["cumulative"]), (3, 13, 1))
        self.assertEqual(
            [(level["code"], level["customers"], level["measure"]) for level in chart["classes"]],
            [("A", 2, 80), ("B", 1, 15), ("C", 2, -2)],
        )
        self.assertEqual(chart["total"], 100)
        self.assertFalse(self._chart(top=10)["rest"])

    def test_chart_of_a_partition(self):
        germany, china = self.env.ref("base.de"), self.env.ref("base.cn")
        self._invoice(self._customer("Small", country_id=germany.id), 9)
        self._invoice(self._customer("Large", country_id=china.id), 1000)
        self.policy.partition_field_id = self.env["ir.model.fields"]._get("res.partner", "country_id")
        self._classify()
        chart = self._chart()
        self.assertEqual([each["name"] for each in chart["partitions"]], ["China", "Germany"])
        self.assertEqual([bar["name"] for bar in chart["bars"]], ["Large"])
        self.assertEqual([bar["name"] for bar in self._chart(partition_id=germany.id)["bars"]], ["Small"])

    def test_chart_takes_a_constant_number_of_queries(self):
        for number in range(6):
            self._invoice(self._customer(f"C{number}"), 10 + number)
        self._classify()
        counts = []
        for top in (1, 6):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self._chart(top=top)
            counts.append(self.env.cr.sql_log_count - start)
        self.assertLessEqual(counts[1], counts[0] + 1)


@tagged("post_install", "-at_install")
class TestAbcTours(SegmentationCommon, HttpCase):
    def _tour_user(self, login, groups):
        return new_test_user(
            self.env,
            login,
            groups=f"{groups},account.group_account_invoice,customer_abc_segmentation.group_segmentation_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )

    def test_pareto_chart_in_the_browser(self):
        today = fields.Date.to_string(fields.Date.today())
        for name, amount in (("Largest", 90), ("Middle", 6), ("Small", 4)):
            self._invoice(self._customer(name), amount, today)
        idle = self._customer("Idle")
        self._invoice(idle, 3, today)
        self._invoice(idle, 3, today, move_type="out_refund")
        self._tour_user("pareto_manager", "account.group_account_manager")
        self.start_tour("/odoo/pareto", "abc_pareto", login="pareto_manager")

    def test_from_the_policy_to_proposals_accepted_in_bulk(self):
        today = fields.Date.to_string(fields.Date.today())
        customers = [self._customer(name) for name in ("Largest", "Large", "Small")]
        for partner, amount in zip(customers, (60, 30, 10), strict=True):
            self._invoice(partner, amount, today)
            partner.property_payment_term_id = False
        terms = self.env["account.payment.term"].create({"name": "Tour terms"})
        self._tour_user("proposal_manager", "base.group_partner_manager")
        self.start_tour("/odoo/abc-policies", "abc_proposal", login="proposal_manager", timeout=120)
        self.env.invalidate_all()
        self.assertEqual([partner.property_payment_term_id for partner in customers], [terms, terms, terms.browse()])

    def test_migration_matrix_in_the_browser(self):
        today = fields.Date.today()
        for name, before, later in (("Riser", 10, 500), ("Faller", 90, 0)):
            partner = self._customer(name)
            self._invoice(partner, before, today - timedelta(days=40))
            if later:
                self._invoice(partner, later, today - timedelta(days=5))
        self._classify(today - timedelta(days=35))
        self._classify(today)
        self._tour_user("matrix_manager", "account.group_account_manager")
        self.start_tour("/odoo/migration-matrix", "abc_matrix", login="matrix_manager")
