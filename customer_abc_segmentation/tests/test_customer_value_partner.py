from datetime import date

from odoo.tests import Form, freeze_time, tagged

from .value_common import ValueCommon


@tagged("post_install", "-at_install")
@freeze_time("2024-06-30")
class TestCustomerValuePartner(ValueCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann, cls.bob = cls.customers = cls._customer("Ann") + cls._customer("Bob")
        cls._invoice(cls.ann, 80, "2024-06-01")
        cls._invoice(cls.bob, 20, "2023-09-01")
        cls.prospect = cls._prospect("Prospect")
        cls.stranger = cls._customer("Stranger")
        cls.contact = cls.env["res.partner"].create({"name": "Buyer", "parent_id": cls.ann.id})
        cls.everybody = cls.customers + cls.prospect + cls.stranger + cls.contact

    def setUp(self):
        super().setUp()
        self._refresh()

    def _search(self, *conditions):
        return self.env["res.partner"].search([("id", "in", self.everybody.ids), *conditions])

    def test_contacts_show_segment_and_stage_of_their_company(self):
        self.assertEqual(
            self.everybody.mapped("customer_stage"), ["first_purchase", "at_risk", "prospect", False, "first_purchase"]
        )
        self.assertEqual(
            self.everybody.mapped(lambda partner: partner.rfm_segment_id.code),
            ["new", "sleep", False, False, "new"],
        )

    def test_segment_and_stage_can_be_searched(self):
        cases = [
            ([("customer_stage", "=", "at_risk")], self.bob),
            ([("customer_stage", "in", ["at_risk", "prospect"])], self.bob + self.prospect),
            ([("customer_stage", "=", False)], self.stranger),
            ([("customer_stage", "!=", "at_risk")], self.everybody - self.bob),
            ([("rfm_segment_id.code", "=", "new")], self.ann + self.contact),
            ([("rfm_segment_id", "=", False)], self.prospect + self.stranger),
            ([("rfm_segment_id", "ilike", "sleep")], self.bob),
        ]
        for domain, expected in cases:
            with self.subTest(domain):
                self.assertEqual(set(self._search(*domain)), set(expected))
                self.assertEqual(set(self.everybody.filtered_domain(domain)), set(expected))

    def test_segment_and_stage_can_be_grouped_and_sorted_by(self):
        partners = self.env["res.partner"]
        description = partners.fields_get(["rfm_segment_id", "customer_stage"])
        self.assertTrue(all(field["groupable"] and field["sortable"] for field in description.values()))
        groups = partners._read_group(
            [("id", "in", self.everybody.ids)], ["customer_stage", "abc_class_id"], ["__count"]
        )
        self.assertEqual(
            {stage: count for stage, _level, count in groups},
            {"first_purchase": 2, "at_risk": 1, "prospect": 1, False: 1},
        )

    def test_without_policy_in_force_there_is_nothing(self):
        self.value_policy.active = False
        self.env.invalidate_all()
        self.assertFalse(self.ann.customer_stage)
        self.assertFalse(self._search(("customer_stage", "!=", False)))

    def test_the_button_opens_the_value(self):
        action = self.contact.action_open_customer_value()
        self.assertEqual((action["res_model"], action["res_id"]), ("customer.value", self._value(self.ann).id))
        self.assertFalse(self.stranger.action_open_customer_value().get("res_id"))

    def test_many_partners_cost_constant_queries(self):
        self.env.flush_all()
        counts = []
        for partners in (self.ann, self.everybody):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            partners.mapped("customer_stage")
            counts.append(self.env.cr.sql_log_count - start)
        self.assertLessEqual(counts[1], counts[0] + 1)

    def test_form_shows_the_button(self):
        self.assertEqual(Form(self.ann).customer_stage, "first_purchase")

    def test_recency_is_live_in_the_database_too(self):
        values = self.env["customer.value"]
        ann = self._value(self.ann)
        self.assertEqual((ann.recency_days, ann.date), (29, self.AS_OF))
        self.assertEqual(values.search([("recency_days", "<=", 29)]), ann)
        self.assertEqual(values.search([("recency_days", ">", 29)]).partner_id, self.bob)
        [(mean,)] = values._read_group([("purchase_count", ">", 0)], [], ["recency_days:avg"])
        self.assertEqual(mean, (29 + 303) / 2)
        self.assertEqual(values.search([], order="recency_days")[0], ann)
        self._refresh(date(2024, 7, 1))
        self.assertEqual(values.search([("recency_days", "=", 30)]), ann)
