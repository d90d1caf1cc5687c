from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from odoo.tests import freeze_time, tagged

from .value_common import ValueCommon


@tagged("post_install", "-at_install")
class TestCustomerValueHistory(ValueCommon):
    def _stages(self, partner):
        rows = self.env["customer.stage.history"].search([("partner_id", "=", partner.id)], order="date_from, id")
        return [(row.stage, row.date_from, row.date_to) for row in rows]

    def test_stages_are_dated_without_gaps(self):
        ann = self._prospect("Ann")
        self._invoice(ann, 10, "2024-02-10")
        for month in (1, 2, 3, 9):
            self._refresh(date(2024, month, 28))
        self.assertEqual(
            self._stages(ann),
            [
                ("prospect", date(2024, 1, 28), date(2024, 2, 27)),
                ("first_purchase", date(2024, 2, 28), date(2024, 9, 27)),
                ("at_risk", date(2024, 9, 28), False),
            ],
        )
        self.assertEqual(self._value(ann).stage_date, date(2024, 9, 28))

    def test_transitions_say_how_long_the_stage_before_was(self):
        ann = self._prospect("Ann")
        self._invoice(ann, 10, "2024-02-10")
        for day in (date(2024, 1, 28), date(2024, 2, 28), date(2024, 9, 28)):
            self._refresh(day)
        rows = self.env["customer.stage.transition"].search([("partner_id", "=", ann.id)], order="date")
        self.assertEqual(
            [(row.from_stage, row.to_stage, row.date, row.days) for row in rows],
            [
                ("prospect", "first_purchase", date(2024, 2, 28), 31),
                ("first_purchase", "at_risk", date(2024, 9, 28), 213),
            ],
        )

    def test_a_stage_of_no_day_is_no_transition(self):
        ann = self._prospect("Ann")
        self._refresh(date(2024, 6, 1))
        self._refresh()
        invoice = self._invoice(ann, 10, "2024-06-30")
        self._refresh()
        self.assertEqual(self._value(ann).stage, "first_purchase")
        invoice.button_draft()
        self._refresh()
        self.assertEqual(self._value(ann).stage, "prospect")
        self.assertEqual(len(self._stages(ann)), 3)
        self.assertFalse(self.env["customer.stage.transition"].search([("partner_id", "=", ann.id)]))

    def test_a_month_is_kept_when_the_next_one_begins(self):
        ann, prospect = self._customer("Ann"), self._prospect("Prospect")
        self._invoice(ann, 100, "2024-06-10")
        for day in (date(2024, 6, 12), date(2024, 6, 29)):
            self._refresh(day)
        history = self.env["customer.value.history"]
        self.assertFalse(history.search([("partner_id", "=", ann.id)]))
        self._invoice(ann, 50, "2024-07-01")
        self._refresh(date(2024, 7, 1))
        row = history.search([("partner_id", "in", (ann + prospect).ids)])
        self.assertRecordValues(
            row,
            [
                {
                    "partner_id": ann.id,
                    "month": date(2024, 6, 1),
                    "date": date(2024, 6, 29),
                    "stage": "first_purchase",
                    "monetary": 100,
                    "rfm_segment_id": self.segments["new"].id,
                }
            ],
        )
        self._refresh(date(2024, 7, 31))
        self.assertEqual(len(history.search([("partner_id", "=", ann.id)])), 1)

    @freeze_time("2024-06-30")
    def test_the_first_refresh_looks_back(self):
        ann = self._customer("Ann")
        for month in range(1, 7):
            self._invoice(ann, 10, date(2024, month, 5))
        self.value_policy.action_refresh()
        months = self.env["customer.value.history"].search([("partner_id", "=", ann.id)], order="month")
        self.assertEqual(months.mapped("month"), [date(2024, month, 1) for month in range(1, 6)])
        self.assertEqual(months.mapped("monetary"), [10, 20, 30, 40, 50])
        self.assertEqual([stage for stage, *_days in self._stages(ann)], ["first_purchase", "repeat"])
        self.assertEqual(self.value_policy.last_date, self.AS_OF)

    @freeze_time("2024-06-30")
    def test_months_without_refresh_are_made_up_for(self):
        policy = self.value_policy
        self.assertEqual(len(policy._get_due_days(self.AS_OF)), 13)
        policy.look_back_months = 2
        self.assertEqual(policy._get_due_days(self.AS_OF), [date(2024, 4, 30), date(2024, 5, 31), date(2024, 6, 30)])
        self._refresh(date(2024, 5, 10))
        self.assertEqual(policy._get_due_days(self.AS_OF), [date(2024, 5, 31), date(2024, 6, 30)])
        self._refresh(date(2024, 6, 29))
        self.assertEqual(policy._get_due_days(self.AS_OF), [self.AS_OF])

    def test_old_months_are_deleted(self):
        ann = self._customer("Ann")
        self._invoice(ann, 10, "2024-01-05")
        for month in (1, 2, 3):
            self._refresh(date(2024, month, 28))
        history = self.env["customer.value.history"]
        self.assertEqual(history.search_count([("partner_id", "=", ann.id)]), 2)
        self.value_policy.history_months = 1
        with freeze_time("2024-03-15"):
            history._gc_old_months()
        self.assertEqual(history.search([("partner_id", "=", ann.id)]).mapped("month"), [date(2024, 2, 1)])


