from datetime import timedelta

from psycopg2.errors import ExclusionViolation

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DisputeCommon, LateInterestCommon


@tagged("post_install", "-at_install")
class TestDisputeInterest(LateInterestCommon, DisputeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule.fixed_rate = 36.5
        cls.other = cls._customer("Debtor")
        cls.late = cls._overdue_invoice(30, 1000, cls.other)

    def _opened(self, days_ago, amount):
        dispute = self._dispute(amount, invoice=self.late)
        dispute.sudo().date = self.today - timedelta(days=days_ago)
        return dispute

    def _closed(self, dispute, state, days_ago):
        dispute._close(state, "decision")
        dispute.sudo().closed_on = self.today - timedelta(days=days_ago)

    def _run_of(self, days_ago=0):
        run = self._interest_run(date=self.today - timedelta(days=days_ago), partner_ids=self.other.ids)
        return run

    @staticmethod
    def _parts(run):
        charges = run.charge_ids.sorted(lambda charge: (charge.dispute_id.id, charge.date_from))
        return [(bool(charge.dispute_id), charge.days, charge.base) for charge in charges]

    def test_an_open_dispute_suspends_its_part(self):
        self._opened(9, 400)
        self.assertEqual(self._parts(self._run_of()), [(False, 20, 1000), (False, 10, 600)])

    def test_an_item_disputed_before_it_was_due_bears_nothing_and_says_why(self):
        self._opened(40, 1000)
        run = self._run_of()
        self.assertFalse(run.charge_ids)
        self.assertEqual(run.skip_ids.reason, "disputed")

    def test_rejected_days_are_charged_by_the_next_run_once(self):
        dispute = self._opened(20, 400)
        first = self._run_of(5)
        first.action_confirm()
        self.assertEqual(self._parts(first), [(False, 9, 1000), (False, 16, 600)])
        self._closed(dispute, "rejected", 3)
        second = self._run_of()
        self.assertEqual(self._parts(second), [(False, 2, 600), (False, 3, 1000), (True, 18, 400)])
        second.action_confirm()
        self.assertEqual(
            set(second.charge_ids.mapped("state")), {"claimed"} if second.posting == "claim" else {"posted"}
        )
        self.assertFalse(self._run_of().charge_ids)
        total = sum(charge.amount for charge in (first | second).charge_ids)
        self.assertAlmostEqual(total, 30.0)

    def test_the_database_refuses_a_second_charge_of_the_part(self):
        dispute = self._opened(20, 400)
        self._closed(dispute, "rejected", 3)
        run = self._run_of()
        run.action_confirm()
        charge = run.charge_ids.filtered("dispute_id")
        with self.assertRaises(ExclusionViolation), mute_logger("odoo.sql_db"), self.cr.savepoint():
            charge.sudo().copy({"state": "claimed"}).flush_recordset()

    def test_accepted_parts_are_never_charged(self):
        dispute = self._opened(20, 400)
        self._closed(dispute, "accepted", 0)
        self.assertNotIn(True, [is_dispute for is_dispute, *_rest in self._parts(self._run_of())])

    def test_of_a_part_accepted_the_rest_is_charged(self):
        dispute = self._opened(20, 400)
        dispute.sudo().amount_accepted = 100
        self._closed(dispute, "partly", 2)
        self.assertIn((True, 18, 300), self._parts(self._run_of()))

    def test_the_rule_may_let_interest_run_on_or_free_the_days(self):
        dispute = self._opened(20, 400)
        self.rule.disputed_days = "charged"
        self.assertEqual(self._parts(self._run_of()), [(False, 30, 1000)])
        self.rule.disputed_days = "free"
        self._closed(dispute, "rejected", 3)
        self.assertEqual(self._parts(self._run_of()), [(False, 9, 1000), (False, 18, 600), (False, 3, 1000)])

    def test_what_was_proposed_before_a_dispute_is_dropped_at_confirmation(self):
        run = self._run_of()
        self._opened(9, 400)
        run.action_confirm()
        self.assertFalse(run.charge_ids)
        self.assertEqual(run.skip_ids.reason, "changed")

    def test_reminders_claim_interest_of_the_undisputed_part_only(self):
        self.plan.level_ids.interest = True
        before = self._notice(self._run(), self.other)
        self.assertAlmostEqual(before.interest_amount, 30)
        before.run_id.action_cancel()
        self._opened(9, 400)
        notice = self._notice(self._run(), self.other)
        self.assertAlmostEqual(notice.interest_amount, 26)
