from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import SegmentationCommon


@tagged("post_install", "-at_install")
class TestAbcMatrix(SegmentationCommon):
    """From which class to which, between any two days of the history."""

    LATER = date(2024, 7, 10)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann, cls.bob, cls.cid = cls.customers = [cls._customer(name) for name in ("Ann", "Bob", "Cid")]
        for partner, amount in zip(cls.customers, (80, 15, 5), strict=True):
            cls._invoice(partner, amount)

    def _story(self):
        """Bob and Ann swap, Cid is ranked no longer, Eve comes."""
        self._classify()
        self._invoice(self.bob, 985, "2024-07-05")
        self.eve = self._customer("Eve")
        self._invoice(self.eve, 1, "2024-07-06")
        self.policy.partner_domain = "[('name', '!=', 'Cid')]"
        self._classify(self.LATER)

    def _matrix(self, start=None, end=None):
        return self.env["abc.matrix"].get_matrix(self.policy.id, str(start or self.AS_OF), str(end or self.LATER))

    def _cells(self, *days):
        names = {False: "-", **{level.id: level.code for level in self.policy.class_ids}}
        return {
            names[before] + names[after]: (kind, count) for before, after, kind, count in self._matrix(*days)["cells"]
        }

    def test_everybody_is_in_one_cell(self):
        self._story()
        self.assertEqual(self._cells(), {"AB": ("down", 1), "BA": ("up", 1), "C-": ("left", 1), "-C": ("new", 1)})
        self.assertEqual(self._matrix()["counts"], {"new": 1, "up": 1, "stayed": 0, "down": 1, "left": 1})

    def test_any_two_days_can_be_compared(self):
        self._story()
        before = self.AS_OF - timedelta(days=1)
        self.assertEqual(self._cells(self.AS_OF, self.LATER - timedelta(days=1)).keys(), {"AA", "BB", "CC"})
        self.assertEqual(self._cells(before, self.AS_OF).keys(), {"-A", "-B", "-C"})
        self.assertEqual(self._cells(before, before), {})
        with self.assertRaises(UserError):
            self._cells(self.LATER, self.AS_OF)

    def test_it_agrees_with_the_log_of_the_run(self):
        self._story()
        logged = {
            (cell.from_class_id.id, cell.to_class_id.id, cell.kind, cell.customer_count)
            for cell in self.policy.last_run_id.migration_ids
        }
        self.assertEqual({tuple(cell) for cell in self._matrix()["cells"]}, logged)

    def test_days_default_to_the_last_run_and_a_month_before(self):
        self._story()
        matrix = self.env["abc.matrix"].get_matrix()
        self.assertEqual((matrix["date_from"], matrix["date_to"]), (self.AS_OF, self.LATER), "no run a month before")
        self._classify(date(2024, 9, 30))
        matrix = self.env["abc.matrix"].get_matrix()
        self.assertEqual((matrix["date_from"], matrix["date_to"]), (date(2024, 8, 30), date(2024, 9, 30)))

    def test_a_cell_opens_its_customers_archived_ones_too(self):
        self._story()
        self.ann.active = False
        level = {"-": False, **{level.code: level.id for level in self.policy.class_ids}}
        days = [str(self.AS_OF), str(self.LATER)]
        for cell, partner in (("AB", self.ann), ("BA", self.bob), ("C-", self.cid), ("-C", self.eve)):
            action = self.env["abc.matrix"].get_cell_action(self.policy.id, days, [level[code] for code in cell])
            with self.subTest(cell):
                self.assertEqual(self.env["abc.classification"].search(action["domain"]).partner_id, partner)

    def test_manual_classes_are_no_part_of_it(self):
        self._story()
        self.env["abc.classification"]._set_manual(self.ann, self.class_c, "by hand")
        self.assertNotIn("AC", self._cells())

    def test_run_opens_its_own_days(self):
        self._story()
        params = self.policy.last_run_id.action_open_migration()["params"]
        self.assertEqual((params["date_from"], params["date_to"]), ("2024-06-30", "2024-07-10"))

    def test_before_the_first_run_and_without_policy(self):
        matrix = self.env["abc.matrix"].get_matrix()
        self.assertEqual((matrix["policy"]["date"], matrix["cells"]), (False, []))
        self.policy.active = False
        self.assertFalse(self.env["abc.matrix"].get_matrix()["policy"])

    def test_it_is_for_managers(self):
        seller = new_test_user(self.env, "seller", groups="customer_abc_segmentation.group_segmentation_user")
        for ask in ("get_matrix", "get_cell_action"):
            arguments = () if ask == "get_matrix" else (self.policy.id, ["2024-06-30"] * 2, [self.class_a.id] * 2)
            with self.subTest(ask), self.assertRaises(AccessError):
                getattr(self.env["abc.matrix"].with_user(seller), ask)(*arguments)
