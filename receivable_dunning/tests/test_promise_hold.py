"""Reminders wait for what is promised, and for nothing more."""

from datetime import timedelta

from odoo.tests import tagged

from .test_promise_decision import PromiseCommon


@tagged("post_install", "-at_install")
class TestPromiseHold(PromiseCommon):
    def _held(self, days=0):
        """``{(item, reason): amount}`` as the dunning reads it so many days from now; amounts in company currency."""
        facts = self.env["dunning.facts"]
        rows = self.env.execute_query_dict(
            facts._open_sql(self.company, self.customer, self.today + timedelta(days=days))
        )
        return {row["line_id"]: (row["held_reason"], float(row["held"])) for row in rows if row["held_reason"]}

    def test_promised_item_is_not_reminded(self):
        self._promise()
        run = self._run()
        self.assertFalse(self._notice(run))
        self.assertEqual(self._reasons(run), ["promised"])

    def test_only_the_promised_part_waits(self):
        self._promise(60)
        run = self._run()
        self.assertEqual(self._notice(run).amount_total, 40)

    def test_what_is_paid_of_the_promise_no_longer_waits(self):
        self._promise(60)
        self._paid(20)
        self.assertEqual(self._held(), {self.item.id: ("promised", 40)})

    def test_hold_ends_by_date_also_before_the_job_has_run(self):
        self.company.promise_tolerance_days = 2
        promise = self._promise(days=5)
        self.assertTrue(self._held(7))
        self.assertFalse(self._held(8))
        self.assertEqual(promise.state, "open")

    def test_missed_part_ends_the_hold_of_the_later_ones(self):
        parts = [(self.item, 50, self.today), (self.item, 50, self.today + timedelta(days=10))]
        promise = self.env["receivable.promise"]._make_parts(parts, {})
        self.assertTrue(self._held(0))
        self.assertFalse(self._held(1))
        self._state(promise, 1)
        self.assertFalse(self._held(1))

    def test_broken_and_cancelled_promises_hold_nothing(self):
        promise = self._promise()
        promise._cancel("Taken back")
        self.assertFalse(self._held())
        self._state(self._promise(), 6)
        self.assertFalse(self._held())

    def test_several_promises_hold_their_sum(self):
        self._promise(30)
        self._promise(50, days=9)
        self.assertEqual(self._held(), {self.item.id: ("promised", 80)})

    def test_foreign_promise_holds_its_share_in_company_currency(self):
        euro = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        invoice = self._overdue(5, 100, currency_id=euro.id)
        self._promise(40, items=self._items(invoice))
        self.assertEqual(self._held(), {self._items(invoice).id: ("promised", 20)})

    def test_promise_given_after_the_proposal_stops_the_sending(self):
        run = self._run()
        self.assertEqual(self._notice(run).amount_total, 100)
        run.action_confirm()
        self._promise()
        self._deliver(run)
        self.assertRecordValues(self._notice(run), [{"state": "suppressed", "reason": "promised"}])

    def test_promise_of_a_part_shrinks_the_notice(self):
        run = self._run()
        run.action_confirm()
        self._promise(60)
        self._deliver(run)
        self.assertRecordValues(self._notice(run), [{"state": "sent", "amount_total": 40}])

    def test_broken_promise_is_reminded_again(self):
        promise = self._promise(days=0)
        self.assertFalse(self._notice(self._run()))
        promise.sudo().line_ids.date_promised = self.today - timedelta(days=1)
        self.assertEqual(self._notice(self._run()).amount_total, 100)

    # ------------------------------------------------------------------
    # AGING
    # ------------------------------------------------------------------

    def _aged(self, days=0):
        self.env.invalidate_all()
        aging = self.env["receivable.aging"].with_context(
            as_of=self.today + timedelta(days=days), allowed_company_ids=self.company.ids
        )
        return aging.search([("move_line_id", "=", self.item.id)]).amount_promised

    def test_aging_shows_what_is_promised_on_its_date(self):
        promise = self._promise(60)
        self.assertEqual(self._aged(), 60)
        self.assertEqual(self._aged(-1), 0)
        self.assertEqual(self._aged(5), 60)
        self.assertEqual(self._aged(6), 0)
        self._paid(20)
        self.assertEqual(self._aged(), 40)
        promise._cancel("Taken back")
        self.assertEqual(self._aged(), 0)

    def test_aging_finds_and_adds_up_what_is_promised(self):
        self._promise(60)
        aging = self.env["receivable.aging"].with_context(allowed_company_ids=self.company.ids)
        self.assertEqual(aging.search([("amount_promised", ">", 0)]).move_line_id, self.item)
        [(amount,)] = aging._read_group([("commercial_partner_id", "=", self.customer.id)], [], ["amount_promised:sum"])
        self.assertEqual(amount, 60)
