from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import SegmentationCommon


@tagged("post_install", "-at_install")
class TestAbcPolicy(SegmentationCommon):
    def test_every_root_company_gets_a_default_policy(self):
        company = self.env["res.company"].sudo().create({"name": "New Company"})
        policy = self.env["abc.policy"]._get_default(company)
        self.assertEqual(policy.company_id, company)
        self.assertEqual(policy.class_ids.sorted().mapped("upper_share"), [80, 95, 100])
        self.assertEqual(policy.class_ids.company_id, company)
        branch = self.env["res.company"].sudo().create({"name": "Branch", "parent_id": company.id})
        self.assertEqual(self.env["abc.policy"]._get_default(branch), policy)
        self.assertFalse(self.env["abc.policy"].sudo().search([("company_id", "=", branch.id)]))

    def test_policy_belongs_to_a_root_company(self):
        branch = self._create_company(name="Branch", parent_id=self.company.id)
        with self.assertRaises(ValidationError):
            self.policy.copy({"company_id": branch.id})

    def test_one_policy_is_shown_on_customers(self):
        other = self.policy.copy()
        self.assertFalse(other.is_default)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            other.is_default = True
            self.env.flush_all()

    def test_classes_must_rise_to_hundred(self):
        for shares in ([80, 95], [95, 80, 100], [], [80, 80, 100]):
            commands = [
                Command.create({"sequence": place, "code": str(place), "name": str(place), "upper_share": share})
                for place, share in enumerate(shares)
            ]
            with self.subTest(shares), self.assertRaises(ValidationError):
                self.policy.copy({"class_ids": commands})

    def test_all_limits_can_be_moved_at_once(self):
        self.policy.class_ids = [
            Command.update(self.class_a.id, {"upper_share": 96}),
            Command.update(self.class_b.id, {"upper_share": 98}),
        ]
        self.assertEqual(self.policy.class_ids.sorted().mapped("upper_share"), [96, 98, 100])

    def test_new_policy_starts_with_three_classes(self):
        form = Form(self.env["abc.policy"])
        form.name = "Cash"
        form.measure = "cash_in"
        policy = form.save()
        self.assertEqual(policy.class_ids.sorted().mapped("code"), ["A", "B", "C"])
        self.assertEqual(policy.company_id, self.company)

    def test_condition_on_customers_must_be_readable(self):
        for domain in ("[('no_such_field', '=', 1)]", "[(", "nonsense"):
            with self.subTest(domain), self.assertRaises(ValidationError):
                self.policy.partner_domain = domain

    def test_measure_is_fixed_once_there_is_history(self):
        self._invoice(self._customer("Ann"), 10)
        self._classify()
        with self.assertRaises(UserError):
            self.policy.measure = "margin"
        with self.assertRaises(UserError):
            self.policy.unlink()
        with self.assertRaises(UserError):
            self.policy.class_ids = [Command.delete(self.class_a.id), Command.update(self.class_b.id, {"code": "X"})]

    def test_policy_without_history_can_be_deleted(self):
        copy = self.policy.copy()
        copy.unlink()
        self.assertFalse(copy.exists())

    def test_xyz_periods_are_complete_calendar_periods(self):
        bounds = self.policy._get_xyz_bounds(self.AS_OF.replace(day=29))
        self.assertEqual((str(bounds[0]), str(bounds[-1]), len(bounds)), ("2022-04-01", "2024-04-01", 9))
        self.assertEqual(str(self.policy._get_xyz_bounds(self.AS_OF)[-1]), "2024-07-01", "the quarter is complete")
        self.policy.xyz_period = "month"
        self.assertEqual(str(self.policy._get_xyz_bounds(self.AS_OF.replace(day=29))[-1]), "2024-06-01")
