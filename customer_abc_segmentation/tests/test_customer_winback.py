from datetime import date, timedelta

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .churn_common import ChurnCommon


@tagged("post_install", "-at_install")
@freeze_time("2024-06-30")
class TestWinback(ChurnCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = cls._customers(12)
        cls._ledger(
            [
                (partner.id, cls.AS_OF - timedelta(days=number + 60 + 30 * month), 100)
                for number, partner in enumerate(cls.partners)
                for month in range(10)
            ]
        )
        cls.value_policy._refresh(cls.AS_OF)
        cls.values = cls.env["customer.value"].search([("partner_id", "in", cls.partners.ids)])

    def _schedule(self, values, **vals):
        wizard = (
            self.env["customer.winback.wizard"]
            .with_context(active_model="customer.value", active_ids=values.ids)
            .create({"days": 60, "note": "5 % off", **vals})
        )
        return self.env["customer.winback"].search(wizard.action_schedule()["domain"])

    def test_bulk_makes_one_attempt_and_one_activity_each(self):
        winbacks = self._schedule(self.values)
        self.assertEqual(winbacks.partner_id, self.values.partner_id)
        self.assertEqual(set(winbacks.mapped("state")), {"open"})
        self.assertEqual(set(winbacks.mapped("deadline")), {date(2024, 8, 29)})
        self.assertEqual([len(winback.activity_ids) for winback in winbacks], [1] * 12)
        activity = winbacks[0].activity_ids
        self.assertEqual((activity.summary, activity.date_deadline), ("Call", date(2024, 7, 7)))
        self.assertEqual(activity.user_id, self.env.user)
        self.assertTrue(all(self.values.mapped("has_open_winback")))
        search = self.env["customer.value"].search
        self.assertEqual(set(search([("has_open_winback", "=", True)])), set(self.values))
        self.assertFalse(search([("has_open_winback", "=", False), ("id", "in", self.values.ids)]))

    def test_activity_goes_to_the_salesperson(self):
        salesperson = self.env.ref("base.user_admin")
        # sudo: works in the company, which is not the test user's to say
        salesperson.sudo().company_ids |= self.company
        self.values[0].partner_id.user_id = salesperson
        winbacks = self._schedule(self.values[:2])
        self.assertEqual(
            {winback.partner_id: winback.user_id for winback in winbacks},
            {self.values[0].partner_id: salesperson, self.values[1].partner_id: self.env.user},
        )

    def test_nobody_is_won_back_twice_at_once(self):
        self._schedule(self.values[:2])
        wizard = self.env["customer.winback.wizard"].create({"value_ids": self.values[:3].ids, "days": 60})
        self.assertIn("1 win-backs will be started; 2", wizard.summary)
        wizard.action_schedule()
        self.assertEqual(self.env["customer.winback"].search_count([("partner_id", "in", self.partners.ids)]), 3)
        with self.assertRaisesRegex(UserError, "under way already"):
            self._schedule(self.values[:3])

    def test_chance_without_action_is_frozen_at_the_start(self):
        value = self.values[0]
        winback = self._schedule(value, days=value.churn_reason["days"])
        self.assertAlmostEqual(winback.expected_rate, 1 - value.churn_risk)
        half = self._schedule(self.values[1], days=92)
        risk, days = self.values[1].churn_risk, self.values[1].churn_reason["days"]
        self.assertAlmostEqual(half.expected_rate, 1 - risk ** (92 / days))
        self.assertEqual(half.value_at_risk, self.values[1].value_at_risk)

    def test_unknown_risk_gives_no_expectation(self):
        new = self._customer("New")
        self._invoice(new, 100, "2024-06-01")
        self._refresh()
        winback = self._schedule(self._value(new))
        self.assertEqual((winback.churn_risk, winback.expected_rate, winback.success), (None, None, None))

    def _decide(self, day):
        return self.env["customer.winback"]._decide(day)

    def test_purchase_in_time_wins_back(self):
        winback = self._schedule(self.values[0])
        self._decide(date(2024, 7, 15))
        self.assertEqual((winback.state, winback.success), ("open", None))
        self._invoice(winback.partner_id, 250, "2024-07-20")
        decided = self._decide(date(2024, 7, 21))
        self.assertEqual(decided, winback)
        self.assertRecordValues(
            winback,
            [
                {
                    "state": "won_back",
                    "success": 1,
                    "purchase_date": date(2024, 7, 20),
                    "revenue": 250,
                    "decided_on": date(2024, 7, 21),
                }
            ],
        )
        self.assertFalse(winback.activity_ids)
        self.assertIn("Won back", winback.message_ids[0].body)
        self.assertEqual(self.values[0].winback_state, "won_back")

    def test_boundary_days(self):
        """The day of the start does not count, the day of the deadline does, the day after does not."""
        for day, state in (
            ("2024-06-30", "lost"),
            ("2024-07-01", "won_back"),
            ("2024-08-29", "won_back"),
            ("2024-08-30", "lost"),
        ):
            with self.subTest(day):
                partner = self._customer(day)
                self._invoice(partner, 100, "2024-01-01")
                self._refresh()
                winback = self._schedule(self._value(partner))
                self._invoice(partner, 100, day)
                self._decide(date(2024, 8, 29))
                self._decide(date(2024, 8, 30))
                self.assertEqual(winback.state, state)

    def test_lost_the_day_after_the_deadline(self):
        winback = self._schedule(self.values[0])
        self._decide(date(2024, 8, 29))
        self.assertEqual(winback.state, "open")
        self._decide(date(2024, 8, 30))
        self.assertEqual((winback.state, winback.success, winback.purchase_date), ("lost", 0, False))
        self.assertIn("Lost", winback.message_ids[0].body)

    def test_drafts_and_credit_notes_win_nobody_back_but_lower_the_revenue(self):
        winback = self._schedule(self.values[0])
        self._invoice(winback.partner_id, 40, "2024-07-10", move_type="out_refund")
        self._decide(date(2024, 7, 11))
        self.assertEqual(winback.state, "open")
        self._invoice(winback.partner_id, 100, "2024-07-12")
        self._decide(date(2024, 7, 13))
        self.assertEqual((winback.state, winback.revenue), ("won_back", 60))
        self._invoice(winback.partner_id, 500, "2024-08-01")
        self._decide(date(2024, 8, 2))
        self.assertEqual((winback.revenue, winback.decided_on), (560, date(2024, 7, 13)))
        self._invoice(winback.partner_id, 500, "2024-09-01")
        self._decide(date(2024, 9, 2))
        self.assertEqual(winback.revenue, 560)

    def test_deciding_twice_changes_nothing(self):
        self._schedule(self.values)
        self.assertEqual(len(self._decide(date(2024, 9, 1))), 12)
        self.assertFalse(self._decide(date(2024, 9, 1)))

    def test_deciding_takes_no_more_queries_for_many(self):
        counts = []
        for part in (self.values[:2], self.values[2:12]):
            self._schedule(part)
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self._decide(date(2024, 9, 1))
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - start)
        self.assertLessEqual(counts[1], counts[0] + 8, counts)

    def test_given_up_does_not_count_and_can_be_taken_up_again(self):
        winback = self._schedule(self.values[0])
        winback.action_give_up()
        self.assertEqual((winback.state, winback.success), ("closed", None))
        self.assertFalse(winback.activity_ids)
        with self.assertRaisesRegex(UserError, "under way"):
            winback.action_give_up()
        winback.action_reopen()
        self.assertEqual(winback.state, "open")
        winback.action_give_up()
        with freeze_time("2024-09-01"), self.assertRaisesRegex(UserError, "time left"):
            winback.action_reopen()

    def test_report_compares_success_with_what_was_expected(self):
        winbacks = self._schedule(self.values[:4])
        for partner in winbacks.partner_id[:3]:
            self._invoice(partner, 100, "2024-07-20")
        self._decide(date(2024, 9, 1))
        [(measure, success, expected)] = self.env["customer.winback"]._read_group(
            [("state", "in", ("won_back", "lost")), ("id", "in", winbacks.ids)],
            ["measure_id"],
            ["success:avg", "expected_rate:avg"],
        )
        self.assertEqual((measure.name, success), ("Call", 0.75))
        self.assertAlmostEqual(expected, sum(winbacks.mapped("expected_rate")) / 4)

    def test_nightly_job_decides(self):
        winback = self._schedule(self.values[0])
        with freeze_time("2024-09-01"), self.enter_registry_test_mode():
            self.env.ref("customer_abc_segmentation.ir_cron_decide_winbacks").method_direct_trigger()
        winback.invalidate_recordset()
        self.assertEqual(winback.state, "lost")
