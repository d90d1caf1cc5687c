from datetime import date

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from .value_common import ValueCommon


class DashboardCommon(ValueCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls._seller("dash_seller")
        cls.ann = cls._customer("Ann", user_id=cls.seller.id)
        cls.bob = cls._customer("Bob")
        for day in ("2024-01-10", "2024-02-10", "2024-03-10", "2024-06-20"):
            cls._invoice(cls.ann, 100, day)
        cls._invoice(cls.bob, 900, "2022-06-10")
        cls._invoice(cls.bob, 50, "2024-06-20")

    @classmethod
    def _seller(cls, login):
        return new_test_user(
            cls.env, login, "customer_abc_segmentation.group_segmentation_user",
            company_id=cls.company.id, company_ids=[Command.set(cls.company.ids)],
        )  # fmt: skip

    def _data(self, user=None):
        return self.env["customer.dashboard"].with_user(user or self.env.user).get_data()

    def _figures(self, data):
        return {figure["key"]: (figure["count"], figure["amount"]) for figure in data["figures"]}


@tagged("post_install", "-at_install")
class TestCustomerDashboard(DashboardCommon):
    def test_before_the_first_refresh_there_is_nothing_but_an_invitation(self):
        data = self._data()
        self.assertFalse(data["rfm"]["policy"]["date"])
        self.assertEqual((data["figures"], data["churn"]), ([], []))

    def test_figures_are_those_of_the_values(self):
        self._refresh()
        figures = self._figures(self._data())
        self.assertEqual(figures["active"], (2, 450))
        self.assertEqual(figures["new"][0], 0)

    def test_what_a_figure_opens_has_as_many_customers_as_it_says(self):
        self._refresh()
        for figure in self._data()["figures"]:
            with self.subTest(figure["key"]):
                domain = [*figure["domain"], ("policy_id", "=", self.value_policy.id)]
                self.assertEqual(self.env["customer.value"].search_count(domain), figure["count"])

    def test_salesperson_sees_the_own_customers_and_no_ranking(self):
        self._refresh()
        self._classify()
        data = self._data(self.seller)
        self.assertEqual(self._figures(data)["active"], (1, 400))
        self.assertEqual((data["pareto"], data["matrix"]), (False, False))
        self.assertTrue(self._data()["pareto"]["bars"])

    def test_who_has_no_right_gets_nothing(self):
        nobody = new_test_user(self.env, "dash_nobody", "base.group_user")
        with self.assertRaises(AccessError):
            self._data(nobody)

    def test_dashboard_takes_a_constant_number_of_queries(self):
        self._refresh()
        self._classify()

        def queries():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._data()
            return self.env.cr.sql_log_count - before

        def grown(count):
            for number in range(count):
                self._invoice(self._customer(f"C{count} {number}"), 10, "2024-06-20")
            self._refresh()
            self._classify()
            queries()
            return queries()

        self.assertEqual(grown(2), grown(6))

    def test_sparkline_has_the_months_and_today(self):
        for as_of in (date(2024, 4, 30), date(2024, 5, 31), self.AS_OF):
            self._refresh(as_of)
        contact = self.env["res.partner"].create({"name": "Office", "parent_id": self.ann.id})
        self.env.invalidate_all()
        self.assertEqual(self.ann.customer_sparkline, [300, 300, 400])
        self.assertEqual(contact.customer_sparkline, [300, 300, 400])
        self.assertFalse(self._customer("New").customer_sparkline)


@tagged("post_install", "-at_install")
class TestCustomerDashboardTour(DashboardCommon, HttpCase):
    def test_dashboard_leads_to_the_customers_behind_its_figures(self):
        for as_of in (date(2024, 5, 31), self.AS_OF):
            self._refresh(as_of)
            self._classify(as_of)
        manager = new_test_user(
            self.env, "dash_manager", "customer_abc_segmentation.group_segmentation_manager",
            company_id=self.company.id, company_ids=[Command.set(self.company.ids)],
        )  # fmt: skip
        self.start_tour("/odoo/customers-at-a-glance", "customer_dashboard", login=manager.login)
