"""Signals: raised once, decided by a person, judged by what happened."""

import json
from datetime import date, timedelta

from lxml import etree

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .test_credit_signal_kinds import TODAY, SignalCommon


@tagged("post_install", "-at_install")
class TestCreditSignal(SignalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.controller = cls._user("signal_controller", "customer_credit_mgmt.group_credit_controller")
        cls.rule = cls._rule("review_overdue", 5, cooling_days=30, escalates=True, critical_from=40, horizon_days=60)
        cls.profile.next_review_date = TODAY - timedelta(days=10)

    # ------------------------------------------------------------------
    # ONCE
    # ------------------------------------------------------------------

    def test_board_shows_the_worst_first(self):
        groups = self.env["credit.signal"].with_context(read_group_expand=True)
        found = groups.formatted_read_group([], ["severity"], ["__count"])
        self.assertEqual([group["severity"] for group in found], ["critical", "warning", "info"])

    def test_detecting_twice_makes_nothing_new(self):
        self.assertEqual(len(self._detect()), 1)
        self.assertFalse(self._detect())
        self.assertFalse(self._detect(TODAY + timedelta(days=1)))

    def test_while_a_signal_is_open_it_is_not_repeated_after_cooling(self):
        self._detect()
        self.assertFalse(self._detect(TODAY + timedelta(days=29)))

    def test_closed_signal_is_repeated_after_cooling_only(self):
        self._detect()._close("acted", "called")
        self.assertFalse(self._detect(TODAY + timedelta(days=29)))
        self.rule.critical_from = 100
        self.assertEqual(len(self._detect(TODAY + timedelta(days=30))), 1)

    def test_a_more_severe_signal_takes_the_place_of_the_open_one(self):
        first = self._detect()
        second = self._detect(TODAY + timedelta(days=30))
        self.assertEqual((first.severity, second.severity), ("warning", "critical"))
        self.assertEqual((first.state, second.state), ("superseded", "open"))
        self.assertFalse(self._detect(TODAY + timedelta(days=31)))

    def test_a_more_severe_signal_does_not_wait_for_cooling(self):
        self._detect()._close("dismissed", "known")
        self.rule.critical_from = 11
        self.assertEqual(self._detect(TODAY + timedelta(days=1)).severity, "critical")

    def test_rule_watches_its_customers_only(self):
        self.other.next_review_date = TODAY - timedelta(days=10)
        self.rule.partner_domain = f"[('id', '=', {self.partner_b.id})]"
        self.assertEqual(self._detect().partner_id, self.partner_b)

    def test_other_companies_are_watched_by_their_own_rules(self):
        other = self.setup_other_company()["company"]
        self._open_file(self.partner_a, other).next_review_date = TODAY - timedelta(days=10)
        found = self.env["credit.signal.rule"]._detect(self.company | other, TODAY)
        self.assertEqual(found.company_id, self.company)
        self.rule.company_id = False
        found = self.env["credit.signal.rule"]._detect(self.company | other, TODAY)
        self.assertEqual(found.company_id, other)
        self.assertFalse(found.with_user(self.controller)._filtered_access("read"))

    def test_number_of_queries_does_not_grow_with_the_customers(self):
        self._detect()

        def queries(count, day):
            partners = self.env["res.partner"].create([{"name": f"C{n}"} for n in range(count)])
            profiles = self.env["credit.profile"]._get_or_create(partners, self.company)
            profiles.next_review_date = day - timedelta(days=10)
            self.rule.activity_from = "info"
            profiles.user_id = self.controller
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.assertEqual(len(self._detect(day)), count)
            self.env.flush_all()
            return self.cr.sql_log_count - before

        few, many = queries(3, TODAY + timedelta(days=1)), queries(60, TODAY + timedelta(days=2))
        self.assertLessEqual(many, few + 3)

    def test_all_kinds_with_one_statement_each(self):
        rules = self.env["credit.signal.rule"].with_context(active_test=False).search([("company_id", "=", False)])
        rules.action_unarchive()
        self._detect()
        before = self.cr.sql_log_count
        self._detect()
        self.assertLessEqual(self.cr.sql_log_count - before, 6 * len(rules))

    # ------------------------------------------------------------------
    # NIGHT
    # ------------------------------------------------------------------

    def _cron(self, name):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(f"customer_credit_mgmt.{name}").sudo().method_direct_trigger()

    def test_nightly_job_looks_once_a_day_and_goes_on_where_it_stopped(self):
        self.profile.next_review_date = self.today - timedelta(days=10)
        self._cron("ir_cron_detect_signals")
        signal = self.env["credit.signal"].search([("rule_id", "=", self.rule.id)])
        self.assertEqual(len(signal), 1)
        run = self.env["credit.signal.run"].search([("company_id", "=", self.company.id)])
        self.assertEqual((run.kind, run.date, run.signal_count), ("review_overdue", self.today, 1))
        self.assertEqual(self.rule.last_run, self.today)
        self.other.next_review_date = self.today - timedelta(days=10)
        self._cron("ir_cron_detect_signals")
        self.assertEqual(self.env["credit.signal"].search([("rule_id", "=", self.rule.id)]), signal)
        run.sudo().date = self.today - timedelta(days=1)
        self._cron("ir_cron_detect_signals")
        self.assertEqual(self.env["credit.signal"].search_count([("rule_id", "=", self.rule.id)]), 2)

    def test_switching_on_looks_at_once(self):
        shipped = self.env["credit.signal.rule"].with_context(active_test=False).search([("active", "=", False)])
        self.assertTrue(shipped)
        action = self.env["credit.signal.rule"].action_switch_on()
        self.assertTrue(all(shipped.mapped("active")))
        self.assertEqual(action["tag"], "display_notification")
        with self.assertRaises(AccessError):
            self.env["credit.signal.rule"].with_user(self.controller).action_switch_on()

    # ------------------------------------------------------------------
    # PEOPLE
    # ------------------------------------------------------------------

    def test_controller_gets_an_activity_from_the_severity_of_the_rule(self):
        self.profile.user_id = self.controller
        signal = self._detect()
        self.assertFalse(signal.activity_ids, "a warning, and the rule tells of critical ones")
        critical = self._detect(TODAY + timedelta(days=30))
        self.assertEqual(critical.activity_ids.user_id, self.controller)
        critical.with_user(self.controller)._close("acted", "called")
        critical.invalidate_recordset()
        self.assertFalse(critical.activity_ids)

    def test_customers_without_a_controller_go_to_the_one_of_the_rule(self):
        self.rule.write({"activity_from": "info", "user_id": self.controller.id})
        self.assertEqual(self._detect().activity_ids.user_id, self.controller)

    def test_nobody_is_told_of_what_he_may_not_see(self):
        stranger = self._user("stranger", "base.group_user")
        self.rule.activity_from = "info"
        self.profile.sudo().user_id = stranger
        self.assertFalse(self._detect().activity_ids)

    def test_dismissing_needs_a_reason_that_is_kept(self):
        signal = self._detect().with_user(self.controller)
        with self.assertRaises(UserError):
            signal._close("dismissed", "  ")
        signal._close("dismissed", "known, agreed terms")
        self.assertEqual((signal.state, signal.decided_by), ("dismissed", self.controller))
        self.assertEqual(signal.decision_reason, "known, agreed terms")
        signal.action_reopen()
        self.assertEqual((signal.state, signal.decision_reason), ("open", False))

    def test_a_closed_signal_is_not_closed_again(self):
        signal = self._detect()
        signal._close("acted", "called")
        with self.assertRaises(UserError):
            signal._close("dismissed", "known")

    def test_many_are_closed_at_once_and_the_closed_ones_are_left_alone(self):
        self.other.next_review_date = TODAY - timedelta(days=10)
        signals = self._detect()
        signals[0]._close("acted", "first")
        wizard = self.env["credit.signal.wizard"].with_user(self.controller)
        context = {"active_model": "credit.signal", "active_ids": signals.ids, "default_decision": "dismissed"}
        form = Form(wizard.with_context(**context))
        self.assertIn("1 are closed already", form.left_out)
        form.reason = "reviewed today"
        form.save().action_apply()
        self.assertEqual(signals.mapped("decision_reason"), ["first", "reviewed today"])

    def test_nobody_writes_signals_directly(self):
        signal = self._detect()
        manager = self._user("signal_manager", "customer_credit_mgmt.group_credit_manager")
        for user in (self.controller, manager):
            with self.assertRaises(AccessError):
                signal.with_user(user).write({"state": "acted"})
            with self.assertRaises(AccessError):
                signal.with_user(user).unlink()
            with self.assertRaises(AccessError):
                signal.with_user(user).copy()
        reader = self._user("signal_reader", "customer_credit_mgmt.group_credit_user")
        self.assertTrue(signal.with_user(reader).sentence)
        for attempt in (lambda it: it._close("acted", "x"), lambda it: it.action_right(), lambda it: it.action_wrong()):
            with self.assertRaises(AccessError):
                attempt(signal.with_user(reader))

    def test_signals_follow_the_customer_to_a_new_controller(self):
        signal = self._detect()
        self.profile.user_id = self.controller
        self.assertEqual(signal.user_id, self.controller)
        self.assertEqual(self.profile.open_signal_count, 1)

    # ------------------------------------------------------------------
    # WAS IT RIGHT?
    # ------------------------------------------------------------------

    def _judge(self, today):
        self.env["credit.signal"]._judge(self.company, today)

    def test_signal_is_right_when_an_item_became_more_than_30_days_late(self):
        self._invoice(self.partner_a, 100, date(2024, 6, 1), due=date(2024, 7, 30))
        self._invoice(self.partner_b, 100, date(2024, 6, 1), due=date(2024, 7, 31))
        self.other.next_review_date = self.profile.next_review_date
        signals = self._detect()
        self._judge(date(2024, 8, 30))
        outcomes = {signal.partner_id: (signal.outcome, signal.outcome_cause) for signal in signals}
        self.assertEqual(outcomes[self.partner_a], ("right", "late"))
        self.assertEqual(outcomes[self.partner_b], ("wrong", "nothing"), "30 days late by then, not more")

    def test_the_day_on_which_it_became_late_is_told(self):
        self._invoice(self.partner_a, 100, date(2024, 6, 1), due=date(2024, 7, 1))
        self._paid(self.partner_b, date(2024, 6, 1), [0])
        signal = self._detect()
        self.assertEqual(signal.judge_date, date(2024, 8, 30))
        self._judge(date(2024, 8, 29))
        self.assertFalse(signal.outcome, "not due yet")
        self._judge(date(2024, 8, 30))
        self.assertEqual((signal.outcome, signal.outcome_cause), ("right", "late"))
        self.assertEqual(signal.outcome_date, date(2024, 8, 1))
        self.assertEqual(signal.base_rate, 0.5, "of two active customers one")

    def test_what_was_late_before_does_not_make_a_signal_right(self):
        self._invoice(self.partner_a, 100, date(2024, 3, 1), due=date(2024, 4, 1))
        signal = self._detect()
        self._judge(signal.judge_date)
        self.assertEqual(signal.outcome, "wrong")

    def test_a_write_off_makes_a_signal_right(self):
        invoice = self._invoice(self.partner_a, 100, date(2024, 6, 1), due=date(2024, 12, 1))
        signal = self._detect()
        loss = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": date(2024, 7, 20),
                "line_ids": [
                    (0, 0, {"account_id": self.company_data["default_account_expense"].id, "debit": 100}),
                    (
                        0,
                        0,
                        {
                            "account_id": self.company_data["default_account_receivable"].id,
                            "partner_id": self.partner_a.id,
                            "credit": 100,
                        },
                    ),
                ],
            }
        )
        loss.action_post()
        receivable = (invoice.line_ids | loss.line_ids).filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        receivable.reconcile()
        self._judge(signal.judge_date)
        self.assertEqual((signal.outcome, signal.outcome_cause), ("right", "loss"))

    def test_a_held_document_makes_a_signal_right(self):
        self.profile.next_review_date = self.today - timedelta(days=10)
        self._strict_policy("over_limit")
        self._limited_profile(self.partner_a, 10)
        signal = self._detect(self.today - timedelta(days=1))
        self._draft(50).action_post()
        self._judge(self.today + timedelta(days=60))
        self.assertEqual((signal.outcome, signal.outcome_cause), ("right", "hold"))

    def test_a_persons_word_goes_before_the_ledgers(self):
        signal = self._detect()
        signal.with_user(self.controller).action_right()
        self._judge(signal.judge_date)
        self.assertEqual((signal.outcome, signal.outcome_cause), ("right", "by_hand"))
        self.assertEqual(signal.judged_on, signal.judge_date)

    def test_rules_that_only_remind_are_not_judged(self):
        self.rule.horizon_days = 0
        signal = self._detect()
        self.assertFalse(signal.judge_date)
        self._judge(TODAY + timedelta(days=400))
        self.assertFalse(signal.outcome)

    def test_rule_tells_its_track_record_against_customers_at_random(self):
        partners = self.env["res.partner"].create([{"name": f"C{n}"} for n in range(8)])
        profiles = self.env["credit.profile"]._get_or_create(partners, self.company)
        profiles[:4].next_review_date = TODAY - timedelta(days=10)
        self.profile.next_review_date = False
        for number, partner in enumerate(partners):
            late = number in (0, 1)
            due = date(2024, 7, 1) if late else date(2025, 7, 1)
            self._invoice(partner, 100, date(2024, 6, 1), due=due)
        self._detect()
        self._judge(date(2024, 8, 30))
        self.env.invalidate_all()
        self.assertEqual((self.rule.hit_count, self.rule.judged_count), (4, 4))
        self.assertEqual((self.rule.precision, self.rule.base_rate, self.rule.lift), (0.5, 0.25, 2))
        self.assertEqual(self.rule.record_text, "This rule was right 50 % of 4 times; customers at random: 25 %.")

    def test_nightly_job_judges_what_is_due(self):
        self.profile.next_review_date = self.today - timedelta(days=100)
        signal = self._detect(self.today - timedelta(days=60))
        self._cron("ir_cron_judge_signals")
        signal.invalidate_recordset()
        self.assertEqual((signal.outcome, signal.judged_on), ("wrong", self.today))

    # ------------------------------------------------------------------
    # RULES
    # ------------------------------------------------------------------

    def test_critical_must_be_a_signal_in_the_first_place(self):
        with self.assertRaises(ValidationError):
            self.rule.critical_from = 4

    def test_rule_with_signals_keeps_its_kind_and_is_kept(self):
        self._detect()
        self.env.invalidate_all()
        with self.assertRaises(UserError):
            self.rule.kind = "utilization"
        with self.assertRaises(UserError):
            self.rule.unlink()

    def test_screens_load(self):
        signal = self._detect()
        for model in ("credit.signal", "credit.signal.rule"):
            views = [(False, kind) for kind in ("list", "form", "search")]
            if model == "credit.signal":
                views += [(False, kind) for kind in ("kanban", "graph", "pivot")]
            loaded = self.env[model].with_user(self.controller).get_views(views)["views"]
            if kanban := loaded.get("kanban"):
                bar = etree.fromstring(kanban["arch"]).find("progressbar")
                self.assertEqual(set(json.loads(bar.get("colors"))), {"info", "warning", "critical"})
        with Form(self.rule) as form:
            form.threshold = 6
        self.assertEqual(signal.action_open_profile()["res_id"], self.profile.id)
