from datetime import date, timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SegmentationCommon


@tagged("post_install", "-at_install")
class TestAbcHistory(SegmentationCommon):
    """History is never overwritten; a run writes what changed and nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann, cls.bob, cls.cid = cls.customers = [cls._customer(name) for name in ("Ann", "Bob", "Cid")]
        for partner, amount in zip(cls.customers, (80, 15, 5), strict=True):
            cls._invoice(partner, amount)

    def _rows(self, partner):
        return self.env["abc.classification"].search(
            [("partner_id", "=", partner.id), ("policy_id", "=", self.policy.id)], order="date_from, id"
        )

    def _fingerprint(self):
        self.env.flush_all()
        self.env.cr.execute("SELECT id, ctid, xmin FROM abc_classification ORDER BY id")
        return self.env.cr.fetchall()

    def test_first_run_opens_a_row_for_everybody(self):
        run = self._classify()
        self.assertEqual(self._codes(self.customers), ["A", "B", "C"])
        self.assertRecordValues(
            run,
            [{"customer_count": 3, "new_count": 3, "up_count": 0, "down_count": 0, "left_count": 0, "total": 100}],
        )
        self.assertEqual(set(self._rows(self.ann).mapped("movement")), {"new"})
        self.assertEqual(run.currency_id, self.company.currency_id)

    def test_run_without_changes_writes_nothing_but_the_log(self):
        self._classify()
        before = self._fingerprint()
        run = self._classify()
        self.assertEqual(self._fingerprint(), before)
        self.assertEqual((run.customer_count, run.new_count, run.up_count, run.down_count), (3, 0, 0, 0))
        self._classify(self.AS_OF + timedelta(days=1))
        self.assertEqual(self._fingerprint(), before)

    def test_change_closes_the_row_the_day_before_and_opens_another(self):
        self._classify()
        self._invoice(self.bob, 985, "2024-07-05")
        run = self._classify(date(2024, 7, 10))
        closed, opened = self._rows(self.bob)
        self.assertRecordValues(
            closed + opened,
            [
                {"class_id": self.class_b.id, "date_from": self.AS_OF, "date_to": date(2024, 7, 9), "measure": 15},
                {"class_id": self.class_a.id, "date_from": date(2024, 7, 10), "date_to": False, "measure": 1000},
            ],
        )
        self.assertEqual((opened.previous_class_id, opened.movement, opened.run_id), (self.class_b, "up", run))
        self.assertEqual(self._rows(self.ann)[-1].movement, "down")
        self.assertEqual((run.up_count, run.down_count), (1, 1))

    def test_figures_of_unchanged_customers_are_refreshed_in_place(self):
        first = self._classify()
        self._invoice(self.ann, 20, "2024-07-05")
        second = self._classify(date(2024, 7, 10))
        row = self._rows(self.ann)
        self.assertEqual((row.measure, row.run_id, row.figures_run_id), (100, first, second))
        self.assertEqual(
            self._rows(self.cid).figures_run_id, second, "the share before changed by more than 0.1 points"
        )

    def test_xyz_change_opens_a_row_that_is_no_mover(self):
        self._classify()
        self.policy.xyz_minimum_active = 1
        run = self._classify(date(2024, 7, 10))
        row = self._open_row(self.ann)
        self.assertEqual((row.xyz, row.movement, row.previous_class_id), ("Z", "xyz", self.class_a))
        self.assertEqual((run.up_count, run.down_count, run.new_count), (0, 0, 0))

    def test_who_is_no_longer_ranked_leaves(self):
        self._classify()
        self.policy.partner_domain = "[('name', '!=', 'Cid')]"
        run = self._classify(date(2024, 7, 10))
        self.assertEqual((run.left_count, run.customer_count), (1, 2))
        self.assertEqual(self._rows(self.cid).date_to, date(2024, 7, 9))
        self.policy.partner_domain = "[]"
        run = self._classify(date(2024, 7, 20))
        self.assertEqual(run.new_count, 1)
        self.assertEqual(len(self._rows(self.cid)), 2)

    def test_second_run_of_a_day_keeps_what_the_first_one_wrote(self):
        self._classify()
        self._invoice(self.bob, 985, "2024-06-20")
        self._classify()
        closed, opened = self._rows(self.bob)
        self.assertEqual(closed.date_to, self.AS_OF - timedelta(days=1), "never in force")
        self.assertEqual((opened.date_from, opened.class_id), (self.AS_OF, self.class_a))

    def test_history_cannot_be_written_before_itself(self):
        self._classify()
        with self.assertRaises(UserError):
            self._classify(self.AS_OF - timedelta(days=1))

    def test_migration_matrix_counts_everybody_once(self):
        self._classify()
        self._invoice(self.bob, 985, "2024-07-05")
        newcomer = self._customer("New")
        self._invoice(newcomer, 1, "2024-07-06")
        run = self._classify(date(2024, 7, 10))
        cells = {
            (cell.from_class_id.code, cell.to_class_id.code): (cell.customer_count, cell.kind)
            for cell in run.migration_ids
        }
        self.assertEqual(
            cells,
            {("B", "A"): (1, "up"), ("A", "B"): (1, "down"), ("C", "C"): (1, "stayed"), (False, "C"): (1, "new")},
        )
        self.assertEqual(sum(run.migration_ids.mapped("customer_count")), run.customer_count)

    def test_hysteresis_holds_a_customer_near_the_limit(self):
        self._classify()
        self._invoice(self.cid, 1, "2024-07-05")
        self.policy.hysteresis = 2
        self._invoice(self.bob, 1, "2024-07-05")
        self._classify(date(2024, 7, 10))
        row = self._open_row(self.bob)
        self.assertEqual((row.class_id, row.rule), (self.class_b, "kept"), "78.4 % before: an A without hysteresis")
        self.assertIn("too close to the limit", row.explanation)
        self.policy.hysteresis = 1
        self._classify(date(2024, 7, 11))
        self.assertEqual(self._open_row(self.bob).class_id, self.class_a)

    def test_policies_stand_side_by_side(self):
        other = self.policy.copy({"measure": "invoices"})
        self._classify()
        self._classify(policy=other)
        self.assertEqual(self._codes(self.customers), ["A", "B", "C"])
        self.assertEqual(self._codes(self.customers, other), ["A", "A", "A"])

    def test_one_open_computed_row_per_customer(self):
        self._classify()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self._open_row(self.ann).sudo().copy()
            self.env.flush_all()

    def test_run_reads_and_writes_in_constant_queries(self):
        self._classify()
        counts = []
        for number in (1, 5):
            for _i in range(number):
                self._invoice(self._customer(f"Q{number}"), 3, "2024-07-05")
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self._classify(date(2024, 7, 10) + timedelta(days=number))
            counts.append(self.env.cr.sql_log_count - start)
        self.assertLessEqual(counts[1], counts[0])

    def test_explanation_gives_the_figures(self):
        self._classify()
        text = self._open_row(self.bob).explanation
        for part in ("Class B", "rank 2", "15.00", "15.0 %", "80.0 %", "95 %", "Revenue", "XYZ class N"):
            self.assertIn(part, text)
        self.assertIn("nobody is before", self._open_row(self.ann).explanation)

    # ------------------------------------------------------------------
    # CRON
    # ------------------------------------------------------------------

    def test_cron_runs_what_is_due_and_sets_the_next_day(self):
        today = fields.Date.context_today(self.policy)
        manual = self.policy.copy({"schedule": "manual"})
        later = self.policy.copy({"date_next": today + timedelta(days=1)})
        self.policy.write({"schedule": "weekly", "date_next": False})
        with self.enter_registry_test_mode():
            self.env.ref("customer_abc_segmentation.ir_cron_classify_customers").sudo().method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.policy.last_run_id.date, today)
        self.assertEqual(self.policy.date_next, today + timedelta(days=7))
        self.assertFalse((manual + later).last_run_id)
