from odoo.tests import Form, freeze_time, tagged

from .common import SegmentationCommon


@tagged("post_install", "-at_install")
@freeze_time("2024-06-30")
class TestResPartner(SegmentationCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann, cls.bob, cls.cid = cls.customers = cls.env["res.partner"].concat(
            *(cls._customer(name) for name in ("Ann", "Bob", "Cid"))
        )
        for partner, amount in zip(cls.customers, (80, 15, 5), strict=True):
            cls._invoice(partner, amount)
        cls.stranger = cls._customer("Stranger")
        cls.contact = cls.env["res.partner"].create({"name": "Buyer", "parent_id": cls.ann.id})
        cls.everybody = cls.customers + cls.stranger + cls.contact

    def setUp(self):
        super().setUp()
        self._classify()

    def _search(self, *conditions):
        return self.env["res.partner"].search([("id", "in", self.everybody.ids), *conditions])

    def test_contacts_show_the_class_of_their_company(self):
        self.assertEqual(self.everybody.mapped(lambda partner: partner.abc_class_id.code), ["A", "B", "C", False, "A"])
        self.assertEqual(self.everybody.mapped("abc_xyz"), ["N", "N", "N", False, "N"])

    def test_class_can_be_searched(self):
        cases = [
            ([("abc_class_id", "=", self.class_a.id)], self.ann + self.contact),
            ([("abc_class_id", "in", (self.class_b + self.class_c).ids)], self.bob + self.cid),
            ([("abc_class_id", "=", False)], self.stranger),
            ([("abc_class_id", "!=", self.class_a.id)], self.bob + self.cid + self.stranger),
            ([("abc_class_id.code", "=", "A")], self.ann + self.contact),
            ([("abc_class_id.code", "!=", "A")], self.bob + self.cid),
            ([("abc_class_id", "any", [("upper_share", ">", 80)])], self.bob + self.cid),
            ([("abc_class_id", "ilike", "b")], self.bob),
            ([("abc_class_id", "not in", self.class_a.ids), ("abc_class_id", "!=", False)], self.bob + self.cid),
            ([("abc_xyz", "=", "N")], self.customers + self.contact),
            ([("abc_xyz", "in", ["X", False])], self.stranger),
        ]
        for domain, expected in cases:
            with self.subTest(domain):
                self.assertEqual(set(self._search(*domain)), set(expected))
                self.assertEqual(set(self.everybody.filtered_domain(domain)), set(expected))

    def test_class_can_be_grouped_and_sorted_by(self):
        partners = self.env["res.partner"]
        self.assertTrue(partners.fields_get(["abc_class_id"])["abc_class_id"]["groupable"])
        groups = partners._read_group([("id", "in", self.everybody.ids)], ["abc_class_id", "abc_xyz"], ["__count"])
        self.assertEqual(
            {(level.code, xyz): count for level, xyz, count in groups},
            {("A", "N"): 2, ("B", "N"): 1, ("C", "N"): 1, (False, False): 1},
        )
        found = partners.search([("id", "in", self.customers.ids)], order="abc_class_id DESC")
        self.assertEqual(found, self.cid + self.bob + self.ann)

    def test_without_default_policy_there_is_no_class(self):
        self.policy.is_default = False
        self.env.invalidate_all()
        self.assertFalse(self.ann.abc_class_id)
        self.assertFalse(self._search(("abc_class_id", "!=", False)))
        self.assertEqual(len(self._search(("abc_class_id", "=", False))), 5)

    def test_explain_opens_the_classification_in_force(self):
        action = self.contact.action_explain_abc()
        self.assertEqual((action["res_model"], action["res_id"]), ("abc.classification", self._open_row(self.ann).id))
        self.assertEqual(self.stranger.action_explain_abc()["domain"][0], ("partner_id", "=", self.stranger.id))

    def test_classes_of_many_partners_cost_constant_queries(self):
        self.env.flush_all()
        counts = []
        for partners in (self.ann, self.everybody):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            partners.mapped("abc_class_id.code")
            counts.append(self.env.cr.sql_log_count - start)
        self.assertLessEqual(counts[1], counts[0] + 1)

    def test_form_shows_the_button(self):
        self.assertEqual(Form(self.ann).abc_class_id, self.class_a)