@tagged("post_install", "-at_install")
@freeze_time("2024-06-30")
class TestCustomerValueJob(ValueCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann = cls._customer("Ann")
        cls._invoice(cls.ann, 10, "2024-03-05")
        cls.cron = cls.env.ref("customer_abc_segmentation.ir_cron_refresh_customer_value")
        policies = cls.env["customer.value.policy"].sudo().search([])
        (policies - cls.value_policy).schedule = "manual"
        cls.value_policy.write({"schedule": "weekly", "date_next": cls.AS_OF})

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.cron.sudo().method_direct_trigger()
        self.env.invalidate_all()

    def test_the_night_refreshes_what_is_due_and_sets_the_next_day(self):
        self._run_cron()
        self.assertRecordValues(
            self.value_policy, [{"last_date": self.AS_OF, "date_next": self.AS_OF + timedelta(days=7)}]
        )
        self.assertEqual(self._value(self.ann).stage, "first_purchase")
        self.assertEqual(len(self._months()), 3)
        self.value_policy.date_next = self.AS_OF + timedelta(days=1)
        self._invoice(self.ann, 10, "2024-06-05")
        self._run_cron()
        self.assertEqual(self._value(self.ann).purchase_count, 1, "not due")

    def _months(self):
        return self.env["customer.value.history"].search([("partner_id", "=", self.ann.id)])

    def test_what_is_not_to_be_done_is_left(self):
        for values in ({"schedule": "manual"}, {"schedule": "daily", "active": False}):
            self.value_policy.write(values)
            self._run_cron()
            self.assertFalse(self.value_policy.last_date)

    def test_a_night_that_was_killed_goes_on_where_it_stopped(self):
        """Killed after April: the months done stay, the next run does the rest and not one of them twice."""
        done, refresh = [], type(self.value_policy)._refresh_past

        def refresh_until_killed(policy, as_of):
            if as_of > date(2024, 4, 30) and not done:
                done.append(as_of)
                raise KeyboardInterrupt
            refresh(policy, as_of)

        self.patch(type(self.value_policy), "_refresh_past", refresh_until_killed)
        try:
            self._run_cron_in_savepoints()
        except KeyboardInterrupt:
            # unlike assertRaises this leaves what was done, as a commit does
            self.env.invalidate_all()
        self.assertEqual((done, self.value_policy.last_date), ([date(2024, 5, 31)], date(2024, 4, 30)))
        self.assertEqual(self.value_policy._get_due_days(self.AS_OF), [date(2024, 5, 31), self.AS_OF])
        self._run_cron_in_savepoints()
        self.assertEqual(self.value_policy.last_date, self.AS_OF)
        self.assertEqual(sorted(self._months().mapped("month")), [date(2024, month, 1) for month in (3, 4, 5)])
        self.assertEqual(self.env["customer.stage.history"].search_count([("partner_id", "=", self.ann.id)]), 1)

    def _run_cron_in_savepoints(self):
        """The night as it commits step by step: what a step did stays when a later one is killed."""
        self.patch(type(self.env["ir.cron"]), "_commit_progress", lambda cron, *args, **kwargs: 60)
        self.value_policy.sudo()._cron_refresh()

    def test_a_refresh_that_fails_leaves_everything_as_it_was(self):
        self._refresh(self.AS_OF - relativedelta(days=1))
        self._invoice(self.ann, 10, "2024-06-05")
        writes = type(self.env["customer.value.refresher"])
        self.patch(writes, "_update_sql", lambda refresher, policy, as_of: 1 / 0)
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self._refresh()
        self.env.invalidate_all()
        self.assertRecordValues(self._value(self.ann), [{"purchase_count": 1, "stage": "first_purchase"}])
        self.assertEqual(self.value_policy.last_date, self.AS_OF - relativedelta(days=1))
