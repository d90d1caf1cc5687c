from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged

from .value_common import ValueCommon


@tagged("post_install", "-at_install")
@freeze_time("2024-06-30")
class TestRfmHeatMap(ValueCommon):
    def _data(self):
        return self.env["rfm.heat.map"].get_data()

    def test_before_the_first_refresh_and_without_policy(self):
        data = self._data()
        self.assertEqual((data["policy"]["date"], data["can_refresh"]), (False, True))
        self.assertEqual(sum(stage["customers"] for stage in data["stages"]), 0)
        self.value_policy.active = False
        self.assertFalse(self._data()["policy"])

    def test_cells_segments_and_stages_sum_up(self):
        self._prospect("Prospect")
        for name, days in {"Ann": ("2024-06-20",), "Bob": ("2024-06-25", "2024-06-28"), "Old": ("2022-01-01",)}.items():
            partner = self._customer(name)
            for day in days:
                self._invoice(partner, 100, day)
        self._refresh()
        data = self._data()
        self.assertEqual(len(data["cells"]), 25)
        filled = {
            (cell["r"], cell["f"]): (cell["customers"], cell["monetary"]) for cell in data["cells"] if cell["customers"]
        }
        self.assertEqual(filled, {(3, 1): (1, 100), (5, 2): (1, 200)})
        for kind in ("cells", "segments"):
            self.assertEqual(sum(row["customers"] for row in data[kind]), 2)
            self.assertEqual(sum(row["monetary"] for row in data[kind]), 300)
        stages = {stage["key"]: stage["customers"] for stage in data["stages"] if stage["customers"]}
        self.assertEqual((stages["first_purchase"], stages["repeat"], stages["lost"]), (1, 1, 1))
        self.assertGreaterEqual(stages["prospect"], 1)
        self.assertEqual([str(day) for day in data["policy"]["window"]], ["2023-07-01", "2024-06-30"])

    def test_the_screen_costs_constant_queries(self):
        counts = []
        for number in (1, 12):
            for place in range(number):
                self._invoice(self._customer(f"C{number}-{place}"), 10)
            self._refresh()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self._data()
            counts.append(self.env.cr.sql_log_count - start)
        self.assertLessEqual(counts[1], counts[0])

    # ------------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------------

    def _segment_with_customers(self):
        partners = self._customer("Ann", email="ann@example.com") + self._customer("Bob", email="bob@example.com")
        for partner in partners:
            self._invoice(partner, 100, "2024-06-20")
        self._refresh()
        return self.segments["new"], partners

    def test_an_activity_is_scheduled_on_every_customer_of_a_segment(self):
        segment, partners = self._segment_with_customers()
        action = segment.action_schedule_activity()
        wizard = self.env[action["res_model"]].with_context(**action["context"]).create({"summary": "Call"})
        wizard.action_schedule_activities()
        self.assertEqual(partners.activity_ids.mapped("summary"), ["Call", "Call"])
        self.assertEqual(partners.activity_ids.mapped("res_id"), partners.ids)

    def test_the_composer_writes_to_the_customers(self):
        segment, partners = self._segment_with_customers()
        action = segment.action_send_mail()
        self.assertEqual(action["res_model"], "mail.compose.message")
        composer = (
            self.env["mail.compose.message"]
            .with_context(**action["context"])
            .create({"subject": "News", "body": "<p>Hello</p>"})
        )
        self.assertEqual((composer.model, composer.composition_mode), ("res.partner", "mass_mail"))
        self.assertEqual(sorted(composer._evaluate_res_ids()), sorted(partners.ids))

    def test_an_empty_segment_and_too_many_customers_say_so(self):
        with self.assertRaisesRegex(UserError, "no customer in this segment"):
            self.segments["loyal"].action_send_mail()
        with self.assertRaises(UserError):
            self.env["customer.value"].action_send_mail()
        segment, _partners = self._segment_with_customers()
        self.patch(self.env.registry["customer.value"], "_get_most_activities", lambda value: 1)
        with self.assertRaisesRegex(UserError, "too many"):
            segment.action_schedule_activity()

    def test_who_may_not_change_contacts_is_told_so(self):
        segment, _partners = self._segment_with_customers()
        reader = new_test_user(
            self.env,
            "reader",
            groups="base.group_user,customer_abc_segmentation.group_segmentation_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        with self.assertRaisesRegex(UserError, "right to change contacts"):
            segment.with_user(reader).action_schedule_activity()

    def test_buttons_of_a_value_open_what_is_theirs(self):
        _segment, partners = self._segment_with_customers()
        value = self._value(partners[0])
        self.assertEqual(value.action_open_customer()["res_id"], partners[0].id)
        invoices = value.action_open_invoices()
        self.assertEqual(self.env["account.move"].search(invoices["domain"]).commercial_partner_id, partners[0])
        for action in (value.action_open_stages(), value.action_open_months()):
            self.assertIn(("partner_id", "=", partners[0].id), action["domain"])


@tagged("post_install", "-at_install")
class TestRfmTour(ValueCommon, HttpCase):
    def setUp(self):
        super().setUp()
        new_test_user(
            self.env,
            "rfm_manager",
            groups="base.group_partner_manager,account.group_account_manager,customer_abc_segmentation.group_segmentation_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )

    def test_from_the_heat_map_to_the_activity(self):
        today = fields.Date.today()
        partners = self._customer("Tour Ann", email="ann@example.com") + self._customer(
            "Tour Bob", email="bob@example.com"
        )
        for partner in partners:
            self._invoice(partner, 100, today)
        self.start_tour("/odoo/rfm", "rfm_heat_map", login="rfm_manager")
        self.env.invalidate_all()
        self.assertEqual(partners.activity_ids.mapped("summary"), ["Call about the second order"] * 2)
        self.assertEqual(self._value(partners[0]).wallet_share, 0.25)

    def test_cells_are_painted(self):
        self.start_tour("/odoo/customer-value-policies", "rfm_painter", login="rfm_manager")
        self.env.invalidate_all()
        cell = self.value_policy.cell_ids.filtered(lambda cell: (cell.r, cell.f) == (3, 3))
        self.assertEqual(cell.segment_id.code, "loyal")
